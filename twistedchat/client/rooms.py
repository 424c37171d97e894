"""The rooms the person is in, as far as the client knows them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from twistedchat.core import events
from twistedchat.core.events import Event


def key(room: str) -> str:
    """What two spellings of one room have in common."""
    return room.strip().removeprefix("#").casefold()


@dataclass(frozen=True, slots=True)
class Missed:
    """What waits to be shown when its room comes into view.

    Attributes:
        after: id of the last line that was read on this device; empty if that is not known.
        unread: lines of others behind it, as the server counts them.
    """

    after: str = ""
    unread: int = 0


@dataclass(slots=True)
class RoomView:
    """One joined room.

    Attributes:
        name: as the server writes it, without the ``#``.
        members: nicks, each with the reason for being away or None.
        speakers: who spoke, the latest last; for completion.
        unread: lines of others that were said while another room was the current one.
        mentions: how many of them speak of the reader.
        latest: id of the newest event shown from this room.
        oldest: id of the oldest message shown; none is left out between it and what is said now.
        newest: id of the newest message that is known of.
        missed: what was said before one came and is not shown yet.
    """

    name: str
    topic: str = ""
    members: dict[str, str | None] = field(default_factory=dict)
    more: bool = False
    count: int = 0
    speakers: dict[str, None] = field(default_factory=dict)
    unread: int = 0
    mentions: int = 0
    latest: str = ""
    oldest: str = ""
    newest: str = ""
    missed: Missed | None = None

    def update(self, state: dict[str, Any]) -> None:
        """Take over a room state of the wire protocol."""
        self.topic = str((state.get("topic") or {}).get("text", ""))
        self.add_members(state.get("members") or [], afresh=True)
        self.more = bool(state.get("more"))
        self.newest = max(self.newest, str(state.get("latest") or ""))
        self.count = int(state.get("count") or len(self.members))

    def add_members(self, members: list[dict[str, Any]], *, afresh: bool = False) -> None:
        """Take over a list of members, instead of or besides those known."""
        if afresh:
            self.members.clear()
        self.members.update({str(member["nick"]): member.get("away") for member in members})

    def spoke(self, nick: str) -> None:
        """Remember that somebody spoke, so that completion offers them first."""
        self.speakers.pop(nick, None)
        self.speakers[nick] = None

    def enter(self, nick: str) -> None:
        """Somebody came in."""
        self.count += nick not in self.members
        self.members[nick] = None

    def leave(self, nick: str) -> None:
        """Somebody is gone."""
        if self.members.pop(nick, "absent") != "absent":
            self.count -= 1
        self.speakers.pop(nick, None)

    def rename(self, old: str, nick: str) -> None:
        """Somebody has another name."""
        if old in self.members:
            self.members[nick] = self.members.pop(old)
        if old in self.speakers:
            self.speakers = {nick if name == old else name: None for name in self.speakers}

    def reach_back(self, oldest: str, before: str = "") -> None:
        """Messages were shown from this one on up to now, or to those before another one."""
        if not before or (self.oldest and before >= self.oldest):
            self.oldest = min(self.oldest or oldest, oldest)

    def read(self) -> None:
        """The person looks at this room now."""
        self.unread = self.mentions = 0

    def read_elsewhere(self, upto: str) -> None:
        """The person has read so far with another program on this device."""
        if upto >= self.newest:
            self.missed = None
            self.read()
        elif self.missed is not None:
            self.missed = replace(self.missed, after=max(self.missed.after, upto))


class Rooms:
    """All joined rooms in the order in which they were joined, one of them current."""

    def __init__(self) -> None:
        self._rooms: dict[str, RoomView] = {}
        self.current: RoomView | None = None

    def __iter__(self) -> Iterator[RoomView]:
        return iter(list(self._rooms.values()))

    def __len__(self) -> int:
        return len(self._rooms)

    def find(self, name: str) -> RoomView | None:
        """The joined room of this name in any spelling."""
        return self._rooms.get(key(name))

    def add(self, name: str) -> RoomView:
        """The room of this name, new or known; the first one becomes current."""
        room = self._rooms.setdefault(key(name), RoomView(name.removeprefix("#")))
        if self.current is None:
            self.current = room
        return room

    def remove(self, name: str) -> None:
        """The person is no longer in that room; the next one becomes current."""
        room = self._rooms.pop(key(name), None)
        if room is not None and room is self.current:
            self.current = next(iter(self._rooms.values()), None)
            if self.current:
                self.current.read()

    def keep_only(self, names: set[str]) -> None:
        """Forget the rooms whose keys are not among these."""
        for room in self:
            if key(room.name) not in names:
                self.remove(room.name)

    def switch(self, name: str) -> RoomView | None:
        """Make a joined room the current one; None if the person is not in it."""
        room = self.find(name)
        if room is not None:
            self.current = room
            room.read()
        return room

    def step(self, by: int) -> RoomView | None:
        """The room so many places after the current one, going round."""
        rooms = list(self._rooms.values())
        if not rooms or self.current is None:
            return None
        return rooms[(rooms.index(self.current) + by) % len(rooms)]

    def number(self, position: int) -> RoomView | None:
        """The room at a place, counted from 1."""
        rooms = list(self._rooms.values())
        return rooms[position - 1] if 0 < position <= len(rooms) else None

    def next_unread(self) -> RoomView | None:
        """A room with unread lines, one with a mention first."""
        waiting = [room for room in self if room.unread]
        return next((room for room in waiting if room.mentions), next(iter(waiting), None))

    def apply(self, event: Event) -> None:
        """Follow what somebody else's act changes: members, names, topics."""
        match event:
            case events.Left():
                self._everywhere(lambda room: room.leave(event.nick))
            case events.Renamed():
                self._everywhere(lambda room: room.rename(event.old, event.nick))
            case events.WentAway():
                self._away(event.nick, event.reason)
            case events.CameBack():
                self._away(event.nick, None)
            case _:
                room = self.find(getattr(event, "room", ""))
                if room is not None:
                    _apply_in(room, event)

    def _everywhere(self, change: Callable[[RoomView], None]) -> None:
        for room in self:
            change(room)

    def _away(self, nick: str, reason: str | None) -> None:
        for room in self:
            if nick in room.members:
                room.members[nick] = reason


def _apply_in(room: RoomView, event: Event) -> None:
    match event:
        case events.Joined():
            room.enter(event.nick)
        case events.Parted() | events.Kicked():
            room.leave(event.nick)
        case events.TopicChanged():
            room.topic = event.topic
        case events.Said() | events.Emoted():
            room.spoke(event.nick)
        case _:
            pass
