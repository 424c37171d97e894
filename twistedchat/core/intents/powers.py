"""What operators want."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SetOperator:
    """Make somebody an operator of a room, or take that away; ``nick`` is a key."""

    user: str
    room: str
    nick: str
    operator: bool


@dataclass(frozen=True, slots=True)
class Kick:
    """Put somebody out of a room; ``nick`` is a key."""

    user: str
    room: str
    nick: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ban:
    """Keep somebody out of a room; ``who`` is a nick, mask or cloak as written."""

    user: str
    room: str
    who: str
    seconds: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unban:
    """Lift a ban."""

    user: str
    room: str
    who: str


@dataclass(frozen=True, slots=True)
class Mute:
    """Take away somebody's voice in a room; ``nick`` is a key."""

    user: str
    room: str
    nick: str
    seconds: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unmute:
    """Give somebody the voice back; ``nick`` is a key."""

    user: str
    room: str
    nick: str


@dataclass(frozen=True, slots=True)
class Elevate:
    """The user proved to be a server operator."""

    user: str
