"""The search index: made, fed and asked. FTS5, as SQLite 3.40 knows it.

The index knows messages by their numbers, which grow as the ids do. It may lag behind the
database, and never says what is in a message: what was found is read from the database.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import bindparam

from twistedchat.core.ids import first_at
from twistedchat.core.records import Found, MessageRecord
from twistedchat.storage import bulk, reading, sqlite
from twistedchat.storage.files import create_private
from twistedchat.storage.search.query import Query, Term
from twistedchat.storage.search.words import nick_word, place_word, spread
from twistedchat.storage.tables import erased, messages

VERSION = "1"
SLICE = 100

_TABLES = (
    "CREATE TABLE progress (store TEXT NOT NULL, version TEXT NOT NULL, number INTEGER NOT NULL)",
    """CREATE VIRTUAL TABLE said USING fts5(
        text, place, nick,
        tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co So'"
    )""",
)
_ADD = (
    "INSERT INTO said (rowid, text, place, nick) "
    "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), "
    "json_extract(value, '$[2]'), json_extract(value, '$[3]') FROM json_each(?)"
)
_REMOVE = "DELETE FROM said WHERE rowid IN (SELECT value FROM json_each(?))"
_MATCH = (
    "SELECT json_group_array(rowid) FROM (SELECT rowid FROM search.said "
    "WHERE said MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?)"
)
_SLICE: Any = bindparam("slice")
_NEXT = bulk.gather(
    select(messages.c.number, messages.c.text, messages.c.place, messages.c.nick)
    .where(messages.c.number > bindparam("number"))
    .order_by(messages.c.number)
    .limit(_SLICE)
)
_LAST = select(messages.c.number).order_by(messages.c.number.desc()).limit(1)
_LAST_BEFORE = (
    select(messages.c.number)
    .where(messages.c.id < bindparam("id"))
    .order_by(messages.c.id.desc())
    .limit(1)
)
_ERASED = bulk.gather(select(erased.c.number).order_by(erased.c.number).limit(_SLICE))


def prepare(path: Path, store: str) -> None:
    """Let there be an index that belongs to a database; one that does not is made anew.

    Args:
        path: the index.
        store: what tells the database from others.
    """
    if not _belongs(path, store):
        create_private(path)
        with closing(sqlite.connect(path)) as connection:
            sqlite.use_wal(connection)
            with sqlite.transaction(connection):
                for statement in _TABLES:
                    connection.exec_driver_sql(statement)
                query = "INSERT INTO progress VALUES (?, ?, 0)"
                connection.exec_driver_sql(query, (store, VERSION))


def _belongs(path: Path, store: str) -> bool:
    if not path.exists():
        return False
    try:
        with closing(sqlite.connect(path)) as connection:
            found = connection.exec_driver_sql("SELECT store, version FROM progress").all()
            connection.exec_driver_sql("SELECT rowid FROM said LIMIT 1")
    except DBAPIError:
        return False
    return [tuple(row) for row in found] == [(store, VERSION)]


def progress(index: Connection) -> int:
    """The number up to which messages are in the index."""
    return int(index.exec_driver_sql("SELECT number FROM progress").scalar_one())


def feed(database: Connection, index: Connection) -> int:
    """Bring the next slice of messages into the index; how many those were."""
    found = bulk.gathered(database, _NEXT, number=progress(index), slice=SLICE)
    if found:
        entries = [
            (number, spread(text), place_word(place), nick_word(nick))
            for number, text, place, nick in found
        ]
        with sqlite.transaction(index):
            index.exec_driver_sql(_ADD, (bulk.encode(entries),))
            index.exec_driver_sql("UPDATE progress SET number = ?", (found[-1][0],))
    return len(found)


def remove_erased(database: Connection, index: Connection) -> tuple[int, ...]:
    """Take a slice of the messages that are gone out of the index; their numbers."""
    numbers = tuple(number for (number,) in bulk.gathered(database, _ERASED, slice=SLICE))
    if numbers:
        with sqlite.transaction(index):
            index.exec_driver_sql(_REMOVE, (bulk.encode(numbers),))
    return numbers


def attach(database: Connection, path: Path) -> None:
    """Let a connection to the database see the index too, for ``find``."""
    database.exec_driver_sql("ATTACH DATABASE ? AS search", (str(path),))


def find(
    connection: Connection, query: Query, places: Collection[str], before: str, limit: int
) -> Found:
    """Search.

    Args:
        connection: to the database, with the index attached.
        query: what for.
        places: where the person may read.
        before: an id; only what is older is looked at. "" for everything.
        limit: how many messages at most.
    """
    allowed = [place for place in places if not query.places or place in query.places]
    if not allowed:
        return Found((), "")
    with sqlite.snapshot(connection):
        done = connection.exec_driver_sql("SELECT number FROM search.progress").scalar_one()
        last = connection.scalar(_LAST) or 0
        found = _collect(connection, query, allowed, before, limit)
    return Found(found[:limit], found[limit - 1].id if len(found) > limit else "", last - done)


def _collect(
    connection: Connection, query: Query, places: Sequence[str], before: str, limit: int
) -> tuple[MessageRecord, ...]:
    """One message more than asked for, if there are so many."""
    low, high = _range(connection, query, before)
    match = expression(query, places)
    here = frozenset(places)
    found: list[MessageRecord] = []
    while len(found) <= limit:
        values = (match, low, high, limit + 1)
        numbers = json.loads(connection.exec_driver_sql(_MATCH, values).scalar_one())
        there = reading.by_numbers(connection, numbers)
        found += [there[number] for number in numbers if number in there]
        found = [one for one in found if one.place in here and _is_by(one, query)]
        if len(numbers) <= limit:
            break
        high = numbers[-1] - 1
    return tuple(found[: limit + 1])


def _is_by(one: MessageRecord, query: Query) -> bool:
    return not query.nicks or nick_word(one.nick) in map(nick_word, query.nicks)


def _range(connection: Connection, query: Query, before: str) -> tuple[int, int]:
    """The numbers between which the messages lie."""
    low = 0 if query.since is None else _last_before(connection, first_at(query.since))
    ends = [before] if before else []
    if query.until is not None:
        ends.append(first_at(query.until))
    high = _last_before(connection, min(ends)) if ends else (1 << 62)
    return low + 1, high


def _last_before(connection: Connection, id_: str) -> int:
    return connection.scalar(_LAST_BEFORE, {"id": id_}) or 0


def expression(query: Query, places: Iterable[str]) -> str:
    """The query in the language of FTS5; nothing that somebody typed stands outside of quotes."""
    parts = [_any_of("place", map(place_word, places))]
    if query.nicks:
        parts.append(_any_of("nick", map(nick_word, query.nicks)))
    parts += [f"text : {_quoted(term)}" for term in query.terms]
    return " AND ".join(parts)


def _any_of(column: str, words: Iterable[str]) -> str:
    return f"{column} : ({' OR '.join(sorted(words))})"


def _quoted(term: Term) -> str:
    text = spread(term.text).replace('"', '""').replace("\0", " ")
    return f'"{text}"{" *" if term.prefix else ""}'
