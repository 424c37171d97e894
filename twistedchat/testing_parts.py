"""What stands for the world around a chat in tests: its readers, its clock, its gate, its bus."""

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from itertools import count

from twistedchat.core.events import Event
from twistedchat.core.intents import Intent
from twistedchat.core.ports import (
    Bus,
    Pieces,
    Releasable,
    Watcher,
)
from twistedchat.core.records import Change

START = 1_800_000_000.0
"""The virtual clocks' first second: 2027-01-15 08:00:00 UTC."""


class RecordingSink:
    """Keeps what one reader was sent.

    Attributes:
        watcher: who wants to know whether the reader takes it.
        written: the pieces, one for each ``write``.
        finished: whether the server has closed the connection.
        on_write: called with each piece, to drop the reader in the middle of a turn.
    """

    def __init__(self, on_write: Callable[[bytes], None] | None = None) -> None:
        self.written: list[bytes] = []
        self.finished = False
        self.on_write = on_write
        self.watcher: Watcher | None = None
        self._waiting: deque[bytes | Pieces] = deque()

    def watch(self, watcher: Watcher) -> None:
        """Remember who wants to know whether the reader takes it."""
        self.watcher = watcher

    def write(self, data: bytes) -> None:
        """Keep a piece, behind the long reply that waits for something, if there is one."""
        if self._waiting:
            self._waiting.append(data)
            return
        self._take(data)

    def _take(self, data: bytes) -> None:
        self.written.append(data)
        if self.on_write is not None:
            self.on_write(data)

    def stream(self, pieces: Pieces) -> None:
        """Take a long reply, all of it as soon as it is there."""
        self._waiting.append(pieces)
        if len(self._waiting) == 1:
            self._go_on()

    def _go_on(self) -> None:
        while self._waiting:
            first = self._waiting[0]
            pieces = iter((first,)) if isinstance(first, bytes) else first
            for piece in pieces:
                if not isinstance(piece, bytes):
                    piece.then(self._go_on)
                    return
                self._take(piece)
            self._waiting.popleft()
            if not isinstance(first, bytes):
                first.close()

    def finish(self) -> None:
        """Note that the connection is to be closed."""
        self.finished = True

    @property
    def data(self) -> bytes:
        """All that was written."""
        return b"".join(self.written)

    @property
    def text(self) -> str:
        """All that was written, as text."""
        return self.data.decode("utf-8")

    def take(self) -> bytes:
        """All that was written since the last time."""
        data = self.data
        self.written.clear()
        return data


class VirtualClock:
    """The core's clock, which goes on only when it is told to."""

    def __init__(self, now: float = START) -> None:
        self._now = now
        self._soon: list[Callable[[], None]] = []
        self._later: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()

    def now(self) -> float:
        """Seconds since 1970-01-01 UTC."""
        return self._now

    def soon(self, call: Callable[[], None]) -> None:
        """Call at the end of this turn."""
        self._soon.append(call)

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call when the clock has gone on for so many seconds."""
        heapq.heappush(self._later, (self._now + seconds, next(self._numbers), call))

    def turn(self) -> None:
        """End this turn, and those that it causes."""
        while self._soon:
            calls, self._soon = self._soon, []
            for call in calls:
                call()

    def advance(self, seconds: float) -> None:
        """Let time pass; what is due happens in its order, each in a turn of its own."""
        self.turn()
        end = self._now + seconds
        while self._later and self._later[0][0] <= end:
            self._now, _, call = heapq.heappop(self._later)
            call()
            self.turn()
        self._now = end

    def set_back(self, seconds: float) -> None:
        """Let the machine's clock go wrong; what is waiting goes on waiting as long."""
        self._now -= seconds
        self._later = [(at - seconds, number, call) for at, number, call in self._later]


class RecordingJournal:
    """Keeps the acts of operators."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def operator_acted(self, event: Event) -> None:
        """Keep an act."""
        self.events.append(event)


class HoldingGate:
    """Holds every turn until it is told to let them go, as a store does while it writes."""

    keeps = False
    crowded = False

    def __init__(self) -> None:
        self.turns: list[Releasable] = []

    def keep(self, changes: Sequence[Change]) -> None:
        """Forget the changes."""

    def take_along(self, rows: Callable[[], Sequence[Change]]) -> None:
        """Ask for nothing."""

    def ready(self, _: Callable[[], None]) -> bool:
        """Any number of turns may wait."""
        return True

    def relieved(self, call: Callable[[], None]) -> None:
        """Call at once."""
        call()

    def submit(self, turn: Releasable) -> None:
        """Hold a turn."""
        self.turns.append(turn)

    def release(self) -> None:
        """Let go what waits, in order."""
        turns, self.turns = self.turns, []
        for turn in turns:
            while not turn.release():
                pass


class SharedLog:
    """A bus that orders intents when it is told to, as one that several nodes share does.

    Args:
        bus: what carries the intents out then: ``chat.bus = SharedLog(chat.bus)``.
    """

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.waiting: list[tuple[Intent, str, int]] = []

    def publish(self, intent: Intent, origin: str, request: int) -> None:
        """Take an intent."""
        self.waiting.append((intent, origin, request))

    def settle(self) -> None:
        """Carry out what waits, and what comes of it."""
        while self.waiting:
            self._bus.publish(*self.waiting.pop(0))
