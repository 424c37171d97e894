"""Tables in memory: found by whatever a row has, and as they were if a write fails."""

import pytest

from twistedchat.core.records import (
    AccountRecord,
    DropAccount,
    DropRead,
    NotStored,
    ProofKind,
    ProofRecord,
    ReadRecord,
    SetPassword,
    TouchAccount,
)
from twistedchat.storage.memory_tables import MemoryTables

ADA = AccountRecord("A", "Ada", "ada", 1.0, 1.0)
EVE = AccountRecord("A", "Eve", "eve", 1.0, 1.0)
BOB = AccountRecord("B", "bob", "bob", 2.0, 2.0)
PASSWORD = ProofRecord("A", ProofKind.PASSWORD, "hash", "", 2.0)
KEY = ProofRecord("A", ProofKind.CERTIFICATE, "ab:cd", "laptop", 1.0)
READ = ReadRecord("A", "phone", "lobby", "1")


@pytest.fixture
def tables():
    tables = MemoryTables()
    tables.write([ADA, BOB, PASSWORD, KEY, READ])
    return tables


def test_a_write_that_fails_changes_nothing(tables):
    """Whatever came before the change that does not fit."""
    with pytest.raises(NotStored):
        tables.write(
            [EVE, SetPassword("A", "new", 3.0), DropRead("A", "phone"), DropAccount("A"),
             TouchAccount("B", 9.0), AccountRecord("C", "Bob", "bob", 3.0, 3.0)]
        )  # fmt: skip
    assert tables.unique(AccountRecord, "ada") == tables.get(AccountRecord, "A") == ADA
    assert tables.unique(AccountRecord, "eve") is None
    assert tables.unique(AccountRecord, "bob") == BOB
    assert set(tables.of("A", ProofRecord)) == {PASSWORD, KEY}
    assert list(tables.of("A", ReadRecord)) == [READ]


def test_a_name_that_is_given_up_is_free(tables):
    """Also in the same write."""
    tables.write([EVE, AccountRecord("C", "ada", "ada", 3.0, 3.0)])
    assert tables.unique(AccountRecord, "ada").id == "C"
    assert tables.unique(AccountRecord, "eve") == EVE


def test_there_is_one_password(tables):
    """A hash that was to take another's place does not, if that is no more."""
    tables.write([SetPassword("A", "new", 3.0), SetPassword("A", "late", 4.0, "hash")])
    assert {one.value for one in tables.of("A", ProofRecord)} == {"new", "ab:cd"}
    assert tables.unique(ProofRecord, ProofKind.PASSWORD, "hash") is None


def test_what_belongs_to_an_account_goes_with_it(tables):
    """From all in which it is looked up."""
    tables.write([DropAccount("A")])
    assert not [*tables.of("A", ProofRecord), *tables.of("A", ReadRecord)]
    assert tables.unique(ProofRecord, ProofKind.CERTIFICATE, "ab:cd") is None
    assert list(tables.all(AccountRecord)) == [BOB]
