"""Lines on their way in: one after the other, as fast as the buckets allow, none lost.

Over its rate a connection is not read from until its bucket has refilled, so TCP holds the
sender. What was read before that waits here; what would have to wait too long is refused, and the
person is told how many lines that were. An answer that takes time holds the lines behind it. What
costs nothing, such as a ping, waits behind nothing; a flood of it is not read from for a while.
"""

import math
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from twisted.internet.defer import Deferred

from twistedchat.core.limits import Bucket
from twistedchat.protocols.consumer import NOBODY, Consumer, Cost, Flow, Hurries, Weighed

# A connection gets so many lines carried out before it is another one's turn, fewer if they take
# longer. A question counts as several: to answer one may be a hundred times a message's work.
LINES_PER_TURN = 64
LINES_PER_QUESTION = 8
SECONDS_PER_TURN = 0.002
QUESTIONS_PER_LINE = 4
BYTES_PER_LINE = 500
# A flood of what does not wait for its rate is not read from for so long at a time.
CHARGED_SECONDS = 2.0

# Nothing waits, as for nearly all connections: they share these, and never put anything in.
_NOTHING: deque[Weighed] = deque(maxlen=0)
_NONE: Mapping[Cost, int] = MappingProxyType(Counter())


class Intake:
    """The lines of one connection that have been read and not carried out.

    Args:
        clock: an IReactorTime.
        flow: the connection's transport.
        rate: lines a second; 0 for no bound.
        burst: lines that may come at once.
        hold: seconds that a line may wait; 0 for no bound.
        hurries: whether one more line may be carried out before its time, when the peer leaves.
        address: from where it comes.

    Attributes:
        holding: the peer is not being read from.
    """

    _consumer: Consumer

    __slots__ = (
        "_address", "_ask", "_busy", "_clock", "_consumer", "_counts", "_ended", "_flow", "_held",
        "_hold", "_hurries", "_hurry", "_refused", "_speak", "_timer", "_told", "_waiting",
        "holding",
    )  # fmt: skip

    def __init__(
        self,
        clock: Any,
        flow: Flow,
        rate: float,
        burst: float,
        hold: float,
        hurries: Hurries | None = None,
        address: str = "",
    ) -> None:
        now = clock.seconds()
        self._clock = clock
        self._flow = flow
        self._speak = Bucket(rate, burst, now)
        self._ask = Bucket(rate * QUESTIONS_PER_LINE, burst * QUESTIONS_PER_LINE, now)
        self._hold = hold
        self._hurries = hurries
        self._address = address
        self._waiting = _NOTHING
        self._counts: Mapping[Cost, int] = _NONE
        self._refused: list[Any] = []
        self._busy = self._held = self._hurry = self._told = False
        self._timer: Any = None
        self._ended: Callable[[], None] | None = None
        self.holding = False

    def feed(self, lines: Sequence[Any]) -> None:
        """Take lines in, in order, and carry out as many as may be now."""
        idle = not (self._waiting or self._busy or self._hurry) and self._timer is None
        if not idle or len(lines) > 1:
            self._take_in(map(self._consumer.weigh, lines))
        elif weighed := self._carry_out_alone(self._consumer.weigh(lines[0])):
            self._take_in((weighed,))

    def _carry_out_alone(self, weighed: Weighed) -> Weighed | None:
        """Carry out the one line that came, without a queue; or give it back."""
        cost, what = weighed
        speaks = cost is Cost.SPEAK or cost is Cost.ASK
        if not speaks or not self._bucket(cost).take(self._clock.seconds()):
            return weighed
        self._wait_for(self._consumer.carry_out(what))
        if cost is Cost.ASK and not self._busy and self._timer is None:
            # What else was read in this turn waits for the next.
            self._timer = self._clock.callLater(0, self._run)
        return None

    def _take_in(self, lines: Iterable[Weighed]) -> None:
        room, charged = self._room(), 0
        for weighed in lines:
            if weighed[0] is Cost.DONE or weighed[0] is Cost.FREE:
                charged += 1
            if weighed[0] is not Cost.DONE:
                self._queue(weighed, room)
        self.charge(charged)
        if self._timer is None or self._hurry:
            self._run()
        if self._counts[Cost.FREE] and (self._held or self._busy):
            self._let_free_ones_pass()
        if self._busy:
            # Whoever asked and waits for the answer, as most do, is not stopped for that.
            self._pause()

    def _queue(self, weighed: Weighed, room: dict[Cost, float]) -> None:
        cost = weighed[0]
        if room.get(cost, 1) <= 0:
            self._refused.append(weighed[1])
            return
        if cost in room:
            room[cost] -= 1
        self._hurry = self._hurry or cost is Cost.LEAVE
        if self._waiting is _NOTHING:
            self._waiting = deque()
        self._count(cost, 1)
        self._waiting.append(weighed)

    def _count(self, cost: Cost, more: int) -> None:
        if not isinstance(self._counts, Counter):
            self._counts = Counter()
        self._counts[cost] += more

    def report(self) -> None:
        """Tell the person once what was refused of all that came in one read."""
        if self._refused:
            refused, self._refused = self._refused, []
            self._consumer.refused(refused)

    def charge(self, count: int) -> None:
        """Count what does not wait for its rate, such as telnet commands, as questions."""
        wait = self._ask.charge(count, CHARGED_SECONDS, self._clock.seconds())
        if wait and self._timer is None:
            self._wait(wait)

    def charge_size(self, size: int, lines: int) -> None:
        """Count lines that take many bytes, which all others have to read, as so many more."""
        more = size // BYTES_PER_LINE - lines
        if more > 0:
            self._speak.charge(more, CHARGED_SECONDS, self._clock.seconds())

    def serve(self, consumer: Consumer) -> None:
        """Say who carries the lines out, before the first is fed."""
        self._consumer = consumer

    def end(self, ended: Callable[[], None], *, at_once: bool = False) -> None:
        """Nothing more will come: carry out what waits without delay, then call back.

        Args:
            ended: called when all is done.
            at_once: whatever the rate says, and before any other connection's turn.
        """
        self._ended = ended
        self._hurry = True
        if at_once:
            self._hurries = None
        self._run(at_once=at_once)

    def forget(self) -> list[Weighed]:
        """Give back what waits instead of carrying it out."""
        waiting = list(self._waiting)
        self._waiting, self._counts = _NOTHING, _NONE
        return waiting

    def stop(self) -> None:
        """Forget what waits, and let the peer's bytes be read again, to be thrown away."""
        self.forget()
        self._stop_timer()
        self._ended = None
        self._release()
        self._consumer = NOBODY

    def _room(self) -> dict[Cost, float]:
        """How many more lines of each kind can wait without waiting too long."""
        if not self._hold:
            return {}
        now, room = self._clock.seconds(), {}
        for cost, bucket in ((Cost.SPEAK, self._speak), (Cost.ASK, self._ask)):
            most = bucket.room_for(self._hold, now)
            if most is not None:
                room[cost] = float(most - self._counts[cost])
        return room

    def _run(self, *, at_once: bool = False) -> None:
        self._stop_timer()
        self._held = False
        done, end = 0, self._clock.seconds() + SECONDS_PER_TURN
        while self._waiting and not self._busy:
            if not at_once and (done >= LINES_PER_TURN or self._clock.seconds() > end):
                self._wait(0)
                return
            wait = self._pay(self._waiting[0][0])
            if wait:
                self._held = True
                self._tell(wait)
                self._wait(wait)
                return
            cost, what = self._waiting.popleft()
            done += LINES_PER_QUESTION if cost is Cost.ASK else 1
            self._carry_out(cost, what)
        if not self._busy:
            self._all_done()

    def _bucket(self, cost: Cost) -> Bucket:
        return self._speak if cost is Cost.SPEAK else self._ask

    def _pay(self, cost: Cost) -> float:
        """Take what a line costs; or seconds until that can be taken."""
        if cost is Cost.FREE or cost is Cost.LEAVE:
            return 0.0
        bucket = self._bucket(cost)
        now = self._clock.seconds()
        if bucket.take(now):
            return 0.0
        if self._hurry and (not self._hurries or self._hurries.may_hurry(self._address)):
            bucket.overdraw(now)
            return 0.0
        return max(bucket.wait(now), 0.001)

    def _carry_out(self, cost: Cost, what: Any) -> None:
        self._count(cost, -1)
        if cost is Cost.LEAVE:
            # Should it be refused, the rate holds again for what comes behind it.
            self._hurry = self._ended is not None
        self._wait_for(self._consumer.carry_out(what))

    def _wait_for(self, result: "Deferred[None] | None") -> None:
        if result is None or (result.called and not result.paused):
            return
        self._busy = True
        if self._waiting:
            self._pause()
        result.addBoth(self._carried_out)

    def _carried_out(self, _: object) -> None:
        self._busy = False
        self._run()

    def _let_free_ones_pass(self) -> None:
        free = [what for cost, what in self._waiting if cost is Cost.FREE]
        self._waiting = deque(weighed for weighed in self._waiting if weighed[0] is not Cost.FREE)
        self._count(Cost.FREE, -len(free))
        for what in free:
            self._consumer.carry_out(what)

    def _all_done(self) -> None:
        self._told = False
        self._waiting, self._counts = _NOTHING, _NONE
        if self._ended is not None:
            ended, self._ended = self._ended, None
            ended()
        else:
            self._release()

    def _tell(self, wait: float) -> None:
        if not self._told:
            self._told = True
            self._consumer.behind(math.ceil(self._seconds_behind(wait)))

    def _seconds_behind(self, wait: float) -> float:
        """How long the last line that waits has to wait."""
        more = {self._speak: self._counts[Cost.SPEAK], self._ask: self._counts[Cost.ASK]}
        now = self._clock.seconds()
        waits = [bucket.wait(now) + (n - 1) / bucket.rate for bucket, n in more.items() if n]
        return max(wait, *waits)

    def _wait(self, seconds: float) -> None:
        self._pause()
        self._timer = self._clock.callLater(seconds, self._run)

    def _pause(self) -> None:
        if not self.holding:
            self.holding = True
            self._flow.pauseProducing()

    def _release(self) -> None:
        if self.holding:
            self.holding = False
            self._flow.resumeProducing()

    def _stop_timer(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None
