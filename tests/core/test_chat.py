"""The verbs, as the doors call them."""

import pytest

from twistedchat.core.chat import REASON_CHARS, Outcome, user_of
from twistedchat.core.errors import (
    BadNick,
    BadRoomName,
    ChatError,
    Empty,
    LooksAlike,
    NoSuchNick,
    NotInRoom,
    NotYet,
    TooLong,
)
from twistedchat.core.events import Notice, Said
from twistedchat.core.lenses import IgnoringLens
from twistedchat.render.plain import Style, lens_for
from twistedchat.testing import connect, enter, heard, ignore_outcome, make_chat, run, sink_of


@pytest.mark.parametrize("verb", ["say", "emote"])
def test_what_is_said_is_cleaned_and_told(verb: str) -> None:
    """The outcome comes at once on a server that is alone."""
    chat = make_chat()
    ada = enter(chat, "ada", "lobby")
    outcomes: list[Outcome] = []
    getattr(chat, verb)(ada, "lobby", "a\x1b[31mb\nc", outcomes.append)
    [[(event, _)]] = outcomes
    assert event.text == "ab c"


@pytest.mark.parametrize("verb", ["say", "emote"])
def test_what_cannot_be_said_is_refused_at_once(verb: str) -> None:
    """Each refusal says what to do; the bus is not troubled."""
    chat = make_chat(message=10)
    ada = enter(chat, "ada", "lobby")
    speak = getattr(chat, verb)
    with pytest.raises(Empty):
        speak(ada, "lobby", "\u200b", ignore_outcome)
    with pytest.raises(TooLong, match="10 are allowed"):
        speak(ada, "lobby", "x" * 11, ignore_outcome)
    with pytest.raises(NotInRoom, match=r"You are in no room\. /rooms lists them"):
        speak(ada, None, "hi", ignore_outcome)
    with pytest.raises(NotYet, match="First choose a nickname"):
        speak(connect(chat), "lobby", "hi", ignore_outcome)
    assert chat._waiting == {}


def test_whisper_gives_the_event() -> None:
    """With the nick as its owner writes it."""
    chat = make_chat()
    ada = enter(chat, "ada")
    enter(chat, "Bob")
    whispered = run(chat.whisper(ada, "BOB", "psst"))
    assert (whispered.to, whispered.text) == ("Bob", "psst")
    with pytest.raises(NoSuchNick, match=r"Nobody here is called zoe\. /who lists who is here"):
        run(chat.whisper(ada, "zoe", "psst"))
    with pytest.raises(Empty):
        run(chat.whisper(ada, "Bob", " "))


def test_join_gives_the_room() -> None:
    """Under the name as its first member wrote it; confirming works at once too."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "Modem"), enter(chat, "bob")
    assert run(chat.join(bob, "#MODEM")).name.shown == "Modem"
    with pytest.raises(LooksAlike):
        run(chat.join(bob, "m\u043edem"))
    assert run(chat.join(ada, "m\u043edem", confirm=True)).name.shown == "m\u043edem"
    with pytest.raises(BadRoomName):
        run(chat.join(ada, "a b"))


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [("part", ("lobby",)), ("set_topic", ("lobby",)), ("set_away", ())],
)
def test_reasons_and_topics_have_a_bound(verb: str, arguments: tuple) -> None:
    """Over it nothing happens, and the sentence names the bound; they are cleaned."""
    chat = make_chat()
    ada = enter(chat, "ada", "lobby")
    with pytest.raises(TooLong, match=f"{REASON_CHARS} are allowed"):
        run(getattr(chat, verb)(ada, *arguments, "x" * (REASON_CHARS + 1)))
    assert "lobby" in ada.user.rooms
    run(getattr(chat, verb)(ada, *arguments, "fi\x07ne"))
    chat.clock.turn()
    event = heard(ada)[-1]
    assert (getattr(event, "topic", None) or event.reason) == "fine"


def test_focus_changes_where_plain_lines_go() -> None:
    """And how the rooms are shown."""
    chat = make_chat()
    ada = enter(chat, "ada", "lobby", "ops", lens=lens_for(Style(stamps=False)))
    bob = enter(chat, "bob", "lobby", "ops")
    chat.focus(ada, chat.state.rooms["ops"])
    assert ada.current == "ops"
    chat.clock.turn()
    sink_of(ada).take()
    chat.say(bob, "lobby", "hi", ignore_outcome)
    chat.say(bob, "ops", "hi", ignore_outcome)
    chat.clock.turn()
    assert sink_of(ada).take() == b"#lobby <bob> hi\n<bob> hi\n"


def test_rename_takes_what_is_typed() -> None:
    """A nick nobody can have is refused before the bus."""
    chat = make_chat()
    ada = enter(chat, "ada")
    run(chat.rename(ada, "Grace"))
    assert ada.user.nick == "Grace"
    with pytest.raises(BadNick):
        run(chat.rename(ada, "a b"))


def test_away_without_a_reason_is_away() -> None:
    """None is back."""
    chat = make_chat()
    ada = enter(chat, "ada")
    run(chat.set_away(ada, ""))
    assert ada.user.away == ""
    run(chat.set_away(ada, None))
    assert ada.user.away is None


def test_another_lens_keeps_out_whom_one_ignores() -> None:
    """Changing colours brings nobody back."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "lobby"), enter(chat, "bob", "lobby")
    run(chat.ignore(ada, "bob", True))
    chat.set_lens(ada, lens_for(Style(stamps=False)))
    assert isinstance(ada.lens, IgnoringLens)
    chat.clock.turn()
    sink_of(ada).take()
    chat.say(bob, "lobby", "hi", ignore_outcome)
    run(chat.set_topic(bob, "lobby", "x"))
    chat.clock.turn()
    assert sink_of(ada).take() == b"*** bob changed the topic of #lobby to: x\n"


def test_a_lens_can_be_chosen_before_the_nick() -> None:
    """Telnet tells what the terminal is before anything is typed."""
    chat = make_chat()
    session = connect(chat)
    chat.set_lens(session, lens_for(Style()))
    assert session.lens is lens_for(Style())


def test_room_of() -> None:
    """The room named, or the current one; the sentence fits what is the case."""
    chat = make_chat()
    ada = enter(chat, "ada", "lobby", "Ops")
    assert chat.room_of(ada, "#OPS").name.shown == "Ops"
    assert chat.room_of(ada, "").name.shown == "lobby"
    with pytest.raises(NotInRoom, match=r"You are not in #x\. /join #x first"):
        chat.room_of(ada, "x")
    with pytest.raises(NotInRoom, match="You are not in #a b"):
        chat.room_of(ada, "a b")
    with pytest.raises(NotInRoom, match="You are in no room"):
        chat.room_of(enter(chat, "bob"), "")


def test_tell_keeps_the_order_and_rings_no_bell() -> None:
    """What is shown again from the past alarms nobody."""
    chat = make_chat()
    ada = enter(chat, "ada", "lobby", lens=lens_for(Style(stamps=False, bell="all")))
    bob = enter(chat, "bob", "lobby")
    chat.clock.turn()
    sink_of(ada).take()
    chat.say(bob, "lobby", "hi", ignore_outcome)
    chat.tell(ada, Notice("Earlier:"))
    chat.tell(ada, Said("0" * 26, 0.0, "lobby", "bob", "old"))
    chat.clock.turn()
    assert sink_of(ada).take() == b"<bob> hi\n\a*** Earlier:\n<bob> old\n"


def test_user_of_needs_a_nick() -> None:
    """Every verb of a stranger's is refused the same way."""
    chat = make_chat()
    session = connect(chat)
    with pytest.raises(NotYet):
        user_of(session)
    for verb in (
        chat.join(session, "lobby"),
        chat.part(session, "lobby"),
        chat.rename(session, "ada"),
        chat.set_away(session, None),
        chat.set_topic(session, "lobby", "x"),
        chat.ignore(session, "ada", True),
    ):
        with pytest.raises(ChatError, match="First choose a nickname"):
            run(verb)
