"""Answers questions in a thread of its own, one after the other, on a connection of its own."""

import queue
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from twistedchat.core.errors import Failed, TooMany
from twistedchat.storage import sqlite
from twistedchat.storage.connections import Reopening
from twistedchat.storage.writer import InReactor

T = TypeVar("T")
Question: TypeAlias = Callable[[Connection], Any]

MOST_WAITING = 1000


class Reader:
    """Reads off the reactor.

    Args:
        open_: opens its connection, in its thread.
        in_reactor: calls a function in the reactor's thread.
        most: how many questions may wait.
    """

    log = Logger()

    def __init__(
        self, open_: Callable[[], Connection], in_reactor: InReactor, most: int = MOST_WAITING
    ) -> None:
        self._link = Reopening(open_)
        self._in_reactor = in_reactor
        self._asked: queue.Queue[tuple[Question, Deferred[Any]] | None] = queue.Queue()
        self._most = most

    def ask(self, question: Callable[[Connection], T]) -> "Deferred[T]":
        """Put a question; the answer comes in the reactor's thread.

        Fails with ``TooMany`` if too many wait already, with ``Failed`` if nothing can be read.
        """
        answer: Deferred[T] = Deferred()
        if self._asked.qsize() >= self._most:
            answer.errback(TooMany("Too many people are looking back right now. Try again soon."))
        else:
            self._asked.put((question, answer))
        return answer

    def close(self) -> None:
        """Let ``run`` return when what was asked is answered."""
        self._asked.put(None)

    def run(self) -> None:
        """Answer until closed."""
        while (asked := self._asked.get()) is not None:
            self._answer(*asked)
        self._link.close()

    def _answer(self, question: Question, answer: "Deferred[Any]") -> None:
        # Whoever gave up waiting has fired the Deferred: nobody else is to wait for the answer.
        if answer.called:
            return
        try:
            with self._link.use() as connection:
                result = question(connection)
        except Exception as error:  # noqa: BLE001 - whoever asked hears of it
            self._in_reactor(self._fire, answer, self._wrong(error))
        else:
            self._in_reactor(self._fire, answer, result)

    def _wrong(self, error: Exception) -> Failure:
        reason = sqlite.trouble(error)
        if reason is None:
            return Failure(error)
        self.log.error("Reading what is stored failed: {reason}.", reason=reason)
        return Failure(Failed("What is stored cannot be read at the moment. Try again later."))

    def _fire(self, answer: "Deferred[Any]", result: object) -> None:
        if not answer.called:
            answer.callback(result)
