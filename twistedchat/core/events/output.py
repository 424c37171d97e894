"""All that a reader can be shown."""

from dataclasses import dataclass
from typing import TypeAlias

from twistedchat.core.events.powers import (
    Banned,
    Deopped,
    Kicked,
    Muted,
    Opped,
    RoleChanged,
    Unbanned,
    Unmuted,
)
from twistedchat.core.events.presence import CameBack, Joined, Left, Parted, Renamed, WentAway
from twistedchat.core.events.rooms import (
    Invited,
    RoomChanged,
    RoomDropped,
    RoomRegistered,
    RoomTransferred,
    TopicChanged,
)
from twistedchat.core.events.talk import Announced, Deleted, Emoted, Kept, Said, Whispered


@dataclass(frozen=True, slots=True)
class Notice:
    """A server line for one session alone: the answer to a command, or a warning.

    ``code`` names the kind of line for programs (``docs/wire-protocol.md`` lists them).
    """

    text: str
    code: str = "info"


@dataclass(frozen=True, slots=True)
class Recalled:
    """A message from the past as somebody sees it who looks back.

    Attributes:
        message: the message.
        mine: whether the reader has said it.
        number: by which it was found; 0 for none.
        dated: whether it says its day and its place: it stands among others.
    """

    message: Kept
    mine: bool = False
    number: int = 0
    dated: bool = False

    @property
    def user(self) -> str:
        """Id of the user who said it."""
        return self.message.user


@dataclass(frozen=True, slots=True)
class Crowd:
    """People who came and went in a busy room, told together, in the order of the events."""

    events: tuple[Joined | Parted | Left, ...]


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
    | Deleted
)


UserEvent: TypeAlias = Left | Renamed | WentAway | CameBack


PersonalEvent: TypeAlias = Whispered | Invited


Event: TypeAlias = RoomEvent | UserEvent | PersonalEvent | Announced


Output: TypeAlias = Event | Notice | Crowd | Recalled
