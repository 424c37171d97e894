"""The line door: nc, telnet, and programs that speak JSON lines.

Grammar of what comes in::

    stream  = *( telnet / line )           telnet commands (RFC 854) may stand anywhere
    line    = *octet eol                   UTF-8; what is not, is shown as U+FFFD
    eol     = LF / CR LF / CR NUL          the last line needs none

The first byte that is not blank decides: with ``{`` the connection speaks JSON lines from then on
(``docs/wire-protocol.md``); else the line is a nickname, and a person is typing. The greeting
waits for a short silence or the first byte and decides nothing.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory

from twistedchat.protocols.connection import DoorConnection
from twistedchat.protocols.dialogue import BLANK, Dialogue, Line, without_blanks
from twistedchat.protocols.entrance import Entrance
from twistedchat.protocols.intake import BYTES_PER_LINE
from twistedchat.protocols.jsonlines import JsonDialogue
from twistedchat.protocols.screen import Screen
from twistedchat.protocols.talk import TextDialogue
from twistedchat.protocols.telnet import Command, TelnetParser
from twistedchat.protocols.telnet_peer import TelnetPeer, pieces
from twistedchat.render.plain import Style, lens_for

JSON_BEGINS = b"{"
IAC = b"\xff"


class LineDoor(DoorConnection):
    """One connection of a person or program that sends lines.

    Args:
        entrance: admits it and knows the settings.
        address: where it comes from.
        telnet: begin telnet negotiation at once.
    """

    def __init__(self, entrance: Entrance, address: str, *, telnet: bool = False) -> None:
        super().__init__(entrance, address)
        self._telnet_first = telnet
        # Nearly nobody needs it: who is on nc, and most of those on telnet, never send a command.
        self._telnet: TelnetParser | None = None
        self._text: TextDialogue | None = None
        self._greeting: Any = None
        self._opened = False
        self._blank = True

    def connectionMade(self) -> None:
        """Somebody is there: admit them, and greet after a short silence."""
        entrance = self.entrance
        style = _style(entrance.zone, self._telnet_first)
        self._begin_session("line", lens_for(style))
        self.screen = Screen(entrance.chat, self.session, style)
        self._peer = TelnetPeer(self.screen)
        if not self._is_admitted():
            return
        if self._telnet_first:
            self.negotiate()
        greeting_seconds = entrance.config.greeting_ms / 1000
        self._greeting = entrance.reactor.callLater(greeting_seconds, self._greet)

    def _greet(self) -> TextDialogue:
        self._rest()
        if self._text is None:
            self._text = TextDialogue(self)
            self._text.greet()
        return self._text

    def _rest(self) -> None:
        if self._greeting is not None and self._greeting.active():
            self._greeting.cancel()
        self._greeting = None

    # Bytes come in

    def dataReceived(self, data: bytes) -> None:
        """Take telnet commands out, divide the rest into lines, carry them out in order."""
        if self._closed or not data:
            return
        self.heard = self.entrance.stir()
        if self._telnet is None and IAC not in data:
            self._read(data)
        else:
            self._read_telnet(data)
        self._intake.report()

    def _read_telnet(self, data: bytes) -> None:
        if self._telnet is None:
            self._telnet = TelnetParser()
        for piece in pieces(data):
            text, commands = self._telnet.feed(piece)
            if commands:
                self._told_telnet(commands)
            if text and not self._closed:
                self._read(text)

    def _read(self, text: bytes) -> None:
        if self.pending:
            self.entrance.spoke(self)
        if not self._opened:
            self._open(text)
        lines = self._splitter.feed(text)
        if lines:
            self._take(lines)
        if len(text) > BYTES_PER_LINE:
            self._intake.charge_size(len(text), len(lines))

    def _open(self, text: bytes) -> None:
        """Let the first byte decide; blank ones call for a greeting and decide nothing."""
        rest = text.lstrip(BLANK)
        self._opened = bool(rest)
        if len(rest) < len(text):
            self._greet()
        if rest.startswith(JSON_BEGINS):
            self._begin(JsonDialogue(self))
        else:
            self._greet()

    def _begin(self, dialogue: Dialogue) -> None:
        self._rest()
        self._dialogue = dialogue
        self._intake.serve(dialogue)

    def _take(self, lines: Sequence[Line]) -> None:
        if self._blank:
            lines = without_blanks(lines)
            self._blank = not lines
            if self._blank:
                return
        if self._dialogue is None:
            self._begin(self._greet())
        if not self._closed:
            self._intake.feed(lines)

    def lineReceived(self, line: Line) -> None:
        """Take one line in, as if it had come from the peer."""
        self._take([line])

    # Telnet

    def negotiate(self) -> None:
        """Begin telnet negotiation, unless it has begun."""
        self._send(self._peer.begin())

    def hide_typing(self, *, hidden: bool) -> bool:
        """Ask the peer not to show what is typed, or to show it; whether it speaks telnet."""
        data = self._peer.hide_typing(hidden=hidden)
        self._send(data or b"")
        return data is not None

    def _told_telnet(self, commands: Sequence[Command]) -> None:
        if self._closed or (self._dialogue is not None and not self._dialogue.telnet):
            return
        self._intake.charge(len(commands))
        self._send(self._peer.told(commands))

    # The end

    def _speaker(self) -> Dialogue:
        if self._text is None:
            self._text = TextDialogue(self)
        return self._text

    def _let_go(self) -> None:
        super()._let_go()
        if self._text is not None:
            self._text.stop()
            self._text = None

    def _sign_of_life(self) -> bytes:
        return self._peer.keep_alive()


@lru_cache(maxsize=16)
def _style(zone: ZoneInfo | None, crlf: bool) -> Style:
    """What everybody sees at first; one object for all."""
    return Style(zone=zone, crlf=crlf)


class LineFactory(Factory):
    """Makes the protocols of the line doors.

    Args:
        entrance: shared by all doors.
        telnet: begin telnet negotiation at once.
    """

    noisy = False

    def __init__(self, entrance: Entrance, *, telnet: bool = False) -> None:
        self.entrance = entrance
        self._telnet = telnet

    def buildProtocol(self, addr: IAddress | None) -> LineDoor:
        """A protocol for one connection."""
        address = str(getattr(addr, "host", "")) or "unix"
        protocol = LineDoor(self.entrance, address, telnet=self._telnet)
        protocol.factory = self
        return protocol

    def shut_down(self, message: str) -> "Deferred[None]":
        """Take nobody new and say goodbye to everybody; fires when all have gone."""
        return self.entrance.shut_down(message)

    def abort_all(self) -> None:
        """Close every connection that is left, at once."""
        self.entrance.abort_all()
