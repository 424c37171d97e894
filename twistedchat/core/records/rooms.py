"""Rooms that last, with who is what in them."""

from dataclasses import dataclass
from enum import StrEnum

from twistedchat.core.roles import Role as Role
from twistedchat.core.rooms import Sentence, Topic


class SentenceKind(StrEnum):
    """What a sentence keeps somebody from."""

    BAN = "ban"
    MUTE = "mute"


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """A room that somebody registered.

    Attributes:
        key: the form in which room names are compared.
        name: as it is written, without ``#``.
        founder: id of the account it belongs to, or "".
        created: when it was registered.
        topic: what it is about.
        private: only members see it.
        password: hash of what is asked for on joining; "" for nothing.
        invite_only: only who was invited comes in.
        moderated: only operators and voiced people speak.
        slow: seconds between two messages of one person; 0 for no bound.
        keep_seconds: how long messages are kept; 0 for ever, None as everywhere.
        keep_count: how many messages are kept; 0 for all, None as everywhere.
        filtered: words that nobody can say here.
    """

    key: str
    name: str
    founder: str
    created: float
    topic: Topic | None = None
    private: bool = False
    password: str = ""
    invite_only: bool = False
    moderated: bool = False
    slow: float = 0.0
    keep_seconds: int | None = None
    keep_count: int | None = None
    filtered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleRecord:
    """What an account is in a room; both are there."""

    room: str
    account: str
    role: Role


@dataclass(frozen=True, slots=True)
class SentenceRecord:
    """A ban or a mute in a registered room.

    Attributes:
        room: key of the room.
        kind: ban or mute.
        key: the key of what the operator wrote.
        sentence: whom it meets, and until when.
    """

    room: str
    kind: SentenceKind
    key: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class DropRoom:
    """A room is no longer registered; its roles and sentences go with it, its messages stay."""

    room: str


@dataclass(frozen=True, slots=True)
class DropRole:
    """An account is nothing special in a room any more."""

    room: str
    account: str


@dataclass(frozen=True, slots=True)
class DropSentence:
    """A ban or a mute was lifted or is over."""

    room: str
    kind: SentenceKind
    key: str
