"""Who wants something that takes long passes one by one, and some wait for the reactor's next turn.

A message is settled in some microseconds; a log-in, leaving, or the members of a large room take
much longer, and thousands can ask at once: at a network break everybody goes and comes back.
Only so many pass in one turn, so that whoever talks in the meantime is not held up. The others
wait in the order in which they came; their connections are not read from until then.
"""

from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

SHARE_SECONDS = 0.01


class Turnstile:
    """Begins what takes long, for at most ``SHARE_SECONDS`` a turn.

    Args:
        reactor: an IReactorTime.
    """

    _log = Logger()

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._waiting: deque[Callable[[], object]] = deque()
        self._began = 0.0
        self._counting = False
        self._open = False

    def run(self, doing: Coroutine[Any, Any, None]) -> "Deferred[None]":
        """Begin it now, or in its turn; fires when it is done."""
        if self._may_pass():
            return Deferred.fromCoroutine(doing)
        done: Deferred[None] = Deferred()
        self._waiting.append(lambda: Deferred.fromCoroutine(doing).chainDeferred(done))
        return done

    def call(self, what: Callable[[], object]) -> None:
        """Call it now, or in its turn."""
        if self._may_pass():
            what()
        else:
            self._waiting.append(what)

    def open(self) -> None:
        """Let everybody pass at once from now on: the server is about to stop."""
        self._open = True
        while self._waiting:
            self._let_pass()

    def _may_pass(self) -> bool:
        return self._open or (not self._waiting and self.has_time())

    def has_time(self) -> bool:
        """Whether there is any of this turn's share left for what takes long."""
        now = self._reactor.seconds()
        if not self._counting:
            self._counting = True
            self._began = now
            self._reactor.callLater(0, self._next_turn)
        return bool(now - self._began < SHARE_SECONDS)

    def _next_turn(self) -> None:
        self._counting = False
        while self._waiting and self.has_time():
            self._let_pass()

    def _let_pass(self) -> None:
        what = self._waiting.popleft()
        try:
            what()
        except Exception:  # noqa: BLE001 - those behind it pass all the same
            self._log.failure("What had waited for its turn failed")
