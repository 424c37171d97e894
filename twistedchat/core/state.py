"""Everything that is the same on every node: who is here, which rooms there are, who is in them."""

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from twistedchat.core.errors import NoSuchNick, NoSuchRoom, NotAllowed, NotInRoom
from twistedchat.core.events import Event
from twistedchat.core.history import History
from twistedchat.core.names import (
    RESERVED,
    LookIndex,
    Name,
    is_reserved,
    known_name,
    nick_key,
    room_key,
)
from twistedchat.core.owned import OwnedNames
from twistedchat.core.ports import Limits
from twistedchat.core.records import NameRecord
from twistedchat.core.rooms import Member, Room
from twistedchat.core.rules import FOR_EVER, Rules
from twistedchat.core.text import shorten
from twistedchat.core.users import User

SEEN_KEPT = 10_000
ROOMS_REMEMBERED = 10_000
QUOTED = 40
TOKENS_KEPT = 20


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
        self.retention = FOR_EVER
        self.reserved = reserved
        self.started = started
        self.users: dict[str, User] = {}
        self.sessions: dict[str, User] = {}
        self.tokens: dict[str, User] = {}
        self.nicks: dict[str, User] = {}
        self.nick_looks = LookIndex()
        self.owned = OwnedNames()
        # Who of them is here, by the id of the account.
        self.owners: dict[str, User] = {}
        self.rooms: dict[str, Room] = {}
        # The keys of those that are not private, in order: nobody has to sort them each time.
        self._room_keys: list[str] = []
        self.room_looks = LookIndex()
        # Users whose last connection broke, the one that has waited longest first.
        self.adrift: dict[str, User] = {}
        self.seen: OrderedDict[str, Seen] = OrderedDict()
        # Where rooms ended that are no more: if one of these is made again, what was said up to
        # there is not its own.
        self._ended: OrderedDict[str, str] = OrderedDict()
        # Of a room that is not among these nobody knows that it ended later than this.
        self._forgotten = ""
        # The rooms that have ended with the last intent, and where; whoever stores that clears it.
        self.endings: list[tuple[str, str]] = []

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

    def room(self, room: str, viewer: User, now: float) -> Room:
        """The room of this name.

        Raises:
            NoSuchRoom: there is none, or none that the viewer may know of.
        """
        found = self.rooms.get(room_key(room) or "")
        if found is None or not found.seen_by(viewer, now):
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

    def own_names(self, names: Iterable[NameRecord]) -> None:
        """Learn which names belong to accounts, before anybody comes."""
        for one in names:
            self.owned.give(known_name(one.nick, one.key), one.account)

    def add_user(self, user: User) -> None:
        """Let somebody in, under a nick that is free."""
        self.users[user.id] = user
        if user.token:
            self.tokens[user.token] = user
        if user.account:
            self.owners[user.account] = user
        self.nicks[user.name.key] = user
        self.nick_looks.add(user.name)

    def set_account(self, user: User, account: str) -> None:
        """Let a user belong to an account that nobody here belongs to, or to none with ""."""
        if user.account:
            self.owners.pop(user.account, None)
        user.account = account
        if account:
            self.owners[account] = user

    def owner_id(self, account: str) -> str:
        """The id of the user who is an account's owner; "" if they are not here."""
        owner = self.owners.get(account)
        return owner.id if owner is not None else ""

    def add_token(self, user: User, token: str) -> None:
        """Let one more token attach sessions to a user; of very many the oldest is forgotten."""
        self.tokens[token] = user
        user.more_tokens = (*user.more_tokens, token)
        while len(user.more_tokens) > TOKENS_KEPT:
            self.tokens.pop(user.more_tokens[0], None)
            user.more_tokens = user.more_tokens[1:]

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
        for token in (user.token, *user.more_tokens):
            self.tokens.pop(token, None)
        self.owners.pop(user.account, None)
        self.adrift.pop(user.id, None)
        self.nick_looks.discard(user.name)
        self.seen.pop(user.name.key, None)
        self.seen[user.name.key] = Seen(user.nick, at, reason)
        if len(self.seen) > SEEN_KEPT:
            self.seen.popitem(last=False)

    def rooms_after(self, key: str, most: int) -> list[Room]:
        """The first rooms by name that everybody may know of, those after a key."""
        start = bisect_right(self._room_keys, key)
        return [self.rooms[one] for one in self._room_keys[start : start + most]]

    @property
    def listed(self) -> int:
        """How many rooms everybody may know of."""
        return len(self._room_keys)

    def open_room(self, name: Name) -> Room:
        """Make a room, which goes on where one of this name was interrupted."""
        begun = self._ended.pop(name.key, self._forgotten)
        since = max(begun, self.started)
        room = Room(name, History(self.limits.history, since), begun)
        self.rooms[name.key] = room
        insort(self._room_keys, name.key)
        self.room_looks.add(name)
        return room

    def leave_room(self, user: User, room: Room) -> None:
        """Take a user out of a room, and the room away with its last member unless it lasts."""
        del room.members[user.id], user.rooms[room.name.key]
        self.close_if_empty(room)

    def set_rules(self, room: Room, rules: Rules) -> None:
        """Change a room's settings; nobody is told that a new room looks like a private one."""
        was, key = room.rules.private, room.name.key
        room.set_rules(rules)
        if rules.private and not was:
            self.room_looks.discard(room.name)
            del self._room_keys[bisect_left(self._room_keys, key)]
        elif was and not rules.private:
            self.room_looks.add(room.name)
            insort(self._room_keys, key)

    def close_if_empty(self, room: Room) -> None:
        """End a room that nobody is in, unless it lasts; nobody will read what was said there."""
        if not room.members and not room.lasting:
            end = room.history.end
            # Of a room that is closed it is noted that it ends with the server: that is over.
            if end > room.begun or room.closed:
                self.endings.append((room.name.key, end))
            self._close_room(room)

    def shelve(self, room: Room) -> None:
        """The same, but what was said there is not erased, only shown to nobody."""
        if not room.members and not room.lasting:
            self._close_room(room)

    def _close_room(self, room: Room) -> None:
        del self.rooms[room.name.key]
        if not room.rules.private:
            del self._room_keys[bisect_left(self._room_keys, room.name.key)]
            self.room_looks.discard(room.name)
        self.remember_ended(room.name.key, room.history.end)

    def remember_ended(self, key: str, end: str) -> None:
        """What was said in a room of this name up to an id belongs to no room that is to come."""
        self._ended[key] = end
        self._ended.move_to_end(key)
        if len(self._ended) > ROOMS_REMEMBERED:
            _, end = self._ended.popitem(last=False)
            self._forgotten = max(self._forgotten, end)

    def nick_is_taken(self, name: Name) -> bool:
        """Whether a guest can't have a nick.

        Somebody has it or one that looks the same, it belongs to an account, or nobody may have it.
        """
        return (
            name.key in self.nicks
            or self.nick_looks.find(name) is not None
            or self.owned.owner(name) != ""
            or is_reserved(name, self.reserved)
        )


def not_in(room: str) -> NotInRoom:
    """The refusal for somebody who is not in a room."""
    shown = shorten(room.removeprefix("#"), QUOTED)
    return NotInRoom(f"You are not in #{shown}. /join #{shown} first.")
