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
from twistedchat.storage import checkpoints, sqlite, writing
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
# A lock is waited for until the write would count as hanging, and then it is called a lock.
_LOCKED = 0.9
_PATIENCE_SECONDS = 10.0
_JOIN_SECONDS = 0.25


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
        self._link = Reopening(self._open_to_write)
        self._writer = Writer(self._write, in_reactor, trouble, steady, options.bounds)
        self._feeder = Feeder(files.search, self._open, self._writer.submit, steady)
        self._sweeper = Sweeper(self._open, self._writer.submit, options.retention, clock.now)
        self._checkpoints = [
            self._checkpoints_of(files.database),
            self._checkpoints_of(files.search),
        ]
        self._threads: dict[_Part, threading.Thread] = {}
        self._steady = steady
        self._held: list[Connection] = []
        self._stopping = False

    # Its life

    def start(self) -> Loaded:
        """Start the threads; what the server has to know before anybody comes.

        Raises:
            StorageError: the data cannot be read or written.
        """
        loaded = self._claim.load(self._clock.now())
        # Who closes a connection after trouble must not be the last: a log that nobody has open
        # is taken away, and on a full disk nobody could read until it can be made again.
        self._held = [sqlite.hold(path) for path in (self._files.database, self._files.search)]
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
        before, writer, after = self._in_order()
        self._end(before)
        if self._end(writer):
            self._link.close()
            self._end(after)
            for connection in self._held:
                connection.close()
            self._claim.lock.release()
        else:
            for part in after:
                part.close()
            self.log.error("The disk does not answer: what still waited to be stored is lost.")
        self._in_reactor(stopped.callback, None)

    def _end(self, parts: "Sequence[_Part]") -> bool:
        """Close parts; whether they ended before the writer has got nothing done for too long."""
        for part in parts:
            part.close()
        threads = [self._threads[part] for part in parts]
        left, until = self._left(), self._steady() + _PATIENCE_SECONDS
        while (alive := [one for one in threads if one.is_alive()]) and self._steady() < until:
            # Whoever waits for a write that hangs is told here: the reactor does not look any more.
            self._writer.watch()
            alive[0].join(_JOIN_SECONDS)
            if self._left() < left:
                left, until = self._left(), self._steady() + _PATIENCE_SECONDS
        return not alive

    def _left(self) -> int:
        return self._writer.waiting + self._writer.kept

    def _in_order(self) -> "tuple[Sequence[_Part], Sequence[_Part], Sequence[_Part]]":
        """Who may be waiting for the writer ends before it; the checkpoints end after it."""
        reading_ = (self._feeder, self._sweeper, self._reader, self._searcher)
        return reading_, (self._writer,), self._checkpoints

    def _look(self) -> None:
        if not self._stopping:
            self._writer.watch()
            self._clock.later(self._options.bounds.hang / _LOOKS, self._look)

    def _open(self) -> Connection:
        return sqlite.connect(self._files.database)

    def _open_to_write(self) -> Connection:
        durability, wait = self._options.durability, _LOCKED * self._options.bounds.hang
        return sqlite.connect(self._files.database, "rw", durability, wait)

    def _open_both(self) -> Connection:
        connection = self._open()
        finding.attach(connection, self._files.search)
        return connection

    def _checkpoints_of(self, path: Path) -> Checkpoints:
        return Checkpoints(path, lambda: sqlite.connect(path, wait=checkpoints.WAIT_SECONDS))

    # Writing

    @property
    def waiting(self) -> int:
        """Bytes that wait to be committed, of which nobody was told that they are not."""
        return self._writer.waiting

    @property
    def unstored(self) -> str:
        """The id of the first message that could not be written yet and will be; "" if none."""
        return self._writer.unstored

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


def _forgets(room: RoomRecord) -> bool:
    return bool(room.keep_seconds or room.keep_count)
