"""Asks the search index, and looks through what has not come into it yet.

The newest messages come into the index a moment after they were said, later when very many people
talk. They are put into a table in memory that works like the index, and are asked for first.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.sql.expression import bindparam

from twistedchat.core.errors import NotInRoom
from twistedchat.core.ids import first_at
from twistedchat.core.records import Found, MessageRecord, SearchedPlace
from twistedchat.core.text import shorten
from twistedchat.storage import reading, sqlite
from twistedchat.storage.search import index
from twistedchat.storage.search.query import QUOTED, Query, Term
from twistedchat.storage.search.words import nick_word, place_word, spread
from twistedchat.storage.tables import messages

# Messages that are put into the table in memory for one search, and in all.
LATEST_SLICE = 2000
LATEST_MOST = 20_000
CHUNK_MOST = 2000

_MAKE_LATEST = f"CREATE VIRTUAL TABLE temp.latest USING {index.WORDS}"
_DROP_LATEST = "DROP TABLE temp.latest"
_ENDS_OF_LATEST = "SELECT coalesce(min(rowid), 0), coalesce(max(rowid), 0) FROM temp.latest"
_MATCH = (
    "SELECT json_group_array(rowid) FROM (SELECT rowid FROM {0}.{1} WHERE {1} MATCH ? "
    "AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?)"
)
_LAST = select(messages.c.number).order_by(messages.c.number.desc()).limit(1)
_LAST_BEFORE = (
    select(messages.c.number)
    .where(messages.c.id < bindparam("id"))
    .order_by(messages.c.id.desc())
    .limit(1)
)


def attach(database: Connection, path: Path) -> None:
    """Let a connection to the database see the index too, for ``find``."""
    database.exec_driver_sql("ATTACH DATABASE ? AS search", (str(path),))
    database.exec_driver_sql(_MAKE_LATEST)


def chosen(query: Query, within: Mapping[str, SearchedPlace]) -> Collection[SearchedPlace]:
    """The places that are meant, of those where the person may read.

    Args:
        query: what for.
        within: where the person may read, by what ``in:`` calls it.

    Raises:
        NotInRoom: one of those that are named is not among them.
    """
    for name in sorted(query.places - within.keys()):
        shown = shorten(name, QUOTED)
        if name.startswith("@"):
            raise NotInRoom(f"You have had no private words with {shown[1:]} that are kept.")
        raise NotInRoom(f"You are not in #{shown}, so you can't search it. /join #{shown} first.")
    return [within[name] for name in query.places or within]


def find(
    connection: Connection,
    query: Query,
    places: Collection[SearchedPlace],
    before: str,
    limit: int,
) -> Found:
    """Search.

    Args:
        connection: to the database, with the index attached.
        query: what for.
        places: where.
        before: an id; only what is older is looked at. "" for everything.
        limit: how many messages at most.
    """
    if not places:
        return Found((), "")
    reached = _catch_up(connection)
    with sqlite.snapshot(connection):
        last = connection.scalar(_LAST) or 0
        found = _collect(connection, query, places, before, limit)
    older = found[limit - 1].id if len(found) > limit else ""
    return Found(found[:limit], older, max(0, last - reached))


def _catch_up(connection: Connection) -> int:
    """Have the messages at hand that are not in the index; the number up to which there are all.

    The oldest of them, if there are very many: no search is to skip any in between.
    """
    done, last = _indexed(connection), connection.scalar(_LAST) or 0
    first, top = connection.exec_driver_sql(_ENDS_OF_LATEST).one()
    if 0 < top <= done or (first <= done and top - first >= LATEST_MOST):
        connection.exec_driver_sql(_DROP_LATEST)
        connection.exec_driver_sql(_MAKE_LATEST)
        first = top = 0
    reached = max(done, top)
    if reached < last and top - first < LATEST_MOST:
        found = index.next_of(connection, reached, LATEST_SLICE)
        index.add(connection, "temp.latest", found)
        reached = found[-1][0] if len(found) == LATEST_SLICE else last
    return int(reached)


def _indexed(connection: Connection) -> int:
    """The number up to which messages are in the index."""
    done: int = connection.exec_driver_sql("SELECT number FROM search.progress").scalar_one()
    return done


def _collect(
    connection: Connection,
    query: Query,
    places: Collection[SearchedPlace],
    before: str,
    limit: int,
) -> tuple[MessageRecord, ...]:
    """One message more than asked for, if there are so many."""
    begun = {one.place: one.begun for one in places}
    low, high = _range(connection, query, before, min(begun.values()))
    match, done = expression(query, begun), _indexed(connection)
    found: list[MessageRecord] = []
    parts = (
        (_MATCH.format("temp", "latest"), max(low, done + 1), high),
        (_MATCH.format("search", "said"), low, min(high, done)),
    )
    for numbers in _numbers(connection, match, parts, limit + 1):
        there = reading.by_numbers(connection, numbers)
        some = (there[number] for number in numbers if number in there)
        found += [one for one in some if _may_be_read(one, begun) and _is_by(one, query)]
        if len(found) > limit:
            break
    return tuple(found[: limit + 1])


def _numbers(
    connection: Connection, match: str, parts: Iterable[tuple[str, int, int]], most: int
) -> Iterator[list[int]]:
    """The numbers of what may have been found, the greatest first, ever more at a time."""
    for query, low, high in parts:
        chunk = most
        while low <= high:
            values = (match, low, high, chunk)
            numbers: list[int] = json.loads(connection.exec_driver_sql(query, values).scalar_one())
            yield numbers
            if len(numbers) < chunk:
                break
            high, chunk = numbers[-1] - 1, min(2 * chunk, CHUNK_MOST)


def _may_be_read(one: MessageRecord, begun: Mapping[str, str]) -> bool:
    return one.place in begun and one.id > begun[one.place]


def _is_by(one: MessageRecord, query: Query) -> bool:
    return not query.nicks or nick_word(one.nick) in map(nick_word, query.nicks)


def _range(connection: Connection, query: Query, before: str, begun: str) -> tuple[int, int]:
    """The numbers between which the messages lie."""
    begins = max(begun, "" if query.since is None else first_at(query.since))
    ends = [before] if before else []
    if query.until is not None:
        ends.append(first_at(query.until))
    high = _last_before(connection, min(ends)) if ends else (1 << 62)
    return _last_before(connection, begins) + 1, high


def _last_before(connection: Connection, id_: str) -> int:
    return connection.scalar(_LAST_BEFORE, {"id": id_}) or 0 if id_ else 0


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
