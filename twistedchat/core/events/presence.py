"""Who came, went, or is called otherwise."""

from dataclasses import dataclass
from typing import TypeAlias


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


Coming: TypeAlias = Joined | Parted | Left
