"""The line door: nc, telnet, and programs that speak JSON lines.

Grammar of what comes in::

    stream  = *( telnet / line )           telnet commands (RFC 854) may stand anywhere
    line    = *octet eol                   UTF-8; what is not, is shown as U+FFFD
    eol     = LF / CR LF / CR NUL          the last line needs none

The first byte that is not blank decides: with ``{`` the connection speaks JSON lines from then on
(``docs/wire-protocol.md``); else the line is a nickname, and a person is typing. The greeting
waits for a short silence or the first byte and decides nothing.
"""

import math
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IAddress, IHalfCloseableProtocol, ISSLTransport
from twisted.internet.protocol import Factory, connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from zope.interface import implementer

from twistedchat.core.chat import REASON_CHARS
from twistedchat.core.networks import is_loopback
from twistedchat.core.text import shorten
from twistedchat.protocols import sockets
from twistedchat.protocols.dialogue import BLANK, Dialogue, Line, without_blanks
from twistedchat.protocols.entrance import Entrance
from twistedchat.protocols.intake import Intake, Weighed
from twistedchat.protocols.jsonlines import JsonDialogue
from twistedchat.protocols.lines import LineSplitter
from twistedchat.protocols.outbox import Outbox
from twistedchat.protocols.screen import Screen
from twistedchat.protocols.server_certificates import shown_certificate
from twistedchat.protocols.talk import TextDialogue
from twistedchat.protocols.telnet import Command, TelnetParser
from twistedchat.protocols.telnet_peer import TelnetPeer, pieces
from twistedchat.render.plain import Style, lens_for

JSON_BEGINS = b"{"
LOST, TOO_SLOW = "Connection lost", "Too slow to read"
BROKEN = (LOST, TOO_SLOW)
IAC = b"\xff"


@implementer(IHalfCloseableProtocol)
class LineDoor(LineReceiver):
    """One connection of a person or program that sends lines.

    Args:
        entrance: admits it and knows the settings.
        address: where it comes from.
        telnet: begin telnet negotiation at once.
    """

    transport: Any  # Twisted's own annotation leaves room for there being none.

    def __init__(self, entrance: Entrance, address: str, *, telnet: bool = False) -> None:
        self.entrance = entrance
        self.address = address
        self.pending = False
        self.heard = self.begun = entrance.reactor.seconds()
        self._telnet_first = telnet
        # Nearly nobody needs it: who is on nc, and most of those on telnet, never send a command.
        self._telnet: TelnetParser | None = None
        self._text: TextDialogue | None = None
        self._dialogue: Dialogue | None = None
        self._greeting: Any = None
        self._opened = False
        self._blank = True
        self._closed = False
        self._asked = -math.inf
        self._reason = "Connection closed"

    def connectionMade(self) -> None:
        """Somebody is there: admit them, and greet after a short silence."""
        entrance, config = self.entrance, self.entrance.config
        sockets.set_up(self.transport, config.keepalive_seconds)
        self._link = entrance.reading.take_up(self.transport, self)
        self._splitter = LineSplitter(config.limits.line)
        self.outbox = Outbox(self._link, entrance.reactor, config.limits.outbox, self._overflowed)
        style = _style(entrance.zone, self._telnet_first)
        cloak = entrance.cloaks.cloak(self.address)
        self._intake = _intake(entrance, self._link, self.address)
        self.session = entrance.chat.connect(
            self.outbox, lens_for(style), "line", self.address, cloak
        )
        self._note_security()
        self.screen = Screen(entrance.chat, self.session, style)
        self._peer = TelnetPeer(self.screen)
        refusal = entrance.admit(self)
        if refusal is not None:
            self.close(refusal.code, refusal.text)
            return
        if self._telnet_first:
            self.negotiate()
        self._greeting = entrance.reactor.callLater(config.greeting_ms / 1000, self._greet)

    def _note_security(self) -> None:
        session, tls = self.session, ISSLTransport.providedBy(self.transport)
        session.secure = tls or is_loopback(self.address)
        if tls:
            session.certificate = shown_certificate(self.transport)

    def _greet(self) -> TextDialogue:
        self._stop_greeting()
        if self._text is None:
            self._text = TextDialogue(self)
            self._text.greet()
        return self._text

    def _stop_greeting(self) -> None:
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
        self._stop_greeting()
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

    @property
    def broken(self) -> bool:
        """Whether the connection ended without a word."""
        return self._reason in BROKEN

    @property
    def holding(self) -> bool:
        """Whether the peer is not being read from at the moment."""
        return self._intake.holding

    def forget(self) -> list[Weighed]:
        """Give back the lines that were read and not carried out yet."""
        return self._intake.forget()

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

    def _send(self, data: bytes) -> None:
        if data:
            self.entrance.chat.fanout.send(self.session, data)

    # The end

    def readConnectionLost(self) -> None:
        """The peer has said all it wants to say: carry it out, then say goodbye."""
        self.outbox.heard_all()
        self.entrance.turnstile.call(self._heard_all)

    def _heard_all(self) -> None:
        if not self._closed:
            self._end_of_input(clean=True)

    def writeConnectionLost(self) -> None:
        """Our own end is closed, which is how a goodbye begins."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The connection is gone; whole lines that came before are still carried out."""
        self._stop_greeting()
        self.entrance.reading.let_go(self._link)
        self.outbox.lost()
        self.entrance.gone(self)
        clean = reason.check(ConnectionDone) is not None
        self.entrance.turnstile.call(partial(self._gone, clean=clean))

    def _gone(self, *, clean: bool) -> None:
        if self._closed:
            self._leave()
            return
        self._reason = "Connection closed" if clean else LOST
        self._end_of_input(clean=clean)

    def _end_of_input(self, *, clean: bool) -> None:
        last = self._splitter.finish() if clean else None
        if last:
            self._take([last])
        if not self._closed:
            self._intake.end(self._input_done)

    def _input_done(self) -> None:
        self.close("bye", "Goodbye.", self._reason)

    def close(self, code: str, text: str, reason: str | None = None) -> None:
        """Say why, and close; what is still in the peer's pipe is read and discarded."""
        if self._closed:
            return
        self._closed = True
        if reason is not None:
            self._reason = shorten(reason, REASON_CHARS)
        self._stop_greeting()
        self.entrance.settled(self)
        dialogue = self._dialogue or self._text or TextDialogue(self)
        dialogue.ending()
        self._send(dialogue.last_words(code, text))
        self.entrance.chat.fanout.end(self.session)
        self._leave()

    def _leave(self) -> None:
        self._intake.stop()
        if self._text is not None:
            self._text.stop()
        lingers = self._dialogue is not None and self._dialogue.lingers
        self.entrance.chat.disconnect(self.session, self._reason, lingers)
        # They know this connection: without them it is freed as soon as nothing refers to it.
        self._dialogue = self._text = None

    def wind_up(self) -> None:
        """Carry out at once what has been read, also what waits for its rate."""
        if not self._closed and self._dialogue is not None:
            self._intake.end(lambda: None, at_once=True)

    def probe(self) -> None:
        """Ask for a sign of life where that shows nothing; who owes one for too long is gone."""
        now, wait = self.entrance.reactor.seconds(), self.entrance.config.keepalive_seconds
        dialogue = self._dialogue
        if self._closed or dialogue is None or self._intake.holding:
            return
        if now - self._asked < wait:
            return
        if dialogue.question and self._asked > self.heard:
            self._reason = LOST
            self.abort()
        else:
            self._send(dialogue.question or self._peer.keep_alive())
            self._asked = now

    def abort(self) -> None:
        """Close at once."""
        self._closed = True
        self._link.abortConnection()

    def _overflowed(self) -> None:
        self._closed = True
        self._reason = TOO_SLOW
        self._intake.stop()
        self.entrance.dropped(self, self.session.user.nick if self.session.user else "a stranger")


@lru_cache(maxsize=16)
def _style(zone: ZoneInfo | None, crlf: bool) -> Style:
    """What everybody sees at first; one object for all."""
    return Style(zone=zone, crlf=crlf)


def _intake(entrance: Entrance, transport: Any, address: str) -> Intake:
    bounds = entrance.config.limits
    rate, burst, hold = bounds.rate, bounds.burst, bounds.hold_seconds
    return Intake(entrance.reactor, transport, rate, burst, hold, entrance, address)


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
