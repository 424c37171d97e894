"""What was said in a room lately: a ring of messages, oldest dropped first.

It is bounded in messages and in bytes: as if each had a fair share of them. Short messages make up
for long ones; a room where everybody pastes long texts keeps fewer.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from twistedchat.core.events import Kept

# Bytes of text for each message that may be kept.
FAIR_BYTES = 512


@dataclass(frozen=True, slots=True)
class Page:
    """Some messages, oldest first.

    Attributes:
        events: the messages.
        complete: nothing is missing on the side that was asked from: between ``after`` and the
            first message nothing was dropped or cut off; before the first of the others nothing
            older is kept.
    """

    events: tuple[Kept, ...]
    complete: bool


class History:
    """The newest ``size`` messages that have ``size * FAIR_BYTES`` of text, at least one.

    They are in the order of their ids.
    """

    __slots__ = ("_bytes", "_messages", "_since", "_size")

    def __init__(self, size: int, since: str = "") -> None:
        self._size = size
        self._bytes = 0
        # Most histories of private messages stay empty: an empty deque takes 700 bytes.
        self._messages: Sequence[Kept] = ()
        # Everything with an id above this one is still here.
        self._since = since

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Kept]:
        return iter(self._messages)

    def append(self, message: Kept) -> None:
        """Keep a message; its id must be above all that are here."""
        messages = self._messages
        if not isinstance(messages, deque):
            messages = self._messages = deque()
        messages.append(message)
        self._bytes += _bytes_in(message.text)
        self._bound(messages)

    def _bound(self, messages: deque[Kept]) -> None:
        most = self._size * FAIR_BYTES
        while len(messages) > self._size or (self._bytes > most and len(messages) > 1):
            self._drop(messages)

    def prepend(self, messages: Sequence[Kept], since: str) -> None:
        """Let it reach back further: by messages that are older than all that are here.

        Args:
            messages: all that is newer than ``since`` and not here.
            since: where it reaches from now on.
        """
        kept = deque((*messages, *self._messages))
        self._messages, self._since = kept, since
        self._bytes += sum(_bytes_in(message.text) for message in messages)
        self._bound(kept)

    def trim(self, count: int, before: float) -> None:
        """Keep no more than so many messages (0 for all), and none from before a time."""
        messages = self._messages
        if isinstance(messages, deque):
            while messages and (0 < count < len(messages) or messages[0].at < before):
                self._drop(messages)

    def remove(self, ids: Collection[str]) -> None:
        """Take out messages that were taken back: nobody misses them."""
        wanted = frozenset(ids)
        gone = [message for message in self._messages if message.id in wanted]
        if gone:
            self._messages = deque(one for one in self._messages if one.id not in wanted)
            self._bytes -= sum(_bytes_in(message.text) for message in gone)

    def _drop(self, messages: deque[Kept]) -> None:
        dropped = messages.popleft()
        self._bytes -= _bytes_in(dropped.text)
        self._since = dropped.id

    @property
    def latest(self) -> str | None:
        """The id of the newest message."""
        return self._messages[-1].id if self._messages else None

    @property
    def end(self) -> str:
        """Where it ends: the id of the newest message, kept or not; "" if there never was one."""
        return self.latest or self._since

    @property
    def reach(self) -> str:
        """How far back it reaches: of what was said behind this id nothing was dropped."""
        return self._since

    def newest(self, limit: int) -> Page:
        """The last ``limit`` messages."""
        return self._cut(len(self._messages), limit)

    def before(self, id_: str, limit: int) -> Page:
        """The last ``limit`` messages older than an id."""
        ids = [message.id for message in self._messages]
        stop = bisect_right(ids, id_)
        if stop and ids[stop - 1] == id_:
            stop -= 1
        return self._cut(stop, limit)

    def after(self, id_: str, limit: int) -> Page:
        """The first ``limit`` messages newer than an id."""
        start = bisect_right([message.id for message in self._messages], id_)
        events = tuple(islice(self._messages, start, start + limit))
        return Page(events, id_ >= self._since)

    def _cut(self, stop: int, limit: int) -> Page:
        start = max(0, stop - limit)
        return Page(tuple(islice(self._messages, start, stop)), start == 0)


def _bytes_in(text: str) -> int:
    """The same on every node, whatever a text takes in its memory."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
