"""The verbs of rooms: what is done outside of the order, and what the store has to say."""

import pytest
from twisted.internet.defer import Deferred

from twistedchat.core import intents
from twistedchat.core.errors import (
    BadArguments,
    BadRoomName,
    NotAllowed,
    NotSaved,
    Unconfirmed,
    WrongPassword,
)
from twistedchat.core.events import Notice
from twistedchat.core.keeping_rooms import rows_of
from twistedchat.core.names import prepare_nick
from twistedchat.core.records import DropRoom, NotStored, RoleRecord, RoomRecord
from twistedchat.core.roles import Role
from twistedchat.core.room_verbs import SLOW, SLOW_SECONDS
from twistedchat.testing import RecordingJournal, enter, heard, make_chat, run


class Hashes:
    """Hashes that everybody can read, and how many were made or checked."""

    def __init__(self):
        self.work = 0

    async def hash(self, password):
        self.work += 1
        return f"hash of {password}"

    async def check(self, hash_, password, *whose):
        self.whose = whose
        self.work += 1
        return hash_ == f"hash of {password}"


class Store:
    """Keeps what is submitted until it is settled."""

    def __init__(self):
        self.batches = []

    def submit(self, changes, done, *, keep=True):
        self.batches.append((list(changes), done, keep))


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def chat(store):
    chat = make_chat(store=store)
    chat.hashing = Hashes()
    return chat


@pytest.fixture
def ada(chat):
    """The operator of #ops, with an account."""
    return comes(chat, "ada", "A")


def comes(chat, nick, account="", *rooms):
    session = enter(chat, nick, *(rooms or ("ops",)))
    if account:
        chat.state.owned.give(prepare_nick(nick), account)
        chat.state.set_account(session.user, account)
    return session


def found(chat, ada):
    """Let #ops be ada's."""
    run(chat.ask(ada, intents.RegisterRoom(ada.user.id, "ops")))
    return chat.state.rooms["ops"]


# Registering


def test_the_row_is_written_first(chat, store, ada):
    """Nobody hears of it before; the room is registered when the row is there."""
    registering = Deferred.fromCoroutine(chat.register_room(ada, "ops"))
    [(changes, done, keep)] = store.batches
    room, now = chat.state.rooms["ops"], chat.clock.now()
    assert changes == [
        DropRoom("ops"), RoomRecord("ops", "ops", "A", now), RoleRecord("ops", "A", Role.OWNER),
    ]  # fmt: skip
    assert (keep, room.founder) == (False, "")
    done(None)
    assert room.founder == "A"
    assert registering.called


def test_a_failed_write_is_an_honest_no(chat, store, ada):
    """Nothing is registered."""
    registering = Deferred.fromCoroutine(chat.register_room(ada, "ops"))
    store.batches[0][1](NotStored("the disk is full"))
    with pytest.raises(NotSaved, match=r"#ops is not registered: .*\(the disk is full\)\. Try"):
        registering.result.raiseException()
    registering.addErrback(lambda _: None)
    assert chat.state.rooms["ops"].founder == ""


def test_a_disk_that_hangs_is_told_of(chat, store, ada):
    """Whoever waits is told why; what becomes of it is told as soon as it is known, and true."""
    registering = Deferred.fromCoroutine(chat.register_room(ada, "ops"))
    heard(ada)
    chat.clock.advance(SLOW_SECONDS)
    assert [one.text for one in heard(ada)] == [SLOW]
    assert not registering.called
    store.batches[0][1](None)
    assert registering.called
    assert chat.state.rooms["ops"].founder == "A"


def test_a_disk_that_is_quick_is_not_told_of(chat, store, ada):
    """Nor is anybody who has gone."""
    eve = comes(chat, "eve", "E", "eves")
    Deferred.fromCoroutine(chat.register_room(ada, "ops"))
    store.batches[0][1](None)
    Deferred.fromCoroutine(chat.register_room(eve, "eves"))
    chat.disconnect(eve, "bye")
    chat.clock.advance(SLOW_SECONDS)
    told = [one for one in (*heard(ada), *heard(eve)) if isinstance(one, Notice)]
    assert SLOW not in [one.text for one in told]


def test_what_was_written_too_early_is_put_right(chat, store, ada):
    """When somebody else was faster, or the person has left."""
    registering = Deferred.fromCoroutine(chat.register_room(ada, "ops"))
    bob = comes(chat, "bob", "B")
    chat.state.rooms["ops"].members[bob.user.id].operator = True
    room = found(chat, bob)
    store.batches[0][1](None)
    with pytest.raises(NotAllowed, match="registered already"):
        registering.result.raiseException()
    registering.addErrback(lambda _: None)
    assert store.batches[1][0] == list(rows_of(room))
    assert store.batches[1][2] is True
    store.batches[1][1](None)


def test_what_cannot_be_registered_is_not_written(chat, store):
    """The refusal comes at once."""
    eve = comes(chat, "eve")
    with pytest.raises(NotAllowed, match="has an account"):
        run(chat.register_room(eve, "ops"))
    assert store.batches == []


def test_without_a_store_it_holds_as_long_as_the_server():
    """There is nothing to wait for."""
    chat = make_chat()
    ada = comes(chat, "ada", "A")
    run(chat.register_room(ada, "ops"))
    assert chat.state.rooms["ops"].founder == "A"


# Dropping


def test_dropping_is_asked_for_twice(chat, ada):
    """In a row: something else in between, and it is asked again."""
    found(chat, ada)
    for _ in range(2):
        with pytest.raises(Unconfirmed, match=r"#ops would lose .*send the same again"):
            run(chat.drop_room(ada, "ops"))
        run(chat.join(ada, "ops"))
    with pytest.raises(Unconfirmed):
        run(chat.drop_room(ada, "ops"))
    run(chat.drop_room(ada, "ops"))
    assert chat.state.rooms["ops"].founder == ""


def test_programs_confirm_at_once(chat, ada):
    """And who may not drop it is not asked at all."""
    found(chat, ada)
    bob = comes(chat, "bob", "B")
    with pytest.raises(NotAllowed, match="Only the founder"):
        run(chat.drop_room(bob, "ops"))
    run(chat.drop_room(ada, "ops", confirm=True))
    assert chat.state.rooms["ops"].founder == ""


# Passwords


def test_a_password_is_hashed_before_anybody_orders_it(chat, ada):
    """Only the hash is kept."""
    assert run(chat.set_room(ada, "ops", "password", "sesame"))
    assert chat.state.rooms["ops"].rules.password == "hash of sesame"
    assert run(chat.set_room(ada, "ops", "password", "off"))
    assert chat.state.rooms["ops"].rules.password == ""
    assert chat.hashing.work == 1


def test_who_may_not_set_it_costs_no_work(chat, ada):
    """Hashing is slow on purpose."""
    bob = comes(chat, "bob")
    with pytest.raises(NotAllowed):
        run(chat.set_room(bob, "ops", "password", "sesame"))
    assert chat.hashing.work == 0


def test_joining_with_a_password(chat, ada):
    """Right, wrong, none."""
    run(chat.set_room(ada, "ops", "password", "sesame"))
    bob = comes(chat, "bob", "", "lobby")
    with pytest.raises(WrongPassword, match=r"asks for a password: /join ops PASSWORD\."):
        run(chat.join(bob, "ops"))
    with pytest.raises(WrongPassword, match="not the password of #ops"):
        run(chat.join(bob, "ops", "wrong"))
    assert run(chat.join(bob, "#OPS", "sesame")).name.key == "ops"


def test_a_password_that_is_not_needed_costs_no_work(chat, ada):
    """Of a room that is not there, asks for none, is joined already, or can't be entered."""
    bob = comes(chat, "bob", "B", "lobby")
    run(chat.join(bob, "new", "sesame"))
    run(chat.join(bob, "lobby", "sesame"))
    run(chat.join(bob, "ops", "sesame"))
    run(chat.part(bob, "ops"))
    run(chat.set_room(ada, "ops", "password", "sesame"))
    run(chat.invite(ada, "ops", "bob"))
    worked = chat.hashing.work
    run(chat.join(bob, "ops", "whatever"))
    run(chat.ask(ada, intents.Ban(ada.user.id, "ops", "bob")))
    with pytest.raises(Exception, match="banned"):
        run(chat.join(bob, "ops", "sesame"))
    assert chat.hashing.work == worked


def test_who_tries_a_password_is_known(chat, ada):
    """By the room, where they come from and who they are: that decides how long they wait."""
    run(chat.set_room(ada, "ops", "password", "sesame"))
    bob = comes(chat, "bob", "", "lobby")
    with pytest.raises(WrongPassword):
        run(chat.join(bob, "#OPS", "open"))
    assert chat.hashing.whose == ("ops", bob.address, bob.user.id)


def test_a_password_that_has_changed_meanwhile_is_wrong(chat, ada):
    """What holds is settled in the order."""
    run(chat.set_room(ada, "ops", "password", "sesame"))
    bob = comes(chat, "bob", "", "lobby")

    async def check(hash_, password, *whose):
        await chat.set_room(ada, "ops", "password", "another")
        return True

    chat.hashing.check = check
    with pytest.raises(WrongPassword):
        run(chat.join(bob, "ops", "sesame"))


def test_without_hashing_there_are_no_passwords():
    """Nobody's is ever kept as it is."""
    chat = make_chat()
    ada = comes(chat, "ada")
    with pytest.raises(NotAllowed, match="no passwords on this server"):
        run(chat.set_room(ada, "ops", "password", "sesame"))


# The rest


def test_settings_and_roles_are_read(chat, ada):
    """Whether anything changed is told; what is no setting or role is refused."""
    found(chat, ada)
    assert run(chat.set_room(ada, "ops", "Private", "ON"))
    assert not run(chat.set_room(ada, "ops", "private", "on"))
    with pytest.raises(BadArguments, match="no setting colour"):
        run(chat.set_room(ada, "ops", "colour", "red"))
    comes(chat, "bob", "B", "lobby")
    run(chat.set_role(ada, "ops", "bob", "Member"))
    assert chat.state.rooms["ops"].roles["B"] is Role.MEMBER
    run(chat.set_role(ada, "ops", "bob", "none"))
    assert "B" not in chat.state.rooms["ops"].roles
    with pytest.raises(BadArguments, match=r"no role king\. There are: owner, .*, none\."):
        run(chat.set_role(ada, "ops", "bob", "king"))


def test_transfer(chat, ada):
    """To somebody in the room who can have it; asked for twice, by programs at once."""
    room = found(chat, ada)
    comes(chat, "bob", "B")
    comes(chat, "eve")
    with pytest.raises(NotAllowed, match="eve has no account"):
        run(chat.transfer_room(ada, "ops", "eve"))
    with pytest.raises(Unconfirmed, match="only bob could give it back"):
        run(chat.transfer_room(ada, "ops", "bob"))
    assert room.founder == "A"
    run(chat.transfer_room(ada, "ops", "bob", confirm=True))
    assert room.founder == "B"


def test_rooms_of_the_settings(chat, store):
    """Their rows are stored once, in whatever way they are written."""
    chat.make_permanent(["Lobby", "#ops"])
    [(changes, done, keep)] = store.batches
    assert [one.key for one in changes if isinstance(one, RoomRecord)] == ["lobby", "ops"]
    assert keep
    chat.make_permanent(["lobby", "ops"])
    assert len(store.batches) == 1
    done(None)
    with pytest.raises(BadRoomName):
        chat.make_permanent(["a b"])


def test_what_owners_do_is_written_down():
    """Somebody may have to answer for it."""
    journal = RecordingJournal()
    chat = make_chat(journal=journal)
    ada = comes(chat, "ada", "A")
    found(chat, ada)
    comes(chat, "bob", "B")
    run(chat.set_role(ada, "ops", "bob", "owner"))
    run(chat.set_room(ada, "ops", "private", "on"))
    run(chat.transfer_room(ada, "ops", "bob", confirm=True))
    told = [type(event).__name__ for event in journal.events]
    assert told == ["RoleChanged", "RoomChanged", "RoomTransferred"]
