"""Everything that is the same on every node: who is here, which rooms there are, who is in them."""

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeAlias

from twistedchat.core.errors import NoSuchNick, NoSuchRoom, NotAllowed, NotInRoom
from twistedchat.core.events import Event
from twistedchat.core.history import History
from twistedchat.core.names import RESERVED, LookIndex, Name, is_reserved, nick_key, room_key
from twistedchat.core.ports import Limits
from twistedchat.core.rooms import Member, Room
from twistedchat.core.text import shorten
from twistedchat.core.users import User

SEEN_KEPT = 10_000
ROOMS_REMEMBERED = 10_000
QUOTED = 40


@dataclass(frozen=True, slots=True)
class Among:
    """Everybody in these rooms, each once, and the user's own sessions."""

    user: User
    rooms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Only:
    """The sessions of these users."""

    users: tuple[User, ...]


@dataclass(frozen=True, slots=True)
class Everybody:
    """All who are here."""


# A room's key stands for everybody who is in it.
Audience: TypeAlias = str | Among | Only | Everybody
Fact: TypeAlias = tuple[Event, Audience]


@dataclass(frozen=True, slots=True)
class Seen:
    """When somebody who is gone was here last."""

    nick: str
    at: float
    reason: str


class State:
    """The chat, as the intents applied so far have left it.

    Args:
        limits: the bounds that apply keeps; may be replaced on reload.
        started: id given when this state began; no history reaches behind it.
        reserved: nicks that nobody can have.
    """

    def __init__(
        self, limits: Limits, started: str = "", reserved: frozenset[str] = RESERVED
    ) -> None:
        self.limits = limits
        self.reserved = reserved
        self.started = started
        self.users: dict[str, User] = {}
        self.sessions: dict[str, User] = {}
        self.tokens: dict[str, User] = {}
        self.nicks: dict[str, User] = {}
        self.nick_looks = LookIndex()
        self.rooms: dict[str, Room] = {}
        # Their keys in order: listing many rooms must not sort them each time.
        self._room_keys: list[str] = []
        self.room_looks = LookIndex()
        # Users whose last connection broke, the one that has waited longest first.
        self.adrift: dict[str, User] = {}
        self.seen: OrderedDict[str, Seen] = OrderedDict()
        # Where the histories of rooms that are no more ended: if one of these is made again,
        # nobody is told that its history reaches back.
        self._ended: OrderedDict[str, str] = OrderedDict()

    def user(self, id_: str) -> User:
        """The user with this id.

        Raises:
            NotAllowed: the user has left in the meantime.
        """
        try:
            return self.users[id_]
        except KeyError:
            raise NotAllowed("You are not connected any more. Connect again.") from None

    def named(self, nick: str) -> User:
        """The user of this nick, in whatever case it is written.

        Raises:
            NoSuchNick: nobody here has it.
        """
        user = self.nicks.get(nick_key(nick) or "")
        if user is None:
            shown = shorten(nick, QUOTED)
            raise NoSuchNick(f"Nobody here is called {shown}. /who lists who is here.")
        return user

    def room(self, room: str) -> Room:
        """The room of this name.

        Raises:
            NoSuchRoom: there is none.
        """
        found = self.rooms.get(room_key(room) or "")
        if found is None:
            shown = shorten(room.removeprefix("#"), QUOTED)
            raise NoSuchRoom(f"No such room: #{shown}. /rooms lists them.")
        return found

    def member(self, user: User, room: str) -> tuple[Room, Member]:
        """The room with this key, and the user's place in it.

        Raises:
            NotInRoom: the user is not in it.
        """
        found = user.rooms.get(room)
        if found is None:
            raise not_in(room)
        return found, found.members[user.id]

    def add_user(self, user: User) -> None:
        """Let somebody in, under a nick that is free."""
        self.users[user.id] = user
        if user.token:
            self.tokens[user.token] = user
        self.nicks[user.name.key] = user
        self.nick_looks.add(user.name)

    def rename_user(self, user: User, name: Name) -> None:
        """Give a user another nick, which is free."""
        del self.nicks[user.name.key]
        self.nick_looks.discard(user.name)
        user.name = name
        self.nicks[name.key] = user
        self.nick_looks.add(name)

    def remove_user(self, user: User, at: float, reason: str) -> None:
        """Forget a user who is in no room any more, but for when they were seen."""
        del self.users[user.id], self.nicks[user.name.key]
        self.tokens.pop(user.token, None)
        self.adrift.pop(user.id, None)
        self.nick_looks.discard(user.name)
        self.seen.pop(user.name.key, None)
        self.seen[user.name.key] = Seen(user.nick, at, reason)
        if len(self.seen) > SEEN_KEPT:
            self.seen.popitem(last=False)

    def rooms_after(self, key: str, most: int) -> list[Room]:
        """The first rooms by name, those after a key."""
        start = bisect_right(self._room_keys, key)
        return [self.rooms[one] for one in self._room_keys[start : start + most]]

    def open_room(self, name: Name) -> Room:
        """Make a room."""
        since = self._ended.pop(name.key, self.started)
        room = Room(name, History(self.limits.history, since))
        self.rooms[name.key] = room
        insort(self._room_keys, name.key)
        self.room_looks.add(name)
        return room

    def leave_room(self, user: User, room: Room) -> None:
        """Take a user out of a room, and the room away with its last member."""
        del room.members[user.id], user.rooms[room.name.key]
        if not room.members:
            self._close_room(room)

    def _close_room(self, room: Room) -> None:
        del self.rooms[room.name.key]
        del self._room_keys[bisect_left(self._room_keys, room.name.key)]
        self.room_looks.discard(room.name)
        if room.history.end > self.started:
            self._ended[room.name.key] = room.history.end
        if len(self._ended) > ROOMS_REMEMBERED:
            _, end = self._ended.popitem(last=False)
            self.started = max(self.started, end)

    def nick_is_taken(self, name: Name) -> bool:
        """Whether somebody has this nick or one that looks the same, or nobody may have it."""
        return (
            name.key in self.nicks
            or self.nick_looks.find(name) is not None
            or is_reserved(name, self.reserved)
        )


def not_in(room: str) -> NotInRoom:
    """The refusal for somebody who is not in a room."""
    shown = shorten(room.removeprefix("#"), QUOTED)
    return NotInRoom(f"You are not in #{shown}. /join #{shown} first.")
