"""What a client is told about this server once it is in: the tokens of 005, none that is not true.

Their meaning is that of modern.ircdocs.horse. Lengths are in bytes of UTF-8.
"""

from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from twistedchat.core.ordering import REASON_CHARS
from twistedchat.protocols.irc.acts import MUTE
from twistedchat.protocols.irc.casemapping import CASEMAPPING
from twistedchat.protocols.irc.messages import format_line
from twistedchat.protocols.irc.modes import MODES_PER_LINE, ROOM_MODES, Kind, chanmodes, letters
from twistedchat.protocols.irc.modes import prefix as prefixes
from twistedchat.protocols.irc.splitting import LINE_BYTES

TOKENS_PER_LINE: Final = 13
"""With the nick before and the text behind them a line has 15 parameters, the most there may be."""

TEXT: Final = "are supported by this server"

_PLAIN = frozenset(range(0x21, 0x7F)) - frozenset(b"\\=")


class Bounds(Protocol):
    """The bounds of which clients are told."""

    @property
    def nick_bytes(self) -> int:
        """Bytes in a nick."""

    @property
    def room_bytes(self) -> int:
        """Bytes in the name of a room, without ``#``."""

    @property
    def rooms(self) -> int:
        """Rooms one person may be in; 0 for no bound."""

    @property
    def bans(self) -> int:
        """Bans in one room."""


def tokens(network: str, bounds: Bounds, more: Iterable[str] = ()) -> tuple[str, ...]:
    """The tokens of a server, in alphabetical order.

    Args:
        network: what it calls itself.
        bounds: its limits.
        more: those of parts that not every server has open.
    """
    # What has no bound is said with an empty value.
    rooms = bounds.rooms or ""
    lists = letters(ROOM_MODES, Kind.LIST)
    told = [
        f"AWAYLEN={REASON_CHARS}",
        f"CASEMAPPING={CASEMAPPING}",
        f"CHANLIMIT=#:{rooms}",
        f"CHANMODES={chanmodes()}",
        f"CHANNELLEN={bounds.room_bytes + 1}",
        "CHANTYPES=#",
        f"EXTBAN=,{MUTE[0]}",
        f"KICKLEN={REASON_CHARS}",
        f"MAXLIST={lists}:{bounds.bans}",
        f"MODES={MODES_PER_LINE}",
        f"NETWORK={_value(network)}",
        f"NICKLEN={bounds.nick_bytes}",
        f"PREFIX={prefixes()}",
        f"TOPICLEN={REASON_CHARS}",
        "UTF8ONLY",
    ]
    return tuple(sorted([*told, *more]))


def isupport_lines(server: str, nick: str, told: Iterable[str]) -> Iterator[bytes]:
    """Lines of 005 with as many tokens each as there may be and as fit."""
    room = LINE_BYTES - len(format_line("005", (nick, TEXT), server))
    line: list[str] = []
    for token in told:
        if len(line) == TOKENS_PER_LINE or (line and _size(line) + len(token) + 1 > room):
            yield format_line("005", (nick, *line, TEXT), server)
            line = []
        line.append(token)
    if line:
        yield format_line("005", (nick, *line, TEXT), server)


def _size(line: list[str]) -> int:
    return sum(len(token) + 1 for token in line)


def _value(text: str) -> str:
    r"""A value whose unusual bytes are written ``\xHH``."""
    raw = text.encode("utf-8", "replace")
    return "".join(chr(byte) if byte in _PLAIN else f"\\x{byte:02X}" for byte in raw)
