"""What happened: every fact the core yields, frozen.

An event is made once, by ``apply``, and shared by everybody who hears it; nothing in it belongs
to one reader. ``id`` is the event's ULID and gives its place in the order; ``at`` is its time in
seconds since 1970-01-01 UTC. Nicks and rooms are written as their owners write them, rooms
without the leading ``#``.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody said a line in a room; ``user`` and ``account`` are the speaker's.

    ``stored`` is false if the line will be gone with the server.
    """

    id: str
    at: float
    room: str
    nick: str
    text: str
    user: str = ""
    account: str = ""
    stored: bool = True


@dataclass(frozen=True, slots=True)
class Emoted:
    """Somebody did something in a room (``/me``); as with ``Said``."""

    id: str
    at: float
    room: str
    nick: str
    text: str
    user: str = ""
    account: str = ""
    stored: bool = True


@dataclass(frozen=True, slots=True)
class Whispered:
    """A private message from ``nick`` to ``to``; ``user`` is the sender's id."""

    id: str
    at: float
    nick: str
    to: str
    text: str
    user: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody came into a room, with the role that their account has there."""

    id: str
    at: float
    room: str
    nick: str
    cloak: str = ""
    account: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Parted:
    """Somebody left a room and stays on the server."""

    id: str
    at: float
    room: str
    nick: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody left the server, and with it every room."""

    id: str
    at: float
    nick: str
    reason: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Renamed:
    """Somebody who was called ``old`` is called ``nick`` from now on.

    ``forced`` is true if the old name belongs to an account whose owner the person is not.
    """

    id: str
    at: float
    old: str
    nick: str
    forced: bool = False


@dataclass(frozen=True, slots=True)
class TopicChanged:
    """A room's topic was set by ``nick``; an empty topic means it was taken away."""

    id: str
    at: float
    room: str
    nick: str
    topic: str


@dataclass(frozen=True, slots=True)
class Kicked:
    """An operator put ``nick`` out of a room."""

    id: str
    at: float
    room: str
    nick: str
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Banned:
    """An operator banned ``who`` (a nick, account, mask or cloak), for ever or ``until`` a time."""

    id: str
    at: float
    room: str
    who: str
    by: str
    until: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unbanned:
    """An operator lifted the ban on ``who``."""

    id: str
    at: float
    room: str
    who: str
    by: str


@dataclass(frozen=True, slots=True)
class Muted:
    """An operator took away ``nick``'s voice in a room, for good or ``until`` a time."""

    id: str
    at: float
    room: str
    nick: str
    by: str
    until: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unmuted:
    """An operator gave ``nick`` the voice back."""

    id: str
    at: float
    room: str
    nick: str
    by: str


@dataclass(frozen=True, slots=True)
class Opped:
    """``nick`` became an operator of a room; without ``by``, for want of another."""

    id: str
    at: float
    room: str
    nick: str
    by: str


@dataclass(frozen=True, slots=True)
class Deopped:
    """``nick`` is no longer an operator of a room."""

    id: str
    at: float
    room: str
    nick: str
    by: str


@dataclass(frozen=True, slots=True)
class RoomRegistered:
    """A room belongs to ``nick``'s account and lasts from now on."""

    id: str
    at: float
    room: str
    nick: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class RoomDropped:
    """A room belongs to nobody any more and ends with its last member.

    Without ``by`` the account that it belonged to is no more.
    """

    id: str
    at: float
    room: str
    by: str


@dataclass(frozen=True, slots=True)
class RoomChanged:
    """An owner changed a setting of a room; no password and no filtered word is told."""

    id: str
    at: float
    room: str
    setting: str
    value: str
    by: str


@dataclass(frozen=True, slots=True)
class RoomTransferred:
    """A room belongs to ``nick``'s account from now on; without ``by``, for want of another."""

    id: str
    at: float
    room: str
    nick: str
    by: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class RoleChanged:
    """``nick`` has a role in a room, or none ("").

    Who is an owner or operator may do what operators may, the voiced may speak in a moderated
    room, and nobody else may. Without an account it ends when they leave the room.
    """

    id: str
    at: float
    room: str
    nick: str
    role: str
    by: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class Invited:
    """``by`` asks ``nick`` to come into a room; only those two hear of it."""

    id: str
    at: float
    room: str
    nick: str
    by: str


@dataclass(frozen=True, slots=True)
class WentAway:
    """Somebody is away, for a reason that may be empty."""

    id: str
    at: float
    nick: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CameBack:
    """Somebody who was away is back."""

    id: str
    at: float
    nick: str


@dataclass(frozen=True, slots=True)
class Announced:
    """The server, or an operator of it, tells everybody something."""

    id: str
    at: float
    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A server line for one session alone: the answer to a command, or a warning.

    ``code`` names the kind of line for programs (``docs/wire-protocol.md`` lists them).
    """

    text: str
    code: str = "info"


@dataclass(frozen=True, slots=True)
class Crowd:
    """People who came and went in a busy room, told together, in the order of the events."""

    events: tuple[Joined | Parted | Left, ...]


Coming: TypeAlias = Joined | Parted | Left
Message: TypeAlias = Said | Emoted
Kept: TypeAlias = Said | Emoted | Whispered
RoomEvent: TypeAlias = (
    Said
    | Emoted
    | Joined
    | Parted
    | TopicChanged
    | Kicked
    | Banned
    | Unbanned
    | Muted
    | Unmuted
    | Opped
    | Deopped
    | RoomRegistered
    | RoomDropped
    | RoomChanged
    | RoomTransferred
    | RoleChanged
)
UserEvent: TypeAlias = Left | Renamed | WentAway | CameBack
PersonalEvent: TypeAlias = Whispered | Invited
Event: TypeAlias = RoomEvent | UserEvent | PersonalEvent | Announced
Output: TypeAlias = Event | Notice | Crowd
