"""Releasing a turn: bells, faults, and readers who vanish in the middle of it."""

import json
from collections.abc import Iterator

import pytest

from twistedchat.core import turn
from twistedchat.core.chat import Chat
from twistedchat.core.events import Notice, Output, Said, Whispered
from twistedchat.core.intents import Ban, Delete, Register, RegisterRoom
from twistedchat.core.lenses import IgnoringLens
from twistedchat.core.records import private_place
from twistedchat.core.room_turn import RoomTurn
from twistedchat.core.turn import AT_ONCE, NOT_YET, Turn
from twistedchat.core.users import Session
from twistedchat.render.json import JSON_LENS
from twistedchat.render.plain import Style, lens_for
from twistedchat.testing import (
    HoldingGate,
    connect,
    enter,
    heard,
    ignore_outcome,
    make_chat,
    run,
    sink_of,
)

RINGING = lens_for(Style(stamps=False, bell="mention"))


def say(chat: Chat, session: Session, text: str, room: str = "lobby") -> None:
    chat.say(session, room, text, ignore_outcome)


def ringing(chat: Chat, nick: str, *rooms: str) -> Session:
    session = enter(chat, nick, *rooms, lens=RINGING)
    chat.clock.turn()
    sink_of(session).take()
    return session


def test_a_mention_rings_for_the_one_who_is_meant() -> None:
    """A bell goes to the person mentioned, in whatever case, and to nobody else."""
    chat = make_chat()
    ada = enter(chat, "ada", "lobby")
    bob, eve = ringing(chat, "bob", "lobby"), ringing(chat, "eve", "lobby")
    sink_of(bob).take()
    say(chat, ada, "well, BOB: hello")
    chat.clock.turn()
    assert sink_of(bob).take() == b"<ada> well, BOB: hello\n" + b"\a"
    assert b"\a" not in sink_of(eve).take()


@pytest.mark.parametrize("text", ["bobby", "lobby", "a bob's", "hello"])
def test_words_that_only_contain_the_nick_do_not_ring(text: str) -> None:
    """A mention is the nick itself, with punctuation around it at most."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "lobby"), ringing(chat, "bob", "lobby")
    say(chat, ada, text)
    chat.clock.turn()
    assert b"\a" not in sink_of(bob).data


def test_a_mention_rings_whatever_else_is_heard_in_the_turn() -> None:
    """Also for a reader who is answered, speaks, moves and leaves in the same turn."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "lobby", "ops"), ringing(chat, "bob", "lobby", "ops")
    say(chat, ada, "bob?")
    say(chat, bob, "yes")
    chat.focus(bob, chat.state.rooms["ops"])
    run(chat.part(bob, "lobby"))
    chat.clock.turn()
    assert sink_of(bob).data.startswith(b"<ada> bob?\n")
    assert sink_of(bob).data.count(b"\a") == 1


def test_several_mentions_in_a_turn_ring_once() -> None:
    """A paste is no alarm."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "lobby"), ringing(chat, "bob", "lobby")
    for _ in range(3):
        say(chat, ada, "bob!")
    chat.clock.turn()
    assert sink_of(bob).data == b"<ada> bob!\n" * 3 + b"\a"


def test_what_was_said_before_one_came_does_not_ring() -> None:
    """A reader is rung for what they hear, not for what was said earlier in the turn."""
    chat = make_chat()
    ada = enter(chat, "ada", "lobby")
    bob = enter(chat, "bob", lens=RINGING)
    say(chat, ada, "bob?")
    run(chat.join(bob, "lobby"))
    chat.clock.turn()
    assert b"\a" not in sink_of(bob).data


def test_one_who_is_ignored_rings_no_bell() -> None:
    """Nothing is heard of people who are ignored, no bell either."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "lobby"), ringing(chat, "bob", "lobby")
    run(chat.ignore(bob, "ada", True))
    say(chat, ada, "bob!")
    chat.clock.turn()
    assert sink_of(bob).data == b""


def test_ones_own_words_ring_on_no_device() -> None:
    """A second device of the speaker stays quiet."""
    chat = make_chat()
    ada = connect(chat)
    token = run(chat.enter(ada, "ada"))
    run(chat.join(ada, "lobby"))
    chat.arrive(ada)
    second = connect(chat, lens=RINGING)
    run(chat.resume(second, token))
    chat.arrive(second)
    say(chat, ada, "ada is me")
    chat.clock.turn()
    assert sink_of(second).data == b"<ada> ada is me\n"


def test_events_that_are_no_messages_ring_no_bell() -> None:
    """bob joining is no mention of bob, nor is a topic."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "lobby"), ringing(chat, "bob", "lobby")
    run(chat.set_topic(ada, "lobby", "bob"))
    chat.clock.turn()
    assert b"\a" not in sink_of(bob).data


def test_a_reader_without_a_nick_is_never_rung() -> None:
    """A session can lose its user while a turn waits."""
    room = RoomTurn()
    room.outputs.append(Said("1", 0.0, "lobby", "ada", "bob", "u"))
    session = connect(make_chat(), lens=RINGING)
    assert not room.rings(session, RINGING, 0, 1)


class Faulty(Exception):
    pass


def test_a_faulty_sink_takes_nothing_from_the_others() -> None:
    """Everybody else gets theirs and is closed if they were to be; the fault is reported."""
    chat = make_chat()
    people = [enter(chat, nick, "lobby") for nick in ("ada", "bob", "eve", "joe")]
    chat.clock.turn()
    for session in people:
        sink_of(session).take()

    def fail(_: bytes = b"") -> None:
        raise Faulty

    sink_of(people[1]).on_write = fail
    sink_of(people[2]).finish = fail  # type: ignore[method-assign]
    say(chat, people[0], "hi")
    for session in people[2:]:
        chat.fanout.end(session)
    with pytest.raises(ExceptionGroup) as caught:
        chat.clock.turn()
    assert [type(fault) for fault in caught.value.exceptions] == [Faulty, Faulty]
    assert [len(heard(session)) for session in people] == [1, 1, 1, 1]
    assert sink_of(people[3]).finished


@pytest.mark.parametrize("speaks", [True, False])
def test_a_reader_dropped_in_the_middle_of_a_turn_harms_nobody(speaks: bool) -> None:
    """A sink that overflows ends its session at once: the others hear the line, then who left."""
    chat = make_chat()
    ada, bob, eve = (enter(chat, nick, "lobby", "ops") for nick in ("ada", "bob", "eve"))
    chat.clock.turn()
    for session in (ada, bob, eve):
        sink_of(session).take()
    sink_of(bob).on_write = lambda _: chat.disconnect(bob, "Too slow to read")
    if speaks:
        say(chat, bob, "me")
    say(chat, ada, "one")
    say(chat, ada, "two", "ops")
    chat.clock.turn()
    for session in (ada, eve):
        told = heard(session)
        assert [type(event).__name__ for event in told] == ["Said"] * (2 + speaks) + ["Left"]
        assert told[-1].reason == "Too slow to read"
    assert bob.id not in chat.sessions
    assert "bob" not in chat.state.nicks


def test_everybody_may_be_dropped_in_one_turn() -> None:
    """Sinks that all overflow on the same line end all sessions, once."""
    chat = make_chat()
    people = [enter(chat, f"p{i}", "lobby") for i in range(5)]
    chat.clock.turn()
    for session in people:
        sink_of(session).on_write = lambda _, s=session: chat.disconnect(s, "Too slow")
    say(chat, people[0], "hi")
    chat.clock.turn()
    assert not chat.sessions
    assert not chat.state.users
    assert not chat.state.rooms


def test_a_lens_renders_each_output_of_a_room_once() -> None:
    """Those who stand apart share the rendering with the others."""
    rendered: list[Output] = []

    class Counting:
        echo, bell, follows = False, b"", False

        def for_room(self, current: bool) -> "Counting":
            return self

        def render(self, output: Output, mine: bool = False) -> bytes:
            rendered.append(output)
            return b"x"

    chat, lens = make_chat(), Counting()
    people = [enter(chat, f"p{i}", "lobby", lens=lens) for i in range(4)]
    chat.clock.turn()
    rendered.clear()
    for session in people:
        say(chat, session, "hi")
    chat.clock.turn()
    assert len(rendered) == 4


def test_an_ignoring_reader_shares_with_nobody() -> None:
    """One reader's filter leaves the others' bytes alone."""
    chat = make_chat()
    ada, bob, eve = (enter(chat, nick, "lobby") for nick in ("ada", "bob", "eve"))
    run(chat.ignore(bob, "ada", True))
    assert isinstance(bob.lens, IgnoringLens)
    chat.clock.turn()
    for session in (bob, eve):
        sink_of(session).take()
    say(chat, ada, "hi")
    say(chat, eve, "ho")
    chat.clock.turn()
    assert [event.text for event in heard(bob)] == ["ho"]
    assert [event.text for event in heard(eve)] == ["hi", "ho"]


def test_an_empty_turn_does_nothing() -> None:
    """Releasing nothing is no fault."""
    assert Turn([], {}, {}, {}, []).release()


@pytest.mark.parametrize("many", [AT_ONCE, AT_ONCE + 1, 2 * AT_ONCE + 1])
def test_very_many_readers_get_theirs_in_several_turns_of_the_loop(many: int) -> None:
    """In order, each once, and nothing that is said meanwhile overtakes it."""
    chat = make_chat()
    room = RoomTurn()
    room.outputs.append(Notice("one"))
    room.places.append(0)
    sessions = [connect(chat) for _ in range(many)]
    alike, apart = sessions[: many // 2], sessions[many // 2 :]
    lens = apart[0].lens
    spans = {session: [(room, lens, 0, 1)] for session in apart}
    large = Turn([(room, [(lens, alike)])], spans, {}, {}, [])
    shares = 1
    while not large.release():
        shares += 1
        assert sum(bool(sink_of(session).data) for session in sessions) <= AT_ONCE * shares
    assert shares == -(-many // AT_ONCE)
    assert {sink_of(session).data for session in sessions} == {lens.render(Notice("one"))}


def test_what_is_said_while_a_large_turn_goes_out_comes_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also for those who had theirs at once."""
    monkeypatch.setattr(turn, "AT_ONCE", 5)
    chat = make_chat()
    readers = [enter(chat, f"n{number}", "lobby") for number in range(12)]
    chat.clock.turn()
    say(chat, readers[0], "hi")
    chat.clock.turn()
    say(chat, readers[1], "ho")
    for _ in range(6):
        chat.clock.turn()
    for reader in readers:
        said = [event.text for event in heard(reader) if isinstance(event, Said)]
        assert said == ["hi", "ho"]


def pieces(*texts: bytes) -> Iterator[bytes]:
    yield from texts


def test_a_long_reply_has_its_place_among_all_that_is_heard() -> None:
    """Several rooms, one's own lines, several long replies; and a bell behind all."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "lobby", "ops"), ringing(chat, "bob", "lobby", "ops")
    say(chat, ada, "one bob")
    chat.fanout.send(bob, b"own 1\n")
    chat.fanout.stream(bob, pieces(b"long 1a\n", b"", b"long 1b\n"))
    say(chat, ada, "two", "ops")
    chat.fanout.stream(bob, pieces(b"long 2\n"))
    chat.fanout.stream(bob, pieces(b"long 3\n"))
    chat.fanout.send(bob, b"own 2\n")
    say(chat, ada, "three")
    assert chat.fanout.owed(bob) == len(b"own 1\nown 2\n")
    chat.clock.turn()
    lines = sink_of(bob).text.splitlines()
    assert lines == [
        "<ada> one bob", "own 1", "long 1a", "long 1b", "#ops <ada> two", "long 2", "long 3",
        "own 2", "<ada> three", "\a",
    ]  # fmt: skip
    assert chat.fanout.owed(bob) == 0


def test_a_long_reply_alone() -> None:
    """Nobody else hears anything, and the end comes behind it."""
    chat = make_chat()
    ada = ringing(chat, "ada")
    chat.fanout.stream(ada, pieces(b"long\n"))
    chat.fanout.end(ada)
    chat.clock.turn()
    assert sink_of(ada).take() == b"long\n"
    assert sink_of(ada).finished


def test_a_sink_that_fails_at_a_long_reply_is_nobody_elses_business() -> None:
    """All others get theirs; then the fault is raised."""
    chat = make_chat()
    ada, bob = ringing(chat, "ada"), ringing(chat, "bob")

    def broken() -> Iterator[bytes]:
        raise ValueError("broken")
        yield b""

    chat.fanout.stream(ada, broken())
    chat.fanout.stream(bob, pieces(b"long\n"))
    with pytest.raises(ExceptionGroup):
        chat.clock.turn()
    assert sink_of(bob).take() == b"long\n"


class HalfBlind:
    """A lens that can't show one text."""

    echo, bell, follows = True, b"", False

    def for_room(self, current: bool) -> "HalfBlind":
        return self

    def render(self, output: Output, mine: bool = False) -> bytes:
        if isinstance(output, Said):
            if output.text == "bad":
                raise ZeroDivisionError
            return output.text.encode()
        return b""


def test_an_output_that_cannot_be_shown_hides_nothing_else() -> None:
    """Its fault is told, all else of the turn is heard, and who leaves with it is closed."""
    chat = make_chat()
    ada, eve = enter(chat, "ada", "lobby", lens=HalfBlind()), enter(chat, "eve", "ops")
    chat.clock.turn()
    for text in ("one", "bad", "two"):
        say(chat, ada, text)
    say(chat, eve, "elsewhere", "ops")
    chat.fanout.end(eve)
    with pytest.raises(ExceptionGroup) as caught:
        chat.clock.turn()
    assert [type(fault) for fault in caught.value.exceptions] == [ZeroDivisionError]
    assert sink_of(ada).take() == b"onetwo"
    assert any(isinstance(one, Said) and one.text == "elsewhere" for one in heard(eve))
    assert sink_of(eve).finished


def test_a_private_message_that_is_not_stored_says_so() -> None:
    """To both ends, in its place; one that is not to be stored says nothing of it."""
    gate = HoldingGate()
    chat = make_chat(gate=gate)
    style = Style(stamps=False)
    ada, bob = (enter(chat, nick, lens=lens_for(style)) for nick in ("ada", "bob"))
    for session, account in ((ada, "A"), (bob, "B")):
        chat.bus.publish(Register(session.user.id, account, session.user.name), "", 0)
    guest = enter(chat, "carl", lens=lens_for(style))
    chat.clock.turn()
    gate.release()
    for session in (ada, bob, guest):
        sink_of(session).take()
    chat.tell(bob, Notice("before"))
    run(chat.whisper(ada, "bob", "psst"))
    run(chat.whisper(guest, "bob", "hey"))
    chat.tell(bob, Notice("behind"))
    chat.clock.turn()
    gate.turns[0].mark_unstored()
    gate.release()
    assert sink_of(ada).take() == b"-> bob: psst [not stored]\n"
    assert sink_of(bob).take().decode().splitlines() == [
        "*** before", "ada -> you: psst [not stored]", "carl -> you: hey", "*** behind",
    ]  # fmt: skip


class Quiet:
    """A lens that does not show private messages of one's own, or fails at those not stored."""

    echo, bell, follows = False, b"", False

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken

    def for_room(self, current: bool) -> "Quiet":
        return self

    def render(self, output: Output, mine: bool = False) -> bytes:
        if isinstance(output, Whispered):
            if self.broken and not output.stored:
                raise ZeroDivisionError
            return b"" if mine else f"{output.text} {output.stored}\n".encode()
        return b""


def owners(chat: Chat, lens: Quiet) -> list[Session]:
    """Three people with accounts."""
    sessions = [enter(chat, nick, lens=lens) for nick in ("ada", "bob", "carl")]
    for session in sessions:
        register = Register(session.user.id, session.user.nick.upper(), session.user.name)
        chat.bus.publish(register, "", 0)
    return sessions


def test_what_is_not_shown_to_who_said_it_hides_nothing_when_it_is_not_stored() -> None:
    """One's own private message has no bytes; those of others stay in their place."""
    gate = HoldingGate()
    chat = make_chat(gate=gate)
    ada, bob, carl = owners(chat, Quiet())
    run(chat.whisper(carl, "ada", "important"))
    run(chat.whisper(ada, "bob", "hello"))
    chat.clock.turn()
    gate.turns[0].mark_unstored()
    gate.release()
    assert sink_of(ada).take() == b"important False\n"
    assert sink_of(bob).take() == b"hello False\n"


def test_a_private_message_that_cannot_be_marked_is_shown_as_it_is() -> None:
    """The fault is told when the turn is out, and all others are marked."""
    gate = HoldingGate()
    chat = make_chat(gate=gate)
    ada, bob, carl = owners(chat, Quiet(broken=True))
    carl.lens = Quiet()
    run(chat.whisper(ada, "bob", "one"))
    run(chat.whisper(ada, "carl", "two"))
    chat.clock.turn()
    gate.turns[0].mark_unstored()
    with pytest.raises(ExceptionGroup):
        gate.release()
    assert sink_of(bob).take() == b"one True\n"
    assert sink_of(carl).take() == b"two False\n"


class KeepingGate(HoldingGate):
    """As where something lasts."""

    keeps = True


def registered(*nicks: str) -> tuple[Chat, KeepingGate, list[Session]]:
    """People with accounts in #lobby, which belongs to the first of them."""
    gate = KeepingGate()
    chat = make_chat(gate=gate)
    plain = lens_for(Style(stamps=False))
    people = [enter(chat, nick, "lobby", lens=plain) for nick in nicks]
    for one in people:
        chat.bus.publish(Register(one.user.id, one.user.nick.upper(), one.user.name), "", 0)
    chat.bus.publish(RegisterRoom(people[0].user.id, "lobby"), "", 0)
    chat.clock.turn()
    gate.release()
    for one in people:
        sink_of(one).take()
    return chat, gate, people


def test_whoever_did_what_is_not_stored_is_told_once() -> None:
    """Behind what was done; nobody else is, and programs see it in the event."""
    chat, gate, (ada, bob) = registered("ada", "bob")
    eve = enter(chat, "eve", "lobby", lens=JSON_LENS)
    chat.clock.turn()
    gate.release()
    for one in (ada, bob, eve):
        sink_of(one).take()
    run(chat.set_topic(ada, "lobby", "ships"))
    run(chat.ask(ada, Ban(ada.user.id, "lobby", "carl", None, "")))
    chat.clock.turn()
    gate.turns[0].mark_unstored()
    gate.release()
    done = ["*** ada changed the topic of #lobby to: ships", "*** ada banned carl from #lobby."]
    assert sink_of(bob).take().decode().splitlines() == done
    assert sink_of(ada).take().decode().splitlines() == [*done, f"*** {NOT_YET.text}"]
    told = [json.loads(line) for line in sink_of(eve).take().splitlines()]
    assert [(one["type"], one["stored"]) for one in told] == [
        ("topic_changed", False), ("banned", False),
    ]  # fmt: skip


def test_what_is_not_to_last_is_not_told_to_be_unstored() -> None:
    """Neither of a room that nobody registered, nor where everything is stored."""
    chat, gate, (ada,) = registered("ada")
    run(chat.join(ada, "den"))
    run(chat.set_topic(ada, "den", "caves"))
    chat.clock.turn()
    gate.turns[0].mark_unstored()
    gate.release()
    run(chat.set_topic(ada, "lobby", "ships"))
    chat.clock.turn()
    gate.release()
    assert NOT_YET.text not in sink_of(ada).take().decode()


def test_whoever_takes_private_messages_back_is_told() -> None:
    """As of everything else that is to last."""
    chat, gate, (ada, _) = registered("ada", "bob")
    whispered = run(chat.whisper(ada, "bob", "psst"))
    chat.clock.turn()
    gate.release()
    sink_of(ada).take()
    run(chat.ask(ada, Delete(ada.user.id, private_place("ADA", "BOB"), (whispered.id,))))
    chat.clock.turn()
    gate.turns[0].mark_unstored()
    gate.release()
    assert NOT_YET.text in sink_of(ada).take().decode()


def test_a_lens_that_cannot_tell_it_holds_nobody() -> None:
    """The fault is raised when all others have got theirs."""
    chat, gate, (ada, bob) = registered("ada", "bob")
    run(chat.set_topic(ada, "lobby", "ships"))
    chat.clock.turn()
    gate.turns[0].mark_unstored()
    ada.lens = None
    with pytest.raises(ExceptionGroup):
        gate.release()
    assert "ships" in sink_of(bob).take().decode()
