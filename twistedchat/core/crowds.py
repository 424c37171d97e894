"""Who comes and goes in a busy room, gathered: one line for three hundred people.

In a room of many, every arrival is news for all the others, so a thousand arrivals would be a
million lines. There the first is told at once, and what follows within a second together, as a
``Crowd``. Any other event in the room lets the crowd go first, so nobody speaks before having
come. In small rooms nothing is held.
"""

from collections.abc import Callable

from twistedchat.core.events import Coming, Crowd, Output
from twistedchat.core.ports import Clock

HOLD_SECONDS = 1.0
# Up to so many readers of a room nobody is drowned.
SMALL = 10
# What is remembered of rooms in which somebody came or went lately.
REMEMBERED = 1000

Rooms = tuple[str, ...]


class Crowds:
    """Holds comings and goings in busy rooms, for a second at most.

    Args:
        clock: time.
        size: how many sessions on this node hear a room.
        tell: lets everybody in some rooms hear an output, each once.
    """

    def __init__(
        self, clock: Clock, size: Callable[[str], int], tell: Callable[[Rooms, Output], object]
    ) -> None:
        self._clock = clock
        self._size = size
        self._tell = tell
        self._held: dict[Rooms, list[Coming]] = {}
        # Which of these a room is in: never more than one, or their order would be lost.
        self._held_in: dict[str, Rooms] = {}
        self._told: dict[Rooms, float] = {}
        self._waiting = False

    def add(self, rooms: Rooms, event: Coming) -> None:
        """Tell of somebody who came or went, now or within a second.

        Args:
            rooms: keys of the rooms in which it is heard.
            event: what happened.
        """
        held = self._held.get(rooms)
        if held is not None:
            held.append(event)
            return
        # Those who are held in some of these rooms and in others may be the same people.
        self.release(rooms)
        now = self._clock.now()
        if all(self._size(room) <= SMALL for room in rooms) or not self._is_busy(rooms, now):
            self._tell(rooms, event)
            return
        self._held[rooms] = [event]
        self._held_in.update(dict.fromkeys(rooms, rooms))
        if not self._waiting:
            self._waiting = True
            self._clock.later(HOLD_SECONDS, self._time_is_up)

    def _is_busy(self, rooms: Rooms, now: float) -> bool:
        busy = now - self._told.get(rooms, 0.0) < HOLD_SECONDS
        if not busy:
            if len(self._told) >= REMEMBERED:
                self._told.clear()
            self._told[rooms] = now
        return busy

    def release(self, rooms: Rooms) -> None:
        """Something else is about to be told in these rooms: who came before it goes first."""
        if self._held:
            for room in rooms:
                held = self._held_in.get(room)
                if held is not None:
                    self._let_go(held)

    def _let_go(self, rooms: Rooms) -> None:
        events = self._held.pop(rooms)
        for room in rooms:
            del self._held_in[room]
        self._tell(rooms, events[0] if len(events) == 1 else Crowd(tuple(events)))

    def _time_is_up(self) -> None:
        self._waiting = False
        now = self._clock.now()
        for rooms in list(self._held):
            self._told[rooms] = now
            self._let_go(rooms)
