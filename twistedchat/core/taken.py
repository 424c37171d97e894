"""What was taken back: the store may still have it, or have been read before it was gone."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

# Far more than can be taken back while a question to the store is under way.
REMEMBERED = 20_000


class _Message(Protocol):
    """What counts of a message."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def account(self) -> str:
        """Its author's account, or ""."""


Message = TypeVar("Message", bound=_Message)


class Taken:
    """Remembers what was taken back lately; whatever the store answers has to pass it.

    Rows go some time after nobody is to see them any more: behind a commit, which a full disk may
    put off for long.
    """

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}
        self._accounts: dict[str, None] = {}

    def note(self, ids: Iterable[str]) -> None:
        """These messages were taken back."""
        _remember(self._ids, ids)

    def note_account(self, account: str) -> None:
        """All that the account has said is taken back."""
        _remember(self._accounts, (account,))

    def rest(self, messages: Iterable[Message]) -> tuple[Message, ...]:
        """The messages that were not taken back."""
        ids, accounts = self._ids, self._accounts
        if not ids and not accounts:
            return tuple(messages)
        return tuple(one for one in messages if one.id not in ids and one.account not in accounts)


def _remember(known: dict[str, None], new: Iterable[str]) -> None:
    known.update(dict.fromkeys(new))
    while len(known) > REMEMBERED:
        del known[next(iter(known))]
