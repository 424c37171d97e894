"""A connection that is opened when it is needed, and opened anew after trouble."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from twistedchat.storage import sqlite


class Reopening:
    """One thread's connection.

    Args:
        open_: opens it.
    """

    def __init__(self, open_: Callable[[], Connection]) -> None:
        self._open = open_
        self._connection: Connection | None = None

    @contextmanager
    def use(self) -> Iterator[Connection]:
        """The connection; it is closed if what is done with it meets trouble of the machine."""
        if self._connection is None:
            self._connection = self._open()
        try:
            yield self._connection
        except Exception as error:
            if sqlite.trouble(error) is not None:
                self.close()
            raise

    def close(self) -> None:
        """Close it; the next use opens it again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
