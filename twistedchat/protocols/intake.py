"""Lines on their way in: one after the other, as fast as the buckets allow, none lost.

Over its rate a connection is not read from until its bucket has refilled, so TCP holds the
sender. What was read before that waits here; what would have to wait too long is refused, and the
person is told how many lines that were. An answer that takes time (a password, later a search)
holds the lines behind it.
"""

import math
from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Protocol

from twisted.internet.defer import Deferred

from twistedchat.core.limits import Bucket

# A connection gets so many lines carried out before it is another one's turn.
LINES_PER_TURN = 64
QUESTIONS_PER_LINE = 4


class Cost(Enum):
    """What a line counts as."""

    FREE = "free"
    SPEAK = "speak"
    ASK = "ask"
    # Ends the connection: all that stands before it is carried out at once.
    LEAVE = "leave"


class Consumer(Protocol):
    """Carries lines out."""

    def cost(self, line: Any) -> Cost:
        """What the line counts as."""

    def carry_out(self, line: Any) -> "Deferred[None] | None":
        """Do what the line says; a Deferred that has not fired holds the lines behind it."""

    def behind(self, seconds: int) -> None:
        """The person is over their rate by so many seconds."""

    def refused(self, lines: int) -> None:
        """So many lines would have waited too long."""


class Flow(Protocol):
    """What the intake can hold: a transport."""

    def pauseProducing(self) -> None:
        """Stop reading."""

    def resumeProducing(self) -> None:
        """Go on reading."""


class Intake:
    """The lines of one connection that have been read and not carried out.

    Args:
        clock: an IReactorTime.
        flow: the connection's transport.
        consumer: carries the lines out.
        rate: lines a second; 0 for no bound.
        burst: lines that may come at once.
        hold: seconds that a line may wait; 0 for no bound.
    """

    __slots__ = (
        "_ask", "_busy", "_clock", "_consumer", "_ended", "_flow", "_hold", "_hurry", "_paused",
        "_speak", "_timer", "_told", "_waiting",
    )  # fmt: skip

    def __init__(
        self, clock: Any, flow: Flow, consumer: Consumer, rate: float, burst: float, hold: float
    ) -> None:
        now = clock.seconds()
        self._clock = clock
        self._flow = flow
        self._consumer = consumer
        self._speak = Bucket(rate, burst, now)
        self._ask = Bucket(rate * QUESTIONS_PER_LINE, burst * QUESTIONS_PER_LINE, now)
        self._hold = hold or math.inf
        self._waiting: deque[Any] = deque()
        self._busy = False
        self._paused = False
        self._hurry = False
        self._told = False
        self._timer: Any = None
        self._ended: Callable[[], None] | None = None

    def feed(self, lines: Sequence[Any]) -> None:
        """Take lines in, in order."""
        self._waiting.extend(lines)
        if len(self._waiting) > LINES_PER_TURN // 4 or self._timer is not None:
            self._look_ahead(len(self._waiting) - len(lines))
        if self._timer is None or self._hurry:
            self._run()

    def charge(self, count: int) -> None:
        """Count things that are no lines, such as telnet commands, as questions."""
        now = self._clock.seconds()
        for _ in range(min(count, 1000)):
            self._ask.overdraw(now)

    def end(self, ended: Callable[[], None]) -> None:
        """Nothing more will come: carry out what waits at once, then call back."""
        self._ended = ended
        self._hurry = True
        self._run()

    def stop(self) -> None:
        """Forget what waits, and let the peer's bytes be read again, to be thrown away."""
        self._waiting.clear()
        self._stop_timer()
        self._ended = None
        if self._paused:
            self._paused = False
            self._flow.resumeProducing()

    def _look_ahead(self, known: int) -> None:
        """Refuse what would wait too long, and see whether the person wants to leave."""
        now = self._clock.seconds()
        left = {
            Cost.SPEAK: self._speak.room_for(self._hold, now),
            Cost.ASK: self._ask.room_for(self._hold, now),
        }
        kept: deque[Any] = deque()
        for place, line in enumerate(self._waiting):
            cost = self._consumer.cost(line)
            self._hurry = self._hurry or cost is Cost.LEAVE
            room = left.get(cost)
            if room is None or room > 0 or place < known:
                kept.append(line)
                if room is not None:
                    left[cost] = room - 1
        refused = len(self._waiting) - len(kept)
        self._waiting = kept
        if refused:
            self._consumer.refused(refused)

    def _run(self) -> None:
        self._stop_timer()
        done = 0
        while self._waiting and not self._busy:
            if done == LINES_PER_TURN:
                self._wait(0)
                return
            wait = self._pay(self._waiting[0])
            if wait:
                self._tell(wait)
                self._wait(wait)
                return
            done += 1
            self._carry_out(self._waiting.popleft())
        if not self._busy:
            self._all_done()

    def _pay(self, line: Any) -> float:
        """Take what the line costs; or seconds until that can be taken."""
        cost = self._consumer.cost(line)
        if cost is Cost.FREE or cost is Cost.LEAVE:
            return 0.0
        bucket = self._speak if cost is Cost.SPEAK else self._ask
        now = self._clock.seconds()
        if bucket.take(now):
            return 0.0
        if self._hurry:
            bucket.overdraw(now)
            return 0.0
        return max(bucket.wait(now), 0.001)

    def _carry_out(self, line: Any) -> None:
        result = self._consumer.carry_out(line)
        if result is None or (result.called and not result.paused):
            return
        self._busy = True
        self._pause()
        result.addBoth(self._carried_out)

    def _carried_out(self, _: object) -> None:
        self._busy = False
        self._run()

    def _all_done(self) -> None:
        self._told = False
        if self._ended is not None:
            ended, self._ended = self._ended, None
            ended()
        elif self._paused:
            self._paused = False
            self._flow.resumeProducing()

    def _tell(self, wait: float) -> None:
        if not self._told:
            self._told = True
            rate = self._speak.rate or 1
            self._consumer.behind(math.ceil(wait + (len(self._waiting) - 1) / rate))

    def _wait(self, seconds: float) -> None:
        self._pause()
        self._timer = self._clock.callLater(seconds, self._run)

    def _pause(self) -> None:
        if not self._paused:
            self._paused = True
            self._flow.pauseProducing()

    def _stop_timer(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None
