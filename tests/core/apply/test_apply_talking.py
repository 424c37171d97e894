"""Talking: what is said, whispered and announced, and what is kept of it."""

import pytest

from twistedchat.core import intents
from twistedchat.core.errors import NoSuchNick, NotAllowed, NotInRoom
from twistedchat.core.events import Announced, Emoted, Said, Whispered
from twistedchat.core.names import prepare_nick
from twistedchat.core.state import Everybody, Only
from twistedchat.core.users import Session
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


def accounts():
    """Ada and eve have accounts and are here, bob has one and is not."""
    chat = make_chat()
    ada, eve = enter(chat, "ada"), enter(chat, "eve")
    for session, account in ((ada, "A"), (eve, "E")):
        run(chat.ask(session, intents.Register(session.user.id, account, session.user.name)))
    chat.state.owned.give(prepare_nick("bob"), "B")
    return chat, ada, eve


def test_who_has_an_account_can_be_left_a_word() -> None:
    """By others who have one; the event says that nobody has heard it yet."""
    chat, ada, _ = accounts()
    [(event, audience)] = run(chat.ask(ada, intents.Whisper(ada.user.id, "bob", "psst")))
    assert (event.to, event.to_account, event.absent) == ("bob", "B", True)
    assert audience == Only((ada.user,))
    assert list(ada.user.whispers) == [event]
    guest = enter(chat, "carl")
    with pytest.raises(NotAllowed, match="only who has an account can leave them a word"):
        run(chat.ask(guest, intents.Whisper(guest.user.id, "bob", "psst")))


def test_an_owner_who_has_taken_another_nick_is_still_called_so() -> None:
    """A word for the account finds them."""
    chat, ada, eve = accounts()
    run(chat.rename(eve, "evita"))
    [(event, audience)] = run(chat.ask(ada, intents.Whisper(ada.user.id, "eve", "psst")))
    assert (event.to, event.absent) == ("evita", False)
    assert audience == Only((ada.user, eve.user))


def test_what_is_kept_of_a_whisper() -> None:
    """Nothing of a guest's, and nothing for somebody who ignores the sender."""
    chat, ada, eve = accounts()
    guest = enter(chat, "carl")

    def kept(session: Session, to: str) -> str:
        [(event, _)] = run(chat.ask(session, intents.Whisper(session.user.id, to, "psst")))
        return event.to_account

    assert [kept(ada, "eve"), kept(ada, "carl"), kept(guest, "eve")] == ["E", "", ""]
    run(chat.ignore(eve, "ada", True))
    assert kept(ada, "eve") == ""


def test_an_owner_who_has_lost_the_connection_gets_it_later() -> None:
    """They are here in name only."""
    chat, ada, eve = accounts()
    chat.disconnect(eve, "Connection lost", lingers=True)
    [(event, _)] = run(chat.ask(ada, intents.Whisper(ada.user.id, "eve", "psst")))
    assert (event.to, event.absent) == ("eve", True)
