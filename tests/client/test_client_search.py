from typing import Any

import pytest

from twistedchat.client.items import EarlierLines, Happened, Remark, Results
from twistedchat.client.search import AROUND, PAGE


@pytest.fixture
def online(make_script: Any) -> Any:
    script = make_script(zone="Europe/Berlin")
    script.connect()
    script.fresh()
    return script


def look(script: Any, text: str = "deploy") -> Any:
    script.talk.search.look(text)
    [request] = script.pump()
    return request


def answer(script: Any, request: Any, *messages: Any, before: Any = None, **more: Any) -> None:
    reply = {"type": "ok", "id": request["id"], "messages": list(messages), "before": before}
    script.give({**reply, **more})


def lines(items: list[Any]) -> list[tuple[str, str]]:
    return [(item.quote, item.event.text) for item in items if isinstance(item, Happened)]


def test_results_are_numbered_and_go_on(online: Any, said: Any) -> None:
    """The next page by the server's own cursor, until there is none."""
    request = look(online)
    assert request == {
        "type": "search", "id": request["id"], "text": "deploy", "limit": PAGE,
        "zone": "Europe/Berlin",
    }  # fmt: skip
    answer(online, request, said(9, "nine", room="#ops"), said(8, "eight"), before={"at": 8})
    heading, *shown, ending = online.fresh()
    assert heading == Results("deploy", 1)
    assert lines(shown) == [(" 1 |", "nine"), (" 2 |", "eight")]
    assert all(item.elsewhere and item.replay for item in shown)
    assert "/search shows more" in ending.text
    second = look(online, "")
    assert (second["text"], second["before"]) == ("deploy", {"at": 8})
    answer(online, second, said(7, "seven"))
    heading, line, ending = online.fresh()
    assert (heading, lines([line])) == (Results("deploy", 3), [(" 3 |", "seven")])
    assert "That is all" in ending.text
    online.talk.search.look("")
    assert online.pump() == []
    assert online.fresh() == [Remark("There is nothing more for deploy.")]


def test_another_search_begins_anew(online: Any, said: Any) -> None:
    """Without the first one's cursor, and with numbers from one on."""
    answer(online, look(online), said(9, "nine"), before="x")
    request = look(online, "other")
    assert "before" not in request
    online.fresh()
    answer(online, request, said(5, "five"))
    assert lines(online.fresh()) == [(" 1 |", "five")]


def test_nothing_found_is_said(online: Any) -> None:
    """And what the search does not have yet, once."""
    answer(online, look(online), behind=12)
    behind, nothing = online.fresh()
    assert "The newest 12 messages are not in the search yet" in behind.text
    assert nothing.text == "Nothing was found for deploy."
    answer(online, look(online), behind=1)
    assert "The newest message is" in online.fresh()[0].text


def test_what_stood_around_a_result_is_shown(online: Any, said: Any) -> None:
    """The result itself behind another sign; Page Up goes on before it."""
    answer(online, look(online), said(9, "nine", room="#ops"))
    online.fresh()
    online.talk.search.look_around(1)
    [request] = online.pump()
    assert (request["type"], request["room"], request["limit"]) == ("history", "#ops", AROUND)
    assert request["around"] == f"{9:026}"
    events = [said(number, str(number), room="#ops") for number in (8, 9, 10)]
    online.give({"type": "ok", "id": request["id"], "events": events})
    heading, *shown, _ending = online.fresh()
    assert isinstance(heading, EarlierLines)
    assert (heading.room, heading.wished, heading.count) == ("ops", True, 3)
    assert lines(shown) == [("|", "8"), (">", "9"), ("|", "10")]
    online.talk.past.look_further(0.0)
    [further] = online.pump()
    assert (further["room"], further["before"]) == ("#ops", f"{8:026}")


@pytest.mark.parametrize(("nick", "to"), [("ada", "bob"), ("bob", "ada")])
def test_a_private_result_is_looked_around_with_its_other_end(
    online: Any, said: Any, nick: str, to: str
) -> None:
    """Whoever wrote it."""
    whisper = {**said(1, "psst", nick=nick), "type": "whispered", "to": to, "room": None}
    answer(online, look(online), whisper)
    online.talk.search.look_around(1)
    [request] = online.pump()
    assert (request["nick"], "room" in request) == ("bob", False)


def test_a_wrong_number_is_explained(online: Any, said: Any) -> None:
    """Nothing is asked for."""
    online.talk.search.look_around(1)
    answer(online, look(online), said(9, "nine"))
    online.talk.search.look_around(2)
    assert online.pump() == []
    told = [item.text for item in online.fresh() if isinstance(item, Remark)]
    assert told[0] == "Nothing was found yet; /search WORDS finds some."
    assert told[-1] == "There are results 1 to 1; /search WORDS finds some."


def test_refusals_are_told(online: Any, said: Any) -> None:
    """In the server's words, or the client's own."""
    request = look(online)
    online.give({"type": "error", "id": request["id"], "text": "No such date: x."})
    answer(online, look(online), said(9, "nine"))
    online.talk.search.look_around(1)
    [around] = online.pump()
    online.give({"type": "ok", "id": around["id"], "events": []})
    online.break_off()
    online.talk.search.look("x")
    told = [item.text for item in online.fresh() if isinstance(item, Remark)]
    assert told[0] == "No such date: x."
    assert told[-2] == "It is no longer kept."
    assert "no connection" in told[-1]


def test_the_zone_may_be_unknown(script: Any) -> None:
    """Then the server takes its own; and there is nothing to go on with at first."""
    script.connect()
    assert not script.talk.search.can_go_on
    assert "zone" not in look(script)
    assert script.talk.search.can_go_on
