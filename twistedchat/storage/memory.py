"""What lasts as long as the server runs: accounts and rooms with ``--data memory``, and in tests.

Messages are not kept here: the core remembers the last ones of each room by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import Any, TypeAlias

from twisted.internet.defer import Deferred, succeed

from twistedchat.core.exporting import entry
from twistedchat.core.records import (
    AccountRecord,
    Change,
    DropAccount,
    DropProof,
    DropRead,
    DropRole,
    DropRoom,
    DropSentence,
    ExportPage,
    Forget,
    Found,
    Loaded,
    MessageRecord,
    NameRecord,
    NotStored,
    ProofKind,
    ProofRecord,
    ReadRecord,
    RoleRecord,
    RoomRecord,
    SearchedPlace,
    SentenceRecord,
    StoredPage,
    TouchAccount,
)

Key: TypeAlias = tuple[str, ...]
Tables: TypeAlias = dict[type, dict[Key, Any]]

_KEYS: dict[type, Callable[[Any], Key]] = {
    AccountRecord: lambda one: (one.id,),
    ProofRecord: lambda one: (one.account, one.kind, one.value),
    RoomRecord: lambda one: (one.key,),
    RoleRecord: lambda one: (one.room, one.account),
    SentenceRecord: lambda one: (one.room, one.kind, one.key),
    ReadRecord: lambda one: (one.account, one.device, one.place),
}
_DROPS: dict[type, tuple[type, Callable[[Any], Key]]] = {
    DropProof: (ProofRecord, lambda one: (one.account, one.kind, one.value)),
    DropRole: (RoleRecord, lambda one: (one.room, one.account)),
    DropSentence: (SentenceRecord, lambda one: (one.room, one.kind, one.key)),
}
_UNIQUE: dict[type, Callable[[Any], Key]] = {
    AccountRecord: lambda one: (one.key,),
    ProofRecord: lambda one: (one.kind, one.value),
}
_EMPTY = StoredPage((), complete=True)


class MemoryStore:
    """Keeps accounts, proofs and rooms in memory; provides ``core.ports.Store``.

    Args:
        later: how ``done`` is called; at once if not given.
    """

    waiting = 0
    unstored = ""

    def __init__(self, later: Callable[[Callable[[], None]], None] | None = None) -> None:
        self._later = later or (lambda call: call())
        self._tables: Tables = {kind: {} for kind in _KEYS}

    def load(self) -> Loaded:
        """What a server has to know before anybody comes."""
        accounts, rooms, roles, sentences = (
            tuple(self._tables[kind].values())
            for kind in (AccountRecord, RoomRecord, RoleRecord, SentenceRecord)
        )
        names = tuple(NameRecord(one.key, one.nick, one.id) for one in accounts)
        return Loaded("", names, rooms, roles, sentences)

    # Writing

    def submit(
        self,
        changes: Sequence[Change],
        done: Callable[[NotStored | None], None],
        *,
        keep: bool = True,  # noqa: ARG002 - nothing fails for long here
    ) -> None:
        """Write changes, all or none."""
        tables = {kind: dict(table) for kind, table in self._tables.items()}
        failure: NotStored | None = None
        try:
            for change in changes:
                _write(tables, change)
        except NotStored as error:
            failure = error
        else:
            self._tables = tables
        self._later(lambda: done(failure))

    # Reading

    def _found(self, kind: type, fits: Callable[[Any], bool]) -> tuple[Any, ...]:
        return tuple(one for one in self._tables[kind].values() if fits(one))

    def account_named(self, key: str) -> "Deferred[AccountRecord | None]":
        """The account with this name."""
        return succeed(next(iter(self._found(AccountRecord, lambda one: one.key == key)), None))

    def account_with(self, id_: str) -> "Deferred[AccountRecord | None]":
        """The account with this id."""
        return succeed(self._tables[AccountRecord].get((id_,)))

    def account_proved(self, kind: ProofKind, value: str) -> "Deferred[AccountRecord | None]":
        """The account that can be logged in to by this."""
        proofs = self._found(ProofRecord, lambda one: (one.kind, one.value) == (kind, value))
        return self.account_with(proofs[0].account) if proofs else succeed(None)

    def accounts_unseen_since(self, at: float, limit: int) -> "Deferred[tuple[AccountRecord, ...]]":
        """Accounts whose owners have not been here since a time, the longest absent first."""
        found = self._found(AccountRecord, lambda one: one.seen < at)
        return succeed(tuple(sorted(found, key=lambda one: one.seen)[:limit]))

    def proofs_of(self, account: str) -> "Deferred[tuple[ProofRecord, ...]]":
        """By what an account can be logged in to, oldest first."""
        found = self._found(ProofRecord, lambda one: one.account == account)
        return succeed(tuple(sorted(found, key=lambda one: one.created)))

    def positions_of(self, account: str) -> "Deferred[tuple[ReadRecord, ...]]":
        """How far an account has read, on each device and in each place."""
        return succeed(self._found(ReadRecord, lambda one: one.account == account))

    def positions_on(
        self, account: str, device: str, most: int
    ) -> "Deferred[tuple[tuple[ReadRecord, ...], tuple[str, ...]]]":
        """How far an account has read on a device, and of private messages on any."""
        own = self._found(ReadRecord, lambda one: one.account == account)
        newest: dict[str, str] = {}
        for one in own:
            newest[one.device] = max(one.id, newest.get(one.device, ""))
        devices = sorted(filter(None, newest), key=newest.__getitem__, reverse=True)
        unused = () if device in devices else tuple(devices[most - 1 :])
        return succeed((tuple(one for one in own if one.device in (device, "")), unused))

    def whispers_after(
        self,
        account: str,  # noqa: ARG002
        id_: str,  # noqa: ARG002
        limit: int,  # noqa: ARG002
    ) -> "Deferred[tuple[MessageRecord, ...]]":
        """None."""
        return succeed(())

    def roles_of(self, account: str) -> "Deferred[tuple[RoleRecord, ...]]":
        """What an account is in which rooms."""
        return succeed(self._found(RoleRecord, lambda one: one.account == account))

    # Messages, of which there are none

    def newest(self, place: str, limit: int) -> "Deferred[StoredPage]":  # noqa: ARG002
        """No message."""
        return succeed(_EMPTY)

    def before(self, place: str, id_: str, limit: int) -> "Deferred[StoredPage]":  # noqa: ARG002
        """No message."""
        return succeed(_EMPTY)

    def after(self, place: str, id_: str, limit: int) -> "Deferred[StoredPage]":  # noqa: ARG002
        """No message, and nobody knows what was there."""
        return succeed(StoredPage((), complete=False))

    def by_ids(self, ids: Sequence[str]) -> "Deferred[tuple[MessageRecord, ...]]":  # noqa: ARG002
        """No message."""
        return succeed(())

    def unread(
        self,
        account: str,  # noqa: ARG002
        positions: Mapping[str, str],
        most: int,  # noqa: ARG002
    ) -> "Deferred[dict[str, int]]":
        """Nothing is unread."""
        return succeed(dict.fromkeys(positions, 0))

    def conversations_of(self, account: str) -> "Deferred[tuple[str, ...]]":  # noqa: ARG002
        """None."""
        return succeed(())

    def search(
        self,
        text: str,  # noqa: ARG002
        within: Mapping[str, SearchedPlace],  # noqa: ARG002
        *,
        before: str = "",  # noqa: ARG002
        limit: int = 20,  # noqa: ARG002
        zone: tzinfo | None = UTC,  # noqa: ARG002
    ) -> "Deferred[Found]":
        """Nothing is found."""
        return succeed(Found((), ""))

    def export(
        self,
        account: str,
        cursor: str = "",  # noqa: ARG002 - there is one page
    ) -> "Deferred[ExportPage]":
        """All but what was said: that is kept nowhere."""
        own = self._found(AccountRecord, lambda one: one.id == account)
        founded = self._found(RoomRecord, lambda one: one.founder == account)
        met = self._found(SentenceRecord, lambda one: account in one.sentence.users)
        proofs, roles, reads = (
            self._found(kind, lambda one: one.account == account)
            for kind in (ProofRecord, RoleRecord, ReadRecord)
        )
        found = (*own, *proofs, *founded, *roles, *met, *reads) if own else ()
        return succeed(ExportPage(tuple(map(entry, found)), None))


def _write(tables: Tables, change: Any) -> None:
    kind = type(change)
    if kind in _KEYS:
        _save(tables[kind], change)
    elif kind in _DROPS:
        of, key = _DROPS[kind]
        tables[of].pop(key(change), None)
    elif isinstance(change, DropRead):
        _forget_read(tables[ReadRecord], change)
    elif isinstance(change, TouchAccount):
        account = tables[AccountRecord].get((change.account,))
        if account is not None:
            tables[AccountRecord][change.account,] = replace(account, seen=change.seen)
    elif isinstance(change, DropRoom):
        tables[RoomRecord].pop((change.room,), None)
        _cut(tables, lambda one: getattr(one, "room", None) == change.room)
    elif isinstance(change, DropAccount | Forget):
        tables[AccountRecord].pop((change.account,), None)
        _cut(tables, lambda one: getattr(one, "account", None) == change.account)


def _save(table: dict[Key, Any], record: Any) -> None:
    """Put a record in the place of the one with its key, if what is only one's own is free."""
    key, unique = _KEYS[type(record)](record), _UNIQUE.get(type(record))
    if unique is not None:
        taken = {unique(one): at for at, one in table.items()}.get(unique(record))
        if taken not in (None, key):
            raise NotStored("it does not fit what is stored")
    table[key] = record


def _forget_read(reads: dict[Key, Any], change: DropRead) -> None:
    device: Key = (change.account, change.device)
    gone = (*device, change.place) if change.place else device
    for key in [key for key in reads if key[: len(gone)] == gone]:
        del reads[key]


def _cut(tables: Tables, belongs: Callable[[Any], bool]) -> None:
    """Take away what belonged to something that is no more."""
    for table in tables.values():
        for key in [key for key, one in table.items() if belongs(one)]:
            del table[key]
