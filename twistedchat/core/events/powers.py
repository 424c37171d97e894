"""What operators and owners did.

``stored`` is false where it would not hold any more if the server were killed now.
"""

from dataclasses import dataclass


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
    stored: bool = True


@dataclass(frozen=True, slots=True)
class Unbanned:
    """An operator lifted the ban on ``who``."""

    id: str
    at: float
    room: str
    who: str
    by: str
    stored: bool = True


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
    stored: bool = True


@dataclass(frozen=True, slots=True)
class Unmuted:
    """An operator gave ``nick`` the voice back."""

    id: str
    at: float
    room: str
    nick: str
    by: str
    stored: bool = True


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
    stored: bool = True
