"""The last lines of rooms, read back into memory when somebody comes who is to see them."""

from collections.abc import Callable
from typing import Any

from twistedchat.core.past import Past
from twistedchat.core.ports import Promise, Store
from twistedchat.core.rooms import Room

RECALLED = 100


class Recent:
    """Lets memory reach back behind the start of the server: once, for all who come to a room.

    Args:
        past: what was said before.
        store: what lasts; None if nothing does.
        promise: makes awaitables for those who come in the meantime.
    """

    def __init__(
        self, past: Past, store: Store | None, promise: Callable[[], Promise[Any]]
    ) -> None:
        self._past = past
        self._store = store
        self._promise = promise
        self._waiting: dict[Room, list[Promise[Any]]] = {}
        self._spoiled: set[Room] = set()

    def reaches(self, room: Room, after: str, count: int) -> bool:
        """Whether memory has all that is newer than an id; without one, so many of the last."""
        history = room.history
        if self._store is None or history.reach <= max(after, room.begun):
            return True
        return not after and len(history) >= count

    def has_gap(self, room: Room) -> bool:
        """Whether the store lacks some of what memory has dropped: it is written when it can be."""
        unstored = self._store.unstored if self._store is not None else ""
        return "" < unstored <= room.history.reach

    async def recall(self, room: Room) -> None:
        """Have the last lines in memory, as far as the store has them and there is room."""
        if self._store is None or room.history.reach <= room.begun:
            return
        if len(room.history) >= RECALLED or self.has_gap(room):
            return
        if room in self._waiting:
            promise = self._promise()
            self._waiting[room].append(promise)
            await promise
        else:
            await self._recall(room)

    async def _recall(self, room: Room) -> None:
        self._waiting[room] = []
        reach = room.history.reach
        try:
            page = await self._past.before(room, "~", RECALLED)
            older = [event for event in page.events if event.id <= reach]
            if room not in self._spoiled and room.history.reach == reach:
                # Nothing is known of what stands before the first of them.
                since = room.begun if page.complete else older[0].id[:-1] if older else reach
                room.history.prepend(older, since)
        finally:
            self._spoiled.discard(room)
            for promise in self._waiting.pop(room):
                promise.callback(None)

    def spoil(self) -> None:
        """Messages were taken back: what is being read may be among them."""
        self._spoiled.update(self._waiting)
