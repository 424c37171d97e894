"""Comings and goings in busy rooms are told together, and never out of order."""

import pytest

from twistedchat.core.crowds import HOLD_SECONDS, SMALL, Crowds
from twistedchat.core.events import Crowd, Joined, Left
from twistedchat.render.plain import Style, lens_for
from twistedchat.testing import VirtualClock, enter, make_chat, run, sink_of


def reading(chat):
    return enter(chat, "reader", "lobby", lens=lens_for(Style()))


def lines(session):
    return sink_of(session).take().decode().splitlines()


class Room:
    """Crowds of a room with so many readers, and what was told."""

    def __init__(self, size=SMALL + 1):
        self.clock = VirtualClock()
        self.told = []
        self.size = size
        self.crowds = Crowds(self.clock, self)

    def count(self, room):
        return self.size if room == "lobby" else 1

    def to_rooms(self, rooms, output, told=frozenset()):
        self.told.append((rooms, output))
        return {"reader"}

    def come(self, *nicks, rooms=("lobby",)):
        events = [Joined(nick, 0.0, rooms[0], nick) for nick in nicks]
        for event in events:
            self.crowds.add(rooms, event)
        return events


def test_the_first_is_told_at_once():
    room = Room()
    [ada] = room.come("ada")
    assert room.told == [(("lobby",), ada)]


def test_a_fault_keeps_nobody_else_from_being_told():
    """The crowds of the other rooms go a second later."""
    room = Room()
    room.count = lambda _: SMALL + 1
    for key in ("lobby", "ops"):
        room.come("zero", "ada", rooms=(key,))
    tell, room.to_rooms = room.to_rooms, lambda *_: 1 / 0
    with pytest.raises(ZeroDivisionError):
        room.clock.advance(HOLD_SECONDS)
    room.to_rooms = tell
    room.clock.advance(HOLD_SECONDS)
    assert [rooms for rooms, _ in room.told[2:]] == [("ops",)]


def test_those_who_follow_within_a_second_are_told_together():
    room = Room()
    first, *others = room.come("ada", "bob", "cy")
    assert room.told == [(("lobby",), first)]
    room.clock.advance(HOLD_SECONDS)
    assert room.told[1:] == [(("lobby",), Crowd(tuple(others)))]


def test_one_alone_is_no_crowd():
    room = Room()
    _, bob = room.come("ada", "bob")
    room.clock.advance(HOLD_SECONDS)
    assert room.told[1:] == [(("lobby",), bob)]


def test_a_storm_is_told_once_a_second():
    room = Room()
    for _ in range(50):
        room.come(*"abcde")
        room.clock.advance(0.1)
    room.clock.advance(HOLD_SECONDS)
    assert len(room.told) <= 8
    told = [e for _, o in room.told for e in (o.events if isinstance(o, Crowd) else (o,))]
    assert len(told) == 250


def test_whatever_else_happens_in_the_room_lets_the_crowd_go_first():
    room = Room()
    room.come("ada", "bob", "cy")
    room.crowds.release(("ops",))
    assert len(room.told) == 1
    room.crowds.release(("lobby", "ops"))
    assert len(room.told) == 2
    room.clock.advance(HOLD_SECONDS)
    assert len(room.told) == 2


def test_the_largest_room_decides_what_is_held():
    """Those in the other rooms alone hear of whom they know, and hear it once."""
    room = Room()
    room.come("zero", "ada", "bob")
    [cy] = room.come("cy", rooms=("ops", "lobby"))
    assert [output.nick for _, output in room.told] == ["zero"]
    room.clock.advance(HOLD_SECONDS)
    assert [(rooms, len(output.events)) for rooms, output in room.told[1:2]] == [(("lobby",), 3)]
    assert room.told[2:] == [(("ops",), cy)]


def test_a_room_is_held_with_one_other_only():
    """Whoever was held elsewhere in one of the rooms goes first."""
    room = Room()
    room.come("zero", "ada")
    room.come("bob", rooms=("lobby", "ops"))
    room.come("cy", rooms=("ops",))
    nicks = [[e.nick for e in getattr(o, "events", (o,))] for _, o in room.told]
    assert nicks == [["zero"], ["ada", "bob"], ["bob"], ["cy"]]


def test_everybody_has_a_room_of_their_own_as_well():
    """A network break takes them all out: that is one line in the room that they share."""
    chat = make_chat()
    reader = reading(chat)
    others = [enter(chat, f"u{number}", "lobby") for number in range(SMALL + 50)]
    plain = lens_for(Style())
    friends = [enter(chat, f"f{n}", f"own{n}", lens=plain) for n in range(SMALL + 50)]
    for number, session in enumerate(others):
        run(chat.join(session, f"own{number}"))
    chat.clock.advance(10)
    lines(reader)
    for friend in friends:
        sink_of(friend).take()
    for session in others:
        chat.disconnect(session, "")
    chat.clock.advance(HOLD_SECONDS)
    gone = [line for line in lines(reader) if "gone" in line]
    assert len(gone) == 2
    assert "others have gone." in gone[1]
    assert {sink_of(friend).take().decode().count("gone") for friend in friends} == {1}


def test_in_a_small_room_nothing_is_held():
    room = Room(size=SMALL)
    room.come("ada", "bob", "cy")
    assert [output.nick for _, output in room.told] == ["ada", "bob", "cy"]


def test_what_is_remembered_of_rooms_is_bounded():
    room = Room()
    for number in range(3000):
        room.come("ada", rooms=(f"room{number}",))
    assert len(room.crowds._told) <= 1000


def test_nobody_speaks_before_having_come():
    """In the real chat: a crowd that is held goes out before a line of one who is in it."""
    chat = make_chat()
    reader = reading(chat)
    for number in range(SMALL + 5):
        enter(chat, f"u{number}", "lobby")
    late = enter(chat, "late", "lobby")
    chat.clock.turn()
    assert "*** late joined #lobby." not in lines(reader)
    chat.say(late, "lobby", "hello", lambda _: None)
    chat.clock.turn()
    *before, last = lines(reader)
    assert last.endswith("<late> hello")
    assert any("joined #lobby" in line for line in before)


def test_a_storm_of_leavers_is_one_line():
    chat = make_chat()
    reader = reading(chat)
    others = [enter(chat, f"u{number}", "lobby") for number in range(SMALL + 50)]
    chat.clock.advance(10)
    lines(reader)
    for session in others:
        chat.disconnect(session, "")
    chat.clock.advance(HOLD_SECONDS)
    gone = [line for line in lines(reader) if "gone" in line]
    assert len(gone) <= SMALL + 3
    assert any("others have gone." in line for line in gone)


def test_when_the_server_stops_nobody_is_told_that_everybody_leaves():
    chat = make_chat()
    reader, other = reading(chat), enter(chat, "other", "lobby")
    chat.clock.turn()
    lines(reader)
    chat.stopping = True
    chat.disconnect(other, "")
    chat.clock.turn()
    assert lines(reader) == []


def test_whoever_goes_is_told_behind_their_own_coming():
    """Also when they are in more rooms by then."""
    room = Room()
    room.come("zero", "ada")
    left = Left("2", 0.0, "ada")
    room.come("zero", rooms=("lobby", "ops"))
    room.come("eve", rooms=("lobby", "ops"))
    room.crowds.add(("lobby", "ops"), left)
    room.clock.advance(HOLD_SECONDS)
    told = [e for _, o in room.told for e in (o.events if isinstance(o, Crowd) else (o,))]
    comings = [e.nick for e in told[: told.index(left)] if isinstance(e, Joined)]
    assert "ada" in comings
