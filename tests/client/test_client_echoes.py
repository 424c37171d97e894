from typing import Any

import pytest

from twistedchat.client.items import Happened


def told(script: Any) -> list[bool]:
    return [item.told for item in script.fresh() if isinstance(item, Happened)]


@pytest.fixture
def online(script: Any, state: Any) -> Any:
    script.connect(rooms=[state(), state("#ops")])
    script.fresh()
    return script


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("/part ops bye", "parted"),
        ("/LEAVE", "parted"),
        ("/aw lunch", "went_away"),
        ("/back", "came_back"),
        ("/jo new", "joined"),
    ],
)
def test_what_is_typed_here_is_told_by_its_answer(
    online: Any, said: Any, typed: str, kind: str
) -> None:
    """Commands may be shortened; once answered, the same event is somebody else's doing."""
    room = "#ops" if kind == "parted" else "#new"
    event = {**said(1, "", nick="ada", room=room), "type": kind, "reason": ""}
    online.talk.command(typed)
    [request] = online.pump()
    online.give(event)
    assert told(online) == [True]
    online.give({"type": "ok", "id": request["id"]}, {**event, "msgid": "2", "room": "#dev"})
    assert told(online) == [False]


def test_another_device_has_no_answer_here(online: Any, said: Any) -> None:
    """Its acts are shown, also while another command is under way; those of others always."""
    online.talk.command("/who")
    online.talk.say("/part is a command")
    online.pump()
    parted = {**said(1, "", nick="ada", room="#ops"), "type": "parted"}
    online.give(parted, {**parted, "msgid": "2", "nick": "bob"})
    assert told(online) == [False, False]


def test_joining_is_told_by_the_answer_however_late_its_event(
    online: Any, said: Any, state: Any
) -> None:
    """Before the reply to the join, and after it."""
    online.talk.join("new")
    [request] = online.pump()
    joined = {**said(1, "", nick="ada", room="#new"), "type": "joined"}
    online.give(joined)
    online.give({"type": "ok", "id": request["id"], "room": state("#new")})
    online.give({**joined, "msgid": "2"})
    assert told(online) == [True, True]


def test_other_acts_are_always_shown(online: Any, said: Any) -> None:
    """Nothing else tells of it."""
    online.talk.command("/topic x")
    online.pump()
    online.give({**said(1, "", nick="ada"), "type": "topic_changed", "topic": "x"})
    assert told(online) == [False]
