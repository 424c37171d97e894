"""To change a room."""

from dataclasses import dataclass

from twistedchat.core.rules import Changed


@dataclass(frozen=True, slots=True)
class SetTopic:
    """Say what a room is about; an empty text takes the topic away."""

    user: str
    room: str
    text: str


@dataclass(frozen=True, slots=True)
class Invite:
    """Ask somebody into a room; ``nick`` is a key."""

    user: str
    room: str
    nick: str


@dataclass(frozen=True, slots=True)
class RegisterRoom:
    """Let a room belong to the user's account, and last."""

    user: str
    room: str


@dataclass(frozen=True, slots=True)
class DropRoom:
    """Let a room belong to nobody, and end with its last member."""

    user: str
    room: str


@dataclass(frozen=True, slots=True)
class SetRoom:
    """Change a setting of a room; ``changed`` names fields of ``Rules`` with their new values."""

    user: str
    room: str
    setting: str
    changed: Changed


@dataclass(frozen=True, slots=True)
class TransferRoom:
    """Let a room belong to somebody else's account; ``nick`` is the key of one who is here."""

    user: str
    room: str
    nick: str


@dataclass(frozen=True, slots=True)
class SetRole:
    """Give somebody a role in a room, or with "" none; ``nick`` is a key."""

    user: str
    room: str
    nick: str
    role: str
