"""Accounts for a chat in memory: a store that can fail, and passwords that cost nothing.

chat = make_chat()
store = open_accounts(chat)
ada = enter(chat, "ada", "lobby")
run(chat.accounts.register(ada, "correct horse"))
store.failing = "disk full"       # from now on nothing can be stored
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from twisted.internet.defer import Deferred, maybeDeferred

from twistedchat.accounts.book import AccountBook
from twistedchat.accounts.passwords import Passwords
from twistedchat.config import Config
from twistedchat.core.chat import Chat
from twistedchat.core.records import Change, NotStored, ProofKind, ProofRecord
from twistedchat.storage.memory import MemoryStore
from twistedchat.storage.memory_tables import MemoryTables


class FakeStore(MemoryStore):
    """A store in memory that fails when it is told to.

    Attributes:
        failing: why nothing can be written; "" if it can.
        unreadable: what is raised when something is looked up; None if it can be.
        changes: all that was written, in order.
    """

    def __init__(self) -> None:
        super().__init__()
        self.failing = ""
        self.unreadable: Exception | None = None
        self.changes: list[Change] = []

    def submit(
        self,
        changes: Sequence[Change],
        done: Callable[[NotStored | None], None],
        *,
        keep: bool = True,
    ) -> None:
        """Write changes, or say why not."""
        if self.failing:
            done(NotStored(self.failing, kept=keep))
            return

        def written(failure: NotStored | None) -> None:
            if failure is None:
                self.changes += changes
            done(failure)

        super().submit(changes, written, keep=keep)

    def _read(self) -> MemoryTables:
        if self.unreadable is not None:
            raise self.unreadable
        return super()._read()


def cheap_passwords(chat: Chat) -> Passwords:
    """Passwords that are hashed at once, and cheaply."""

    def defer(function: Callable[..., Any], *arguments: Any) -> "Deferred[Any]":
        return maybeDeferred(function, *arguments)

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return Passwords(defer, chat.clock.now, hasher=hasher)


def open_accounts(
    chat: Chat,
    store: FakeStore | None = None,
    *,
    registrations: int | None = None,
    **settings: Any,
) -> FakeStore:
    """Let people register and log in.

    Args:
        chat: where.
        store: where accounts are kept; a new one if not given.
        registrations: how many an address may make an hour, if not as usual.
        settings: other settings that are not as usual: ``plain_passwords="refuse"``.

    Returns:
        The store.
    """
    store = store or FakeStore()
    config = Config(**settings)
    if registrations is not None:
        config = replace(config, limits=replace(config.limits, registrations=registrations))
    numbers = count(1)
    passwords = cheap_passwords(chat)
    chat.accounts = AccountBook(chat, store, passwords, config, lambda: f"account{next(numbers)}")
    chat.state.own_names(store.load().names)
    return store


def proofs(store: FakeStore, kind: ProofKind) -> list[ProofRecord]:
    """All proofs of a kind that were ever stored, in order."""
    return [one for one in store.changes if isinstance(one, ProofRecord) and one.kind is kind]
