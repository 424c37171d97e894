"""Everything that is stored about a room, as its host may have it."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, TypeAlias

from sqlalchemy import Connection, select

from twistedchat.storage import reading, rows, tables

Entry: TypeAlias = dict[str, Any]

SLICE = 500


def export_room(connection: Connection, key: str) -> Iterator[Entry]:
    """What is stored about a room, one JSON-able entry after the other.

    The password stays where it is: only whether there is one is told.

    Args:
        connection: to the database.
        key: the room's key.
    """
    for row in connection.execute(select(tables.rooms).where(tables.rooms.c.key == key)):
        record = asdict(rows.to_room(row))
        yield {"type": "room", **record, "password": bool(record["password"])}
    for row in connection.execute(select(tables.roles).where(tables.roles.c.room == key)):
        yield {"type": "role", **asdict(rows.to_role(row))}
    for row in connection.execute(select(tables.sentences).where(tables.sentences.c.room == key)):
        yield _sentence(asdict(rows.to_sentence(row)))
    yield from _messages(connection, key)


def _sentence(record: dict[str, Any]) -> Entry:
    sentence = record.pop("sentence")
    sets = {name: sorted(value) for name, value in sentence.items() if isinstance(value, frozenset)}
    return {"type": "sentence", **record, **sentence, **sets}


def _messages(connection: Connection, key: str) -> Iterator[Entry]:
    last = ""
    while found := reading.after(connection, key, last, SLICE).messages:
        for one in found:
            yield {"type": "message", **asdict(one)}
        last = found[-1].id
