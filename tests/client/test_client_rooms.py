import pytest

from twistedchat.client.rooms import Rooms, key
from twistedchat.core import events


@pytest.fixture
def rooms() -> Rooms:
    rooms = Rooms()
    for name in ("#lobby", "#Ops", "#dev"):
        rooms.add(name).update(
            {"topic": {"text": "t"}, "members": [{"nick": "ada"}, {"nick": "bob"}], "count": 2}
        )
    return rooms


def test_a_room_is_found_in_any_spelling(rooms: Rooms) -> None:
    """With and without the sign, in any case; the first one joined is current."""
    assert rooms.find("#OPS") is rooms.find("ops")
    assert rooms.current is rooms.find("lobby")
    assert key(" #Ops") == "ops"


def test_leaving_the_current_room_makes_another_current(rooms: Rooms) -> None:
    """Its unread marks go; leaving the last room leaves none."""
    ops = rooms.find("ops")
    assert ops is not None
    ops.unread = 3
    rooms.remove("lobby")
    assert rooms.current is ops
    assert ops.unread == 0
    rooms.keep_only({"dev"})
    rooms.remove("dev")
    assert rooms.current is None
    assert rooms.step(1) is None


def test_steps_go_round_and_numbers_count_from_one(rooms: Rooms) -> None:
    """Next, previous, by number, and out of range."""
    assert rooms.step(-1) is rooms.find("dev")
    assert rooms.step(1) is rooms.find("ops")
    assert rooms.number(3) is rooms.find("dev")
    assert rooms.number(4) is None
    assert rooms.number(0) is None


def test_a_room_with_a_mention_is_read_first(rooms: Rooms) -> None:
    """Among the unread ones a mention wins; nothing unread is nothing."""
    assert rooms.next_unread() is None
    ops, dev = rooms.find("ops"), rooms.find("dev")
    assert ops is not None
    assert dev is not None
    ops.unread = dev.unread = 1
    dev.mentions = 1
    assert rooms.next_unread() is dev
    rooms.switch("dev")
    assert rooms.next_unread() is ops
    assert not dev.mentions


def test_members_come_go_and_change_their_names(rooms: Rooms) -> None:
    """Joined, parted, kicked, renamed and left are followed where they apply."""
    lobby, ops = rooms.find("lobby"), rooms.find("ops")
    assert lobby is not None
    assert ops is not None
    rooms.apply(events.Joined("1", 0.0, "lobby", "eve"))
    assert lobby.count == 3
    rooms.apply(events.Said("2", 0.0, "lobby", "bob", "x"))
    rooms.apply(events.Renamed("3", 0.0, "bob", "rob"))
    assert list(lobby.speakers) == ["rob"]
    assert "rob" in ops.members
    rooms.apply(events.WentAway("4", 0.0, "rob", "lunch"))
    assert ops.members["rob"] == "lunch"
    rooms.apply(events.CameBack("5", 0.0, "rob"))
    assert ops.members["rob"] is None
    rooms.apply(events.Kicked("6", 0.0, "ops", "rob", "ada"))
    assert "rob" not in ops.members
    rooms.apply(events.Left("7", 0.0, "rob"))
    assert "rob" not in lobby.members
    assert lobby.count == 2


def test_the_topic_is_followed(rooms: Rooms) -> None:
    """A change shows in its room only."""
    rooms.apply(events.TopicChanged("1", 0.0, "ops", "bob", "ship it"))
    assert [room.topic for room in rooms] == ["t", "ship it", "t"]


def test_the_latest_speaker_comes_last(rooms: Rooms) -> None:
    """Speaking again moves a nick to the end."""
    lobby = rooms.add("lobby")
    for nick in ("bob", "eve", "bob"):
        lobby.spoke(nick)
    assert list(lobby.speakers) == ["eve", "bob"]
