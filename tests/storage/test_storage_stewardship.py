"""What a host does to single accounts."""

import pytest

from twistedchat.core.records import ProofKind, ProofRecord
from twistedchat.storage import reading, sqlite
from twistedchat.storage.errors import StorageError
from twistedchat.storage.stewardship import set_flag, set_password
from twistedchat.storage.writing import write

OLD = ProofRecord("A", ProofKind.PASSWORD, "old", "", 1.0)
KEY = ProofRecord("A", ProofKind.CERTIFICATE, "ab:cd", "laptop", 1.0)


def test_another_password(files, connection, account):
    """In the place of the old one, while somebody else has the database open; keys stay."""
    write(connection, [account(), OLD, KEY])
    assert set_password(files, "ada", "new", 2.0) == account()
    new = ProofRecord("A", ProofKind.PASSWORD, "new", "", 2.0)
    assert reading.proofs_of(connection, "A") == (KEY, new)


def test_flags(files, connection, account):
    """One at a time; giving twice is no fault."""
    write(connection, [account(flags=frozenset(["other"]))])
    for _ in range(2):
        assert set_flag(files, "ada", "operator", given=True).flags == {"other", "operator"}
    set_flag(files, "ada", "operator", given=False)
    assert reading.account_named(connection, "ada").flags == {"other"}


def test_an_account_that_is_not_there(files):
    """Is said."""
    with pytest.raises(StorageError, match="Nobody has registered"):
        set_flag(files, "ada", "operator", given=True)


def test_a_database_of_another_version(files, connection):
    """Is left alone."""
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match="another version"):
        set_password(files, "ada", "new", 2.0)


@pytest.fixture
def refusing(connection):
    """A database that takes no change of an account."""
    connection.exec_driver_sql(
        "CREATE TRIGGER no BEFORE UPDATE ON accounts BEGIN SELECT RAISE(FAIL, 'no'); END"
    )


@pytest.fixture
def locked(connection):
    """A database to which somebody else writes."""
    with sqlite.transaction(connection):
        yield


@pytest.mark.parametrize("state", ["refusing", "locked"])
def test_a_database_that_cannot_be_written(files, connection, account, state, request):
    """Nothing is changed, and the host reads why."""
    write(connection, [account()])
    request.getfixturevalue(state)
    with pytest.raises(StorageError, match="cannot be written"):
        set_flag(files, "ada", "operator", given=True)
