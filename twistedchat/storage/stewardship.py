"""What a host does to single accounts, whether or not a server runs."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

from sqlalchemy import Connection

from twistedchat.core.records import AccountRecord, SetPassword
from twistedchat.storage import reading, schema, sqlite, writing
from twistedchat.storage.errors import StorageError
from twistedchat.storage.files import DataFiles


def set_password(files: DataFiles, key: str, hashed: str, now: float) -> AccountRecord:
    """Give an account another password; counts from the next log-in on.

    Args:
        files: the data directory.
        key: the key of the account's name.
        hashed: the password's hash.
        now: the time.

    Raises:
        StorageError: there is no such account, or the database cannot be written.
    """
    with _opened(files) as connection:
        account = _account(connection, key)
        writing.write(connection, [SetPassword(account.id, hashed, now)])
    return account


def set_flag(files: DataFiles, key: str, flag: str, *, given: bool) -> AccountRecord:
    """Let a flag such as ``operator`` be true of an account, or not; counts likewise.

    Raises:
        StorageError: there is no such account, or the database cannot be written.
    """
    with _opened(files) as connection:
        account = _account(connection, key)
        flags = account.flags | {flag} if given else account.flags - {flag}
        changed = replace(account, flags=flags)
        writing.write(connection, [changed])
    return changed


@contextmanager
def _opened(files: DataFiles) -> Iterator[Connection]:
    schema.must_be_newest(files.database)
    try:
        with closing(sqlite.connect(files.database, "rw", "power")) as connection:
            yield connection
    except sqlite.FAILURES as error:
        reason = sqlite.reason(error)
        raise StorageError(f"{files.database} cannot be written: {reason}.") from error


def _account(connection: Connection, key: str) -> AccountRecord:
    account = reading.account_named(connection, key)
    if account is None:
        raise StorageError("Nobody has registered that name. Look at how it is written.")
    return account
