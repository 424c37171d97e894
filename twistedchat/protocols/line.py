"""The line door: nc, telnet, and programs that speak JSON lines.

Grammar of what comes in::

    stream  = *( telnet / line )           telnet commands (RFC 854) may stand anywhere
    line    = *octet eol                   UTF-8; what is not, is shown as U+FFFD
    eol     = LF / CR LF / CR NUL          the last line needs none

The first line decides: when it begins with ``{``, the connection speaks JSON lines from then on
(``docs/wire-protocol.md``); else it is a nickname, and a person is typing. The greeting waits for
a short silence or the first byte and decides nothing.
"""

from collections.abc import Sequence
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IAddress, IHalfCloseableProtocol, ISSLTransport
from twisted.internet.protocol import Factory, connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from zope.interface import implementer

from twistedchat.protocols.dialogue import Dialogue, Line
from twistedchat.protocols.entrance import Entrance
from twistedchat.protocols.intake import Cost, Intake
from twistedchat.protocols.jsonlines import JsonDialogue
from twistedchat.protocols.lines import LineSplitter, TooLongLine
from twistedchat.protocols.outbox import Outbox
from twistedchat.protocols.screen import Screen
from twistedchat.protocols.talk import TextDialogue
from twistedchat.protocols.telnet import Command, TelnetParser
from twistedchat.protocols.telnet_options import TelnetNegotiator
from twistedchat.render.plain import Style, lens_for

JSON_BEGINS = b"{"


@implementer(IHalfCloseableProtocol)
class LineDoor(LineReceiver):
    """One connection of a person or program that sends lines.

    Args:
        entrance: admits it and knows the settings.
        address: where it comes from.
        telnet: begin telnet negotiation at once.
    """

    # Twisted's own annotation leaves room for there being none.
    transport: Any

    def __init__(self, entrance: Entrance, address: str, *, telnet: bool = False) -> None:
        self.entrance = entrance
        self.address = address
        self.pending = False
        self.heard = self.begun = entrance.reactor.seconds()
        self._telnet_first = telnet
        self._negotiator: TelnetNegotiator | None = None
        self._text: TextDialogue | None = None
        self._dialogue: Dialogue | None = None
        self._greeting: Any = None
        self._closed = False
        self._reason = "Connection closed"

    def connectionMade(self) -> None:
        """Somebody is there: admit them, and greet after a short silence."""
        entrance = self.entrance
        limits = entrance.config.limits
        self._set_up_transport()
        self._telnet = TelnetParser()
        self._splitter = LineSplitter(limits.line)
        outbox = Outbox(self.transport, entrance.reactor, limits.outbox, self._overflowed)
        self.outbox = outbox
        self._intake = Intake(
            entrance.reactor, self.transport, self, limits.rate, limits.burst, limits.hold_seconds
        )
        style = Style(zone=entrance.zone, crlf=self._telnet_first)
        cloak = entrance.cloaks.cloak(self.address)
        self.session = entrance.chat.connect(outbox, lens_for(style), "line", self.address, cloak)
        self.session.secure = ISSLTransport.providedBy(self.transport)
        self.screen = Screen(entrance.chat, self.session, style)
        refusal = entrance.admit(self)
        if refusal is not None:
            self.close("full", refusal)
            return
        if self._telnet_first:
            self.negotiate()
        wait = entrance.config.greeting_ms / 1000
        self._greeting = entrance.reactor.callLater(wait, self._greet)

    def _set_up_transport(self) -> None:
        for option in ("setTcpNoDelay", "setTcpKeepAlive"):
            if hasattr(self.transport, option):
                getattr(self.transport, option)(True)

    def _greet(self) -> None:
        self._stop_greeting()
        if self._text is None:
            self._text = TextDialogue(self)
            self._text.greet()

    def _stop_greeting(self) -> None:
        if self._greeting is not None and self._greeting.active():
            self._greeting.cancel()
        self._greeting = None

    # Bytes come in

    def dataReceived(self, data: bytes) -> None:
        """Take telnet commands out, divide the rest into lines, carry them out in order."""
        if self._closed:
            return
        self.heard = self.entrance.reactor.seconds()
        data, commands = self._telnet.feed(data)
        if commands:
            self._told_telnet(commands)
        if self.pending and data:
            self.entrance.spoke(self)
        if self._greeting is not None and data and not data.lstrip().startswith(JSON_BEGINS):
            self._greet()
        self._take(self._splitter.feed(data))

    def _take(self, lines: Sequence[Line]) -> None:
        if self._dialogue is None:
            lines = self._choose(lines)
        if lines:
            self._intake.feed(lines)

    def _choose(self, lines: Sequence[Line]) -> Sequence[Line]:
        """Let the first line decide what is spoken; blank ones decide nothing."""
        for place, line in enumerate(lines):
            first = b"?" if isinstance(line, TooLongLine) else line.strip()
            if first.startswith(JSON_BEGINS):
                self._stop_greeting()
                self._dialogue = JsonDialogue(self)
            elif first:
                self._greet()
                self._dialogue = self._text
            if self._dialogue is not None:
                return lines[place:]
        return []

    def lineReceived(self, line: Line) -> "Deferred[None] | None":
        """Carry out one line."""
        if self._dialogue is None or self._closed:
            return None
        return self._dialogue.carry_out(line)

    # What the intake asks

    def cost(self, line: Line) -> Cost:
        """What a line counts as."""
        return self._dialogue.cost(line) if self._dialogue else Cost.ASK

    def carry_out(self, line: Line) -> "Deferred[None] | None":
        """Do what a line says."""
        return self.lineReceived(line)

    def behind(self, seconds: int) -> None:
        """Lines wait for the rate."""
        if self._dialogue:
            self._dialogue.behind(seconds)

    def refused(self, lines: int) -> None:
        """Lines were refused for the rate."""
        if self._dialogue:
            self._dialogue.refused(lines)

    # Telnet

    def negotiate(self) -> None:
        """Begin telnet negotiation, unless it has begun."""
        if self._negotiator is None:
            self._negotiator = TelnetNegotiator()
            self.screen.is_telnet()
        self._send(self._negotiator.start())

    def _told_telnet(self, commands: list[Command]) -> None:
        self.negotiate()
        assert self._negotiator is not None  # noqa: S101
        self._intake.charge(len(commands))
        self._send(self._negotiator.receive_all(commands))
        if self._negotiator.terminal is not None:
            self.screen.is_terminal(self._negotiator.terminal)

    def _send(self, data: bytes) -> None:
        if data:
            self.entrance.chat.fanout.send(self.session, data)

    # The end

    def readConnectionLost(self) -> None:
        """The peer has said all it wants to say: carry it out, then say goodbye."""
        if self._closed:
            self.transport.loseConnection()
        else:
            self._end_of_input(clean=True)

    def writeConnectionLost(self) -> None:
        """Our own end is closed, which is how a goodbye begins."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The connection is gone; whole lines that came before are still carried out."""
        self._stop_greeting()
        self.outbox.lost()
        if not self._closed:
            clean = reason.check(ConnectionDone) is not None
            self._reason = "Connection closed" if clean else "Connection lost"
            self._end_of_input(clean=clean)
        self._intake.stop()
        self._leave()
        self.entrance.gone(self)

    def _end_of_input(self, *, clean: bool) -> None:
        last = self._splitter.finish() if clean else None
        if last:
            self._take([last])
        self._intake.end(self._input_done)

    def _input_done(self) -> None:
        if self._dialogue is not None:
            self._dialogue.input_done()
        self.close("bye", "Goodbye.", self._reason)

    def close(self, code: str, text: str, reason: str | None = None) -> None:
        """Say why, and close; what is still in the peer's pipe is read and discarded."""
        if self._closed:
            return
        self._closed = True
        if reason is not None:
            self._reason = reason
        self._stop_greeting()
        self.entrance.settled(self)
        dialogue = self._dialogue or self._text or TextDialogue(self)
        self._send(dialogue.last_words(code, text))
        self.entrance.chat.fanout.end(self.session)
        self._intake.stop()
        self._leave()

    def _leave(self) -> None:
        lingers = self._dialogue is not None and self._dialogue.lingers
        self.entrance.chat.disconnect(self.session, self._reason, lingers)
        if self._text is not None:
            self._text.stop()

    def probe(self) -> None:
        """See whether the peer is still there."""
        if self._dialogue is not None and not self._dialogue.probe():
            self._reason = "Connection lost"
            self.abort()

    def abort(self) -> None:
        """Close at once."""
        self._closed = True
        self.transport.abortConnection()

    def _overflowed(self) -> None:
        self._closed = True
        self._reason = "Too slow to read"
        user = self.session.user
        self.entrance.dropped(self, user.nick if user else "a stranger")


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
        protocol = LineDoor(
            self.entrance, str(getattr(addr, "host", "")) or "unix", telnet=self._telnet
        )
        protocol.factory = self
        return protocol

    def shut_down(self, message: str) -> "Deferred[None]":
        """Take nobody new and say goodbye to everybody; fires when all have gone."""
        return self.entrance.shut_down(message)

    def abort_all(self) -> None:
        """Close every connection that is left, at once."""
        self.entrance.abort_all()
