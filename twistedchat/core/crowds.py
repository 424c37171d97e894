"""Who comes and goes in a busy room, gathered: one line for three hundred people.

In a room of many, every arrival is news for all the others, so a thousand arrivals would be a
million lines. There the first is told at once, and what follows within a second together, as a
``Crowd``. Any other event in the room lets the crowd go first, so nobody speaks before having
come. In small rooms nothing is held.

Who leaves the server leaves several rooms at once, and is heard of once by everybody in any of
them. The largest one decides whether that is held: a network break that takes thousands out of
one large room must not become a line for each because everybody has a room of their own as well.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from twistedchat.core.events import Coming, Crowd, Output
from twistedchat.core.ports import Clock
from twistedchat.core.users import Session

HOLD_SECONDS = 1.0
# Up to so many readers of a room nobody is drowned.
SMALL = 10
# What is remembered of rooms in which somebody came or went lately.
REMEMBERED = 1000

Rooms = tuple[str, ...]


class Listening(Protocol):
    """Knows who hears which room: the fan-out."""

    def count(self, room: str) -> int:
        """How many sessions on this node hear a room."""

    def to_rooms(
        self, rooms: Rooms, output: Output, told: AbstractSet[Session] = frozenset()
    ) -> set[Session]:
        """Everybody in any of the rooms hears it once, but for some; returns who that is."""


class Crowds:
    """Holds comings and goings in busy rooms, for a second at most.

    Args:
        clock: time.
        listening: who hears the rooms.
    """

    def __init__(self, clock: Clock, listening: Listening) -> None:
        self._clock = clock
        self._listening = listening
        # By the largest of the rooms in which they are heard.
        self._held: dict[str, list[tuple[Rooms, Coming]]] = {}
        # With which of these a room is held: never more than one, or their order would be lost.
        self._held_with: dict[str, str] = {}
        self._told: dict[str, float] = {}
        self._waiting = False

    def add(self, rooms: Rooms, event: Coming) -> None:
        """Tell of somebody who came or went, now or within a second.

        Args:
            rooms: keys of the rooms in which it is heard.
            event: what happened.
        """
        largest = max(rooms, key=self._listening.count)
        self._release(rooms, but=largest)
        if largest not in self._held:
            now = self._clock.now()
            if self._listening.count(largest) <= SMALL or not self._is_busy(largest, now):
                self._listening.to_rooms(rooms, event)
                return
            self._held[largest] = []
            self._wait()
        self._held[largest].append((rooms, event))
        self._held_with.update(dict.fromkeys(rooms, largest))

    def _is_busy(self, room: str, now: float) -> bool:
        busy = now - self._told.get(room, 0.0) < HOLD_SECONDS
        if not busy:
            if len(self._told) >= REMEMBERED:
                self._told.clear()
            self._told[room] = now
        return busy

    def release(self, rooms: Rooms) -> None:
        """Something else is about to be told in these rooms: who came before it goes first."""
        if self._held:
            self._release(rooms)

    def _release(self, rooms: Rooms, but: str = "") -> None:
        for room in rooms:
            held = self._held_with.get(room, "")
            if held not in ("", but):
                self._let_go(held)

    def _let_go(self, largest: str) -> None:
        groups: dict[Rooms, list[Coming]] = {}
        held = self._held.pop(largest)
        for rooms, event in held:
            groups.setdefault(rooms, []).append(event)
            for room in rooms:
                self._held_with.pop(room, None)
        told = self._listening.to_rooms((largest,), _together([event for _, event in held]))
        for rooms, events in groups.items():
            others = tuple(room for room in rooms if room != largest)
            if others:
                self._listening.to_rooms(others, _together(events), told)

    def _wait(self) -> None:
        if self._held and not self._waiting:
            self._waiting = True
            self._clock.later(HOLD_SECONDS, self._time_is_up)

    def _time_is_up(self) -> None:
        self._waiting = False
        now = self._clock.now()
        try:
            for largest in list(self._held):
                self._told[largest] = now
                self._let_go(largest)
        finally:
            # Should one go wrong, the others are told a second later.
            self._wait()


def _together(events: Sequence[Coming]) -> Coming | Crowd:
    return events[0] if len(events) == 1 else Crowd(tuple(events))
