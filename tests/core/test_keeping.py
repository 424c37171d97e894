"""What lasts of what happens."""

import pytest

from twistedchat.core import intents
from twistedchat.core.gates import StoreGate
from twistedchat.core.records import (
    WITH_SERVER,
    DeleteMessages,
    EndPlace,
    MessageKind,
    TouchAccount,
    private_place,
)
from twistedchat.testing import enter, ignore_outcome, make_chat, run


class Rows:
    """A store that takes everything at once and remembers it."""

    waiting = 0

    def __init__(self):
        self.changes = []

    def submit(self, changes, done, *, keep=True):
        self.changes += changes
        done(None)


@pytest.fixture
def rows():
    return Rows()


@pytest.fixture
def chat(rows):
    return make_chat(gate=StoreGate(lambda call: call(), rows, 1_000_000))


def test_what_is_said_in_rooms_lasts(chat, rows):
    """With who said it, where and when, under the id that everybody sees."""
    ada = enter(chat, "ada", "Ops")
    ada.user.account = "a1"
    chat.say(ada, "ops", "hi", ignore_outcome)
    chat.emote(ada, "ops", "waves", ignore_outcome)
    chat.clock.turn()
    said, emoted = rows.changes
    newest = list(ada.user.rooms["ops"].history)
    assert [said.id, emoted.id] == [event.id for event in newest]
    assert (said.place, said.kind, said.nick, said.account, said.text) == (
        "ops", MessageKind.SAID, "ada", "a1", "hi",
    )  # fmt: skip
    assert (emoted.kind, emoted.text) == (MessageKind.EMOTED, "waves")
    assert said.at == newest[0].at


def test_what_nobody_here_hears_lasts_too(chat, rows):
    """The only member of a room may be on a connection that does not hear itself."""
    ada = enter(chat, "ada", "lobby")
    chat.fanout.unlisten(ada, "lobby")
    chat.say(ada, "lobby", "hi", ignore_outcome)
    chat.clock.turn()
    assert [row.text for row in rows.changes] == ["hi"]


@pytest.mark.parametrize(
    ("one", "other", "lasts"), [("a1", "b1", True), ("a1", "", False), ("", "b1", False)]
)
def test_private_messages_last_between_accounts(chat, rows, one, other, lasts):
    """Between guests, or with one, they are delivered and forgotten."""
    ada, bob = enter(chat, "ada"), enter(chat, "bob")
    ada.user.account, bob.user.account = one, other
    run(chat.whisper(ada, "bob", "psst"))
    chat.clock.turn()
    assert [(row.place, row.account, row.to) for row in rows.changes] == (
        [(private_place(one, other), one, "bob")] if lasts else []
    )


def test_to_oneself_too(chat, rows):
    """As a note."""
    ada = enter(chat, "ada")
    ada.user.account = "a1"
    run(chat.whisper(ada, "ada", "milk"))
    chat.clock.turn()
    assert [row.place for row in rows.changes] == [private_place("a1", "a1")]


def test_presence_does_not_last(chat, rows):
    """Nor does what was refused."""
    ada = enter(chat, "ada", "lobby")
    run(chat.rename(ada, "eve"))
    run(chat.set_away(ada, "tea"))
    run(chat.join(ada, "ops"))
    enter(chat, "bob", "ops")
    run(chat.part(ada, "ops"))
    chat.clock.turn()
    assert rows.changes == []


def test_when_an_owner_was_last_here_lasts(chat, rows):
    """Of a guest nothing does."""
    ada, guest = enter(chat, "ada", "lobby"), enter(chat, "bob", "lobby")
    enter(chat, "eve", "lobby")
    chat.state.set_account(ada.user, "a1")
    chat.disconnect(guest, "bye")
    chat.clock.advance(5)
    chat.disconnect(ada, "bye")
    chat.clock.turn()
    assert rows.changes == [TouchAccount("a1", chat.clock.now())]


@pytest.mark.parametrize("how", ["parts", "leaves", "is put out"])
def test_a_room_ends_with_its_last_member(chat, rows, how):
    """Behind the last thing that was said, whoever is to hear of it; another begins there."""
    ada, eve = enter(chat, "ada", "ops"), enter(chat, "eve")
    eve.user.operator = True
    chat.say(ada, "ops", "hi", ignore_outcome)
    said = chat.state.rooms["ops"].history.latest
    if how == "parts":
        run(chat.part(ada, "ops"))
    elif how == "leaves":
        chat.disconnect(ada, "bye")
    else:
        run(chat.ask(eve, intents.Kick(eve.user.id, "ops", "ada")))
    chat.clock.turn()
    assert rows.changes[1:] == [EndPlace("ops", said)]
    assert run(chat.join(eve, "ops")).begun == said


def test_a_closed_room_in_which_nothing_was_said_ends_as_well(chat, rows):
    """Else another of its name, open to all, would end with the server in its place."""
    ada = enter(chat, "ada", "ops")
    run(chat.part(ada, "ops"))
    begun = run(chat.join(ada, "ops")).begun
    run(chat.set_room(ada, "ops", "private", "on"))
    run(chat.part(ada, "ops"))
    chat.clock.turn()
    assert rows.changes[-2:] == [EndPlace("ops", WITH_SERVER), EndPlace("ops", begun)]


def test_a_room_that_lasts_does_not_end(chat, rows):
    """Nor does one with the server: who comes back finds what was said."""
    ada, eve = enter(chat, "ada", "ops"), enter(chat, "eve", "lobby")
    chat.state.rooms["ops"].permanent = True
    run(chat.part(ada, "ops"))
    chat.stopping = True
    chat.disconnect(eve, "The server is shutting down")
    chat.clock.turn()
    assert rows.changes == []


def test_with_nothing_to_keep_nothing_is_gathered():
    """Rooms come and go for months."""
    chat = make_chat()
    ada = enter(chat, "ada", "ops")
    run(chat.part(ada, "ops"))
    assert chat.state.endings == []


def test_what_is_taken_back_is_deleted(chat, rows):
    """Behind what was said, in one batch with it if need be."""
    ada = enter(chat, "ada", "lobby")
    chat.say(ada, "lobby", "hi", ignore_outcome)
    (said,) = ada.user.rooms["lobby"].history
    run(chat.delete(ada, "lobby", [said.id]))
    chat.clock.turn()
    assert [getattr(row, "text", row) for row in rows.changes] == [
        "hi", DeleteMessages((said.id,)),
    ]  # fmt: skip
