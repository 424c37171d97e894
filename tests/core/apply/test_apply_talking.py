"""Talking: what is said, whispered and announced, and what is kept of it."""

import pytest

from twistedchat.core import intents
from twistedchat.core.errors import NoSuchNick, NotAllowed, NotInRoom
from twistedchat.core.events import Announced, Emoted, Said, Whispered
from twistedchat.core.state import Everybody, Only
from twistedchat.testing import enter, ignore_outcome, make_chat, run


@pytest.mark.parametrize(("intent", "kind"), [(intents.Say, Said), (intents.Emote, Emoted)])
def test_a_line_is_heard_in_its_room_and_kept(intent: type, kind: type) -> None:
    """Under the room's name and the nick as they are written."""
    chat = make_chat()
    ada = enter(chat, "Ada", "Ops")
    chat.clock.advance(5)
    [(event, audience)] = run(chat.ask(ada, intent(ada.user.id, "ops", "hi")))
    assert event == kind(event.id, chat.clock.now(), "Ops", "Ada", "hi", ada.user.id)
    assert audience == "ops"
    assert list(chat.state.rooms["ops"].history) == [event]
    assert ada.user.spoke == chat.clock.now()


def test_nobody_speaks_in_a_room_they_are_not_in() -> None:
    """Whether it is there or not."""
    chat = make_chat()
    enter(chat, "ada", "ops")
    bob = enter(chat, "bob")
    for room in ("ops", "nowhere"):
        with pytest.raises(NotInRoom, match=f"You are not in #{room}. /join #{room} first"):
            run(chat.ask(bob, intents.Say(bob.user.id, room, "hi")))


def test_a_history_of_size_0_keeps_nothing() -> None:
    """And says that it does not reach back."""
    chat = make_chat(history=0)
    ada = enter(chat, "ada", "ops")
    chat.say(ada, "ops", "hi", ignore_outcome)
    history = chat.state.rooms["ops"].history
    assert len(history) == 0
    assert not history.after(chat.state.started, 10).complete


def test_a_whisper_is_for_two() -> None:
    """Both keep it, for a session that comes back."""
    chat = make_chat()
    ada, bob = enter(chat, "ada"), enter(chat, "bob")
    [(event, audience)] = run(chat.ask(ada, intents.Whisper(ada.user.id, "bob", "psst")))
    assert event == Whispered(event.id, event.at, "ada", "bob", "psst", ada.user.id)
    assert audience == Only((ada.user, bob.user))
    assert list(ada.user.whispers) == list(bob.user.whispers) == [event]
    with pytest.raises(NoSuchNick):
        run(chat.ask(ada, intents.Whisper(ada.user.id, "zoe", "psst")))


def test_a_whisper_to_oneself_is_kept_once() -> None:
    """A note."""
    chat = make_chat()
    ada = enter(chat, "ada")
    [(event, audience)] = run(chat.ask(ada, intents.Whisper(ada.user.id, "ada", "note")))
    assert audience == Only((ada.user,))
    assert list(ada.user.whispers) == [event]


def test_one_who_ignores_the_sender_is_not_told() -> None:
    """The sender is not told that either."""
    chat = make_chat()
    ada, bob = enter(chat, "ada"), enter(chat, "bob")
    run(chat.ignore(bob, "ada", True))
    [(_, audience)] = run(chat.ask(ada, intents.Whisper(ada.user.id, "bob", "psst")))
    assert audience == Only((ada.user,))
    assert list(bob.user.whispers) == []


def test_server_operators_and_the_server_announce() -> None:
    """Nobody else."""
    chat = make_chat()
    ada = enter(chat, "ada")
    with pytest.raises(NotAllowed, match="Only server operators"):
        run(chat.ask(ada, intents.Announce(ada.user.id, "hear")))
    run(chat.ask(ada, intents.Elevate(ada.user.id)))
    [(event, audience)] = run(chat.ask(ada, intents.Announce(ada.user.id, "hear")))
    assert event == Announced(event.id, event.at, "hear", "ada")
    assert isinstance(audience, Everybody)
    [(event, _)] = run(chat.ask(ada, intents.Announce("", "closing soon")))
    assert event.by == ""
