"""Accounts in the store: read and written with an honest answer when the disk fails."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from twistedchat.core.errors import Failed, NotSaved
from twistedchat.core.ports import Store
from twistedchat.core.records import (
    AccountRecord,
    Change,
    ExportPage,
    NotStored,
    ProofKind,
    ProofRecord,
)

T = TypeVar("T")

UNREADABLE = (
    "The server could not look up accounts just now. Try again later; the host can see why."
)


class AccountRows:
    """What is stored of accounts.

    Args:
        store: where.
    """

    _log = Logger()

    def __init__(self, store: Store) -> None:
        self._store = store

    async def named(self, key: str) -> AccountRecord | None:
        """The account with this name."""
        return await self._asked(lambda: self._store.account_named(key))

    async def having(self, id_: str) -> AccountRecord | None:
        """The account with this id."""
        return await self._asked(lambda: self._store.account_with(id_))

    async def proved(self, kind: ProofKind, value: str) -> AccountRecord | None:
        """The account that can be logged in to by this."""
        return await self._asked(lambda: self._store.account_proved(kind, value))

    async def unseen_since(self, at: float, limit: int) -> Sequence[AccountRecord]:
        """Accounts whose owners have not been here since a time."""
        return await self._asked(lambda: self._store.accounts_unseen_since(at, limit))

    async def proofs(self, account: str) -> Sequence[ProofRecord]:
        """By what an account can be logged in to."""
        return await self._asked(lambda: self._store.proofs_of(account))

    async def password(self, account: str) -> ProofRecord | None:
        """An account's password."""
        proofs = await self.proofs(account)
        return next((one for one in proofs if one.kind is ProofKind.PASSWORD), None)

    async def export(self, account: str, cursor: str) -> ExportPage:
        """Some of what is stored about an account."""
        return await self._asked(lambda: self._store.export(account, cursor))

    async def _asked(self, ask: Callable[[], Awaitable[T]]) -> T:
        try:
            return await ask()
        except Failed:
            # It has logged why.
            raise Failed(UNREADABLE) from None
        except Exception:  # noqa: BLE001 - whatever the store has met, people get one answer
            self._log.failure("Accounts could not be looked up")
            raise Failed(UNREADABLE) from None

    async def save(self, changes: Sequence[Change], undone: str) -> None:
        """Have changes stored, all or none.

        Args:
            changes: what is to be stored.
            undone: what is not the case if they are not, as people read it.

        Raises:
            NotSaved: they are not.
        """
        stored: Deferred[NotStored | None] = Deferred()
        self._store.submit(changes, stored.callback, keep=False)
        failure = await stored
        if failure is not None:
            self._log.warn("An account's row is not stored: {reason}", reason=str(failure))
            raise NotSaved(f"The server could not store that: {undone}. Try again later.")

    def note(self, change: Change) -> None:
        """Have a change stored that nobody waits for."""
        self._store.submit([change], lambda _: None)
