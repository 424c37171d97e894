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


class Turns(Protocol):
    """Wants to know when sockets are read."""

    def begin(self) -> None:
        """Sockets are about to be read; ``end`` follows."""

    def end(self) -> None:
        """They have been read."""


class ReactorClock:
    """Wall-clock time, and turns of the reactor.

    A turn begins when something is first done in it (`stir`), and ends behind the calls that want
    to be made once its sockets have been read (`soon`). All of that is one scheduled call; none
    where sockets are read in one place, which says when it begins and ends with it. What is done
    outside of that, for those inside TLS for instance, is then another turn, scheduled as ever.

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
        # Whoever reads the sockets ends the turn, not a scheduled call.
        self._ends_here = False
        self._calls: deque[Callable[[], None]] = deque()

    def stir(self) -> float:
        """Something is being done in this turn; gives when it began, in the reactor's seconds."""
        began = self._began
        if began is None:
            began = self._start()
            self._reactor.callLater(0, self._end)
        return began

    def begin(self) -> None:
        """Sockets are about to be read; ``end`` follows."""
        if self._began is None:
            self._ends_here = True
            self._start()

    def end(self) -> None:
        """They have been read: what is to be done behind that is done at once."""
        if self._ends_here:
            self._ends_here = False
            self._end()
        else:
            self._make_calls()

    def _start(self) -> float:
        self._began = began = float(self._reactor.seconds())
        if self._watch is not None:
            self._watch.begun()
        return began

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
            self._make_calls()
        finally:
            self._ended()

    def _make_calls(self) -> None:
        # What they cause is another turn's.
        for _ in range(len(self._calls)):
            self._calls.popleft()()

    def _ended(self) -> None:
        self._began = None
        again = self._watch is not None and self._watch.ended()
        if again or self._calls:
            self.stir()
