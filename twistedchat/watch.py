"""Notices turns of the reactor that take too long, and says what was done in them.

How long a turn took is measured by the reactor's thread itself, so an idle server, asleep in its
poll, is never taken for a slow one. What was done is seen by another thread, which sleeps for as
long as nothing happens and looks at the stack of the reactor's thread only when a turn is
overdue.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event, Thread, get_ident
from types import FrameType
from typing import Any

from twisted.application.service import Service
from twisted.internet.interfaces import IDelayedCall
from twisted.logger import Logger

SLOW_SECONDS = 0.05
# Twice at least in a turn that is slow.
LOOK_SECONDS = 0.02
SECONDS_BETWEEN_LINES = 10.0
# Behind such a turn the reactor has much to do as well: what TLS has encrypted is sent then.
LONG_SECONDS = 0.01
MOST_LOOKS = 200
MOST_CALLERS = 4
NOTHING_SEEN = "a call during which no other thread could run"
_OURS = Path(__file__).parent


class Watch(Service):
    """Logs turns of the reactor over 50 ms; a TurnWatch.

    Args:
        reactor: nothing is scheduled on it unless a turn was slow.
        seconds: time that nobody sets; the reactor's may be.
        frames: gives the stacks of all threads by their idents.
    """

    log = Logger()

    def __init__(
        self,
        reactor: Any,
        seconds: Callable[[], float] = time.monotonic,
        frames: Callable[[], dict[int, FrameType]] = sys._current_frames,  # noqa: SLF001
    ) -> None:
        self._reactor = reactor
        self._seconds = seconds
        self._frames = frames
        self._main = get_ident()
        self._began: float | None = None
        self._found: list[str] = []
        self._resting = False
        self._stirred = Event()
        self._thread: Thread | None = None
        self._timer: IDelayedCall | None = None
        self._more = 0
        self._worst = (0.0, "")

    def startService(self) -> None:
        """Begin to look: not before twistd has become a daemon, which ends threads."""
        super().startService()
        self._main = get_ident()
        self._thread = Thread(target=self._keep_looking, name="watch", daemon=True)
        self._thread.start()

    def stopService(self) -> None:
        """Tell what is left, and look no more."""
        super().stopService()
        if self._timer is not None:
            self._timer.cancel()
            self._tell_more()
        self._stirred.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    # In the reactor's thread

    def begun(self) -> None:
        """Something is done from now on."""
        self._began = self._seconds()
        if self._resting:
            self._resting = False
            self._stirred.set()

    def ended(self) -> bool:
        """The reactor has its turn back; if that took too long, say so, but not too often."""
        began, self._began = self._began, None
        took = 0.0 if began is None else self._seconds() - began
        if took >= SLOW_SECONDS:
            self._slow(took, most_seen(self._found))
        if self._found:
            self._found = []
        return took >= LONG_SECONDS

    def _slow(self, took: float, what: str) -> None:
        if self._timer is None:
            self._timer = self._reactor.callLater(SECONDS_BETWEEN_LINES, self._tell_more)
            self.log.warn("Slow turn: {ms:.0f} ms in {what}", ms=took * 1000, what=what)
            return
        self._more += 1
        self._worst = max(self._worst, (took, what))

    def _tell_more(self) -> None:
        self._timer = None
        if not self._more:
            return
        (took, what), more = self._worst, self._more
        self._more, self._worst = 0, (0.0, "")
        if self.running:
            self._timer = self._reactor.callLater(SECONDS_BETWEEN_LINES, self._tell_more)
        self.log.warn(
            "Slow turns: {more} more in {seconds:.0f} s, the worst {ms:.0f} ms in {what}",
            more=more,
            seconds=SECONDS_BETWEEN_LINES,
            ms=took * 1000,
            what=what,
        )

    # In the thread that looks

    def _keep_looking(self) -> None:
        while self.running:
            self._rest_while_idle()
            # In a thread of its own: the reactor is not held up.
            time.sleep(LOOK_SECONDS)
            self.look()

    def _rest_while_idle(self) -> None:
        self._stirred.clear()
        self._resting = True
        if self._began is None and self.running:
            self._stirred.wait()
        self._resting = False

    def look(self) -> None:
        """See what the reactor's thread is doing, if its turn is overdue."""
        began = self._began
        if began is None or self._seconds() - began < LOOK_SECONDS:
            return
        frame = self._frames().get(self._main)
        if frame is not None and self._began == began and len(self._found) < MOST_LOOKS:
            self._found.append(describe(frame))


def most_seen(found: Sequence[str]) -> str:
    """What a turn was found doing most often."""
    if not found:
        return NOTHING_SEEN
    what, times = Counter(found).most_common(1)[0]
    return f"{what} (seen {times} of {len(found)} times)"


def describe(frame: FrameType) -> str:
    """A call in progress, and the calls of ours that led to it."""
    stack = list(_stack(frame))
    callers = [one for one in stack[1:] if _OURS in Path(one.f_code.co_filename).parents]
    text = _place(stack[0])
    if callers:
        text += ", called by " + ", ".join(map(_place, callers[:MOST_CALLERS]))
    return text


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _place(frame: FrameType) -> str:
    code, file = frame.f_code, Path(frame.f_code.co_filename)
    name = file.relative_to(_OURS) if _OURS in file.parents else Path(*file.parts[-2:])
    return f"{code.co_qualname} ({name}:{frame.f_lineno})"
