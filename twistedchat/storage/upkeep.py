"""What a host does with the data: back up, restore, check, compact."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table, func, select

from twistedchat.storage import schema, sqlite, tables
from twistedchat.storage.errors import StorageError
from twistedchat.storage.files import DataFiles, Lock, free, put_in_place, remove, set_aside


@contextmanager
def opened(files: DataFiles) -> Iterator[Connection]:
    """The database to be read, whether or not a server runs.

    Raises:
        StorageError: it is not there, not ours, of another version, or cannot be read.
    """
    schema.must_be_newest(files.database)
    try:
        with closing(sqlite.connect_to_look(files.database)) as connection:
            yield connection
    except sqlite.FAILURES as error:
        if isinstance(error, OSError):
            # It comes from what is done with what was read.
            raise
        reason = sqlite.reason(error)
        raise StorageError(f"{files.database} cannot be read: {reason}.") from error


@contextmanager
def _in_one_line(what: str) -> Iterator[None]:
    try:
        yield
    except sqlite.FAILURES as error:
        raise StorageError(f"{what}: {sqlite.reason(error)}.") from error


def back_up(files: DataFiles, target: Path) -> None:
    """Copy the database as it is now, whether or not a server runs, and look the copy through.

    Raises:
        StorageError: there is nothing to copy, it is damaged, or the copy cannot be made.
    """
    schema.revision_of(files.database)
    with _in_one_line(f"{target} cannot be written"):
        if target.exists():
            raise StorageError(f"{target} exists already. Choose another name for the backup.")
        sqlite.copy(files.database, target, inspect=True)


def restore(files: DataFiles, source: Path) -> Path | None:
    """Put a backup in the place of the database; no server may run meanwhile.

    Args:
        files: the data directory.
        source: the backup.

    Returns:
        Where the database that was there is now.

    Raises:
        StorageError: the backup is not whole, or a server runs; nothing was changed.
    """
    schema.must_be_known(source, schema.revision_of(source))
    lock = Lock(files)
    try:
        with _in_one_line(f"{files.directory} cannot be written"):
            new = files.directory / "chat.sqlite.restored"
            sqlite.copy(source, new, inspect=True)
            old = _set_aside(files)
            # First: whatever comes between must not leave it beside a database that it is not of.
            remove(files.search)
            put_in_place(new, files.database)
        return old
    finally:
        lock.release()


def _set_aside(files: DataFiles) -> Path | None:
    """Give the database a second name, under which it stays."""
    old = free(files.before("restore"))
    try:
        sqlite.recognise(files.database)
        with closing(sqlite.connect(files.database)) as connection:
            sqlite.leave_wal(connection)
    except (StorageError, *sqlite.FAILURES):
        # It is damaged or not there: its log must not be taken for the new one's.
        set_aside(files.database, old)
    if not files.database.exists():
        return None
    os.link(files.database, old)
    return old


def check(files: DataFiles) -> list[str]:
    """What is damaged in the database; empty if it is sound. A server may run meanwhile.

    Raises:
        StorageError: there is no database of ours.
    """
    schema.revision_of(files.database)
    return _faults(files.database)


def check_index(files: DataFiles) -> list[str]:
    """What is damaged in the search index; empty if it is sound or not there."""
    return _faults(files.search) if files.search.exists() else []


def _faults(path: Path) -> list[str]:
    try:
        with closing(sqlite.connect_to_look(path)) as connection:
            return sqlite.faults(connection)
    except sqlite.FAILURES as error:
        return [sqlite.reason(error)]


@dataclass(frozen=True, slots=True)
class Contents:
    """How much there is."""

    accounts: int
    rooms: int
    messages: int


def contents(files: DataFiles) -> Contents | None:
    """Count what is stored, whether or not a server runs; None for a schema of another version.

    Raises:
        StorageError: it cannot be read.
    """
    if schema.revision_of(files.database) != schema.newest():
        return None
    with opened(files) as connection:
        counts = (_count(connection, table) for table in _COUNTED)
        return Contents(*counts)


_COUNTED = (tables.accounts, tables.rooms, tables.messages)


def _count(connection: Connection, table: Table) -> int:
    return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def compact(files: DataFiles) -> None:
    """Give back the room of what was deleted; no server may run meanwhile.

    Raises:
        StorageError: a server runs, there is no database of ours, or not enough room for a copy.
    """
    schema.revision_of(files.database)
    lock = Lock(files)
    try:
        for path in (files.database, files.search):
            with _in_one_line(f"{path} cannot be written"):
                _vacuum(path)
    finally:
        lock.release()


def _vacuum(path: Path) -> None:
    if path.exists():
        with closing(sqlite.connect(path)) as connection:
            sqlite.vacuum(connection)


def reindex(files: DataFiles) -> None:
    """Have the search index made anew by the next server.

    Raises:
        StorageError: a server runs, or there is no database of ours.
    """
    schema.revision_of(files.database)
    lock = Lock(files)
    try:
        with _in_one_line(f"{files.search} cannot be taken away"):
            remove(files.search)
    finally:
        lock.release()
