"""Everything that is stored about a room, as its host may have it."""

from collections.abc import Iterator
from dataclasses import asdict

from sqlalchemy import Connection, select
from sqlalchemy.sql.expression import bindparam

from twistedchat.core.exporting import Entry, entry
from twistedchat.core.records import RoomRecord
from twistedchat.core.timestamps import timestamp
from twistedchat.storage import reading, rows, tables

SLICE = 500

_ROOM = select(tables.rooms).where(tables.rooms.c.key == bindparam("key"))
_ROLES = select(tables.roles).where(tables.roles.c.room == bindparam("key"))
_SENTENCES = select(tables.sentences).where(tables.sentences.c.room == bindparam("key"))


def export_room(connection: Connection, key: str) -> Iterator[Entry]:
    """What is stored about a room, one JSON-able entry after the other.

    The password stays where it is: only whether there is one is told.

    Args:
        connection: to the database.
        key: the room's key.
    """
    for row in connection.execute(_ROOM, {"key": key}):
        yield _room(rows.to_room(row))
    for row in connection.execute(_ROLES, {"key": key}):
        role = rows.to_role(row)
        yield {**entry(role), "account": role.account}
    for row in connection.execute(_SENTENCES, {"key": key}):
        yield entry(rows.to_sentence(row))
    yield from _messages(connection, key)


def _room(one: RoomRecord) -> Entry:
    told = {"type": "room", **asdict(one), **entry(one), "password": bool(one.password)}
    if one.topic:
        told["topic"] = {**asdict(one.topic), "at": timestamp(one.topic.at)}
    del told["key"], told["name"]
    return told


def _messages(connection: Connection, key: str) -> Iterator[Entry]:
    last = ""
    while found := reading.after(connection, key, last, SLICE).messages:
        for one in found:
            yield {**entry(one), "account": one.account}
        last = found[-1].id
