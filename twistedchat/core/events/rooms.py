"""What happened to rooms.

``stored`` is false where it would not hold any more if the server were killed now.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TopicChanged:
    """A room's topic was set by ``nick``; an empty topic means it was taken away."""

    id: str
    at: float
    room: str
    nick: str
    topic: str
    stored: bool = True


@dataclass(frozen=True, slots=True)
class RoomRegistered:
    """A room belongs to ``nick``'s account and lasts from now on."""

    id: str
    at: float
    room: str
    nick: str
    account: str = ""
    stored: bool = True


@dataclass(frozen=True, slots=True)
class RoomDropped:
    """A room belongs to nobody any more and ends with its last member.

    Without ``by`` the account that it belonged to is no more.
    """

    id: str
    at: float
    room: str
    by: str
    stored: bool = True


@dataclass(frozen=True, slots=True)
class RoomChanged:
    """An owner changed a setting of a room; no password and no filtered word is told."""

    id: str
    at: float
    room: str
    setting: str
    value: str
    by: str
    stored: bool = True


@dataclass(frozen=True, slots=True)
class RoomTransferred:
    """A room belongs to ``nick``'s account from now on; without ``by``, for want of another."""

    id: str
    at: float
    room: str
    nick: str
    by: str
    account: str = ""
    stored: bool = True


@dataclass(frozen=True, slots=True)
class Invited:
    """``by`` asks ``nick`` to come into a room; only those two hear of it."""

    id: str
    at: float
    room: str
    nick: str
    by: str
