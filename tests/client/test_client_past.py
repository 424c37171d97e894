from typing import Any

import pytest

from twistedchat.client.gaps import PAGE
from twistedchat.client.items import EarlierLines, Happened, Remark
from twistedchat.client.past import MAX_PAGES, Wish, read_wish

NOON = 1795435200.0  # 2026-11-23T12:00:00Z, the time of line 0


@pytest.fixture
def online(script: Any, state: Any) -> Any:
    script.connect(rooms=[state(), state("#ops")])
    script.fresh()
    return script


def ask(script: Any, wish: Wish, now: float = NOON) -> Any:
    script.talk.past.look(wish, now)
    [request] = script.pump()
    return request


def answer(script: Any, request: Any, *events: Any, more: bool = False) -> list[Any]:
    requests: list[Any] = script.give(
        {"type": "ok", "id": request["id"], "events": list(events), "more": more}
    )
    return requests


def texts(items: list[Any]) -> list[str]:
    return [item.event.text for item in items if isinstance(item, Happened)]


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", Wish()),
        ("50", Wish(count=50)),
        ("  50   #ops ", Wish("#ops", 50)),
        ("ops", Wish("ops")),
        ("2h", Wish("", 0, 7200.0)),
        ("@bob", Wish("@bob")),
        ("1h30m ops", Wish("ops", 0, 5400.0)),
        ("0", Wish(count=1)),
        ("99999999999999", Wish(count=500)),
        ("5x", None),
        ("٣", None),
        ("5 ops dev", None),
        ("ops 5", None),
        ("since 2h", Wish("", 0, since=NOON - 7200)),
        ("since 2026-11-20T10:00+00:00 @bob", Wish("@bob", 0, since=NOON - 266400)),
        ("since", None),
        ("since soon", None),
        ("since 2h ops dev", None),
    ],
)
def test_what_is_wished_for(text: str, wish: Wish | None) -> None:
    """A number or a span of time, then a room; both may be left out."""
    assert read_wish(text, NOON) == wish


def test_lines_are_shown_as_messages_though_they_were_heard(online: Any, said: Any) -> None:
    """Between a heading and an end; nothing is counted as unread or as newer than it is."""
    online.give(said(1, "one"), said(2, "two"), said(3, "elsewhere", room="#ops"))
    online.fresh()
    ops = online.talk.rooms.find("ops")
    before = ops.unread
    request = ask(online, Wish("ops", 5))
    assert (request["type"], request["room"], request["limit"]) == ("history", "#ops", 5)
    answer(online, request, said(3, "elsewhere", room="#ops"))
    heading, line, end = online.fresh()
    assert isinstance(heading, EarlierLines)
    assert (heading.wished, heading.room, heading.count) == (True, "ops", 1)
    assert line.quote == "|"
    assert (line.event.text, line.replay, line.elsewhere) == ("elsewhere", True, False)
    assert end.text == "End of 1 earlier line; nothing older is kept in #ops."
    assert ops.unread == before


def test_many_lines_come_in_several_pages(online: Any, said: Any) -> None:
    """Asked for page by page, shown at once and in order."""
    request = ask(online, Wish(count=PAGE + 3))
    assert request["limit"] == PAGE
    page = [said(number, f"line {number}") for number in range(100, 100 + PAGE)]
    [second] = answer(online, request, *page, more=True)
    assert (second["before"], second["limit"]) == (f"{100:026}", 3)
    assert online.fresh() == []
    rest = [said(number, f"line {number}") for number in (97, 98, 99)]
    assert answer(online, second, *rest, more=True) == []
    shown = online.fresh()
    assert texts(shown) == [f"line {number}" for number in range(97, 100 + PAGE)]
    assert "Page Up or /older" in shown[-1].text


def test_a_span_of_time_is_gone_back_to(online: Any, said: Any) -> None:
    """Until a line is older; those that are too old are left out."""
    request = ask(online, Wish(seconds=60, count=0), NOON + 180)
    [second] = answer(online, request, said(150, "new"), said(160, "newest"), more=True)
    assert second["before"] == f"{150:026}"
    assert answer(online, second, said(110, "old"), said(125, "in time"), more=True) == []
    assert texts(online.fresh()) == ["in time", "new", "newest"]


def test_going_back_is_bounded(online: Any, said: Any) -> None:
    """However much there is, and however little comes at once."""
    request = ask(online, Wish(seconds=1e6, count=0), NOON)
    for number in range(MAX_PAGES, 1, -1):
        [request] = answer(online, request, said(number, f"{number}"), more=True)
    assert answer(online, request, said(1, "1"), more=True) == []
    assert texts(online.fresh()) == ["1", "2", "3", "4", "5"]


def test_the_same_again_goes_further_back(online: Any, said: Any) -> None:
    """A bare one after any; another number begins with the newest lines."""
    answer(online, ask(online, Wish(count=0, seconds=60)), said(8, "x"))
    second = ask(online, Wish())
    assert (second["before"], second["limit"]) == (f"{8:026}", 20)
    answer(online, second, said(7, "y"))
    assert "before" not in ask(online, Wish(count=9))
    assert "before" not in ask(online, Wish("ops"))
    assert "before" not in ask(online, Wish(seconds=60, count=0))
    online.talk.past.look_further(NOON)
    [further] = online.pump()
    assert further["before"] == f"{7:026}"
    online.fresh()
    answer(online, further)
    assert [item.text for item in online.fresh()] == ["Nothing older is kept in #lobby."]


def test_another_room_begins_with_its_newest_lines(online: Any, said: Any) -> None:
    """A named room stays the one looked at."""
    answer(online, ask(online, Wish("ops", 5)), said(8, "x", room="#ops"))
    online.talk.past.look_further(NOON)
    [request] = online.pump()
    assert (request["room"], request["before"], request["limit"]) == ("#ops", f"{8:026}", 5)
    answer(online, ask(online, Wish()), said(9, "y"))
    online.talk.switch("ops")
    assert "before" not in ask(online, Wish())


def further(online: Any) -> Any:
    online.talk.past.look_further(NOON)
    [request] = online.pump()
    return request["room"], request.get("before"), request


def test_the_key_repeats_nothing_that_is_on_the_screen(online: Any, said: Any) -> None:
    """Nor after something else was done, or another room was looked at in between."""
    online.give(said(7, "live"), said(9, "elsewhere", room="#ops"))
    room, before, request = further(online)
    assert (room, before) == ("#lobby", f"{7:026}")
    answer(online, request, said(5, "x"), said(6, "y"))
    online.talk.past.forget()
    online.talk.switch("ops")
    assert further(online)[:2] == ("#ops", f"{9:026}")
    online.talk.switch("lobby")
    assert further(online)[:2] == ("#lobby", f"{5:026}")


def test_nothing_is_skipped_behind_lines_that_were_looked_up(online: Any, said: Any) -> None:
    """What stands between them and those on the screen still comes."""
    online.give(said(900, "live"))
    online.talk.past.go_on_before("lobby", f"{100:026}")
    _, before, request = further(online)
    assert before == f"{100:026}"
    answer(online, request, said(98, "x"), said(99, "y"))
    online.talk.past.forget()
    assert further(online)[1] == f"{900:026}"


def test_an_empty_screen_begins_with_the_newest_lines(online: Any, said: Any) -> None:
    """There is nothing to go on from."""
    _, before, request = further(online)
    assert before is None
    answer(online, request, said(4, "x"))
    assert further(online)[1] == f"{4:026}"


def test_a_private_conversation_can_be_looked_at(online: Any, said: Any) -> None:
    """By the nick of the other end."""
    request = ask(online, Wish("@bob", 5))
    assert ("room" in request, request["nick"]) == (False, "bob")
    whisper = {**said(1, "psst"), "type": "whispered", "to": "ada"}
    answer(online, request, whisper)
    heading, line, end = online.fresh()
    assert (heading.room, line.event.text) == ("@bob", "psst")
    assert end.text == "End of 1 earlier line; nothing older is kept with bob."


def test_since_a_date_is_gone_back_to_as_a_span_is(online: Any, said: Any) -> None:
    """With or without a time; what is older is left out."""
    wish = read_wish("since 2026-11-23 12:02 ops", NOON)
    assert wish is not None
    wished = Wish("ops", 0, since=NOON + 120)
    answer(online, ask(online, wished), said(110, "old", room="#ops"), said(125, "x", room="#ops"))
    assert texts(online.fresh()) == ["x"]
    answer(online, ask(online, wished), said(110, "old", room="#ops"))
    assert online.fresh()[0].text == "Nothing was said in #ops since then."


def test_nothing_to_show_is_said(online: Any, said: Any) -> None:
    """In the whole room, or in the time asked for."""
    answer(online, ask(online, Wish()))
    answer(online, ask(online, Wish(seconds=7200, count=0), NOON + 9000), said(1, "old"))
    assert [item.text for item in online.fresh()] == [
        "Nothing was said in #lobby.",
        "Nothing was said in #lobby in the last 2 hours.",
    ]


def test_what_this_version_cannot_name_is_passed_over(online: Any, said: Any) -> None:
    """An event of an unknown kind, and one with a field more."""
    strange = {**said(1, "x"), "type": "danced"}
    answer(online, ask(online, Wish()), strange, said(2, "hi", mood="good"))
    assert texts(online.fresh()) == ["hi"]


def test_a_refusal_and_no_connection_are_told(script: Any) -> None:
    """In one line each."""
    script.talk.past.look(Wish(), NOON)
    script.connect(rooms=[])
    script.talk.past.look(Wish(), NOON)
    request = ask(script, Wish("dev"))
    script.give({"type": "error", "id": request["id"], "text": "You are not in #dev."})
    told = [item.text for item in script.fresh() if isinstance(item, Remark)]
    assert "no connection" in told[0]
    assert told[-2:] == ["You are in no room. /join ROOM first.", "You are not in #dev."]
