"""The core's clock on a Twisted reactor, and those of its turns in which something is done."""

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol


class TurnWatch(Protocol):
    """Wants to know how long a turn of the reactor takes."""

    def begun(self) -> None:
        """Something is done from now on."""

    def ended(self) -> bool:
        """The reactor has its turn back; says whether the next is to be watched in any case."""


class ReactorClock:
    """Wall-clock time, and turns of the reactor.

    A turn begins when something is first done in it (`stir`), and ends behind the calls that want
    to be made once its sockets have been read (`soon`). All of that is one scheduled call.

    Args:
        reactor: an IReactorTime.
        now: gives seconds since 1970.
        watch: is told of every turn.
    """

    def __init__(
        self, reactor: Any, now: Callable[[], float], watch: TurnWatch | None = None
    ) -> None:
        self._reactor = reactor
        self.now = now
        self._watch = watch
        self._began: float | None = None
        self._calls: deque[Callable[[], None]] = deque()

    def stir(self) -> float:
        """Something is being done in this turn; gives when it began, in the reactor's seconds."""
        if self._began is None:
            self._began = self._reactor.seconds()
            self._reactor.callLater(0, self._end)
            if self._watch is not None:
                self._watch.begun()
        return self._began

    def soon(self, call: Callable[[], None]) -> None:
        """Call once the sockets of this turn have been read."""
        self._calls.append(call)
        self.stir()

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call after so many seconds."""
        self._reactor.callLater(seconds, self._call_later, call)

    def _call_later(self, call: Callable[[], None]) -> None:
        self.stir()
        call()

    def _end(self) -> None:
        try:
            # What they cause is another turn's.
            for _ in range(len(self._calls)):
                self._calls.popleft()()
        finally:
            self._ended()

    def _ended(self) -> None:
        self._began = None
        again = self._watch is not None and self._watch.ended()
        if again or self._calls:
            self.stir()
