"""An account is erased: stored first, confirmed by its owner, and gone from memory as well."""

import pytest
from twisted.internet.defer import Deferred

from twistedchat.core.errors import BadLogin, NotAllowed, NotSaved, TryLater
from twistedchat.core.events import Deleted, Notice
from twistedchat.core.gates import StoreGate
from twistedchat.core.records import (
    DropProof,
    Forget,
    MessageRecord,
    ProofKind,
)
from twistedchat.core.room_verbs import SLOW, SLOW_SECONDS
from twistedchat.render.plain import Style, lens_for
from twistedchat.testing import enter, heard, ignore_outcome, make_chat, run
from twistedchat.testing_accounts import FakeStore, open_accounts, proofs

GOOD = "correct horse"


@pytest.fixture
def store():
    return FakeStore()


@pytest.fixture
def chat(store):
    chat = make_chat(gate=StoreGate(lambda call: call(), store, 1 << 20))
    open_accounts(chat, store)
    return chat


@pytest.fixture
def ada(chat):
    ada = enter(chat, "ada", "lobby")
    run(chat.accounts.register(ada, GOOD))
    chat.say(ada, "lobby", "hi", ignore_outcome)
    chat.clock.turn()
    return ada


def kept(chat):
    return [one.text for one in chat.state.rooms["lobby"].history]


def test_all_of_it_is_gone(chat, store, ada):
    """The account, its proofs, and what was said; the session is a guest's of the same nick."""
    run(chat.accounts.forget(ada, GOOD))
    chat.clock.turn()
    assert run(chat.accounts.rows.named("ada")) is None
    assert run(chat.accounts.rows.proofs("account1")) == ()
    assert (ada.user.nick, ada.user.account) == ("ada", "")
    assert kept(chat) == []
    with pytest.raises(NotAllowed, match="not logged in"):
        run(chat.accounts.forget(ada, GOOD))


def test_the_name_is_free(chat, ada):
    """Also for an account of somebody else's."""
    run(chat.accounts.forget(ada, GOOD))
    run(chat.rename(ada, "eve"))
    other = enter(chat, "ada")
    run(chat.accounts.register(other, "another good one"))
    assert other.user.account == "account2"


def test_everybody_hears_what_is_gone(chat, ada):
    """So that it goes from their screens."""
    bob = enter(chat, "bob", "lobby")
    heard(bob)
    run(chat.accounts.forget(ada, GOOD))
    chat.clock.turn()
    (event,) = heard(bob)
    assert isinstance(event, Deleted)
    assert (event.room, event.by, len(event.ids)) == ("lobby", "ada", 1)


def test_what_is_said_while_it_is_stored_goes_too(chat, store, ada):
    """It stands behind the first order to forget, so there is a second behind it."""
    submitted = store.submit

    def submit(changes, done, *, keep=True):
        store.submit = submitted
        submitted(changes, done, keep=keep)
        chat.say(ada, "lobby", "last words", ignore_outcome)

    store.submit = submit
    run(chat.accounts.forget(ada, GOOD))
    chat.clock.turn()
    assert kept(chat) == []
    ends = [one for one in store.changes if isinstance(one, Forget | MessageRecord)][-3:]
    assert [type(one) for one in ends] == [Forget, MessageRecord, Forget]


def test_if_it_cannot_be_stored_nothing_is_erased(chat, store, ada):
    """And the person is told so."""
    store.failing = "disk full"
    with pytest.raises(NotSaved, match=r"could not store that: nothing was erased\. Try again"):
        run(chat.accounts.forget(ada, GOOD))
    assert ada.user.account == "account1"
    assert kept(chat) == ["hi"]


@pytest.mark.parametrize("password", ["", "wrong", "ada"])
def test_without_the_password_nothing_is_erased(chat, store, ada, password):
    """Whoever finds somebody else's terminal open can't do it."""
    with pytest.raises(BadLogin, match=r"That is not your password\. Nothing was erased\."):
        run(chat.accounts.forget(ada, password))
    assert not [one for one in store.changes if isinstance(one, Forget)]


def test_nobody_can_guess_it_here_either(chat, ada):
    """Wrong passwords cost a wait as on logging in."""
    for _ in range(4):
        with pytest.raises(BadLogin):
            run(chat.accounts.forget(ada, "wrong"))
    with pytest.raises(TryLater):
        run(chat.accounts.forget(ada, GOOD))


def test_an_account_without_a_password(chat, store, ada):
    """Its owner, who has come in with a key, types the nick."""
    [proof] = proofs(store, ProofKind.PASSWORD)
    store.submit([DropProof(proof.account, proof.kind, proof.value)], lambda _: None)
    with pytest.raises(BadLogin, match=r"That is not your nick, ada\. Nothing was erased\."):
        run(chat.accounts.forget(ada, "bob"))
    run(chat.accounts.forget(ada, "ADA"))
    assert ada.user.account == ""


def test_other_connections_of_the_owner_are_told(chat, ada):
    """They go on as the same guest."""
    second = enter(chat, "other")
    run(chat.accounts.log_in(second, "ada", GOOD))
    chat.clock.turn()
    heard(second)
    run(chat.accounts.forget(ada, GOOD))
    chat.clock.turn()
    notices = [one.text for one in heard(second) if isinstance(one, Notice)]
    assert notices == [
        "Your account was erased from another connection. You go on as a guest called ada."
    ]
    assert second.user is ada.user


def test_rooms_go_to_others_and_that_is_stored(chat, store, ada):
    """Nobody who is no more owns anything."""
    bob = enter(chat, "bob", "lobby")
    run(chat.accounts.register(bob, "battery staple"))
    run(chat.register_room(ada, "lobby"))
    run(chat.set_role(ada, "lobby", "bob", "owner"))
    run(chat.accounts.forget(ada, GOOD))
    chat.clock.turn()
    loaded = store.load()
    assert [room.founder for room in loaded.rooms] == ["account2"]
    assert [role.account for role in loaded.roles] == ["account2"]
    assert [name.nick for name in loaded.names] == ["bob"]


def test_nothing_more_is_noted_of_what_was_read(chat, store):
    """By any of its sessions; who logs in with another account begins anew."""
    ada = enter(chat, "ada", "lobby", lens=lens_for(Style()))
    run(chat.accounts.register(ada, GOOD))
    assert ada.reading.account == "account1"
    run(chat.accounts.forget(ada, GOOD))
    assert ada.reading is None
    run(chat.accounts.register(ada, "another good one"))
    assert ada.reading.account == "account2"


def test_a_disk_that_only_hangs(chat, store, ada):
    """The person is told to wait, and nothing is said to be done, or not, before it is known."""
    submitted, held = store.submit, []
    store.submit = lambda *given, **more: held.append((given, more))
    forgetting = Deferred.fromCoroutine(chat.accounts.forget(ada, GOOD))
    heard(ada)
    chat.clock.advance(SLOW_SECONDS)
    assert [one.text for one in heard(ada)] == [SLOW]
    assert ada.user.account == "account1"
    store.submit = submitted
    submitted(*held[0][0], **held[0][1])
    assert forgetting.called
    assert ada.user.account == ""
    assert kept(chat) == []
