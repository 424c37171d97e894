"""The fakes themselves."""

import pytest
from twisted.internet.defer import Deferred

from twistedchat.core.about import About
from twistedchat.core.events import Kicked, Notice, Said
from twistedchat.core.intents import SetAway
from twistedchat.core.users import Session
from twistedchat.testing import (
    START,
    HoldingGate,
    RecordingJournal,
    RecordingSink,
    SharedLog,
    VirtualClock,
    connect,
    enter,
    heard,
    heard_objects,
    ignore_outcome,
    make_chat,
    run,
    sink_of,
)


def test_the_example_of_the_module() -> None:
    """Somebody speaks, somebody hears it."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "lobby"), enter(chat, "bob", "lobby")
    chat.say(ada, "lobby", "hi", ignore_outcome)
    chat.clock.turn()
    said = heard(bob)[-1]
    assert isinstance(said, Said)
    assert (said.nick, said.text, said.at) == ("ada", "hi", START)
    assert heard(bob) == []


def test_a_sink_records() -> None:
    """Pieces, all as bytes or text, and that it is closed."""
    pieces: list[bytes] = []
    sink = RecordingSink(pieces.append)
    sink.write(b"a")
    sink.write("é".encode())
    assert sink.written == pieces == [b"a", "é".encode()]
    assert sink.text == "aé"
    assert sink.take() == "aé".encode()
    assert sink.data == b""
    assert not sink.finished
    sink.finish()
    assert sink.finished


def test_a_sink_takes_long_replies() -> None:
    """Piece by piece, all of them."""
    sink = RecordingSink()
    sink.stream(piece for piece in (b"a", b"", b"b"))
    assert sink.data == b"ab"


def test_a_clock_goes_on_when_told() -> None:
    """Calls come in the order in which they are due, each at its time, with the turns between."""
    clock, called = VirtualClock(100.0), []

    def note(name: str) -> None:
        called.append((name, clock.now()))
        clock.soon(lambda: called.append((f"{name} soon", clock.now())))

    clock.later(5, lambda: note("five"))
    clock.later(2, lambda: note("two"))
    clock.later(9, lambda: note("nine"))
    clock.soon(lambda: note("now"))
    clock.advance(5)
    assert called == [
        ("now", 100.0), ("now soon", 100.0), ("two", 102.0), ("two soon", 102.0),
        ("five", 105.0), ("five soon", 105.0),
    ]  # fmt: skip
    clock.advance(3.5)
    assert clock.now() == 108.5
    assert len(called) == 6


def test_a_clock_can_go_wrong() -> None:
    """What waits goes on waiting as long as it should."""
    clock, called = VirtualClock(100.0), []
    clock.later(5, lambda: called.append(clock.now()))
    clock.set_back(50)
    assert clock.now() == 50.0
    clock.advance(4)
    assert called == []
    clock.advance(1)
    assert called == [55.0]


def test_a_gate_holds() -> None:
    """In order, and what is submitted later waits again."""
    gate, released = HoldingGate(), []

    class Turn:
        def mark_unstored(self) -> None:
            raise AssertionError

        def release(self) -> bool:
            # A large one takes two turns of the event loop.
            released.append(self)
            return released.count(self) == 2

    turns = [Turn(), Turn()]
    for turn in turns:
        gate.submit(turn)
    assert released == []
    gate.release()
    gate.release()
    assert released == [turns[0], turns[0], turns[1], turns[1]]


def test_a_journal_keeps() -> None:
    """What operators did."""
    journal = RecordingJournal()
    act = Kicked("1", 0.0, "ops", "bob", "ada")
    journal.operator_acted(act)
    assert journal.events == [act]


def test_a_shared_log_orders_when_told() -> None:
    """And what comes of it too."""
    chat = make_chat()
    ada = enter(chat, "ada")
    log = SharedLog(chat.bus)
    chat.bus = log
    doing = Deferred.fromCoroutine(chat.set_away(ada, "x"))
    with pytest.raises(RuntimeError, match="waits for something"):
        run(chat.set_away(ada, "y"))
    assert log.waiting[0][0] == SetAway(ada.user.id, "x")
    assert not doing.called
    log.settle()
    assert doing.called
    assert ada.user.away == "y"


def test_everything_of_a_chat_can_be_chosen() -> None:
    """Bounds by name, and the parts."""
    clock, gate, journal = VirtualClock(5.0), HoldingGate(), RecordingJournal()
    about = About("x")
    chat = make_chat(
        clock=clock, gate=gate, journal=journal, about=about, reserved=frozenset({"zoe"}), nick=3
    )
    assert (chat.clock, chat.about) == (clock, about)
    assert chat.state.limits.nick == 3
    assert enter(chat, "zoe").user.nick == "zo2"
    chat.tell(enter(chat, "bob"), Notice("hi"))
    clock.turn()
    assert len(gate.turns) == 1


def test_objects_can_be_read_as_they_are() -> None:
    """For what is no event."""
    chat = make_chat()
    ada = enter(chat, "ada")
    chat.fanout.send(ada, b'{"type":"ok"}\n{"type":"notice","text":"x","code":"y"}\n')
    chat.clock.turn()
    assert heard_objects(ada) == [{"type": "ok"}, {"type": "notice", "text": "x", "code": "y"}]
    chat.fanout.send(ada, b'{"type":"ok"}\n')
    chat.clock.turn()
    assert heard(ada) == []


def test_a_session_with_another_sink_is_refused() -> None:
    """sink_of is for those that this module made."""
    chat = make_chat()
    assert sink_of(connect(chat)).written == []

    class Other:
        def write(self, data: bytes) -> None: ...

        def finish(self) -> None: ...

    with pytest.raises(TypeError):
        sink_of(Session("1", Other(), connect(chat).lens, "test", "", ""))
