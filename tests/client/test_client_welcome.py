from typing import Any

import pytest

from twistedchat.client.gaps import PAGE
from twistedchat.client.items import EarlierLines, Happened, Remark, Tone
from twistedchat.client.welcome import whereabouts


def remarks(script: Any) -> list[str]:
    return [item.text for item in script.fresh() if isinstance(item, Remark)]


def heard(script: Any) -> list[str]:
    return [item.event.text for item in script.fresh() if isinstance(item, Happened)]


def test_the_greeting_says_who_and_where(script: Any, state: Any) -> None:
    """And with whom, before the message of the day; a taken nick is explained."""
    script.connect(motd=["Be kind."], nick="ada2", wanted="ada", rooms=[state(), state("#ops")])
    connected, *others = remarks(script)
    assert connected == (
        "Connected to chat.example.org. You are ada2, in #lobby with ada and bob; also in #ops. "
        "/help lists the commands."
    )
    assert others == [
        "ada is taken, so you are ada2. /nick changes it.",
        "Be kind.",
    ]
    assert script.talk.nick == "ada2"


@pytest.mark.parametrize(
    ("count", "nicks", "company"),
    [
        (1, ["ada"], "alone in #ops"),
        (2, ["ada", "bob"], "in #ops with bob"),
        (3, ["ada", "bob", "eve"], "in #ops with bob and eve"),
        (5, ["ada", "bob", "eve"], "in #ops with bob and 3 others"),
        (9, [], "in #ops with 8 others"),
        (0, ["ada"], "alone in #ops"),
    ],
)
def test_the_company_is_named_or_counted(count: int, nicks: list[str], company: str) -> None:
    """Oneself is not company; the list may be shorter than the number."""
    state = {"name": "#ops", "count": count, "members": [{"nick": nick} for nick in nicks]}
    assert whereabouts([state], "", "ada") == company


def test_the_room_one_talks_in_comes_first(make_script: Any, state: Any) -> None:
    """At first the one asked for, later the one that was current; /help is told once."""
    script = make_script(rooms=("ops", "lobby"))
    script.connect(rooms=[state(), state("#ops")])
    assert "in #ops with bob; also in #lobby. /help" in remarks(script)[0]
    script.talk.switch("lobby")
    script.break_off()
    script.fresh()
    script.connect(rooms=[state("#ops"), state()], resumed=True)
    assert remarks(script) == [
        "Connected again to chat.example.org. You are ada, in #lobby with bob; also in #ops."
    ]


def test_a_refused_room_is_told_with_its_reason(script: Any) -> None:
    """And in no room at all it says what to do."""
    script.connect(rooms=[], refused=[{"room": "#x", "code": "banned", "text": "Banned from #x."}])
    shown = [item for item in script.fresh() if isinstance(item, Remark)]
    assert "/join ROOM" in shown[0].text
    assert (shown[1].text, shown[1].refused, shown[1].tone) == (
        "Banned from #x.",
        True,
        Tone.ERROR,
    )


def test_the_first_room_asked_for_is_the_one_to_talk_in(make_script: Any, state: Any) -> None:
    """Whatever order the server lists them in."""
    script = make_script(rooms=("ops", "lobby"))
    script.connect(rooms=[state(), state("#ops")])
    assert script.talk.rooms.current.name == "ops"


def test_entering_a_room_shows_its_newest_lines(make_script: Any, state: Any, said: Any) -> None:
    """As many as chosen, under a heading, before what is said meanwhile."""
    script = make_script(backlog=5)
    [request] = script.connect(rooms=[state(latest=f"{2:026}"), state("#empty")])
    assert (request["type"], request["room"], request["limit"]) == ("history", "#lobby", 5)
    script.give(said(3, "new"))
    assert heard(script) == []
    events = [said(1, "old"), said(2, "older")]
    script.give({"type": "ok", "id": request["id"], "room": "#lobby", "events": events})
    shown = script.fresh()
    assert isinstance(shown[0], EarlierLines)
    assert not shown[0].missed
    assert [item.event.text for item in shown[1:]] == ["old", "older", "new"]
    assert [item.replay for item in shown[1:]] == [True, True, False]


def test_a_user_who_lives_on_is_resumed_and_gets_what_was_missed(script: Any, said: Any) -> None:
    """Token and last id go along; members are those of the new state."""
    script.connect()
    script.give(said(1, "seen"))
    script.break_off()
    script.fresh()
    requests = script.connect(resumed=True)
    assert requests == []
    hello = script.sent[-1]
    assert hello["resume"] == {"token": "secret", "after": f"{1:026}"}
    assert hello["rooms"] == ["#lobby"]
    part = {"type": "missed", "room": "#lobby", "complete": True}
    script.give({**part, "last": False, "events": [said(2, "two")]}, said(4, "live"))
    assert heard(script) == []
    script.give({**part, "last": True, "events": [said(3, "three")]})
    assert heard(script) == ["two", "three", "live"]


def test_a_new_user_asks_the_history_for_the_gap(script: Any, said: Any) -> None:
    """From the last line seen in that room, page by page, shown once."""
    script.connect()
    script.give(said(1, "seen"))
    script.break_off()
    script.fresh()
    [request] = script.connect(resumed=False)
    assert (request["type"], request["after"], request["limit"]) == ("history", f"{1:026}", PAGE)
    page = [said(number, f"line {number}") for number in range(2, PAGE + 2)]
    answer = {"type": "ok", "id": request["id"], "complete": True, "events": page}
    [more] = script.give({**answer, "more": True})
    assert more["after"] == f"{PAGE + 1:026}"
    last = [said(PAGE + 2, "end")]
    script.give({"type": "ok", "id": more["id"], "complete": True, "events": last})
    shown = script.fresh()
    heading = next(item for item in shown if isinstance(item, EarlierLines))
    assert (heading.count, heading.complete) == (PAGE + 1, True)
    assert [i.event.text for i in shown if isinstance(i, Happened)][-1] == "end"


def test_history_that_does_not_reach_back_is_said(script: Any, said: Any) -> None:
    """The server's word for it counts, and a refusal means the same."""
    for reply in ({"type": "ok", "complete": False, "events": []}, {"type": "error", "text": "no"}):
        script.connect()
        script.give(said(1, "seen"))
        script.break_off()
        script.fresh()
        [request] = script.connect(resumed=False)
        script.give({**reply, "id": request["id"]})
        assert any("no longer on the server" in text for text in remarks(script))
        script.break_off()


def test_a_room_nothing_was_heard_in_is_asked_for_all(script: Any) -> None:
    """There is no last id, so the newest lines are what was missed."""
    script.connect()
    script.break_off()
    requests = script.connect(resumed=True)
    assert script.sent[-2]["resume"] == {"token": "secret", "after": None}
    assert [(r["type"], "after" in r) for r in requests] == [("history", False)]


def test_rooms_the_server_does_not_list_are_left(script: Any, state: Any) -> None:
    """After a reconnection the server's list is the truth."""
    script.connect(rooms=[state(), state("#ops")])
    script.break_off()
    script.connect(rooms=[state("#ops")], resumed=True)
    assert [room.name for room in script.talk.rooms] == ["ops"]


def test_private_messages_that_were_missed_are_shown(script: Any, said: Any) -> None:
    """They belong to no room."""
    script.connect()
    script.give(said(1, "seen"))
    script.break_off()
    script.connect(resumed=True)
    script.fresh()
    whisper = {**said(2, "psst"), "type": "whispered", "to": "ada"}
    script.give({"type": "missed", "room": None, "events": [whisper]})
    assert heard(script) == ["psst"]


def refuse(script: Any, code: str) -> list[Any]:
    script.talk.connected()
    hello = script.pump()[-1]
    error = {"type": "error", "id": hello["id"], "code": code, "text": f"No: {code}."}
    requests: list[Any] = script.give(error)
    return requests


@pytest.mark.parametrize("code", ["bad-nick", "nick-taken"])
def test_a_refused_nick_is_asked_for_again(script: Any, code: str) -> None:
    """Another hello on the same connection tries the next one."""
    refuse(script, code)
    assert script.talk.asks_nick
    assert remarks(script) == [f"No: {code}."]
    script.talk.rename("eve")
    [hello] = script.pump()
    assert (hello["type"], hello["nick"]) == ("hello", "eve")


def test_a_nick_that_nobody_chose_is_replaced_quietly(make_script: Any) -> None:
    """The spare one is tried once; then the person is asked."""
    script = make_script(nick="root", spare="guest")
    [hello] = refuse(script, "bad-nick")
    assert hello["nick"] == "guest"
    error = {"type": "error", "id": hello["id"], "code": "bad-nick", "text": "No."}
    script.give(error)
    assert script.talk.asks_nick


@pytest.mark.parametrize(("code", "final"), [("unsupported-version", True), ("full", False)])
def test_some_refusals_are_final(script: Any, code: str, final: bool) -> None:
    """Another connection would be refused again, or may not be."""
    refuse(script, code)
    assert (script.talk.ending is not None) is final
