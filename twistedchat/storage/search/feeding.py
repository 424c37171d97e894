"""Keeps the search index up with the database, in a thread of its own and in small slices."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Connection
from twisted.logger import Logger

from twistedchat.core.records import NotStored
from twistedchat.storage import sqlite
from twistedchat.storage.chores import TidyErased
from twistedchat.storage.connections import Reopening
from twistedchat.storage.files import remove
from twistedchat.storage.search import index

GATHER_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.25
# Of one core, what the others use who are as busy as can be: the machine may have other work too.
BUSY = 0.5
# How many times as long as a slice took.
REST_QUIET = 0.5
REST_BUSY = 49.0
LONGEST_REST = 2.0


def used_by_others() -> float:
    """Seconds of CPU time that the threads of this program have used, but for the one that asks."""
    return time.process_time() - time.thread_time()


class Pressure:
    """Knows how much else the program has to do.

    It looks back over a moment, not a single turn of the reactor: what matters is whether there
    will be time to spare.

    Args:
        now: a steady clock.
        used: seconds of CPU time that the others have used.
    """

    def __init__(self, now: Callable[[], float], used: Callable[[], float]) -> None:
        self._now = now
        self._used = used
        self._looked = now()
        self._seen = used()
        self._share = 0.0

    def share(self) -> float:
        """From 0 when the others do nothing to 1 when they are busy."""
        span = self._now() - self._looked
        if span >= LOOK_SECONDS:
            used = self._used()
            self._share = min(1.0, (used - self._seen) / span / BUSY)
            self._looked, self._seen = self._looked + span, used
        return self._share


class Feeder:
    """Feeds the index.

    Args:
        path: the index.
        open_database: opens a connection to read with.
        submit: takes changes, as ``Writer.submit`` does.
        now: a steady clock.
        used: seconds of CPU time that the others have used; asked in the feeder's thread.

    After each slice the thread rests, and for the longer the busier the program is: the machine is
    theirs who talk. What the index has not got yet is made up for as soon as there is time.
    """

    log = Logger()

    def __init__(
        self,
        path: Path,
        open_database: Callable[[], Connection],
        submit: Callable[..., None],
        now: Callable[[], float],
        used: Callable[[], float] = used_by_others,
    ) -> None:
        self._path = path
        self._database = Reopening(open_database)
        self._index = Reopening(lambda: sqlite.connect(path))
        self._submit = submit
        self._now = now
        self._used = used
        self._wanted = threading.Event()
        self._closing = threading.Event()
        self._failing = False

    def wake(self) -> None:
        """Something was written."""
        self._wanted.set()

    def close(self) -> None:
        """Let ``run`` return after the slice at which it is."""
        self._closing.set()
        self._wanted.set()

    def run(self) -> None:
        """Feed until closed."""
        pressure = Pressure(self._now, self._used)
        while not self._closing.is_set():
            self._catch_up(pressure)
            # Whoever closes sets both, in this order: neither wait goes on then.
            if not self._closing.is_set():
                self._wanted.wait(PATIENCE_SECONDS)
                self._wanted.clear()
            # What comes within a moment is written in one slice.
            self._closing.wait(GATHER_SECONDS)
        self._database.close()
        self._index.close()

    def _catch_up(self, pressure: Pressure) -> None:
        began = self._now()
        while not self._closing.is_set() and self.slice():
            # A little work beside its own is no reason to fall behind.
            rest = REST_QUIET + (REST_BUSY - REST_QUIET) * pressure.share() ** 2
            self._closing.wait(min(rest * (self._now() - began), LONGEST_REST))
            began = self._now()

    def slice(self) -> bool:
        """Do the next piece of work; whether there may be more of it."""
        try:
            with self._database.use() as database, self._index.use() as connection:
                fed = index.feed(database, connection)
                gone = index.remove_erased(database, connection)
        except Exception as error:  # noqa: BLE001 - the database is unhurt, and search can wait
            self._tell(error)
            return False
        self._failing = False
        return (not gone or self._tidy(gone)) and max(fed, len(gone)) >= index.SLICE

    def _tidy(self, numbers: Sequence[int]) -> bool:
        answered = threading.Event()
        outcome: list[NotStored | None] = []

        def done(failure: NotStored | None) -> None:
            outcome.append(failure)
            answered.set()

        self._submit((TidyErased(tuple(numbers)),), done, keep=False)
        while not answered.wait(LOOK_SECONDS):
            # A write that hangs must not keep the server from its end; it is done another time.
            if self._closing.is_set():
                return False
        return outcome == [None]

    def _tell(self, error: Exception) -> None:
        if not self._failing:
            self.log.warn(
                "The search index cannot be written: {reason}. It is tried again, and nothing is"
                " lost: the index is made from the messages.",
                reason=sqlite.reason(error),
            )
        self._failing = True
        if sqlite.trouble(error) == sqlite.DAMAGED:
            self.log.error("The search index is damaged and is made anew at the next start.")
            remove(self._path)
            self.close()
