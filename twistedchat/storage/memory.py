"""What lasts as long as the server runs: accounts and rooms with ``--data memory``, and in tests.

Messages are not kept here: the core remembers the last ones of each room by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, tzinfo

from twisted.internet.defer import Deferred, succeed

from twistedchat.core.exporting import entry
from twistedchat.core.records import (
    AccountRecord,
    Change,
    ExportPage,
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
)
from twistedchat.storage.memory_tables import MemoryTables

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
        self._tables = MemoryTables()

    def load(self) -> Loaded:
        """What a server has to know before anybody comes."""
        accounts, rooms, roles, sentences = (
            tuple(self._tables.all(kind))
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
        failure: NotStored | None = None
        try:
            self._tables.write(changes)
        except NotStored as error:
            failure = error
        self._later(lambda: done(failure))

    # Reading

    def _read(self) -> MemoryTables:
        """What is looked up in."""
        return self._tables

    def account_named(self, key: str) -> "Deferred[AccountRecord | None]":
        """The account with this name."""
        return succeed(self._read().unique(AccountRecord, key))

    def account_with(self, id_: str) -> "Deferred[AccountRecord | None]":
        """The account with this id."""
        return succeed(self._tables.get(AccountRecord, id_))

    def account_proved(self, kind: ProofKind, value: str) -> "Deferred[AccountRecord | None]":
        """The account that can be logged in to by this."""
        proof = self._read().unique(ProofRecord, kind, value)
        return self.account_with(proof.account) if proof is not None else succeed(None)

    def accounts_unseen_since(self, at: float, limit: int) -> "Deferred[tuple[AccountRecord, ...]]":
        """Accounts whose owners have not been here since a time, the longest absent first."""
        found = (one for one in self._read().all(AccountRecord) if one.seen < at)
        return succeed(tuple(sorted(found, key=lambda one: one.seen)[:limit]))

    def proofs_of(self, account: str) -> "Deferred[tuple[ProofRecord, ...]]":
        """By what an account can be logged in to, oldest first."""
        found = self._read().of(account, ProofRecord)
        return succeed(tuple(sorted(found, key=lambda one: one.created)))

    def positions_of(self, account: str) -> "Deferred[tuple[ReadRecord, ...]]":
        """How far an account has read, on each device and in each place."""
        return succeed(tuple(self._read().of(account, ReadRecord)))

    def positions_on(
        self, account: str, device: str, most: int
    ) -> "Deferred[tuple[tuple[ReadRecord, ...], tuple[str, ...]]]":
        """How far an account has read on a device, and of private messages on any."""
        own = list(self._read().of(account, ReadRecord))
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
        return succeed(tuple(self._read().of(account, RoleRecord)))

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
        tables = self._read()
        own = tables.get(AccountRecord, account)
        founded = (one for one in tables.all(RoomRecord) if one.founder == account)
        met = (one for one in tables.all(SentenceRecord) if account in one.sentence.users)
        proofs, roles, reads = (
            tables.of(account, kind) for kind in (ProofRecord, RoleRecord, ReadRecord)
        )
        found = (own, *proofs, *founded, *roles, *met, *reads) if own else ()
        return succeed(ExportPage(tuple(map(entry, found)), None))
