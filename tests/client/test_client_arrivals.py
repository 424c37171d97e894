from typing import Any

import pytest

from twistedchat.client.arrivals import MOST, Arrival, time_of
from twistedchat.client.gaps import MAX_PAGES, PAGE
from twistedchat.client.items import EarlierLines, Happened, NewLines
from twistedchat.core.ids import Ids


def id_of(number: int) -> str:
    return f"{number:026}"


@pytest.fixture
def arrive(make_script: Any, state: Any) -> Any:
    """Come into the lobby, read up to 2 on this device; the script and the request."""

    def come(unread: int = 3, **profile: Any) -> Any:
        script = make_script(**{"device": "laptop", "backlog": 5, **profile})
        lobby = state(latest=id_of(9999), read=id_of(2), unread=unread)
        [request] = script.connect(account="ada", rooms=[lobby])
        script.fresh()
        return script, request

    return come


def answer(script: Any, request: Any, *events: Any, more: bool = True) -> list[Any]:
    reply = {"type": "ok", "id": request["id"], "events": list(events), "more": more}
    requests: list[Any] = script.give(reply)
    return requests


def texts(items: list[Any]) -> list[str]:
    return [item.event.text for item in items if isinstance(item, Happened)]


def test_what_is_new_since_the_last_visit_is_shown(arrive: Any, said: Any) -> None:
    """Once, in order, under a line that counts it, before what is said now; no more than that."""
    script, request = arrive()
    assert (request["type"], request["limit"], "before" in request) == ("history", PAGE, False)
    script.give(said(6, "live"))
    assert script.fresh() == []
    lines = [said(number, str(number)) for number in (1, 2, 3, 4)]
    mine = said(5, "5", nick="ada")
    assert answer(script, request, *lines, mine, said(6, "live")) == []
    heading, *shown = script.fresh()
    assert isinstance(heading, NewLines)
    assert (heading.room, heading.count, heading.shown) == ("lobby", 3, 3)
    assert texts(shown) == ["3", "4", "5", "live"]
    script.give(said(7, "later"))
    assert texts(script.fresh()) == ["later"]


def test_pages_are_asked_for_until_the_last_line_read(arrive: Any, said: Any) -> None:
    """The server may cut them short; they are shown together."""
    script, request = arrive()
    [second] = answer(script, request, said(5, "5"), said(6, "6"))
    assert (second["before"], second["limit"]) == (id_of(5), MOST - 2)
    [third] = answer(script, second, said(4, "4"))
    assert script.fresh() == []
    assert answer(script, third, said(2, "2"), said(3, "3")) == []
    assert texts(script.fresh()) == ["3", "4", "5", "6"]


def test_of_very_much_the_newest_is_shown(arrive: Any, said: Any) -> None:
    """Page Up goes on before it, and the line above says how much there is."""
    script, request = arrive(unread=731)
    page = [said(number, str(number)) for number in range(1000, 1000 + MOST)]
    assert answer(script, request, *page) == []
    heading, *shown = script.fresh()
    assert (heading.count, heading.shown, heading.more) == (731, MOST, False)
    assert len(shown) == MOST
    script.talk.past.look_further(0.0)
    [further] = script.pump()
    assert (further["room"], further["before"]) == ("#lobby", id_of(1000))


def test_more_than_the_server_counts_is_called_more(arrive: Any, said: Any) -> None:
    """A thousand is where it stops."""
    script, request = arrive(unread=1000)
    answer(script, request, *[said(number, "x") for number in range(5000, 5000 + MOST)])
    assert script.fresh()[0].more


def test_going_back_is_bounded(arrive: Any, said: Any) -> None:
    """However little comes at once."""
    script, request = arrive()
    for number in range(50, 50 - MAX_PAGES + 1, -1):
        [request] = answer(script, request, said(number, "x"))
    assert answer(script, request, said(10, "x")) == []
    assert len(texts(script.fresh())) == MAX_PAGES


def test_a_refusal_lets_the_room_live(arrive: Any, said: Any) -> None:
    """What is said meanwhile is shown; nothing is said about what cannot be had."""
    script, request = arrive()
    script.give(said(5, "live"))
    script.give({"type": "error", "id": request["id"], "text": "No."})
    assert texts(script.fresh()) == ["live"]


def test_with_nothing_new_the_last_lines_are_shown(make_script: Any, state: Any, said: Any) -> None:
    """As to anybody who has never read here, or is a guest."""
    for known in ({}, {"read": id_of(9), "unread": 0}, {"read": None, "unread": 7}):
        script = make_script(device="laptop", backlog=5)
        [request] = script.connect(rooms=[state(latest=id_of(9), **known)])
        assert request["limit"] == 5
        script.fresh()
        assert answer(script, request, said(8, "8"), said(9, "9")) == []
        heading, *shown = script.fresh()
        assert isinstance(heading, EarlierLines)
        assert texts(shown) == ["8", "9"]


def test_rooms_out_of_view_wait_until_somebody_looks(
    make_script: Any, state: Any, said: Any
) -> None:
    """The server's count stands beside their names until then; a second look shows nothing."""
    script = make_script(device="laptop", backlog=0)
    waiting = state("#ops", latest=id_of(5), read=id_of(2), unread=3)
    assert script.connect(account="ada", rooms=[state(), waiting]) == []
    ops = script.talk.rooms.find("ops")
    assert ops.unread == 3
    script.give(said(6, "live", room="#ops"))
    assert ops.unread == 4
    script.fresh()
    script.talk.switch("ops")
    [request] = script.pump()
    assert ops.unread == 0
    answer(script, request, *[said(number, str(number), room="#ops") for number in (2, 3, 4, 5, 6)])
    assert texts(script.fresh()) == ["3", "4", "5"]
    script.talk.switch("lobby")
    script.talk.switch("ops")
    assert script.pump() == []


def test_a_room_that_was_read_elsewhere_meanwhile_waits_no_more(
    make_script: Any, state: Any
) -> None:
    """Another terminal on this device has shown all of it, or some."""
    script = make_script(device="laptop", backlog=0)
    waiting = state("#ops", latest=id_of(5), read=id_of(2), unread=3)
    script.connect(account="ada", rooms=[state(), waiting])
    ops = script.talk.rooms.find("ops")
    script.give({"type": "read", "room": "#ops", "msgid": id_of(4)})
    assert ops.missed.after == id_of(4)
    script.give({"type": "read", "room": "#ops", "msgid": id_of(5)})
    assert (ops.missed, ops.unread) == (None, 0)


def test_joining_shows_what_is_new_there(arrive: Any, state: Any, said: Any) -> None:
    """The reply to the join has the place."""
    script, request = arrive()
    answer(script, request, more=False)
    script.talk.join("ops")
    [join] = script.pump()
    ops = state("#ops", latest=id_of(9), read=id_of(8), unread=1)
    [history] = script.give({"type": "ok", "id": join["id"], "room": ops})
    script.fresh()
    answer(script, history, said(8, "8", room="#ops"), said(9, "9", room="#ops"))
    heading, line = script.fresh()
    assert (heading.count, line.event.text, line.elsewhere) == (1, "9", False)


def test_logging_in_shows_what_the_account_has_missed(
    make_script: Any, state: Any, said: Any
) -> None:
    """But for what the guest has been shown already."""
    script = make_script(device="laptop", backlog=5)
    [request] = script.connect(rooms=[state(latest=id_of(9))])
    answer(script, request, said(8, "8"), said(9, "9"))
    script.talk.identity.log_in("ada", "p")
    [request] = script.pump()
    reply = {"type": "ok", "id": request["id"], "nick": "ada", "account": "ada"}
    lobby = state(latest=id_of(9), read=id_of(6), unread=3)
    [outage] = script.give({**reply, "rooms": [lobby]})
    assert outage["after"] == id_of(9)
    [request] = answer(script, outage, more=False)
    script.fresh()
    assert answer(script, request, *[said(number, str(number)) for number in (6, 7, 8, 9)]) == []
    assert texts(script.fresh()) == ["7"]


def test_an_outage_on_the_way_begins_it_anew(arrive: Any, state: Any, said: Any) -> None:
    """Nothing of it was shown, so nothing of it is lost."""
    script, _request = arrive()
    script.break_off()
    [outage] = script.connect(account="ada", rooms=[state()])
    assert outage["after"] == id_of(9999)
    [request] = answer(script, outage, more=False)
    script.fresh()
    answer(script, request, said(2, "2"), said(3, "3"))
    assert texts(script.fresh()) == ["3"]


def test_a_program_may_want_all_rooms_and_a_time(make_script: Any, state: Any, said: Any) -> None:
    """Page by page, as far as the time or the number goes."""
    script = make_script(backlog=300, since=1795435205.0, sees_all=True)
    rooms = [state(latest=id_of(9)), state("#ops", latest=id_of(9))]
    requests = script.connect(rooms=rooms)
    assert [(one["room"], one["limit"]) for one in requests] == [("#lobby", 200), ("#ops", 200)]
    [further] = answer(script, requests[0], said(7, "7"), said(8, "8"))
    assert script.talk.arrivals.pending
    assert answer(script, further, said(4, "4"), said(5, "5")) == []
    assert texts(script.fresh()) == ["5", "7", "8"]
    answer(script, requests[1], more=False)
    assert not script.talk.arrivals.pending


def test_an_id_tells_its_time() -> None:
    """To the millisecond; what is none has no time."""
    id_, at = Ids(7).next(1795435200.123)
    assert time_of(id_) == at == 1795435200.123
    assert time_of("x") == 0.0


def test_an_empty_arrival_is_silence() -> None:
    """No heading over nothing."""
    assert Arrival("lobby", "").close() == []
