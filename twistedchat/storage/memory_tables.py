"""Tables in memory: rows by their keys, by what is only one's own, and by what they belong to."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from twistedchat.core.records import (
    AccountRecord,
    Change,
    DropAccount,
    DropProof,
    DropRead,
    DropRole,
    DropRoom,
    DropSentence,
    Forget,
    NotStored,
    ProofKind,
    ProofRecord,
    ReadRecord,
    RoleRecord,
    RoomRecord,
    SentenceRecord,
    SetPassword,
    TouchAccount,
)

Key: TypeAlias = tuple[str, ...]
Place: TypeAlias = tuple[type, Key]

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
# What a row goes with when that goes.
_OWNERS = ("account", "room")


class MemoryTables:
    """All rows; a write costs what it changes, however many there are."""

    def __init__(self) -> None:
        self._rows: dict[type, dict[Key, Any]] = {kind: {} for kind in _KEYS}
        self._unique: dict[type, dict[Key, Any]] = {kind: {} for kind in _UNIQUE}
        self._belonging: dict[Key, dict[Place, Any]] = {}
        # What the rows were before the changes that are just being written.
        self._undo: list[tuple[Place, Any]] = []

    def get(self, kind: type, *key: str) -> Any | None:
        """The row of a key."""
        return self._rows[kind].get(key)

    def unique(self, kind: type, *value: str) -> Any | None:
        """The row that has what only one row can have: a name, a proof."""
        return self._unique[kind].get(value)

    def all(self, kind: type) -> Iterable[Any]:
        """All rows of a kind, in the order in which they came."""
        return self._rows[kind].values()

    def of(self, account: str, kind: type) -> Iterator[Any]:
        """The rows of a kind that belong to an account."""
        rows = self._belonging.get(("account", account), {})
        return (one for (found, _), one in rows.items() if found is kind)

    def write(self, changes: Sequence[Change]) -> None:
        """Write changes, all or none.

        Raises:
            NotStored: none are, for one does not fit.
        """
        self._undo.clear()
        try:
            for change in changes:
                self._carry_out(change)
        except NotStored:
            while self._undo:
                self._put(*self._undo.pop())
            raise

    def _carry_out(self, change: Any) -> None:
        kind = type(change)
        if kind in _KEYS:
            self._save(change)
        elif kind in _DROPS:
            of, key = _DROPS[kind]
            self._change((of, key(change)), None)
        elif isinstance(change, DropRead):
            self._forget_read(change)
        elif isinstance(change, TouchAccount):
            account = self.get(AccountRecord, change.account)
            if account is not None:
                self._save(replace(account, seen=change.seen))
        elif isinstance(change, SetPassword):
            self._set_password(change)
        elif isinstance(change, DropRoom):
            self._change((RoomRecord, (change.room,)), None)
            self._cut("room", change.room)
        elif isinstance(change, DropAccount | Forget):
            self._change((AccountRecord, (change.account,)), None)
            self._cut("account", change.account)

    def _save(self, record: Any) -> None:
        """Put a record in the place of the one with its key, if its own is nobody else's."""
        kind = type(record)
        key, unique = _KEYS[kind](record), _UNIQUE.get(kind)
        if unique is not None:
            taken = self.unique(kind, *unique(record))
            if taken is not None and _KEYS[kind](taken) != key:
                raise NotStored("it does not fit what is stored")
        self._change((kind, key), record)

    def _set_password(self, change: SetPassword) -> None:
        old = [
            one for one in self.of(change.account, ProofRecord) if one.kind is ProofKind.PASSWORD
        ]
        if change.instead_of not in ("", *(one.value for one in old)):
            return
        for one in old:
            self._change((ProofRecord, _KEYS[ProofRecord](one)), None)
        kind = ProofKind.PASSWORD
        self._save(ProofRecord(change.account, kind, change.value, "", change.created))

    def _forget_read(self, change: DropRead) -> None:
        for one in list(self.of(change.account, ReadRecord)):
            if one.device == change.device and change.place in ("", one.place):
                self._change((ReadRecord, _KEYS[ReadRecord](one)), None)

    def _cut(self, owner: str, id_: str) -> None:
        """Take away what belonged to something that is no more."""
        for place in list(self._belonging.get((owner, id_), ())):
            self._change(place, None)

    def _change(self, place: Place, record: Any) -> None:
        """Put a record in its place, or none, so that it can be undone."""
        kind, key = place
        self._undo.append((place, self._rows[kind].get(key)))
        self._put(place, record)

    def _put(self, place: Place, record: Any) -> None:
        kind, key = place
        before = self._rows[kind].pop(key, None) if record is None else self._rows[kind].get(key)
        if before is not None:
            self._take_out(place, before, record)
        if record is None:
            return
        self._rows[kind][key] = record
        if kind in _UNIQUE:
            self._unique[kind][_UNIQUE[kind](record)] = record
        for owner in _owners(record):
            self._belonging.setdefault(owner, {})[place] = record

    def _take_out(self, place: Place, before: Any, record: Any) -> None:
        unique = _UNIQUE.get(place[0])
        if unique is not None:
            del self._unique[place[0]][unique(before)]
        # In the same place are rows of the same owners.
        for owner in _owners(before) if record is None else ():
            rows = self._belonging[owner]
            del rows[place]
            if not rows:
                del self._belonging[owner]


def _owners(record: Any) -> Iterator[Key]:
    return ((name, getattr(record, name)) for name in _OWNERS if hasattr(record, name))
