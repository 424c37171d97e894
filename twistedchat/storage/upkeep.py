"""What a host does with the data: back up, restore, check, compact."""

import os
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from twistedchat.storage import schema, sqlite
from twistedchat.storage.errors import StorageError
from twistedchat.storage.files import DataFiles, Lock, put_in_place, remove


def back_up(files: DataFiles, target: Path) -> None:
    """Copy the database as it is now, whether or not a server runs.

    Raises:
        StorageError: there is nothing to copy, or the copy cannot be made.
    """
    schema.revision_of(files.database)
    if target.exists():
        raise StorageError(f"{target} exists already. Choose another name for the backup.")
    try:
        sqlite.copy(files.database, target)
    except (OSError, DBAPIError) as error:
        reason = sqlite.trouble(error) or str(error)
        raise StorageError(f"{target} cannot be written: {reason}.") from error


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
    lock = Lock(files)
    try:
        _must_be_whole(source)
        new = files.directory / "chat.sqlite.restored"
        sqlite.copy(source, new)
        old = _set_aside(files)
        put_in_place(new, files.database)
        remove(files.search)
        return old
    finally:
        lock.release()


def _must_be_whole(path: Path) -> None:
    schema.revision_of(path)
    with closing(sqlite.connect(path, "ro")) as connection:
        found = sqlite.faults(connection)
    if found:
        raise StorageError(f"{path} is damaged ({found[0]}). Restore another backup.")


def _set_aside(files: DataFiles) -> Path | None:
    """Give the database a second name, under which it stays."""
    if not files.database.exists():
        return None
    old = files.before("restore")
    remove(old)
    try:
        with closing(sqlite.connect(files.database)) as connection:
            sqlite.leave_wal(connection)
    except DBAPIError:
        # It is damaged: its log must not be taken for the new one's.
        for suffix in ("-wal", "-shm"):
            part = files.database.with_name(files.database.name + suffix)
            if part.exists():
                part.replace(old.with_name(old.name + suffix))
    os.link(files.database, old)
    return old


def check(files: DataFiles) -> list[str]:
    """What is damaged in the database; empty if it is sound. A server may run meanwhile.

    Raises:
        StorageError: there is no database of ours.
    """
    schema.revision_of(files.database)
    with closing(sqlite.connect(files.database, "ro")) as connection:
        return sqlite.faults(connection)


def compact(files: DataFiles) -> None:
    """Give back the room of what was deleted; no server may run meanwhile.

    Raises:
        StorageError: a server runs, or there is no database of ours.
    """
    lock = Lock(files)
    try:
        schema.revision_of(files.database)
        with closing(sqlite.connect(files.database)) as connection:
            sqlite.vacuum(connection)
    finally:
        lock.release()


def reindex(files: DataFiles) -> None:
    """Have the search index made anew by the next server.

    Raises:
        StorageError: a server runs.
    """
    lock = Lock(files)
    try:
        remove(files.search)
    finally:
        lock.release()
