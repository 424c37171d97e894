"""The store that keeps nothing longer than the server runs."""

import pytest

from twistedchat.core.records import (
    AccountRecord,
    DropAccount,
    DropProof,
    DropRole,
    DropRoom,
    DropSentence,
    Forget,
    NameRecord,
    NotStored,
    ProofKind,
    ProofRecord,
    ReadRecord,
    Role,
    RoleRecord,
    RoomRecord,
    SentenceKind,
    SentenceRecord,
    TouchAccount,
)
from twistedchat.core.rooms import Sentence
from twistedchat.storage.memory import MemoryStore

ADA = AccountRecord("A", "Ada", "ada", 1.0, 1.0)
BOB = AccountRecord("B", "bob", "bob", 2.0, 2.0)
PASSWORD = ProofRecord("A", ProofKind.PASSWORD, "hash", "", 2.0)
KEY = ProofRecord("A", ProofKind.CERTIFICATE, "ab:cd", "laptop", 1.0)
ROOM = RoomRecord("ops", "Ops", "A", 1.0)
BAN = SentenceRecord(
    "ops",
    SentenceKind.BAN,
    "eve",
    Sentence("eve", "ada", "1", 1.0, None, "", frozenset(), "eve", False, False, frozenset(), "A"),
)


@pytest.fixture
def store():
    return MemoryStore()


def write(store, *changes):
    """Write, and say why it could not be."""
    outcomes = []
    store.submit(changes, outcomes.append)
    [outcome] = outcomes
    return outcome


def now(deferred):
    return deferred.result


def test_an_account_is_found_by_what_it_has(store):
    """By name, id and proof; else there is none."""
    assert write(store, ADA, PASSWORD, KEY) is None
    assert now(store.account_named("ada")) == ADA
    assert now(store.account_with("A")) == ADA
    assert now(store.account_proved(ProofKind.CERTIFICATE, "ab:cd")) == ADA
    assert now(store.account_proved(ProofKind.SSH_KEY, "ab:cd")) is None
    assert now(store.account_named("bob")) is None
    assert now(store.proofs_of("A")) == (KEY, PASSWORD)


@pytest.mark.parametrize(
    "stranger",
    [
        AccountRecord("C", "ADA", "ada", 1.0, 1.0),
        ProofRecord("B", ProofKind.CERTIFICATE, "ab:cd", "mine", 1.0),
    ],
)
def test_what_is_one_accounts_is_no_others(store, stranger):
    """The batch is refused as a whole."""
    write(store, ADA, BOB, KEY)
    outcome = write(store, TouchAccount("B", 9.0), stranger)
    assert isinstance(outcome, NotStored)
    assert now(store.account_with("B")) == BOB


def test_a_record_takes_the_place_of_the_one_with_its_key(store):
    """Also with the same name."""
    write(store, ADA)
    other = AccountRecord("A", "ADA", "ada", 1.0, 5.0)
    assert write(store, other) is None
    assert now(store.account_named("ada")) == other


def test_what_a_server_has_to_know_at_the_start(store):
    """Names and rooms with who is what in them."""
    role = RoleRecord("ops", "B", Role.VOICED)
    write(store, ADA, ROOM, role, BAN)
    loaded = store.load()
    assert loaded.names == (NameRecord("ada", "Ada", "A"),)
    assert (loaded.rooms, loaded.roles, loaded.sentences) == ((ROOM,), (role,), (BAN,))


def test_what_is_dropped_is_gone(store):
    """And nothing else."""
    roles = RoleRecord("ops", "A", Role.OWNER), RoleRecord("ops", "B", Role.VOICED)
    write(store, ADA, BOB, ROOM, *roles, BAN, KEY, PASSWORD)
    write(
        store,
        DropRole("ops", "B"),
        DropSentence("ops", SentenceKind.BAN, "eve"),
        DropProof("A", ProofKind.CERTIFICATE, "ab:cd"),
    )
    assert now(store.roles_of("A")) == roles[:1]
    assert now(store.roles_of("B")) == ()
    assert store.load().sentences == ()
    assert now(store.proofs_of("A")) == (PASSWORD,)


@pytest.mark.parametrize("drop", [DropAccount, Forget])
def test_an_account_goes_with_what_belongs_to_it(store, drop):
    """Others keep theirs."""
    read = ReadRecord("A", "phone", "ops", "5")
    mine, other = RoleRecord("ops", "A", Role.OWNER), RoleRecord("ops", "B", Role.VOICED)
    write(store, ADA, BOB, KEY, read, mine, other)
    assert now(store.positions_of("A")) == (read,)
    write(store, drop("A"))
    assert now(store.account_with("A")) is None
    assert now(store.positions_of("A")) == now(store.proofs_of("A")) == now(store.roles_of("A"))
    assert now(store.roles_of("B")) == (other,)


def test_a_room_goes_with_what_belongs_to_it(store):
    """So a new one of its name begins anew."""
    write(store, ADA, ROOM, RoleRecord("ops", "A", Role.OWNER), BAN)
    write(store, DropRoom("ops"))
    loaded = store.load()
    assert (loaded.rooms, loaded.roles, loaded.sentences) == ((), (), ())


def test_accounts_that_are_not_used_any_more(store):
    """The longest absent first."""
    write(store, ADA, BOB, TouchAccount("A", 30.0), TouchAccount("nobody", 1.0))
    assert [one.id for one in now(store.accounts_unseen_since(99.0, 5))] == ["B", "A"]
    assert [one.id for one in now(store.accounts_unseen_since(30.0, 5))] == ["B"]


def test_messages_are_not_kept(store):
    """And nobody is told that anything is complete which is not known."""
    assert now(store.newest("ops", 5)).messages == now(store.before("ops", "5", 5)).messages == ()
    assert not now(store.after("ops", "5", 5)).complete
    assert now(store.by_ids(["5"])) == ()
    assert now(store.unread("A", {"ops": "5"}, 9)) == {"ops": 0}
    assert now(store.conversations_of("A")) == ()
    assert now(store.search("hi", {})).messages == ()


def test_what_is_kept_can_be_exported(store):
    """All of it in one page, but what was said; nothing about others."""
    write(store, ADA, BOB, ProofRecord("A", ProofKind.PASSWORD, "hash", "", 1.0))
    write(store, ProofRecord("B", ProofKind.PASSWORD, "other", "", 1.0))
    page = now(store.export("A"))
    assert [one["type"] for one in page.entries] == ["account", "proof"]
    assert page.next is None
    assert now(store.export("C")).entries == ()


def test_the_answer_can_come_later():
    """As a disk's does."""
    waiting, outcomes = [], []
    store = MemoryStore(waiting.append)
    store.submit([ADA], outcomes.append)
    assert not outcomes
    waiting[0]()
    assert outcomes == [None]
