"""What the conversation hands to whoever shows it."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

from twistedchat.core.events import Event

Request: TypeAlias = dict[str, Any]


class Tone(Enum):
    """Who speaks in a remark, and how grave it is."""

    SERVER = "server"
    CLIENT = "client"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Happened:
    """An event to show.

    ``raw`` is the object as the server sent it; ``replay`` marks what was said earlier and is
    shown only now; ``told`` marks an act of one's own that another line tells; ``quote`` is the
    sign before a line that somebody asked to see again.
    """

    event: Event
    raw: dict[str, Any]
    own: bool = False
    mention: bool = False
    elsewhere: bool = False
    replay: bool = False
    told: bool = False
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A line of the server's or of the client's own.

    ``raw`` is there when the server sent it as an object; ``refused`` marks a room that could not
    be joined.
    """

    text: str
    tone: Tone = Tone.CLIENT
    raw: dict[str, Any] | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event of a kind that this version cannot name, for programs that can."""

    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EarlierLines:
    """Here begin lines from before: what was missed, or the newest lines of a room just entered.

    Attributes:
        room: the room without its ``#``, or ``@`` and the nick of the other end.
        missed: whether they were said while the connection was down.
        complete: whether nothing lies between the last line seen and the first of these.
        wished: the person asked for them; they may have been shown before.
    """

    room: str
    first: float
    last: float
    count: int
    missed: bool
    complete: bool
    wished: bool = False


@dataclass(frozen=True, slots=True)
class NewLines:
    """Here begins what was said in a room since the person last read it on this device.

    Attributes:
        room: the room without its ``#``.
        since: the time of the last line that was read, in seconds since 1970.
        count: how many lines of others are new.
        shown: how many of them follow.
        more: whether there are even more than ``count``.
    """

    room: str
    since: float
    count: int
    shown: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """Here begin lines that were found, newest first; the first of them has this number."""

    text: str
    first: int


@dataclass(slots=True)
class Draft:
    """Something the person wants said or done, on its way to the server.

    Attributes:
        text: as it was typed.
        request: what is sent, without its id.
        room: the room it was typed in, without its ``#``; empty for none.
        keep: whether it is sent after a reconnection when it could not be sent before.
        number: the line's number in the input, for scripts.
        heard: whether its own event came back already.
    """

    text: str
    request: Request
    room: str = ""
    keep: bool = False
    number: int = 0
    heard: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Settled:
    """The fate of a draft is known.

    Attributes:
        reason: why it was not done, a sentence; empty when it was.
        doubtful: it may or may not have been done; nobody can tell.
        answered: the reason is the server's.
    """

    draft: Draft
    reason: str = ""
    doubtful: bool = False
    answered: bool = False

    @property
    def done(self) -> bool:
        """Whether the server confirmed it."""
        return not self.reason


Item: TypeAlias = Happened | Remark | Unknown | EarlierLines | NewLines | Results | Settled
