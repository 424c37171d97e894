"""The rooms, the fullest first: looked through a share at a time, however many there are."""

from collections.abc import Generator, Sequence
from heapq import nsmallest

from twistedchat.core.ports import Clock
from twistedchat.core.rooms import Room
from twistedchat.core.state import State

LISTED = 200
# More than this take long to look through: that is done in several turns, and what was found
# holds for a while.
AT_ONCE = 1000
HOLDS_SECONDS = 1.0


class Listing:
    """Knows the fullest rooms.

    Args:
        state: has the rooms.
        clock: for how long ago they were looked through.
    """

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._found: Sequence[Room] = ()
        self._at = float("-inf")

    def fullest(self) -> Generator[None, None, Sequence[Room]]:
        """Look for the fullest rooms; yields where the rest can wait for another turn."""
        age = self._clock.now() - self._at
        if self._state.listed > AT_ONCE and 0 <= age < HOLDS_SECONDS:
            return [room for room in self._found if room.listed]
        found: list[Room] = []
        last = ""
        while slice_ := self._state.rooms_after(last, AT_ONCE):
            found = nsmallest(LISTED, [*found, *slice_], key=_rank)
            last = slice_[-1].name.key
            if len(slice_) < AT_ONCE:
                break
            yield
        self._found, self._at = found, self._clock.now()
        return [room for room in found if room.listed]


def _rank(room: Room) -> tuple[int, str]:
    return -len(room.members), room.name.key
