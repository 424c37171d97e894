"""What can be asked of the database; each function is one question on one connection."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.sql.expression import bindparam

from twistedchat.core.records import (
    WITH_SERVER,
    AccountRecord,
    EndPlace,
    Loaded,
    MessageRecord,
    ProofKind,
    ProofRecord,
    ReadRecord,
    RoleRecord,
    StoredPage,
)
from twistedchat.storage import bulk, positions, rows, sqlite, tables
from twistedchat.storage.bulk import gather
from twistedchat.storage.tables import (
    accounts,
    conversations,
    ended,
    messages,
    proofs,
    pruned,
    reads,
)

T = TypeVar("T")

_PLACE = messages.c.place == bindparam("place")
_LIMIT: Any = bindparam("limit")
_IN_PLACE = select(messages).where(_PLACE, tables.NOT_FORGOTTEN).limit(_LIMIT)
_LAST_FIRST = _IN_PLACE.order_by(messages.c.id.desc())
_NEWEST = gather(_LAST_FIRST)
_BEFORE = gather(_LAST_FIRST.where(messages.c.id < bindparam("id")))
_AFTER = gather(_IN_PLACE.order_by(messages.c.id).where(messages.c.id > bindparam("id")))
_PRUNED = select(pruned).where(pruned.c.place == bindparam("place"))


def load(connection: Connection) -> Loaded:
    """What a server has to know before anybody comes; takes no longer with many messages."""
    with sqlite.snapshot(connection):
        return Loaded(
            newest_id(connection),
            _all(connection, select(accounts.c.key, accounts.c.nick, accounts.c.id), rows.to_name),
            _all(connection, select(tables.rooms), rows.to_room),
            _all(connection, select(tables.roles), rows.to_role),
            _all(connection, select(tables.sentences), rows.to_sentence),
            _all(connection, select(ended), lambda row: EndPlace(row.place, row.id)),
        )


def newest_id(connection: Connection) -> str:
    """The greatest id that is known, of a message or of one that is gone."""
    stored = connection.scalar(select(func.max(messages.c.id)))
    gone = connection.scalar(select(func.max(pruned.c.id)))
    over = connection.scalar(select(func.max(ended.c.id)).where(ended.c.id != WITH_SERVER))
    # Who has read up to an id must not miss what is said later, whatever the clock did meanwhile.
    return max(stored or "", gone or "", over or "", positions.marked(connection))


def newest(connection: Connection, place: str, limit: int) -> StoredPage:
    """The last messages of a place."""
    return _backwards(connection, _NEWEST, limit, place=place)


def before(connection: Connection, place: str, id_: str, limit: int) -> StoredPage:
    """The last messages older than an id."""
    return _backwards(connection, _BEFORE, limit, place=place, id=id_)


def after(connection: Connection, place: str, id_: str, limit: int) -> StoredPage:
    """The first messages newer than an id."""
    with sqlite.snapshot(connection):
        found = _messages(connection, _AFTER, place=place, id=id_, limit=limit)
        gone = connection.execute(_PRUNED, {"place": place}).first()
    return StoredPage(found, gone is None or id_ >= gone.id)


def _backwards(
    connection: Connection, query: Select[Any], limit: int, **values: object
) -> StoredPage:
    found = _messages(connection, query, limit=limit + 1, **values)
    return StoredPage(found[:limit][::-1], len(found) <= limit)


def _messages(
    connection: Connection, query: Select[Any], **values: object
) -> tuple[MessageRecord, ...]:
    return tuple(map(rows.to_message, bulk.gathered(connection, query, **values)))


_THERE = select(messages).where(tables.NOT_FORGOTTEN)
_BY_IDS = gather(_THERE.where(messages.c.id.in_(bulk.one_of("ids"))))
_BY_NUMBERS = gather(_THERE.where(messages.c.number.in_(bulk.one_of("numbers"))))
_WRITTEN = gather(
    select(messages)
    .where(
        messages.c.account == bindparam("account"),
        messages.c.account != "",
        messages.c.id > bindparam("id"),
    )
    .order_by(messages.c.id)
    .limit(_LIMIT)
)


def by_ids(connection: Connection, ids: Sequence[str]) -> tuple[MessageRecord, ...]:
    """The messages with these ids, as far as they are there, oldest first."""
    found = _messages(connection, _BY_IDS, ids=bulk.encode(ids))
    return tuple(sorted(found, key=lambda one: one.id))


def by_numbers(connection: Connection, numbers: Sequence[int]) -> dict[int, MessageRecord]:
    """The messages with these numbers, as far as they are there."""
    found = bulk.gathered(connection, _BY_NUMBERS, numbers=bulk.encode(numbers))
    return {cells[0]: rows.to_message(cells) for cells in found}


def written_by(
    connection: Connection, account: str, after_id: str, limit: int
) -> tuple[MessageRecord, ...]:
    """What an account has said anywhere, the first messages newer than an id."""
    return _messages(connection, _WRITTEN, account=account, id=after_id, limit=limit)


def conversations_of(connection: Connection, account: str) -> tuple[str, ...]:
    """The places of an account's private messages."""
    query = select(conversations.c.place).where(conversations.c.account == bindparam("account"))
    return tuple(connection.execute(query, {"account": account}).scalars())


def unread(
    connection: Connection, account: str, positions: Mapping[str, str], most: int
) -> dict[str, int]:
    """How many messages of others are newer than an id, by place.

    Args:
        connection: to the database.
        account: whose own messages do not count.
        positions: ids by place.
        most: where counting stops.
    """
    given = bulk.encode(list(positions.items()))
    values = {"account": account, "most": most, "positions": given}
    return dict(bulk.gathered(connection, bulk.COUNT_NEWER, **values))


_ACCOUNT_NAMED = select(accounts).where(accounts.c.key == bindparam("value"))
_ACCOUNT = select(accounts).where(accounts.c.id == bindparam("value"))
_UNSEEN = (
    select(accounts)
    .where(accounts.c.seen < bindparam("at"))
    .order_by(accounts.c.seen)
    .limit(_LIMIT)
)
_PROOFS = select(proofs).where(proofs.c.account == bindparam("value")).order_by(proofs.c.created)
_HOLDER = (
    select(accounts)
    .join(proofs, proofs.c.account == accounts.c.id)
    .where(proofs.c.kind == bindparam("kind"), proofs.c.value == bindparam("value"))
)
_POSITIONS = select(reads).where(reads.c.account == bindparam("value"))
_ROLES = select(tables.roles).where(tables.roles.c.account == bindparam("value"))


def account_named(connection: Connection, key: str) -> AccountRecord | None:
    """The account with this name."""
    return _account(connection.execute(_ACCOUNT_NAMED, {"value": key}).first())


def account_with(connection: Connection, id_: str) -> AccountRecord | None:
    """The account with this id."""
    return _account(connection.execute(_ACCOUNT, {"value": id_}).first())


def account_proved(connection: Connection, kind: ProofKind, value: str) -> AccountRecord | None:
    """The account that can be logged in to by this."""
    return _account(connection.execute(_HOLDER, {"kind": kind, "value": value}).first())


def _account(row: Row[Any] | None) -> AccountRecord | None:
    return None if row is None else rows.to_account(row)


def accounts_unseen_since(
    connection: Connection, at: float, limit: int
) -> tuple[AccountRecord, ...]:
    """Accounts whose owners have not been here since a time, the longest absent first."""
    return _all(connection, _UNSEEN, rows.to_account, at=at, limit=limit)


def proofs_of(connection: Connection, account: str) -> tuple[ProofRecord, ...]:
    """By what an account can be logged in to, oldest first."""
    return _all(connection, _PROOFS, rows.to_proof, value=account)


def positions_of(connection: Connection, account: str) -> tuple[ReadRecord, ...]:
    """How far an account has read, on each device and in each place."""
    return _all(connection, _POSITIONS, rows.to_read, value=account)


def roles_of(connection: Connection, account: str) -> tuple[RoleRecord, ...]:
    """What an account is in which rooms."""
    return _all(connection, _ROLES, rows.to_role, value=account)


def _all(
    connection: Connection, query: Select[Any], record: Callable[[Row[Any]], T], **values: object
) -> tuple[T, ...]:
    return tuple(map(record, connection.execute(query, values)))
