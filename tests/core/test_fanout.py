"""Who hears what, in which order: compared with a model that delivers each output at once."""

from collections.abc import Callable
from functools import cache, partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twistedchat.core.events import Left, Notice, Output
from twistedchat.core.fanout import Fanout
from twistedchat.core.gates import OpenGate
from twistedchat.core.ports import Gate
from twistedchat.core.users import Session
from twistedchat.testing import (
    HoldingGate,
    RecordingSink,
    VirtualClock,
    connect,
    make_chat,
    run,
    sink_of,
)


def at_once(call: Callable[[], None]) -> None:
    call()


OPEN = partial(OpenGate, at_once)


class Seen:
    """A lens that marks the current room, so that a stale one shows."""

    echo = False
    bell = b""
    follows = False

    def __init__(self, tag: str, current: bool) -> None:
        self.tag, self.current = tag, current

    def for_room(self, current: bool) -> "Seen":
        return seen(self.tag, current)

    def render(self, output: Output, mine: bool = False) -> bytes:
        if isinstance(output, Left):
            return f"[{self.tag} {output.nick}]".encode()
        assert isinstance(output, Notice)
        return f"<{self.tag}{'!' if self.current else ''} {output.text}>".encode()


@cache
def seen(tag: str, current: bool = True) -> Seen:
    return Seen(tag, current)


def make_session(name: str, tag: str = "a") -> Session:
    return Session(name, RecordingSink(), seen(tag), "test", "192.0.2.1", "cloak")


class Together:
    """The real thing beside the model: every act is done to both."""

    def __init__(self, gate: Gate) -> None:
        self.clock = VirtualClock()
        self.fanout = Fanout(gate, self.clock.soon)
        self.sessions = [make_session(f"s{i}", "ab"[i % 2]) for i in range(4)]
        self.expected = dict.fromkeys(self.sessions, b"")
        self.number = 0

    def output(self) -> Notice:
        self.number += 1
        return Notice(str(self.number))

    def listen(self, who: int, room: str) -> None:
        self.fanout.listen(self.sessions[who], room)

    def unlisten(self, who: int, room: str) -> None:
        self.fanout.unlisten(self.sessions[who], room)

    def refocus(self, who: int, room: str, tag: str | None) -> None:
        lens = seen(tag) if tag else None
        self.fanout.refocus(self.sessions[who], room, lens)

    def to_room(self, room: str, without: int | None) -> None:
        output, silent = self.output(), None if without is None else self.sessions[without]
        for session in self.sessions:
            if room in session.lenses and session is not silent:
                lens = session.lens.for_room(session.current == room)
                self.expected[session] += lens.render(output)
        self.fanout.to_room(room, output, silent)

    def to_rooms(self, rooms: list[str]) -> None:
        self.number += 1
        output = Left("", 0.0, str(self.number))
        told = {s for s in self.sessions if not s.lenses.keys().isdisjoint(rooms)}
        for session in told:
            self.expected[session] += session.lens.render(output)
        assert self.fanout.to_rooms(rooms, output) == told

    def to_session(self, who: int) -> None:
        output, session = self.output(), self.sessions[who]
        self.expected[session] += session.lens.for_room(True).render(output)
        self.fanout.to_session(session, output)

    def turn(self) -> None:
        self.clock.turn()


whos, rooms = st.integers(0, 3), st.sampled_from("xyz")
act = st.one_of(
    st.tuples(st.just("listen"), whos, rooms),
    st.tuples(st.just("unlisten"), whos, rooms),
    st.tuples(st.just("refocus"), whos, rooms, st.sampled_from([None, "a", "b"])),
    st.tuples(st.just("to_room"), rooms, st.none() | whos),
    st.tuples(st.just("to_rooms"), st.lists(rooms, unique=True)),
    st.tuples(st.just("to_session"), whos),
    st.tuples(st.just("turn")),
)


@pytest.mark.parametrize("make_gate", [OPEN, HoldingGate])
@settings(max_examples=400, deadline=None)
@given(acts=st.lists(act, max_size=40))
def test_everybody_hears_the_same_as_if_each_output_were_delivered_at_once(
    make_gate: Callable[[], Gate], acts: list[tuple]
) -> None:
    """Nothing is lost, doubled or out of order, whatever the turns and whoever comes and goes."""
    gate = make_gate()
    both = Together(gate)
    for name, *arguments in acts:
        getattr(both, name)(*arguments)
    both.turn()
    if isinstance(gate, HoldingGate):
        assert not any(sink_of(session).written for session in both.sessions)
        gate.release()
    for session in both.sessions:
        assert sink_of(session).data == both.expected[session]


@settings(max_examples=200, deadline=None)
@given(acts=st.lists(act.filter(lambda act: act[0] != "turn"), max_size=30))
def test_every_reader_gets_one_piece_a_turn(acts: list[tuple]) -> None:
    """However many outputs there are in a turn, a sink is written to once."""
    both = Together(OPEN())
    for name, *arguments in acts:
        getattr(both, name)(*arguments)
    both.turn()
    for session in both.sessions:
        assert len(sink_of(session).written) == (1 if both.expected[session] else 0)


def test_lines_of_two_rooms_keep_their_order() -> None:
    """Whoever is in both reads them as they were said: the last id is then the newest."""
    both = Together(OPEN())
    for room in "xy":
        both.listen(0, room)
    for room in "xyxyx":
        both.to_room(room, None)
    both.turn()
    assert sink_of(both.sessions[0]).data == b"<a 1><a 2><a 3><a 4><a 5>"


def test_readers_who_see_alike_share_the_bytes() -> None:
    """A thousand readers cost one rendering: they are handed the very same object."""
    both = Together(OPEN())
    both.listen(0, "x")
    both.listen(2, "x")
    both.to_room("x", None)
    both.turn()
    first, other = (sink_of(both.sessions[i]).written[0] for i in (0, 2))
    assert first is other


def test_those_in_the_same_two_rooms_share_the_bytes() -> None:
    """Also where several rooms talk in one turn."""
    both = Together(OPEN())
    for who in (0, 2):
        both.listen(who, "x")
        both.listen(who, "y")
    both.to_room("x", None)
    both.to_room("y", None)
    both.turn()
    first, other = (sink_of(both.sessions[i]).written[0] for i in (0, 2))
    assert first is other


def test_to_each_renders_once_a_lens() -> None:
    """What everybody is told is not rendered for each."""
    both = Together(OPEN())
    both.fanout.to_each(both.sessions, Notice("all"))
    both.turn()
    assert sink_of(both.sessions[0]).written[0] == b"<a! all>"
    assert sink_of(both.sessions[0]).written[0] is sink_of(both.sessions[2]).written[0]


def test_listening_twice_changes_nothing() -> None:
    """Nobody loses what was said in between."""
    both = Together(OPEN())
    both.listen(0, "x")
    both.to_room("x", None)
    both.listen(0, "x")
    both.turn()
    assert sink_of(both.sessions[0]).data == b"<a 1>"


def test_what_renders_to_nothing_is_not_written() -> None:
    """A lens that leaves an event out causes no empty write."""

    class Blind(Seen):
        def for_room(self, current: bool) -> "Seen":
            return self

        def render(self, output: Output, mine: bool = False) -> bytes:
            return b""

    clock = VirtualClock()
    fanout = Fanout(OPEN(), clock.soon)
    sessions = [make_session("s1"), make_session("s2")]
    for session in sessions:
        session.lens = Blind("a", True)
        fanout.listen(session, "x")
    fanout.to_room("x", Notice("1"), sessions[1])
    fanout.to_session(sessions[0], Notice("2"))
    clock.turn()
    assert sink_of(sessions[0]).written == sink_of(sessions[1]).written == []


def test_a_room_nobody_hears_costs_nothing() -> None:
    """No turn is begun for it, and a room without readers is forgotten."""
    both = Together(OPEN())
    both.listen(0, "x")
    both.unlisten(0, "x")
    both.to_room("x", None)
    assert both.clock._soon == []
    assert both.fanout._rooms == {}


def test_a_room_left_in_the_middle_of_a_turn_is_forgotten_behind_it() -> None:
    """Its last reader hears what was said until then."""
    both = Together(OPEN())
    both.listen(0, "x")
    both.to_room("x", None)
    both.unlisten(0, "x")
    both.to_room("x", None)
    both.turn()
    assert sink_of(both.sessions[0]).data == b"<a 1>"
    assert both.fanout._rooms == {}


def test_the_connection_is_closed_behind_the_last_words() -> None:
    """finish comes when all of the turn is written."""
    both = Together(OPEN())
    session = both.sessions[0]
    closed: list[bytes] = []
    sink_of(session).finish = lambda: closed.append(sink_of(session).data)  # type: ignore[method-assign]
    both.fanout.send(session, b"bye")
    both.fanout.end(session)
    both.turn()
    assert closed == [b"bye"]


def test_what_happens_after_a_turn_is_closed_changes_nothing_in_it() -> None:
    """A turn waits at the gate: leaving, coming and new outputs belong to the next."""
    gate = HoldingGate()
    both = Together(gate)
    both.listen(0, "x")
    both.to_room("x", None)
    both.turn()
    both.unlisten(0, "x")
    both.listen(1, "x")
    both.to_room("x", None)
    gate.release()
    assert sink_of(both.sessions[0]).data == b"<a 1>"
    assert sink_of(both.sessions[1]).data == b""


def test_refocusing_on_the_same_room_keeps_a_reader_among_the_others() -> None:
    """/join of the current room does not cost the shared bytes."""
    both = Together(OPEN())
    for who in (0, 2):
        both.listen(who, "x")
    both.to_room("x", None)
    both.refocus(0, "y", None)
    both.turn()
    assert sink_of(both.sessions[0]).written[0] is sink_of(both.sessions[2]).written[0]


def test_said_by_one_who_does_not_listen_reaches_the_others() -> None:
    """``without`` may name a session that is not among the readers."""
    both = Together(OPEN())
    both.listen(0, "x")
    both.to_room("x", 1)
    both.turn()
    assert sink_of(both.sessions[0]).data == b"<a 1>"


def test_sessions_that_leave_a_silent_room_are_forgotten() -> None:
    """A room in which nothing happens must not keep who was in it."""
    chat = make_chat()
    owner = connect(chat)
    token = run(chat.enter(owner, "owner"))
    run(chat.join(owner, "quiet"))
    chat.arrive(owner)
    chat.clock.turn()
    for _ in range(10):
        tab = connect(chat)
        run(chat.resume(tab, token))
        chat.arrive(tab)
        chat.disconnect(tab, "")
    assert chat.fanout._rooms["quiet"].late == {}
    assert tab not in chat.fanout._spans
