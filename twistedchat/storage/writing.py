"""Carries out a batch of changes in as few statements as there are kinds of change in it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Executable, Table, delete, select, update
from sqlalchemy.sql.expression import bindparam

from twistedchat.core.records import (
    WITH_SERVER,
    AccountRecord,
    DeleteMessages,
    DropAccount,
    DropProof,
    DropRead,
    DropRole,
    DropRoom,
    DropSentence,
    EndPlace,
    Forget,
    Mark,
    MessageKind,
    MessageRecord,
    ProofKind,
    ProofRecord,
    ReadRecord,
    RoleRecord,
    RoomRecord,
    SentenceRecord,
    SetPassword,
    TouchAccount,
    private_ends,
)
from twistedchat.storage import bulk, positions, rows, sqlite, tables
from twistedchat.storage.appending import Append
from twistedchat.storage.bulk import encode
from twistedchat.storage.chores import EndErasing, EndForgetting, Prune, TidyErased, Work
from twistedchat.storage.tables import messages

Write: TypeAlias = Callable[[Connection, Sequence[Any]], None]


def write(connection: Connection, changes: Iterable[Work]) -> None:
    """Write a batch, entirely or not at all."""
    with sqlite.transaction(connection):
        for kind, group in _groups(changes):
            _WRITES[kind](connection, group)


def _groups(changes: Iterable[Work]) -> list[tuple[type, list[Work]]]:
    """Changes of one kind together, as far as that changes nothing.

    Messages and read positions need nothing but what was saved before them, so they go to the
    end, or to where something is taken away.
    """
    done: list[tuple[type, list[Work]]] = []
    late: dict[type, list[Work]] = {MessageRecord: [], ReadRecord: []}
    for change in changes:
        kind = type(change)
        if kind in late:
            late[kind].append(change)
            continue
        if kind in _TAKING:
            done += _pour(late)
        if not done or done[-1][0] is not kind:
            done.append((kind, []))
        done[-1][1].append(change)
    return done + _pour(late)


def _pour(late: dict[type, list[Work]]) -> list[tuple[type, list[Work]]]:
    found = [(kind, group) for kind, group in late.items() if group]
    for kind, _ in found:
        late[kind] = []
    return found


def _save(table: Table, cells: Callable[[Any], rows.Cells], **options: Any) -> Write:
    statement = bulk.save_rows(table, **options)
    keys = len(table.primary_key)

    def save(connection: Connection, records: Sequence[Any]) -> None:
        # The last one of a key counts.
        last = {row[:keys]: row for row in map(cells, records)}
        connection.execute(statement, {"rows": encode(list(last.values()))})

    return save


def _drop(table: Table, *names: str) -> Write:
    """Delete rows by the columns that have the values of the change's fields, in their order."""
    query = delete(table)
    for name in names:
        query = query.where(table.c[name] == bindparam(name))

    def drop(connection: Connection, changes: Sequence[Any]) -> None:
        for change in changes:
            fields = type(change).__slots__
            values = (getattr(change, field) for field in fields)
            connection.execute(query, dict(zip(names, values, strict=True)))

    return drop


_append_messages = Append(messages)
_ADD_CONVERSATIONS = bulk.add_rows(tables.conversations)


def _add_messages(connection: Connection, records: Sequence[MessageRecord]) -> None:
    _append_messages(connection, [rows.from_message(one) for one in records])
    private = {one.place for one in records if one.kind is MessageKind.WHISPERED}
    if private:
        ends = [(account, place) for place in private for account in private_ends(place)]
        connection.execute(_ADD_CONVERSATIONS, {"rows": encode(ends)})


_TOUCH = (
    update(tables.accounts)
    .where(tables.accounts.c.id == bindparam("account"))
    .values(seen=bindparam("at"))
)


def _touch(connection: Connection, changes: Sequence[TouchAccount]) -> None:
    for account, seen in {one.account: one.seen for one in changes}.items():
        connection.execute(_TOUCH, {"account": account, "at": seen})


_IS_PASSWORD = (
    tables.proofs.c.account == bindparam("of"),
    tables.proofs.c.kind == ProofKind.PASSWORD,
)
_PASSWORD = select(tables.proofs.c.value).where(*_IS_PASSWORD)
_DROP_PASSWORDS = delete(tables.proofs).where(*_IS_PASSWORD)
_ADD_PROOFS = _save(tables.proofs, rows.from_proof)


def _set_passwords(connection: Connection, changes: Sequence[SetPassword]) -> None:
    for one in changes:
        of = {"of": one.account}
        if one.instead_of not in ("", *connection.scalars(_PASSWORD, of)):
            continue
        connection.execute(_DROP_PASSWORDS, of)
        proof = ProofRecord(one.account, ProofKind.PASSWORD, one.value, "", one.created)
        _ADD_PROOFS(connection, [proof])


_MEANT = messages.c.id.in_(bulk.one_of("ids"))
_NOTE_ERASED = bulk.add_selected(tables.erased, select(messages.c.number).where(_MEANT))
_DELETE_MESSAGES = delete(messages).where(_MEANT)


def _delete_messages(connection: Connection, changes: Sequence[DeleteMessages]) -> None:
    _erase(connection, [id_ for one in changes for id_ in one.ids])


def _erase(connection: Connection, ids: Sequence[str]) -> None:
    """Delete messages, and note for the search index that they are gone."""
    values = {"ids": encode(ids)}
    connection.execute(_NOTE_ERASED, values)
    connection.execute(_DELETE_MESSAGES, values)


_FORGET = bulk.add_rows(tables.forgotten)
_DROP_ACCOUNT: Executable = delete(tables.accounts).where(
    tables.accounts.c.id.in_(bulk.one_of("ids"))
)
_LEAVE_CONVERSATIONS: Executable = delete(tables.conversations).where(
    tables.conversations.c.account.in_(bulk.one_of("ids"))
)


def _forget(connection: Connection, changes: Sequence[Forget]) -> None:
    accounts = [one.account for one in changes]
    connection.execute(_FORGET, {"rows": encode([(one,) for one in accounts])})
    for statement in (_DROP_ACCOUNT, _LEAVE_CONVERSATIONS):
        connection.execute(statement, {"ids": encode(accounts)})


_SAVE_PRUNED = bulk.save_rows(tables.pruned, newer=tables.pruned.c.id)


def _prune(connection: Connection, changes: Sequence[Prune]) -> None:
    for one in changes:
        _erase(connection, one.ids)
        cells = (one.place, one.ids[-1], bulk.ticks(one.at))
        connection.execute(_SAVE_PRUNED, {"rows": encode([cells])})


_END_ERASING = delete(tables.ended).where(
    tables.ended.c.place == bindparam("of"), tables.ended.c.id == bindparam("up_to")
)
_DROP_PRUNED = delete(tables.pruned).where(
    tables.pruned.c.place == bindparam("of"), tables.pruned.c.id <= bindparam("up_to")
)


def _end_erasing(connection: Connection, changes: Sequence[EndErasing]) -> None:
    values = [{"of": place, "up_to": id_} for one in changes for place, id_ in one.places]
    for statement in (_END_ERASING, _DROP_PRUNED):
        connection.execute(statement, values)


_END_WITH_SERVER = (
    update(tables.ended).where(tables.ended.c.id == WITH_SERVER).values(id=bindparam("newest"))
)


def server_ended(connection: Connection, newest: str) -> None:
    """Let the rooms that end with the server have ended, at the start of another.

    Args:
        connection: to the database.
        newest: the greatest id that is known.
    """
    with sqlite.transaction(connection):
        connection.execute(_END_WITH_SERVER, {"newest": newest})


_DROP_OVER = delete(tables.sentences).where(tables.sentences.c.until <= bindparam("now"))


def drop_over(connection: Connection, now: float) -> None:
    """Drop the bans and mutes whose time has passed; memory forgets them by itself.

    Args:
        connection: to the database.
        now: seconds since 1970.
    """
    connection.execute(_DROP_OVER, {"now": now})


_END_FORGETTING = delete(tables.forgotten).where(
    tables.forgotten.c.account.in_(bulk.one_of("accounts"))
)
_TIDY_ERASED = delete(tables.erased).where(tables.erased.c.number.in_(bulk.one_of("numbers")))


def _end_forgetting(connection: Connection, changes: Sequence[EndForgetting]) -> None:
    connection.execute(_END_FORGETTING, {"accounts": encode([one.account for one in changes])})


def _tidy_erased(connection: Connection, changes: Sequence[TidyErased]) -> None:
    numbers = [number for one in changes for number in one.numbers]
    connection.execute(_TIDY_ERASED, {"numbers": encode(numbers)})


_TAKING: frozenset[type] = frozenset((DeleteMessages, DropRead, Forget, Prune))
_WRITES: dict[type, Write] = {
    AccountRecord: _save(tables.accounts, rows.from_account),
    ProofRecord: _save(tables.proofs, rows.from_proof),
    RoomRecord: _save(tables.rooms, rows.from_room),
    RoleRecord: _save(tables.roles, rows.from_role),
    SentenceRecord: _save(tables.sentences, rows.from_sentence),
    MessageRecord: _add_messages,
    ReadRecord: positions.save,
    DropRead: positions.drop,
    Mark: positions.mark,
    TouchAccount: _touch,
    SetPassword: _set_passwords,
    DropAccount: _drop(tables.accounts, "id"),
    DropProof: _drop(tables.proofs, "account", "kind", "value"),
    DropRoom: _drop(tables.rooms, "key"),
    DropRole: _drop(tables.roles, "room", "account"),
    DropSentence: _drop(tables.sentences, "room", "kind", "key"),
    DeleteMessages: _delete_messages,
    EndPlace: _save(tables.ended, lambda one: (one.place, one.id)),
    Forget: _forget,
    Prune: _prune,
    EndErasing: _end_erasing,
    EndForgetting: _end_forgetting,
    TidyErased: _tidy_erased,
}
