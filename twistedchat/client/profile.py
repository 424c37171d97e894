"""Small facts that the parts of the client share."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Profile:
    """Who the person wants to be, and where.

    Attributes:
        nick: the nick wanted.
        rooms: the rooms to be in; None for the server's lobby.
        grace: whether the server keeps the user for a while when the connection breaks.
        device: a name of this device for the server to know what was read on it; "" marks nothing.
        backlog: lines of history to show on entering a room.
        since: show nothing on entering a room that was said before this time.
        sees_all: all rooms are in view, not only the current one.
        spare: a nick to try when the server refuses the first, which nobody chose.
        highlight: words that count as a mention besides the nick.
        zone: name of the time zone in which the person means dates; "" for the server's choice.
        account: the name to log in to; "" for a guest.
        password: what proves that it is one's own.
        insists: a refused log-in ends the program; otherwise one comes in as a guest.
    """

    nick: str
    rooms: tuple[str, ...] | None = None
    client: str = "twistedchat"
    grace: bool = True
    device: str = ""
    backlog: int = 20
    since: float = 0.0
    sees_all: bool = False
    highlight: tuple[str, ...] = ()
    spare: str = ""
    zone: str = ""
    account: str = ""
    password: str = field(default="", repr=False)
    insists: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """Why there is no point in connecting again by itself."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class CommandInfo:
    """A slash command of the server, for completion."""

    name: str
    aliases: tuple[str, ...] = ()
    usage: str = ""
