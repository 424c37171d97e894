"""The search index: made and fed. FTS5, as SQLite 3.40 knows it.

The index knows messages by their numbers, which grow as the ids do. It may lag behind the
database, and never says what is in a message: what was found is read from the database.
"""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import bindparam

from twistedchat.storage import bulk, schema, sqlite
from twistedchat.storage.files import create_private
from twistedchat.storage.search.words import nick_word, place_word, spread
from twistedchat.storage.tables import erased, messages

VERSION = "2"
SLICE = 100

WORDS = """fts5(
    text, place, nick, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co So'"
)"""
_TABLES = (
    """CREATE TABLE progress (
        store TEXT NOT NULL, version TEXT NOT NULL, number INTEGER NOT NULL, id TEXT NOT NULL
    )""",
    f"CREATE VIRTUAL TABLE said USING {WORDS}",
)
_ADD = (
    "INSERT INTO {} (rowid, text, place, nick) "
    "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), "
    "json_extract(value, '$[2]'), json_extract(value, '$[3]') FROM json_each(?)"
)
_REMOVE = "DELETE FROM said WHERE rowid IN (SELECT value FROM json_each(?))"
_SLICE: Any = bindparam("slice")
_NEXT = bulk.gather(
    select(messages.c.number, messages.c.text, messages.c.place, messages.c.nick)
    .where(messages.c.number > bindparam("number"))
    .order_by(messages.c.number)
    .limit(_SLICE)
)
_ERASED = bulk.gather(select(erased.c.number).order_by(erased.c.number).limit(_SLICE))


def prepare(path: Path, database: Connection) -> None:
    """Let there be an index that belongs to a database; one that does not is made anew.

    Args:
        path: the index.
        database: a connection to the database.
    """
    store = schema.store_id(database)
    if not _belongs(path, store, database):
        create_private(path)
        with closing(sqlite.connect(path)) as connection:
            sqlite.use_wal(connection)
            with sqlite.transaction(connection):
                for statement in _TABLES:
                    connection.exec_driver_sql(statement)
                query = "INSERT INTO progress VALUES (?, ?, 0, '')"
                connection.exec_driver_sql(query, (store, VERSION))


def _belongs(path: Path, store: str, database: Connection) -> bool:
    if not path.exists():
        return False
    try:
        with closing(sqlite.connect(path)) as connection:
            query = "SELECT store, version, number, id FROM progress"
            found = connection.exec_driver_sql(query).all()
            connection.exec_driver_sql("SELECT rowid FROM said LIMIT 1")
    except DBAPIError:
        return False
    return [tuple(row[:2]) for row in found] == [(store, VERSION)] and _is_of(
        database, found[0].number, found[0].id
    )


def _is_of(database: Connection, number: int, id_: str) -> bool:
    """Whether the database has ever had the message that the index heard of last.

    One that was put back, or has lost its last moments with the machine's power, gives the same
    numbers once more, to other messages.
    """
    given = database.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'messages'")
    return number <= int(given.scalar() or 0) and _id_of(database, number) in ("", id_)


def _id_of(database: Connection, number: int) -> str:
    """The id of a message; "" if it is gone."""
    found = database.scalar(select(messages.c.id).where(messages.c.number == number))
    return str(found or "")


def progress(index: Connection) -> int:
    """The number up to which messages are in the index."""
    return int(index.exec_driver_sql("SELECT number FROM progress").scalar_one())


def feed(database: Connection, index: Connection) -> int:
    """Bring the next slice of messages into the index; how many those were."""
    found = next_of(database, progress(index), SLICE)
    if found:
        with sqlite.transaction(index):
            add(index, "said", found)
            last = (found[-1][0], _id_of(database, found[-1][0]))
            index.exec_driver_sql("UPDATE progress SET number = ?, id = ?", last)
    return len(found)


def next_of(database: Connection, number: int, most: int) -> list[list[Any]]:
    """The first messages behind a number: number, text, place and nick of each."""
    return bulk.gathered(database, _NEXT, number=number, slice=most)


def add(connection: Connection, table: str, found: Sequence[Sequence[Any]]) -> None:
    """Let messages be found by what is in them."""
    entries = [
        (number, spread(text), place_word(place), nick_word(nick))
        for number, text, place, nick in found
    ]
    connection.exec_driver_sql(_ADD.format(table), (bulk.encode(entries),))


def remove_erased(database: Connection, index: Connection) -> tuple[int, ...]:
    """Take a slice of the messages that are gone out of the index; their numbers."""
    numbers = tuple(number for (number,) in bulk.gathered(database, _ERASED, slice=SLICE))
    if numbers:
        with sqlite.transaction(index):
            index.exec_driver_sql(_REMOVE, (bulk.encode(numbers),))
    return numbers
