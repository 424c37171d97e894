from typing import Any

import pytest

from twistedchat.client.items import Happened, Remark, Settled, Tone, Unknown


@pytest.fixture
def online(script: Any, state: Any) -> Any:
    script.connect(rooms=[state(), state("#ops")])
    script.fresh()
    return script


def test_a_ping_is_answered(online: Any) -> None:
    """With a pong and nothing else; a pong is no news."""
    assert online.give({"type": "ping"}) == [{"type": "pong"}]
    assert online.give({"type": "pong", "id": 1}) == []
    assert online.fresh() == []


def test_unknown_objects_are_ignored_unless_they_are_events(online: Any) -> None:
    """A program may know what this version does not."""
    online.give({"type": "weather"}, {"type": ["x"]}, {})
    assert online.fresh() == []
    danced = {"type": "danced", "msgid": "1"}
    online.give(danced)
    assert online.fresh() == [Unknown(danced)]


def test_notices_and_errors_are_shown(online: Any) -> None:
    """In the tone that they have."""
    online.give({"type": "notice", "text": "hm"}, {"type": "error", "text": "bad"})
    assert [(item.text, item.tone) for item in online.fresh()] == [
        ("hm", Tone.SERVER),
        ("bad", Tone.ERROR),
    ]


def test_ones_own_new_name_is_known(online: Any, said: Any) -> None:
    """Another's is not taken for it."""
    renamed = {**said(1, ""), "type": "renamed"}
    online.give({**renamed, "old": "bob", "nick": "rob"})
    assert online.talk.nick == "ada"
    online.give({**renamed, "msgid": f"{2:026}", "old": "ada", "nick": "eve"})
    assert online.talk.nick == "eve"


@pytest.mark.parametrize("kind", ["parted", "kicked"])
def test_leaving_a_room_forgets_it(online: Any, said: Any, kind: str) -> None:
    """Own acts and those of operators; another's leaving is not one's own."""
    left = {**said(1, "", nick="ada", room="#lobby"), "type": kind, "by": "bob"}
    online.give({**left, "nick": "bob"}, {**left, "msgid": f"{2:026}"})
    assert [room.name for room in online.talk.rooms] == ["ops"]
    assert online.talk.rooms.current.name == "ops"


def test_another_device_draws_the_person_into_a_room(online: Any, said: Any) -> None:
    """Its members and topic are asked for."""
    requests = online.give({**said(1, "", nick="ada", room="#New"), "type": "joined"})
    assert [(r["type"], r["room"]) for r in requests] == [("who", "#New"), ("topic", "#New")]
    who, topic = requests
    members = [{"nick": "ada"}, {"nick": "eve", "away": ""}]
    online.give(
        {"type": "ok", "id": who["id"], "members": members, "count": 7},
        {"type": "ok", "id": topic["id"], "topic": {"text": "news"}},
    )
    room = online.talk.rooms.find("new")
    assert (room.count, room.topic, room.members) == (7, "news", {"ada": None, "eve": ""})
    assert online.talk.rooms.current.name == "lobby"


def test_joining_here_asks_for_nothing_more(online: Any, said: Any) -> None:
    """The reply to the join has it all."""
    online.talk.join("new")
    online.pump()
    assert online.give({**said(1, "", nick="ada", room="#new"), "type": "joined"}) == []


def test_a_command_that_changes_the_room_is_followed(online: Any) -> None:
    """Its ok names the room; the same one changes nothing."""
    for room in ("#ops", "#ops"):
        online.talk.command("/join ops")
        [request] = online.pump()
        online.give({"type": "ok", "id": request["id"], "room": room})
        assert online.talk.rooms.current.name == "ops"
    assert [item.done for item in online.fresh() if isinstance(item, Settled)] == [True, True]


def test_a_room_whose_event_comes_late_is_entered_by_the_answer(online: Any, said: Any) -> None:
    """As in a busy room; the event then changes nothing and is not told."""
    online.talk.command("/jo new")
    [request] = online.pump()
    [who, _topic] = online.give({"type": "ok", "id": request["id"], "room": "#new"})
    assert online.talk.rooms.current.name == "new"
    members = [{"nick": "ada"}, {"nick": "bob"}]
    online.give({"type": "ok", "id": who["id"], "members": members, "count": 2})
    online.fresh()
    assert online.give({**said(1, "", nick="ada", room="#new"), "type": "joined"}) == []
    assert [item.told for item in online.fresh()] == [True]
    assert online.talk.rooms.current.count == 2


def test_a_room_chosen_meanwhile_stays(online: Any) -> None:
    """An ok with the room the command was typed in is no change."""
    online.talk.command("/who")
    [request] = online.pump()
    online.talk.switch("ops")
    online.give({"type": "ok", "id": request["id"], "room": "#lobby"})
    assert online.talk.rooms.current.name == "ops"


def test_parts_of_a_reply_go_to_who_asked(online: Any) -> None:
    """Others are nobody's."""
    parts: list[Any] = []
    online.talk.ask({"type": "export"}, parts.append, parts.append)
    [request] = online.pump()
    online.give({"type": "export", "id": 999}, {"type": "export", "id": request["id"]})
    assert [part["id"] for part in parts] == [request["id"]]


def test_what_was_read_elsewhere_on_this_device_is_read(online: Any, said: Any) -> None:
    """Once it is all; a room that is not known, or less than all, changes nothing."""
    online.give(said(1, "x", room="#ops"), said(2, "y", room="#ops"))
    ops = online.talk.rooms.find("ops")
    for room, number in (("#ops", 1), ("#gone", 9)):
        online.give({"type": "read", "room": room, "msgid": f"{number:026}"})
    assert ops.unread == 2
    online.give({"type": "read", "room": "#OPS", "msgid": f"{2:026}"})
    assert ops.unread == 0


def test_a_final_closing_ends_it_and_another_is_told(online: Any) -> None:
    """Killed is final, a shutdown is not."""
    online.give({"type": "closing", "code": "shutting-down", "text": "Restarting."})
    assert online.talk.ending is None
    assert [item.text for item in online.fresh() if isinstance(item, Remark)] == ["Restarting."]
    online.give({"type": "closing", "code": "killed", "text": "Killed by bob."})
    assert online.talk.ending.text == "Killed by bob."


def test_a_refusal_is_known_to_be_the_servers(online: Any) -> None:
    """Its words are all there is to say about a command."""
    online.talk.command("/foo")
    [request] = online.pump()
    online.give({"type": "error", "id": request["id"], "text": "There is no /foo."})
    [fate] = online.fresh()
    assert (fate.answered, fate.reason) == (True, "There is no /foo.")


def test_a_field_more_changes_nothing(online: Any, said: Any) -> None:
    """Whatever later versions add is passed over."""
    online.give(said(1, "hi", mood={"of": ["the", "day"]}, account=None))
    [item] = online.fresh()
    assert (item.event.text, item.event.nick) == ("hi", "bob")


def test_comings_told_again_are_taken_calmly(online: Any, said: Any) -> None:
    """Somebody in the list comes, somebody absent goes: nobody is counted twice or below."""
    room = online.talk.rooms.find("lobby")
    online.give({**said(1, "", nick="bob"), "type": "joined"})
    assert (room.count, list(room.members)) == (2, ["ada", "bob"])
    for number, kind in enumerate(("parted", "left", "parted"), start=2):
        online.give({**said(number, "", nick="bob"), "type": kind})
        assert (room.count, list(room.members)) == (1, ["ada"])


def test_a_line_heard_twice_is_one_line(online: Any, said: Any) -> None:
    """And its effects happen once."""
    joined = {**said(1, "", nick="eve"), "type": "joined"}
    online.give(joined, joined)
    assert len([item for item in online.fresh() if isinstance(item, Happened)]) == 1
    assert online.talk.rooms.find("lobby").count == 3
