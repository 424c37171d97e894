"""What only SQLite knows: how it is opened, copied, checked, and what its troubles are called."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.exc import DBAPIError

from twistedchat.core.records import RoleRecord
from twistedchat.storage import reading, sqlite
from twistedchat.storage.writing import write


def pragma(connection, name):
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.mark.parametrize(("durability", "synchronous"), [("process", 1), ("power", 2)])
def test_how_safe_a_commit_is(files, durability, synchronous):
    """With "power" each reaches the disk; keys are kept and no commit makes a checkpoint."""
    with closing(sqlite.connect(files.database, durability=durability)) as connection:
        assert pragma(connection, "synchronous") == synchronous
        assert pragma(connection, "journal_mode") == "wal"
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "wal_autocheckpoint") == 0


def test_a_file_that_is_not_there_is_not_made(tmp_path):
    """Only ``schema`` makes databases."""
    with pytest.raises(DBAPIError):
        sqlite.connect(tmp_path / "none.sqlite")
    assert not list(tmp_path.iterdir())


def test_a_name_may_have_any_sign(files):
    """It is not taken for part of an address."""
    odd = files.directory / "a?b#c%20d.sqlite"
    files.database.rename(odd)
    with closing(sqlite.connect(odd)) as connection:
        assert pragma(connection, "integrity_check") == "ok"


def test_a_transaction_is_undone_when_it_fails(connection, said):
    """And the connection can be used again."""
    query = "INSERT INTO conversations VALUES ('A', 'A B')"
    with pytest.raises(DBAPIError), sqlite.transaction(connection):
        connection.exec_driver_sql(f"{query}, ('A', 'A B')")
    assert reading.conversations_of(connection, "A") == ()
    write(connection, [said(1)])


def test_what_people_said_is_in_no_error(connection):
    """Errors go to the log."""
    query = "INSERT INTO conversations VALUES (?, ?)"
    connection.exec_driver_sql(query, ("a secret", "A B"))
    with pytest.raises(DBAPIError) as caught:
        connection.exec_driver_sql(query, ("a secret", "A B"))
    assert "secret" not in str(caught.value)
    assert sqlite.reason(caught.value).startswith("UNIQUE constraint failed")


def test_a_lock_of_another_program_is_trouble(files, connection, said):
    """It is waited for a moment, then told of."""
    other = sqlite.connect(files.database, wait=0.0)
    with closing(other), sqlite.transaction(connection), pytest.raises(sqlite3.Error) as caught:
        write(other, [said(1)])
    assert sqlite.trouble(caught.value) == "another program holds the database locked"


def test_what_is_trouble_of_the_machine():
    """A mistake in a statement is not: trying it again would not help."""
    full = sqlite3.OperationalError("full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    torn = sqlite3.OperationalError("torn")
    torn.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHORT_READ
    wrapped = DBAPIError("SELECT", {}, full)
    assert sqlite.trouble(full) == sqlite.trouble(wrapped) == "the disk is full"
    assert sqlite.trouble(torn) == "the disk reports an error"
    assert sqlite.trouble(OSError("gone")) == "gone"
    assert sqlite.trouble(sqlite3.IntegrityError("twice")) is None
    assert sqlite.trouble(ValueError("no")) is None


def test_a_full_disk_is_known_when_it_is_met(connection, said):
    """A file that may not grow is what a full disk is to SQLite."""
    pages = pragma(connection, "page_count")
    pragma(connection, f"max_page_count = {pages + 2}")
    with pytest.raises(sqlite3.Error) as caught:
        write(connection, [said(number, "x" * 900) for number in range(1000)])
    assert sqlite.trouble(caught.value) == "the disk is full"
    pragma(connection, "max_page_count = 1000000")
    write(connection, [said(100_000)])
    assert sqlite.faults(connection) == []


def test_only_sqlite_is_expected(connection):
    """Another driver would need this module's counterpart."""

    class Other:
        class connection:  # noqa: N801
            driver_connection = None

    with pytest.raises(TypeError):
        sqlite.driver_of(Other)


def test_a_copy_is_of_one_moment(files, connection, said, tmp_path):
    """It stands alone, is private, and is there only when it is complete."""
    write(connection, [said(1)])
    target = tmp_path / "copy.sqlite"
    sqlite.copy(files.database, target)
    write(connection, [said(2)])
    assert target.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.glob("copy*")] == ["copy.sqlite"]
    with closing(sqlite.connect(target)) as copy:
        assert pragma(copy, "journal_mode") == "delete"
        assert reading.newest(copy, "lobby", 5).messages == (said(1),)


def test_a_copy_that_fails_leaves_nothing(files, tmp_path):
    """Neither under its name nor under another."""
    files.database.unlink()
    with pytest.raises(DBAPIError):
        sqlite.copy(files.database, tmp_path / "copy.sqlite")
    assert not list(tmp_path.glob("copy*"))


def test_damage_is_found(files, connection, said, account, room):
    """In the pages, and between the tables."""
    batch = [said(number, "x" * 400) for number in range(1000)]
    write(connection, [account(), room(), RoleRecord("lobby", "A", "owner"), *batch])
    assert sqlite.faults(connection) == []
    with sqlite.loose_keys(connection):
        connection.exec_driver_sql("DELETE FROM accounts")
    assert sqlite.faults(connection) == ["a row refers to one that is not there"]
    sqlite.checkpoint(connection)
    data = bytearray(files.database.read_bytes())
    data[-40 * 4096 : -30 * 4096] = b"\xff" * 10 * 4096
    damaged = files.directory / "damaged.sqlite"
    damaged.write_bytes(data)
    with closing(sqlite.connect(damaged)) as other:
        assert len(sqlite.faults(other)) > 1


def test_the_room_of_what_is_gone_is_given_back(files, connection, said):
    """When somebody asks for it."""
    write(connection, [said(number, "x" * 400) for number in range(3000)])
    connection.exec_driver_sql("DELETE FROM messages")
    before = pragma(connection, "page_count")
    sqlite.vacuum(connection)
    assert pragma(connection, "page_count") < before / 2


def test_what_was_deleted_is_overwritten(files, connection, said):
    """Whoever is forgotten cannot be read out of the file."""
    write(connection, [said(number, f"unspeakable {number}") for number in range(200)])
    sqlite.checkpoint(connection)
    assert b"unspeakable" in files.database.read_bytes()
    connection.exec_driver_sql("DELETE FROM messages")
    sqlite.leave_wal(connection)
    assert b"unspeakable" not in files.database.read_bytes()
