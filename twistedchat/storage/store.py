"""All of the storage put together: what the server talks to."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from sqlalchemy import Connection
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from twistedchat.core.ports import Clock
from twistedchat.core.records import (
    Change,
    EndPlace,
    Forget,
    Loaded,
    RoomRecord,
)
from twistedchat.core.rules import Retention
from twistedchat.storage import sqlite, writing
from twistedchat.storage.checkpoints import Checkpoints
from twistedchat.storage.chores import Work
from twistedchat.storage.connections import Reopening
from twistedchat.storage.opening import Claim, claim
from twistedchat.storage.questions import Questions
from twistedchat.storage.reader import Reader
from twistedchat.storage.search import finding
from twistedchat.storage.search.feeding import Feeder
from twistedchat.storage.sqlite import Durability
from twistedchat.storage.sweeping import Sweeper
from twistedchat.storage.writer import Bounds, Done, InReactor, Writer

__all__ = ["Claim", "Options", "Storage", "claim"]

Trouble: TypeAlias = Callable[[str | None], None]

_LOOKS = 4
_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Options:
    """How the data is kept.

    Attributes:
        durability: "process" survives the end of the program, "power" that of the machine.
        bounds: how much may wait to be written.
        retention: says, whenever it is asked, how long messages are kept.
    """

    durability: Durability = "process"
    bounds: Bounds = field(default_factory=Bounds)
    retention: Callable[[], Retention] = Retention


class _Part(Protocol):
    """What runs in a thread of its own."""

    def run(self) -> None:
        """Work until closed."""

    def close(self) -> None:
        """Let ``run`` return."""


class Storage(Questions):
    """What lasts, in the data directory; provides ``core.ports.Store``.

    Args:
        claim: the data directory.
        in_reactor: calls a function in the reactor's thread, as ``callFromThread`` does.
        clock: the reactor's clock.
        steady: seconds that go on whatever happens to the clock.
        trouble: is told once what is wrong with the disk, and once (None) that it is over.
        options: how the data is kept.
    """

    log = Logger()

    def __init__(
        self,
        claim: Claim,
        in_reactor: InReactor,
        clock: Clock,
        steady: Callable[[], float],
        trouble: Trouble,
        options: Options | None = None,
    ) -> None:
        super().__init__(Reader(self._open, in_reactor), Reader(self._open_both, in_reactor), clock)
        self._claim = claim
        self._files = files = claim.files
        self._in_reactor = in_reactor
        self._options = options = options or Options()
        self._link = Reopening(lambda: sqlite.connect(files.database, "rw", options.durability))
        self._writer = Writer(self._write, in_reactor, trouble, steady, options.bounds)
        self._feeder = Feeder(files.search, self._open, self._writer.submit, steady)
        self._sweeper = Sweeper(self._open, self._writer.submit, options.retention, clock.now)
        self._checkpoints = [
            self._checkpoints_of(files.database),
            self._checkpoints_of(files.search),
        ]
        self._threads: dict[_Part, threading.Thread] = {}
        self._stopping = False

    # Its life

    def start(self) -> Loaded:
        """Start the threads; what the server has to know before anybody comes.

        Raises:
            StorageError: the data cannot be read or written.
        """
        loaded = self._claim.load()
        for part in (part for parts in self._in_order() for part in parts):
            name = f"storage: {type(part).__name__}"
            self._threads[part] = threading.Thread(target=part.run, name=name, daemon=True)
            self._threads[part].start()
        self._look()
        return loaded

    def stop(self) -> "Deferred[None]":
        """Write all that waits, and close; takes nothing new."""
        self._stopping = True
        stopped: Deferred[None] = Deferred()
        threading.Thread(target=self._close, args=(stopped,), name="storage: end").start()
        return stopped

    def _close(self, stopped: "Deferred[None]") -> None:
        for parts in self._in_order():
            for part in parts:
                part.close()
            for part in parts:
                self._threads[part].join(_PATIENCE_SECONDS)
        if self._threads[self._writer].is_alive():
            self.log.error("The disk does not answer: what still waited to be stored is lost.")
        else:
            self._link.close()
            self._claim.lock.release()
        self._in_reactor(stopped.callback, None)

    def _in_order(self) -> "tuple[Sequence[_Part], ...]":
        """Who may be waiting for the writer ends before it; the checkpoints end after it."""
        reading_ = (self._feeder, self._sweeper, self._reader, self._searcher)
        return reading_, (self._writer,), self._checkpoints

    def _look(self) -> None:
        if not self._stopping:
            self._writer.watch()
            self._clock.later(self._options.bounds.hang / _LOOKS, self._look)

    def _open(self) -> Connection:
        return sqlite.connect(self._files.database)

    def _open_both(self) -> Connection:
        connection = self._open()
        finding.attach(connection, self._files.search)
        return connection

    def _checkpoints_of(self, path: Path) -> Checkpoints:
        return Checkpoints(path, lambda: sqlite.connect(path))

    # Writing

    @property
    def waiting(self) -> int:
        """Bytes that wait to be committed, of which nobody was told that they are not."""
        return self._writer.waiting

    @property
    def lost(self) -> int:
        """How many changes were given up after trouble with the disk."""
        return self._writer.lost

    def submit(self, changes: Sequence[Change], done: Done, *, keep: bool = True) -> None:
        """Write changes, all or none.

        Args:
            changes: in the order in which they count.
            done: called in the reactor's thread: with None when they are committed, or with why
                they are not.
            keep: whether they are still to be written, in their order, after ``done`` was told
                that they are not stored.
        """
        self._writer.submit(changes, done, keep=keep)

    def _write(self, work: Sequence[Work]) -> None:
        with self._link.use() as connection:
            writing.write(connection, work)
        self._feeder.wake()
        if any(isinstance(one, Forget | EndPlace) for one in work):
            self._sweeper.wake()
        if any(isinstance(one, RoomRecord) and _forgets(one) for one in work):
            self._sweeper.prune_soon()

    def prune_soon(self) -> None:
        """Other messages are to be kept than before: see to that."""
        self._sweeper.prune_soon()


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
