"""What lasts."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Protocol

from twistedchat.core.records import (
    AccountRecord,
    Change,
    ExportPage,
    Found,
    MessageRecord,
    NotStored,
    ProofKind,
    ProofRecord,
    ReadRecord,
    RoleRecord,
    SearchedPlace,
    StoredPage,
)


class Store(Protocol):
    """Keeps what lasts; nothing here waits for the disk, results come later."""

    @property
    def waiting(self) -> int:
        """Bytes that wait to be committed, of which nobody was told that they are not."""

    @property
    def unstored(self) -> str:
        """The id of the first message that could not be written yet and will be; "" if none.

        What is newer may be missing in all answers, though it was heard.
        """

    def submit(
        self,
        changes: Sequence[Change],
        done: Callable[[NotStored | None], None],
        *,
        keep: bool = True,
    ) -> None:
        """Write changes, all or none, after all that was submitted before.

        Args:
            changes: in the order in which they count.
            done: called later: with None when they are committed, or with why they are not.
            keep: whether they are still to be written, in their order, after ``done`` was told
                that they are not stored.
        """

    def newest(self, place: str, limit: int) -> Awaitable[StoredPage]:
        """The last messages of a place."""

    def before(self, place: str, id_: str, limit: int) -> Awaitable[StoredPage]:
        """The last messages older than an id."""

    def after(self, place: str, id_: str, limit: int) -> Awaitable[StoredPage]:
        """The first messages newer than an id."""

    def by_ids(self, ids: Sequence[str]) -> Awaitable[tuple[MessageRecord, ...]]:
        """The messages with these ids, as far as they are there, oldest first."""

    def unread(
        self, account: str, positions: Mapping[str, str], most: int
    ) -> Awaitable[dict[str, int]]:
        """How many messages of others are newer than the ids given by place, up to ``most``."""

    def conversations_of(self, account: str) -> Awaitable[tuple[str, ...]]:
        """The places of an account's private messages."""

    def account_named(self, key: str) -> Awaitable[AccountRecord | None]:
        """The account with this name."""

    def account_with(self, id_: str) -> Awaitable[AccountRecord | None]:
        """The account with this id."""

    def account_proved(self, kind: ProofKind, value: str) -> Awaitable[AccountRecord | None]:
        """The account that can be logged in to by this."""

    def accounts_unseen_since(self, at: float, limit: int) -> Awaitable[tuple[AccountRecord, ...]]:
        """Accounts whose owners have not been here since a time, the longest absent first."""

    def proofs_of(self, account: str) -> Awaitable[tuple[ProofRecord, ...]]:
        """By what an account can be logged in to, oldest first."""

    def positions_of(self, account: str) -> Awaitable[tuple[ReadRecord, ...]]:
        """How far an account has read, on each device and in each place."""

    def positions_on(
        self, account: str, device: str, most: int
    ) -> Awaitable[tuple[tuple[ReadRecord, ...], tuple[str, ...]]]:
        """How far an account has read on a device, and of private messages on any.

        With that come the devices that were not used for longest, if with this one there are more
        than ``most``.
        """

    def whispers_after(
        self, account: str, id_: str, limit: int
    ) -> Awaitable[tuple[MessageRecord, ...]]:
        """What others have told an account in private since an id: the newest, oldest first."""

    def roles_of(self, account: str) -> Awaitable[tuple[RoleRecord, ...]]:
        """What an account is in which rooms."""

    def search(
        self,
        text: str,
        within: Mapping[str, SearchedPlace],
        *,
        before: str = "",
        limit: int = 20,
        zone: tzinfo | None = UTC,
    ) -> Awaitable[Found]:
        """Search, newest first.

        Args:
            text: as the person has typed it.
            within: where the person may read, by what ``in:`` calls it: the key of a room, or of
                a nick with ``@``.
            before: where the last page ended (``Found.older``).
            limit: how many messages at most.
            zone: in which dates are meant; None for the machine's own.

        Raises:
            ChatError: the text is no query, or names a place that is not among them; the sentence
                says which and why.
        """

    def export(self, account: str, cursor: str = "") -> Awaitable[ExportPage]:
        """Some of what is stored about an account: the first of it, or from a cursor on."""
