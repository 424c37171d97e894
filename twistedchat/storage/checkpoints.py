"""Brings what was written from the log into the database, so that the writer never has to."""

import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection
from twisted.logger import Logger

from twistedchat.storage import sqlite
from twistedchat.storage.connections import Reopening
from twistedchat.storage.files import log_of

EVERY_SECONDS = 2.0
PASSIVE_BYTES = 4 << 20
RESTART_BYTES = 64 << 20
WAIT_SECONDS = 0.05
"""How long a checkpoint may keep the writer waiting for somebody who reads."""


class Checkpoints:
    """Makes checkpoints of one database, in a thread of its own.

    Args:
        path: the database.
        open_: opens its connection, which waits ``WAIT_SECONDS`` for a lock.
        every: seconds between two looks at the log.
    """

    log = Logger()

    def __init__(
        self, path: Path, open_: Callable[[], Connection], every: float = EVERY_SECONDS
    ) -> None:
        self._log = log_of(path)
        self._link = Reopening(open_)
        self._every = every
        self._closing = threading.Event()
        self._failing = False

    def close(self) -> None:
        """Let ``run`` return, after a last checkpoint."""
        self._closing.set()

    def run(self) -> None:
        """Look at the log now and then until closed."""
        while not self._closing.wait(self._every):
            self.round()
        self.round(least=0)
        self._link.close()

    def round(self, least: int = PASSIVE_BYTES) -> bool:
        """Make a checkpoint if the log has more than ``least`` bytes; whether it did all."""
        size = self._log.stat().st_size if self._log.exists() else 0
        if size <= least:
            return False
        try:
            done = self._bring_over(size)
        except Exception as error:  # noqa: BLE001 - nothing is lost, and the next round comes
            if not self._failing:
                reason = sqlite.reason(error)
                self.log.warn("A checkpoint failed: {reason}. It is tried again.", reason=reason)
            self._failing = True
            return False
        self._failing = False
        return done

    def _bring_over(self, size: int) -> bool:
        with self._link.use() as connection:
            done = sqlite.checkpoint(connection)
            if not done or size <= RESTART_BYTES:
                # The writer would be held for whoever reads what is older, maybe for minutes.
                return done
            # Without a moment of rest the log would be written on and on at its end.
            return sqlite.checkpoint(connection, restart=True)
