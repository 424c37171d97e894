"""Many rows in one statement: how SQLite says that. Another database has its counterparts.

A batch goes in as one JSON value, and so do results come out: Python's module gives up the GIL at
every single row, and a busy reactor may keep it for 5 ms each time.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Executable,
    Float,
    Integer,
    Select,
    Table,
    cast,
    func,
    select,
    text,
    true,
)
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.sql import literal_column
from sqlalchemy.sql.expression import bindparam

# SQLite 3.40 reads a decimal fraction inexactly, but divides by a power of two exactly: so many
# parts of a second are what a double can tell apart in this century.
_TICKS = 4194304

# How many messages of others are newer than an id, by place; counting stops at a bound.
COUNT_NEWER = text(
    """
    SELECT json_group_array(json_array(given.place, (
        SELECT count(*) FROM (
            SELECT 1 FROM messages
            WHERE place = given.place AND id > given.id AND account <> :account
            AND account NOT IN (SELECT account FROM forgotten) LIMIT :most
        )
    )))
    FROM (
        SELECT json_extract(value, '$[0]') AS place, json_extract(value, '$[1]') AS id
        FROM json_each(:positions)
    ) AS given
    """
)


def encode(many: Sequence[Any]) -> str:
    """Rows or values as one parameter, for ``unfold``, ``one_of`` and what is made of them."""
    return json.dumps(many, ensure_ascii=False, separators=(",", ":"))


def ticks(at: float | None) -> int | None:
    """A time as ``unfold`` expects it for a column of type Float."""
    return None if at is None else int(at * _TICKS)


def seconds(ticks: int) -> float:
    """A time that ``gathered`` has given."""
    return ticks / _TICKS


def unfold(columns: Sequence["Column[Any]"]) -> Select[Any]:
    """Read the rows that ``encode`` made, so that many are written in one statement."""
    given = func.json_each(bindparam("rows")).table_valued("value", name="given")
    fields = [_field(place, column) for place, column in enumerate(columns)]
    # SQLite takes ON CONFLICT for a join's condition where there is no WHERE before it.
    return select(*fields).select_from(given).where(true())


def _field(place: int, column: "Column[Any]") -> Any:
    value = f"json_extract(given.value, '$[{place}]')"
    return literal_column(f"{value} / {_TICKS}.0" if isinstance(column.type, Float) else value)


def one_of(name: str = "values") -> Select[Any]:
    """The values of a parameter that is a JSON array, to be used with ``in_``."""
    return select(func.json_each(bindparam(name)).table_valued("value", name="given").c.value)


def add_rows(table: Table) -> Insert:
    """Write rows; those whose key is there already are passed over."""
    columns = _written(table)
    return insert(table).from_select(columns, unfold(columns)).on_conflict_do_nothing()


def save_rows(
    table: Table, *, newer: "Column[Any] | None" = None, growing: "Column[Any] | None" = None
) -> Insert:
    """Write rows in place of those with the same primary key.

    Rows that refer to what is not there are passed over: an account may be erased, or a room
    dropped, while somebody does something with it, and nobody's messages may be lost with that.

    Args:
        table: where.
        newer: a column that must have grown, or the row stays as it was.
        growing: a column that keeps its value unless it grows, whatever becomes of the others.
    """
    columns = _written(table)
    given = unfold(columns)
    for place, column in enumerate(columns):
        for reference in column.foreign_keys:
            given = given.where(_field(place, column).in_(select(reference.column)))
    statement = insert(table).from_select(columns, given)
    rest: dict[str, Any] = {
        c.name: statement.excluded[c.name] for c in columns if not c.primary_key
    }
    if growing is not None:
        rest[growing.name] = func.max(growing, statement.excluded[growing.name])
    grown = None if newer is None else statement.excluded[newer.name] > newer
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key), set_=rest, where=grown
    )


def add_selected(table: Table, query: Select[Any]) -> Insert:
    """Write what a query finds, but for what is there already."""
    columns = [column.name for column in table.columns]
    return insert(table).from_select(columns, query).on_conflict_do_nothing()


def _written(table: Table) -> list["Column[Any]"]:
    return [c for c in table.columns if c is not table.autoincrement_column]


def gather(query: Select[Any]) -> Select[Any]:
    """A query's rows as one value, for ``gathered``; times are given in ticks.

    Python's module gives up the GIL at every row that it fetches, and a busy reactor may keep it
    for 5 ms each time.
    """
    rows = query.subquery()
    cells = (
        cast(column * float(_TICKS), Integer) if isinstance(column.type, Float) else column
        for column in rows.c
    )
    return select(func.json_group_array(func.json_array(*cells)))


def gathered(connection: Connection, query: Executable, **values: object) -> list[list[Any]]:
    """The rows of what ``gather`` has made, in the order of the query."""
    found: list[list[Any]] = json.loads(connection.execute(query, values).scalar_one())
    return found
