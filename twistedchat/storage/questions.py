"""What can be asked of the storage: each question goes to a thread that reads."""

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo

from twisted.internet.defer import Deferred

from twistedchat.core.ports import Clock
from twistedchat.core.records import (
    AccountRecord,
    ExportPage,
    Found,
    MessageRecord,
    ProofKind,
    ProofRecord,
    ReadRecord,
    RoleRecord,
    SearchedPlace,
    StoredPage,
)
from twistedchat.storage import exporting, positions, reading
from twistedchat.storage.reader import Reader
from twistedchat.storage.search import finding
from twistedchat.storage.search.query import parse


class Questions:
    """The reading half of ``core.ports.Store``.

    Args:
        reader: reads what is stored.
        searcher: reads that and the search index; it may take its time.
        clock: for times ago in searches.
    """

    def __init__(self, reader: Reader, searcher: Reader, clock: Clock) -> None:
        self._reader = reader
        self._searcher = searcher
        self._clock = clock

    def newest(self, place: str, limit: int) -> "Deferred[StoredPage]":
        """The last messages of a place."""
        return self._reader.ask(lambda c: reading.newest(c, place, limit))

    def before(self, place: str, id_: str, limit: int) -> "Deferred[StoredPage]":
        """The last messages older than an id."""
        return self._reader.ask(lambda c: reading.before(c, place, id_, limit))

    def after(self, place: str, id_: str, limit: int) -> "Deferred[StoredPage]":
        """The first messages newer than an id."""
        return self._reader.ask(lambda c: reading.after(c, place, id_, limit))

    def by_ids(self, ids: Sequence[str]) -> "Deferred[tuple[MessageRecord, ...]]":
        """The messages with these ids, as far as they are there, oldest first."""
        return self._reader.ask(lambda c: reading.by_ids(c, ids))

    def unread(
        self, account: str, positions: Mapping[str, str], most: int
    ) -> "Deferred[dict[str, int]]":
        """How many messages of others are newer than the ids given by place, up to ``most``."""
        return self._reader.ask(lambda c: reading.unread(c, account, positions, most))

    def conversations_of(self, account: str) -> "Deferred[tuple[str, ...]]":
        """The places of an account's private messages."""
        return self._reader.ask(lambda c: reading.conversations_of(c, account))

    def account_named(self, key: str) -> "Deferred[AccountRecord | None]":
        """The account with this name."""
        return self._reader.ask(lambda c: reading.account_named(c, key))

    def account_with(self, id_: str) -> "Deferred[AccountRecord | None]":
        """The account with this id."""
        return self._reader.ask(lambda c: reading.account_with(c, id_))

    def account_proved(self, kind: ProofKind, value: str) -> "Deferred[AccountRecord | None]":
        """The account that can be logged in to by this."""
        return self._reader.ask(lambda c: reading.account_proved(c, kind, value))

    def accounts_unseen_since(self, at: float, limit: int) -> "Deferred[tuple[AccountRecord, ...]]":
        """Accounts whose owners have not been here since a time, the longest absent first."""
        return self._reader.ask(lambda c: reading.accounts_unseen_since(c, at, limit))

    def proofs_of(self, account: str) -> "Deferred[tuple[ProofRecord, ...]]":
        """By what an account can be logged in to, oldest first."""
        return self._reader.ask(lambda c: reading.proofs_of(c, account))

    def positions_of(self, account: str) -> "Deferred[tuple[ReadRecord, ...]]":
        """How far an account has read, on each device and in each place."""
        return self._reader.ask(lambda c: reading.positions_of(c, account))

    def positions_on(
        self, account: str, device: str, most: int
    ) -> "Deferred[tuple[tuple[ReadRecord, ...], tuple[str, ...]]]":
        """How far an account has read on a device, and of private messages on any.

        With that come the devices that were not used for longest, if with this one there are more
        than ``most``.
        """
        return self._reader.ask(lambda c: positions.positions_on(c, account, device, most))

    def whispers_after(
        self, account: str, id_: str, limit: int
    ) -> "Deferred[tuple[MessageRecord, ...]]":
        """What others have told an account in private since an id: the newest, oldest first."""
        return self._reader.ask(lambda c: positions.whispers_after(c, account, id_, limit))

    def roles_of(self, account: str) -> "Deferred[tuple[RoleRecord, ...]]":
        """What an account is in which rooms."""
        return self._reader.ask(lambda c: reading.roles_of(c, account))

    def search(
        self,
        text: str,
        within: Mapping[str, SearchedPlace],
        *,
        before: str = "",
        limit: int = 20,
        zone: tzinfo | None = UTC,
    ) -> "Deferred[Found]":
        """Search, newest first.

        Args:
            text: as the person has typed it; ``search.query`` has the language.
            within: where the person may read, by what ``in:`` calls it: the key of a room, or of
                a nick with ``@``.
            before: where the last page ended (``Found.older``).
            limit: how many messages at most.
            zone: in which dates are meant; None for the machine's own.

        Raises:
            ChatError: the text is no query, or names a place that is not among them; the sentence
                says which and why.
        """
        query = parse(text, self._clock.now(), zone)
        places = finding.chosen(query, within)
        return self._searcher.ask(lambda c: finding.find(c, query, places, before, limit))

    def export(self, account: str, cursor: str = "") -> "Deferred[ExportPage]":
        """Some of what is stored about an account: the first of it, or from a cursor on."""
        return self._searcher.ask(lambda c: exporting.page(c, account, cursor))
