"""Keeps the search index up with the database, in a thread of its own and in small slices."""

import threading
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

GATHER_SECONDS = 0.2
REST_BUSY = 9.0
REST_QUIET = 1.0
PATIENCE_SECONDS = 60.0


class Feeder:
    """Feeds the index.

    Args:
        path: the index.
        open_database: opens a connection to read with.
        submit: takes changes, as ``Writer.submit`` does.
        now: a steady clock.

    After each slice the thread rests, for longer while people talk: the machine is theirs.
    """

    log = Logger()

    def __init__(
        self,
        path: Path,
        open_database: Callable[[], Connection],
        submit: Callable[..., None],
        now: Callable[[], float],
    ) -> None:
        self._path = path
        self._database = Reopening(open_database)
        self._index = Reopening(lambda: sqlite.connect(path))
        self._submit = submit
        self._now = now
        self._wanted = threading.Event()
        self._closing = threading.Event()

    def wake(self) -> None:
        """Something was written."""
        self._wanted.set()

    def close(self) -> None:
        """Let ``run`` return after the slice at which it is."""
        self._closing.set()
        self._wanted.set()

    def run(self) -> None:
        """Feed until closed."""
        while not self._closing.is_set():
            self._catch_up()
            # Whoever closes sets both, in this order: neither wait goes on then.
            if not self._closing.is_set():
                self._wanted.wait(PATIENCE_SECONDS)
                self._wanted.clear()
            # What comes within a moment is written in one slice.
            self._closing.wait(GATHER_SECONDS)
        self._database.close()
        self._index.close()

    def _catch_up(self) -> None:
        began = self._now()
        while not self._closing.is_set() and self.slice():
            rest = REST_BUSY if self._wanted.is_set() else REST_QUIET
            self._wanted.clear()
            self._closing.wait(rest * (self._now() - began))
            began = self._now()

    def slice(self) -> bool:
        """Do the next piece of work; whether there was any."""
        try:
            with self._database.use() as database, self._index.use() as connection:
                fed = index.feed(database, connection)
                gone = index.remove_erased(database, connection)
        except Exception as error:  # noqa: BLE001 - the database is unhurt, and search can wait
            self._tell(error)
            return False
        return (not gone or self._tidy(gone)) and bool(fed or gone)

    def _tidy(self, numbers: Sequence[int]) -> bool:
        answered = threading.Event()
        outcome: list[NotStored | None] = []

        def done(failure: NotStored | None) -> None:
            outcome.append(failure)
            answered.set()

        self._submit((TidyErased(tuple(numbers)),), done, keep=False)
        answered.wait()
        return outcome == [None]

    def _tell(self, error: Exception) -> None:
        self.log.warn("The search index cannot be written: {error!s}", error=error)
        if sqlite.trouble(error) == sqlite.DAMAGED:
            self.log.error("The search index is damaged and is made anew at the next start.")
            remove(self._path)
            self.close()
