from typing import Any

import pytest

from twistedchat.client.marks import EVERY


@pytest.fixture
def reader(make_script: Any, state: Any) -> Any:
    """Somebody who is logged in, in two rooms."""
    script = make_script(device="laptop", account="ada", password="p")
    script.connect(account="ada", rooms=[state(), state("#Ops")])
    return script


def marks(script: Any) -> list[tuple[str, str]]:
    """The marks sent since the last call."""
    script.pump()
    sent, script.sent = script.sent, []
    return [(one["room"], one["msgid"].lstrip("0")) for one in sent if one["type"] == "read"]


def test_the_device_is_named(reader: Any, script: Any) -> None:
    """So that the server knows whose marks they are; a program without one says nothing."""
    assert reader.sent[0]["device"] == "laptop"
    script.talk.connected()
    assert "device" not in script.pump()[0]


def test_marks_are_gathered(reader: Any, said: Any) -> None:
    """One a room with the newest line shown, a few seconds after the first; then there are none."""
    reader.give(said(1, "x"), said(2, "y"), said(3, "z", room="#Ops"))
    assert marks(reader) == []
    assert reader.talk.wait(reader.now + 1) == EVERY - 1
    reader.now += EVERY
    assert marks(reader) == [("#lobby", "2"), ("#Ops", "3")]
    assert reader.talk.wait(reader.now) is None
    reader.give({**said(4, ""), "type": "joined"})
    reader.now += EVERY
    assert marks(reader) == []


def test_the_last_marks_stand_before_the_goodbye(reader: Any, said: Any) -> None:
    """However soon it comes."""
    reader.give(said(1, "x"))
    reader.talk.quit()
    assert [one["type"] for one in reader.pump()] == ["read", "quit"]


def test_guests_and_programs_mark_nothing(make_script: Any, said: Any) -> None:
    """There is no account to which it could belong, or nobody who reads."""
    for profile, welcome in (({"device": "laptop"}, {}), ({}, {"account": "ada"})):
        script = make_script(**profile)
        script.connect(**welcome)
        script.give(said(1, "x"))
        assert script.talk.wait(0.0) is None
        script.now += EVERY
        assert marks(script) == []


def test_whoever_logs_in_marks_from_then_on(make_script: Any, said: Any, state: Any) -> None:
    """Also what was shown before."""
    script = make_script(device="laptop")
    script.connect()
    script.give(said(1, "x"))
    script.talk.identity.log_in("ada", "p")
    [request] = script.pump()
    reply = {"type": "ok", "id": request["id"], "nick": "ada", "account": "ada"}
    [history] = script.give({**reply, "token": "t", "rooms": [state()]})
    script.give({"type": "ok", "id": history["id"], "events": [], "complete": True})
    script.now += EVERY
    assert marks(script) == [("#lobby", "1")]


def test_what_is_looked_up_is_not_marked(reader: Any, said: Any) -> None:
    """Between it and the last line that was read something may stand that nobody has seen."""
    reader.talk.past.look_further(0.0)
    [request] = reader.pump()
    reader.give({"type": "ok", "id": request["id"], "events": [said(1, "old")]})
    reader.now += EVERY
    assert marks(reader) == []


def test_a_room_with_something_unseen_is_not_marked(
    make_script: Any, state: Any, said: Any
) -> None:
    """Until that has been shown, though newer lines are."""
    script = make_script(device="laptop")
    waiting = state("#ops", latest=f"{5:026}", read=f"{2:026}", unread=3)
    script.connect(account="ada", rooms=[state(), waiting])
    script.give(said(6, "live", room="#ops"))
    script.now += EVERY
    assert marks(script) == []
    script.talk.switch("ops")
    [request] = script.pump()
    lines = [said(number, "x", room="#ops") for number in (2, 3, 4, 5, 6)]
    script.give({"type": "ok", "id": request["id"], "events": lines})
    script.now += EVERY
    assert marks(script) == [("#ops", "6")]


def test_marks_are_made_again_after_an_outage(reader: Any, said: Any, state: Any) -> None:
    """The last ones may not have come through."""
    reader.give(said(1, "x"))
    reader.now += EVERY
    assert marks(reader) == [("#lobby", "1")]
    reader.break_off()
    [history] = reader.connect(account="ada")
    reader.give({"type": "ok", "id": history["id"], "events": [], "complete": True})
    reader.now += EVERY
    assert marks(reader) == [("#lobby", "1")]


def test_a_server_that_knows_no_marks_is_left_alone(reader: Any, said: Any) -> None:
    """Its refusal is not shown; any other refusal is for one mark only."""
    for code, number in (("refused", 1), ("unknown-request", 2), ("", 3)):
        reader.give(said(number, "x"))
        reader.now += EVERY
        for request in reader.pump():
            reader.give({"type": "error", "id": request["id"], "code": code, "text": "No."})
    assert [one["msgid"][-1] for one in reader.sent if one["type"] == "read"] == ["1", "2"]
    assert not any("No." in str(item) for item in reader.fresh())
