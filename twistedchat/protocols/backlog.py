"""What waits for one reader: bytes that others may share, and what makes the bytes of long replies.

One turn can bring any reader more than the limit, and whoever reads deserves the time to. So what
waited before it is judged. Over the limit a reader has `GRACE_SECONDS`, and as many again as long
as it takes a quarter of the limit in each of them. Nothing is added where over a limit waits and
nothing was taken for `STOPPED_SECONDS`, or where `AT_ONCE` limits wait. So memory is bounded: by
the limit for those who have stopped reading, by `AT_ONCE` limits for those who are slow, and one
turn.

Nothing is copied before its turn has come. Of a large piece that the socket has taken a part of,
only where the rest begins is noted: all readers who wait for it hold the same bytes.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from twistedchat.core.ports import Pause, Pieces

PIECE = 65536
# Over the limit a reader has so long to take a part of it.
GRACE_SECONDS = 5.0
PART = 4
# Who takes nothing for so long does not read at all.
STOPPED_SECONDS = 1.0
AT_ONCE = 16
# Of long replies no more than this is made in one turn for one reader.
SLICE_SECONDS = 0.002


class Backlog:
    """Bytes and long replies, first come first out.

    Args:
        clock: an IReactorTime.
        limit: how many bytes may wait for long.
        too_slow: called when more did and the reader did not take them.

    Attributes:
        size: how many bytes wait; long replies count once they are made.
        taken: how many bytes the reader has taken of late.
    """

    __slots__ = (
        "_begun", "_clock", "_limit", "_moved", "_parts", "_timer", "_too_slow", "size", "taken",
    )  # fmt: skip

    def __init__(self, clock: Any, limit: int, too_slow: Callable[[], None]) -> None:
        self._clock = clock
        self._limit = limit
        self._too_slow = too_slow
        self._timer: Any = None
        # When the reader took something last.
        self._moved = clock.seconds()
        self._parts: deque[bytes | Pieces] = deque()
        # So much of the first part is out already.
        self._begun = 0
        self.size = 0
        self.taken = 0

    def __bool__(self) -> bool:
        return bool(self._parts)

    def add(self, data: bytes, begun: int = 0) -> bool:
        """Put bytes behind all, unless too many wait for this reader; returns whether it did.

        Args:
            data: shared with other readers.
            begun: how many of the very first are out already.
        """
        if self.size > self._limit and self._is_hopeless():
            return False
        if begun:
            self._begun = begun
        self._parts.append(data)
        self.size += len(data) - begun
        if self._timer is None and self.size > self._limit:
            self._give_time()
        return True

    def _is_hopeless(self) -> bool:
        stopped = self._clock.seconds() - self._moved >= STOPPED_SECONDS
        return stopped or self.size > AT_ONCE * self._limit

    def _give_time(self) -> None:
        self.taken = 0
        self._timer = self._clock.callLater(GRACE_SECONDS, self._time_is_up)

    def _time_is_up(self) -> None:
        self._timer = None
        if self.taken < self._limit // PART:
            self._too_slow()
        else:
            self._give_time()

    def spare(self) -> None:
        """Don't call the reader too slow, unless the limit is passed again."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def add_long(self, long: Pieces) -> None:
        """Put a long reply behind all."""
        self._parts.append(long)

    def put_back(self, long: Pieces) -> None:
        """Put a long reply of which there is more before all."""
        self._parts.appendleft(long)

    def take_long(self) -> Pieces | None:
        """Take a long reply out if it is the first."""
        first = self._parts[0]
        if isinstance(first, bytes):
            return None
        self._parts.popleft()
        return first

    def take(self) -> bytes:
        """Take bytes out, 64 KiB at most, up to the next long reply."""
        start = self._begun
        first = self._parts[0]
        assert isinstance(first, bytes)  # noqa: S101 - `take_long` goes before
        if len(first) - start > PIECE:
            self._begun = start + PIECE
            piece = first[start : self._begun]
        else:
            self._begun = 0
            self._parts.popleft()
            piece = self._joined(first[start:] if start else first)
        self.size -= len(piece)
        self.taken += len(piece)
        self._moved = self._clock.seconds()
        if self._timer is not None and self.size <= self._limit:
            self.spare()
        return piece

    def _joined(self, first: bytes) -> bytes:
        """The first piece with as many of those behind it as fit."""
        parts, pieces, size = self._parts, [first], len(first)
        while parts and isinstance(more := parts[0], bytes):
            size += len(more)
            if size > PIECE:
                break
            pieces.append(more)
            parts.popleft()
        return b"".join(pieces)

    def forget(self) -> None:
        """Let go of everything."""
        self.spare()
        parts, self._parts, self.size = self._parts, deque(), 0
        for one in parts:
            if not isinstance(one, bytes):
                one.close()


def make(long: Pieces, seconds: Callable[[], float]) -> tuple[bytes, bool, Pause | None]:
    """Make the next bytes of a long reply.

    Args:
        long: the reply.
        seconds: tells the time.

    Returns:
        The bytes, whether there is more, and what that has to wait for.
    """
    pieces: list[bytes] = []
    size, end = 0, seconds() + SLICE_SECONDS
    for piece in long:
        if not isinstance(piece, bytes):
            return b"".join(pieces), True, piece
        pieces.append(piece)
        size += len(piece)
        if not piece or size >= PIECE or seconds() > end:
            return b"".join(pieces), True, None
    return b"".join(pieces), False, None
