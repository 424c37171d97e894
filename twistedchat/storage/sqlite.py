"""What only SQLite knows, but for its statements (``bulk``): opening, copying, checking."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from twistedchat.storage.errors import StorageError
from twistedchat.storage.files import create_private, log_of, put_in_place, remove

APPLICATION_ID = 0x54774368
"""Says in the file's header whose it is."""

_MAGIC = b"SQLite format 3\0"
_ID_AT = 68
_WRITTEN_AT = 18
_WITHOUT_LOG = 1
_WAIT_SECONDS = 1.0
_CACHE_KIB = 16384
_LOG_BYTES = 64 << 20

_PRAGMAS = (
    "foreign_keys = ON",
    "wal_autocheckpoint = 0",
    f"journal_size_limit = {_LOG_BYTES}",
    "secure_delete = ON",
    f"cache_size = -{_CACHE_KIB}",
    "temp_store = MEMORY",
)

Mode: TypeAlias = Literal["ro", "rw"]
Durability: TypeAlias = Literal["process", "power"]
_SYNCHRONOUS = {"process": "NORMAL", "power": "FULL"}

DAMAGED = "the database is damaged"

FAILURES = (OSError, DBAPIError, sqlite3.Error)
"""What can be raised where a file is opened, read, copied or written."""

_TROUBLES = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_READONLY: "the file cannot be written to",
    sqlite3.SQLITE_PERM: "the file cannot be written to",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened",
    sqlite3.SQLITE_BUSY: "another program holds the database locked",
    sqlite3.SQLITE_LOCKED: "another program holds the database locked",
    sqlite3.SQLITE_PROTOCOL: "another program holds the database locked",
    sqlite3.SQLITE_NOMEM: "there is not enough memory",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
}


def connect(
    path: Path, mode: Mode = "rw", durability: Durability = "process", wait: float = _WAIT_SECONDS
) -> Connection:
    """Open a file that exists, for one thread.

    Nothing is committed or rolled back but by ``transaction``; a single statement is a transaction
    of its own. Checkpoints are made only by ``checkpoint``.

    Args:
        path: the file.
        mode: "ro" changes nothing, not even by recovery.
        durability: "power" makes every transaction reach the disk before it is confirmed.
        wait: seconds to wait for a lock that another connection holds.
    """

    def driver() -> sqlite3.Connection:
        return _open(path, mode, durability, wait)

    # The parameters are what people have said, and the log is no place for that.
    engine = create_engine(
        "sqlite://", creator=driver, poolclass=NullPool, isolation_level="AUTOCOMMIT",
        hide_parameters=True,
    )  # fmt: skip
    return engine.connect()


def connect_to_look(path: Path) -> Connection:
    """Open a file of ours of which nothing else is known; nothing committed is changed.

    A program that was killed outside of the write-ahead log has left a rollback journal, without
    which the file cannot be read, and which can only be carried out by whoever may write.
    """
    journal = path.with_name(f"{path.name}-journal")
    return connect(path, "rw" if journal.exists() else "ro")


def hold(path: Path) -> Connection:
    """Open a file so that its log is there as long as this connection is; it reads nothing."""
    connection = connect(path)
    connection.exec_driver_sql("SELECT 1 FROM sqlite_master LIMIT 1").all()
    return connection


def _open(path: Path, mode: Mode, durability: Durability, wait: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=wait,
        # Each is used by one thread; only the end of the program may close it from another.
        check_same_thread=False,
    )
    try:
        for pragma in (*_PRAGMAS, f"synchronous = {_SYNCHRONOUS[durability]}"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def driver_of(connection: Connection) -> sqlite3.Connection:
    """The connection of Python's own module behind SQLAlchemy's."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("This is no connection to SQLite.")
    return driver


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Write all that is done inside, or nothing."""
    driver = driver_of(connection)
    # Past SQLAlchemy, in which a small batch spends more time than in SQLite.
    driver.execute("BEGIN IMMEDIATE")
    try:
        yield
        driver.execute("COMMIT")
    except BaseException:
        driver.rollback()
        raise


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """Let all that is read inside be of one moment."""
    connection.exec_driver_sql("BEGIN")
    try:
        yield
    finally:
        driver_of(connection).rollback()


def trouble(error: Exception) -> str | None:
    """What is wrong with the machine, or None if the statement itself was at fault."""
    if isinstance(error, DBAPIError) and isinstance(error.orig, Exception):
        error = error.orig
    if isinstance(error, sqlite3.Error):
        # Only the lowest byte says what it is; the rest says where.
        return _TROUBLES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    return error.strerror or str(error) if isinstance(error, OSError) else None


def reason(error: BaseException) -> str:
    """Why one of the ``FAILURES`` came, for a sentence to a person."""
    known = trouble(error) if isinstance(error, Exception) else None
    if isinstance(error, DBAPIError):
        error = error.orig or error
    return known or " ".join(str(error).split())


def recognise(path: Path) -> None:
    """Make sure, by reading the header alone, that a file is a database of ours.

    Raises:
        StorageError: it is not.
    """
    try:
        with path.open("rb") as file:
            header = file.read(_ID_AT + 4)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}.") from None
    if not header.startswith(_MAGIC):
        raise StorageError(f"{path} is not a database. Move it away or choose another --data.")
    if int.from_bytes(header[_ID_AT:], "big") != APPLICATION_ID:
        raise StorageError(
            f"{path} is a database of another program. Move it away or choose another --data."
        )
    log = log_of(path)
    if header[_WRITTEN_AT] == _WITHOUT_LOG and log.exists() and log.stat().st_size:
        # SQLite would bring it over into a file that it does not fit.
        raise StorageError(
            f"{path} is a copy, and {log} beside it is the log of another database. "
            "Put the copy in place with twistedchat-admin restore."
        )


def sign(connection: Connection) -> None:
    """Write into the header that the file is ours."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def use_wal(connection: Connection) -> None:
    """Let the file be read while it is written; stays so."""
    connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def leave_wal(connection: Connection) -> None:
    """Bring everything into the one file, for a copy that stands alone."""
    connection.exec_driver_sql("PRAGMA journal_mode = DELETE")


@contextmanager
def loose_keys(connection: Connection) -> Iterator[None]:
    """Let tables be rebuilt without what refers to them being deleted; checked at the end."""
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    yield
    connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def dangling(connection: Connection) -> bool:
    """Whether a row refers to one that is not there."""
    return connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None


def checkpoint(connection: Connection, *, restart: bool = False) -> bool:
    """Bring what was written from the log into the database.

    Args:
        connection: one that nobody else uses.
        restart: hold the writer until the log can begin anew, so that it does not grow for ever.

    Returns:
        Whether all of it was brought over.
    """
    how = "RESTART" if restart else "PASSIVE"
    row = connection.exec_driver_sql(f"PRAGMA wal_checkpoint({how})").one()
    busy, written, brought_over = row
    return not busy and bool(written == brought_over)


def copy(source: Path, target: Path, *, inspect: bool = False) -> None:
    """Copy a database as it is at one moment, while others read and write it.

    The copy takes its name when it is complete and on the disk.

    Args:
        source: the database.
        target: the copy.
        inspect: whether the copy is looked through first.

    Raises:
        StorageError: it was looked through and is damaged; it is not kept.
    """
    part = target.with_name(f"{target.name}.part")
    create_private(part)
    try:
        with closing(connect(source)) as there, closing(connect(part, durability="power")) as here:
            # In one step: between two of them every write would make it begin anew.
            driver_of(there).backup(driver_of(here), pages=-1)
            leave_wal(here)
            if inspect:
                _must_be_sound(source, here)
        put_in_place(part, target)
    except BaseException:
        remove(part)
        raise


def _must_be_sound(source: Path, copied: Connection) -> None:
    found = faults(copied)
    if found:
        raise StorageError(f"{source} is damaged ({found[0]}). The copy was not kept.")


def faults(connection: Connection, most: int = 10) -> list[str]:
    """What is damaged in the database; empty if it is sound."""
    rows = connection.exec_driver_sql(f"PRAGMA integrity_check({most})").scalars()
    found = [line for line in rows if line != "ok"]
    if dangling(connection):
        found.append("a row refers to one that is not there")
    return found


def vacuum(connection: Connection) -> None:
    """Give back the room that deleted rows have taken."""
    connection.exec_driver_sql("VACUUM")
