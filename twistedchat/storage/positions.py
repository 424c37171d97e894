"""How far people have read, and the private messages that wait for them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, func, select, update
from sqlalchemy.sql.expression import bindparam

from twistedchat.core.records import DropRead, Mark, MessageRecord, ReadRecord
from twistedchat.storage import bulk, rows, sqlite
from twistedchat.storage.bulk import encode, gather, gathered
from twistedchat.storage.tables import NOT_FORGOTTEN, about, conversations, messages, reads

MARK = "released"

# Writing

_SAVE = bulk.save_rows(reads, growing=reads.c.id)
_SAVE_ABOUT = bulk.save_rows(about)
_DROP_DEVICE = delete(reads).where(
    reads.c.account == bindparam("of"), reads.c.device == bindparam("on")
)
_DROP_PLACE = _DROP_DEVICE.where(reads.c.place == bindparam("at"))


def save(connection: Connection, records: Sequence[ReadRecord]) -> None:
    """Note how far somebody has read; of each place the last that was said of it, and no less."""
    last: dict[tuple[str, str, str], ReadRecord] = {}
    for one in records:
        key = one.account, one.device, one.place
        before = last.get(key)
        furthest = max(one.id, before.id) if before else one.id
        last[key] = ReadRecord(*key, furthest, one.follows)
    connection.execute(_SAVE, {"rows": encode([rows.from_read(one) for one in last.values()])})


def drop(connection: Connection, changes: Sequence[DropRead]) -> None:
    """Forget how far somebody has read."""
    for one in changes:
        values = {"of": one.account, "on": one.device}
        if one.place:
            connection.execute(_DROP_PLACE, {**values, "at": one.place})
        else:
            connection.execute(_DROP_DEVICE, values)


def mark(connection: Connection, changes: Sequence[Mark]) -> None:
    """Note up to where turns are released."""
    connection.execute(_SAVE_ABOUT, {"rows": encode([(MARK, changes[-1].id)])})


def marked(connection: Connection) -> str:
    """Up to where turns have been released, as far as that was noted."""
    return connection.scalar(select(about.c.value).where(about.c.key == MARK)) or ""


_STOP = (
    update(reads)
    .where(reads.c.follows)
    .values(id=func.max(reads.c.id, bindparam("mark")), follows=False)
)


def server_ended(connection: Connection) -> None:
    """Let whoever was reading when the server ended have read as far as turns were released."""
    with sqlite.transaction(connection):
        connection.execute(_STOP, {"mark": marked(connection)})


# Reading

_ON = gather(
    select(reads).where(
        reads.c.account == bindparam("account"), reads.c.device.in_([bindparam("device"), ""])
    )
)
# What is being read on is in use, however long ago that began.
_FOLLOWS = func.max(reads.c.follows)
_DEVICES = gather(
    select(reads.c.device, _FOLLOWS.label("follows"))
    .where(reads.c.account == bindparam("account"), reads.c.device != "")
    .group_by(reads.c.device)
    .order_by(_FOLLOWS.desc(), func.max(reads.c.id).desc())
)


def positions_on(
    connection: Connection, account: str, device: str, most: int
) -> tuple[tuple[ReadRecord, ...], tuple[str, ...]]:
    """How far an account has read on a device, and of private messages on any.

    Args:
        connection: to the database.
        account: whose.
        device: where.
        most: how many devices may be known.

    Returns:
        The positions, and the devices that were not used for longest and are too many with this.
    """
    cells = gathered(connection, _ON, account=account, device=device)
    found = tuple(ReadRecord(a, d, place, id_, bool(f)) for a, d, place, id_, f in cells)
    if any(one.device == device for one in found):
        return found, ()
    devices = gathered(connection, _DEVICES, account=account)
    return found, tuple(name for name, follows in devices[most - 1 :] if not follows)


_WAITING = gather(
    select(messages)
    .join(
        conversations,
        and_(
            conversations.c.place == messages.c.place,
            conversations.c.account == bindparam("account"),
        ),
    )
    .where(
        messages.c.id > bindparam("id"),
        messages.c.account != bindparam("account"),
        NOT_FORGOTTEN,
    )
    .order_by(messages.c.id.desc())
    .limit(bindparam("limit"))
)


def whispers_after(
    connection: Connection, account: str, id_: str, limit: int
) -> tuple[MessageRecord, ...]:
    """What others have told an account in private since an id: the newest, oldest first."""
    values: dict[str, Any] = {"account": account, "id": id_, "limit": limit}
    return tuple(map(rows.to_message, gathered(connection, _WAITING, **values)))[::-1]
