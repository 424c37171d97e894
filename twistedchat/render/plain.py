"""Events as lines of text for people: the line door, and later SSH.

    12:01 <bob> hi all              said in the current room
    12:03 #lobby <bob> anyone?      said in another
    12:02 * bob waves               emoted
    12:04 bob -> you: sure          whispered
    3) 2026-11-20 12:01 #lobby <bob> hi all    found by a search
    *** bob joined #lobby.          the server speaks

No nick has a space, ``<``, ``>``, ``*`` or ``#`` in it and no text more than one line, so nothing
that a person writes can look like a line of the server's, of somebody else or of another room.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import assert_never

from twistedchat.core.dates import minute
from twistedchat.core.events import (
    CameBack,
    Crowd,
    Emoted,
    Joined,
    Kept,
    Left,
    Opped,
    Output,
    Parted,
    Recalled,
    Said,
    WentAway,
    Whispered,
)
from twistedchat.render.ansi import dim, paint_nick
from twistedchat.render.crowd import sentences
from twistedchat.render.sentences import sentence

BELL = b"\a"
BELLS = ("off", "mention", "all")


@dataclass(frozen=True, slots=True)
class Style:
    """What a reader of lines has chosen; equal styles share every rendered byte.

    Attributes:
        zone: time zone of the time stamps; None for the machine's own.
        stamps: whether messages carry their time.
        theme: colours for a dark or light background, or "none".
        bell: ring when mentioned, at all messages, or not.
        quiet: leave out who comes and goes.
        spoken: words in place of signs, for a screen reader.
        crlf: CR LF at the line's end, as telnet wants it.
    """

    zone: tzinfo | None = None
    stamps: bool = True
    theme: str = "none"
    bell: str = "off"
    quiet: bool = False
    spoken: bool = False
    crlf: bool = False


class PlainLens:
    """Renders events as lines; ``lens_for`` gives the one object for each style."""

    __slots__ = ("_elsewhere", "_end", "_minute", "_stamp", "bell", "style")

    echo = False
    follows = True

    def __init__(self, style: Style, elsewhere: "PlainLens | None") -> None:
        self.style = style
        self.bell = BELL if style.bell == "mention" else b""
        self._elsewhere = elsewhere
        self._end = "\r\n" if style.crlf else "\n"
        self._minute = -1
        self._stamp = ""

    def for_room(self, current: bool) -> "PlainLens":
        """The lens that leaves the room's name out, or the one that writes it."""
        return self if current or self._elsewhere is None else self._elsewhere

    def render(self, output: Output, mine: bool = False) -> bytes:
        """Lines for the output, or b"" if this reader does not want to see it."""
        if isinstance(output, Said | Emoted | Whispered):
            return self._message(output, mine) + self._ring(output, mine)
        if isinstance(output, Recalled):
            return self._recalled(output)
        if isinstance(output, WentAway | CameBack) or _is_succession(output):
            return b""
        if self.style.quiet and isinstance(output, Joined | Parted | Left | Crowd):
            return b""
        if isinstance(output, Crowd):
            return b"".join(self._line(f"{self._server} {one}") for one in sentences(output))
        return self._line(f"{self._server} {sentence(output, mine)}")

    @property
    def _server(self) -> str:
        return "Server:" if self.style.spoken else "***"

    def _message(self, message: Kept, mine: bool) -> bytes:
        place = "" if isinstance(message, Whispered) else self._place(message.room)
        return self._line(f"{self._time(message.at)}{place}{self._told(message, mine)}")

    def _told(self, message: Kept, mine: bool) -> str:
        """Who said what, without when and where."""
        theme, text = self.style.theme, message.text
        nick = paint_nick(message.nick, theme) if theme != "none" else message.nick
        match message:
            case Said():
                said = f"{nick}: {text}" if self.style.spoken else f"<{nick}> {text}"
                return f"{said}{_fate(message)}"
            case Emoted():
                who = f"Action by {nick}:" if self.style.spoken else f"* {nick}"
                return f"{who} {text}{_fate(message)}"
            case Whispered(to=to):
                return f"{self._ends(nick, paint_nick(to, theme), mine)}: {text}{_fate(message)}"
            case _:
                assert_never(message)

    def _recalled(self, one: Recalled) -> bytes:
        """A message among others from the past; ``3)`` is how it can be named."""
        message = one.message
        number = f"Line {one.number}: " if self.style.spoken else f"{one.number}) "
        when, place = self._time(message.at), ""
        if one.dated:
            when = dim(minute(message.at, self.style.zone), self.style.theme) + " "
            place = "" if isinstance(message, Whispered) else f"#{message.room} "
        told = self._told(message, one.mine)
        return self._line(f"{number if one.number else ''}{when}{place}{told}")

    def _ends(self, nick: str, to: str, mine: bool) -> str:
        if self.style.spoken:
            return f"Private to {to}" if mine else f"Private from {nick}"
        return f"-> {to}" if mine else f"{nick} -> you"

    def _place(self, room: str) -> str:
        return f"#{room} " if self._elsewhere is None else ""

    def _time(self, at: float) -> str:
        if not self.style.stamps:
            return ""
        minute = int(at // 60)
        if minute != self._minute:
            self._minute = minute
            there = datetime.fromtimestamp(minute * 60, self.style.zone)
            self._stamp = dim(f"{there:%H:%M}", self.style.theme) + " "
        return self._stamp

    def _ring(self, message: Kept, mine: bool) -> bytes:
        """Mentions in rooms ring elsewhere: they are one reader's own."""
        personal = isinstance(message, Whispered) and self.style.bell == "mention"
        return BELL if not mine and (personal or self.style.bell == "all") else b""

    def _line(self, text: str) -> bytes:
        return f"{text}{self._end}".encode("utf-8", "replace")


def _fate(message: Kept) -> str:
    return "" if message.stored else " [not stored]"


def _is_succession(output: Output) -> bool:
    """Whether somebody became an operator for want of another; they alone are told."""
    return isinstance(output, Opped) and not output.by


@lru_cache(maxsize=1024)
def lens_for(style: Style) -> PlainLens:
    """The lens for a style, the same object for equal styles."""
    return PlainLens(style, PlainLens(style, None))
