"""The core's clock on a Twisted reactor."""

from collections.abc import Callable
from typing import Any


class ReactorClock:
    """Wall-clock time, and turns of the reactor.

    Args:
        reactor: an IReactorTime.
        now: gives seconds since 1970.
    """

    def __init__(self, reactor: Any, now: Callable[[], float]) -> None:
        self._reactor = reactor
        self.now = now

    def soon(self, call: Callable[[], None]) -> None:
        """Call once the sockets of this turn have been read."""
        self._reactor.callLater(0, call)

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call after so many seconds."""
        self._reactor.callLater(seconds, call)
