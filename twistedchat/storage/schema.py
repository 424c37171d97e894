"""Opens the database: makes a new one, brings an old one up to date, refuses any other.

Alembic is imported only when there is something for it to do.
"""

import secrets
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import DBAPIError

from twistedchat.storage import sqlite
from twistedchat.storage.errors import StorageError
from twistedchat.storage.files import (
    PRIVATE,
    DataFiles,
    create_private,
    free,
    left_of,
    put_in_place,
    remove,
)
from twistedchat.storage.tables import about

MIGRATIONS = Path(__file__).parent / "migrations"
STORE_ID = "store"


def prepare(files: DataFiles, migrations: Path = MIGRATIONS) -> None:
    """Let a database of the newest schema be there.

    Args:
        files: the data directory, which is locked by this program.
        migrations: where the migrations are.

    Raises:
        StorageError: what is there is not ours, or newer than this program, or cannot be read; it
            is left as it was.
    """
    try:
        if files.database.exists():
            _bring_up_to_date(files, migrations)
        else:
            _must_be_nothing(files.database)
            _create(files.database, migrations)
    except sqlite.FAILURES as error:
        reason = sqlite.reason(error)
        raise StorageError(f"{files.database} cannot be used: {reason}.") from error


def newest(migrations: Path = MIGRATIONS) -> str:
    """The revision that this program works with."""
    return _revisions(migrations)[-1]


def _revisions(migrations: Path) -> list[str]:
    return sorted(path.name[:4] for path in (migrations / "versions").glob("[0-9]*.py"))


def revision_of(path: Path) -> str:
    """The revision of a database that is ours; takes back what a killed program left half done.

    Raises:
        StorageError: it is not ours, or damaged.
    """
    sqlite.recognise(path)
    try:
        with closing(sqlite.connect_to_look(path)) as connection:
            query = "SELECT version_num FROM alembic_version"
            revision = connection.exec_driver_sql(query).scalar_one_or_none()
    except DBAPIError as error:
        reason = sqlite.trouble(error) or "it has not the tables that it should have"
        raise StorageError(f"{path} cannot be read: {reason}. Restore a backup.") from None
    if not isinstance(revision, str):
        raise StorageError(f"{path} does not say which version made it. Restore a backup.")
    return revision


def must_be_newest(path: Path) -> None:
    """Make sure that a database is of the schema that this program reads and writes.

    Raises:
        StorageError: it is not ours, or of another version.
    """
    if revision_of(path) != newest():
        raise StorageError(
            f"{path} was made by another version of twistedchat. Start this version's server once,"
            " or install that version."
        )


def must_be_known(path: Path, revision: str, migrations: Path = MIGRATIONS) -> None:
    """Make sure that this program can read a database.

    Args:
        path: the database.
        revision: its revision.
        migrations: where the migrations are.

    Raises:
        StorageError: it was made by a newer version.
    """
    if revision not in _revisions(migrations):
        raise StorageError(
            f"{path} was made by a newer version of twistedchat. "
            "Install that version, or restore a backup of your own version."
        )


def _bring_up_to_date(files: DataFiles, migrations: Path) -> None:
    revision = revision_of(files.database)
    # It may have been copied here by hand.
    files.database.chmod(PRIVATE)
    if revision == newest(migrations):
        return
    must_be_known(files.database, revision, migrations)
    copied = free(files.before(newest(migrations)))
    sqlite.copy(files.database, copied, inspect=True)
    try:
        with closing(sqlite.connect(files.database, durability="power")) as connection:
            _migrate(connection, migrations)
    except BaseException:
        # Nothing was changed, and one that is tried again and again would fill the disk.
        remove(copied)
        raise


def _must_be_nothing(path: Path) -> None:
    """A log without its database would be taken for the new one's, and ruin it."""
    if log := left_of(path):
        raise StorageError(
            f"{path} is gone, and {log} has what was written last. Put the database back or"
            " restore a backup; to begin with nothing, move the log away."
        )
    remove(path)


def _create(path: Path, migrations: Path) -> None:
    part = path.with_name(f"{path.name}.new")
    create_private(part)
    with closing(sqlite.connect(part, durability="power")) as connection:
        _migrate(connection, migrations)
        with sqlite.transaction(connection):
            sqlite.sign(connection)
            connection.execute(insert(about).values(key=STORE_ID, value=secrets.token_hex(16)))
    put_in_place(part, path)


def _migrate(connection: Connection, migrations: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    # Alembic takes no care of transactions on SQLite: all of it is one of ours.
    with sqlite.loose_keys(connection), sqlite.transaction(connection):
        command.upgrade(config, "head")
        if sqlite.dangling(connection):
            raise StorageError("A migration would lose what belongs together; nothing was changed.")


def store_id(connection: Connection) -> str:
    """What tells this database from every other."""
    return str(connection.scalar(select(about.c.value).where(about.c.key == STORE_ID)))
