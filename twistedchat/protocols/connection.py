"""One connection through a door: admitted, bounded, and closed with a goodbye.

Which dialogue carries the lines out, and what may stand between them, is the door's own.
"""

import math
from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHalfCloseableProtocol, ISSLTransport
from twisted.internet.protocol import connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from zope.interface import implementer

from twistedchat.core.chat import REASON_CHARS
from twistedchat.core.networks import is_loopback
from twistedchat.core.ports import Lens
from twistedchat.core.text import shorten
from twistedchat.protocols import sockets
from twistedchat.protocols.consumer import Weighed
from twistedchat.protocols.dialogue import Dialogue, Line
from twistedchat.protocols.entrance import Entrance
from twistedchat.protocols.intake import Intake
from twistedchat.protocols.lines import LineSplitter
from twistedchat.protocols.outbox import Outbox
from twistedchat.protocols.server_certificates import shown_certificate

LOST, TOO_SLOW = "Connection lost", "Too slow to read"
BROKEN = (LOST, TOO_SLOW)


@implementer(IHalfCloseableProtocol)
class DoorConnection(LineReceiver):
    """A connection that carries lines.

    Args:
        entrance: admits it and knows the settings.
        address: where it comes from.
    """

    transport: Any  # Twisted's own annotation leaves room for there being none.

    def __init__(self, entrance: Entrance, address: str) -> None:
        self.entrance = entrance
        self.address = address
        self.pending = False
        self.heard = self.begun = entrance.reactor.seconds()
        self._dialogue: Dialogue | None = None
        self._closed = False
        self._asked = -math.inf
        self._reason = "Connection closed"

    # What a door adds

    @abstractmethod
    def _take(self, lines: Sequence[Line]) -> None:
        """Take lines in, in order."""

    @abstractmethod
    def _speaker(self) -> Dialogue:
        """Who says the last words."""

    def _rest(self) -> None:
        """Wait for nothing any more."""

    def _let_go(self) -> None:
        """Forget whatever knows this connection, so that it is freed when nothing refers to it."""
        self._dialogue = None

    def _sign_of_life(self) -> bytes:
        """What shows the network that the connection is used, and the person nothing."""
        return b""

    # The beginning

    def _begin_session(self, door: str, lens: Lens) -> None:
        entrance, config = self.entrance, self.entrance.config
        sockets.set_up(self.transport, config.keepalive_seconds)
        self._link = entrance.reading.take_up(self.transport, self)
        self._splitter = LineSplitter(config.limits.line)
        self.outbox = Outbox(self._link, entrance.reactor, config.limits.outbox, self._overflowed)
        self._intake = _intake(entrance, self._link, self.address)
        cloak = entrance.cloaks.cloak(self.address)
        self.session = entrance.chat.connect(self.outbox, lens, door, self.address, cloak)
        self._note_security()

    def _is_admitted(self) -> bool:
        """Whether it may come in; if not, it is told why and closed."""
        refusal = self.entrance.admit(self)
        if refusal is not None:
            self.close(refusal.code, refusal.text)
        return refusal is None

    def _note_security(self) -> None:
        session, tls = self.session, ISSLTransport.providedBy(self.transport)
        session.secure = tls or is_loopback(self.address)
        if tls:
            session.certificate = shown_certificate(self.transport)

    # What a dialogue asks of it

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
            self._input_ended(clean=True)

    def writeConnectionLost(self) -> None:
        """Our own end is closed, which is how a goodbye begins."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The connection is gone; whole lines that came before are still carried out."""
        self._rest()
        self.entrance.reading.let_go(self._link)
        self.outbox.lost()
        self.entrance.gone(self)
        clean = reason.check(ConnectionDone) is not None
        self.entrance.turnstile.call(partial(self._gone, clean=clean))

    def _gone(self, *, clean: bool) -> None:
        if self._closed:
            self._leave()
            return
        self._input_ended(clean=clean)

    def _input_ended(self, *, clean: bool) -> None:
        clean = clean and not self.outbox.broken
        self._reason = "Connection closed" if clean else LOST
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
        self._rest()
        self.entrance.settled(self)
        speaker = self._dialogue or self._speaker()
        speaker.ending()
        self._send(speaker.last_words(code, text))
        self.entrance.chat.fanout.end(self.session)
        self._leave()

    def _leave(self) -> None:
        self._intake.stop()
        lingers = self._dialogue is not None and self._dialogue.lingers
        self.entrance.chat.disconnect(self.session, self._reason, lingers)
        self._let_go()

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
            self._send(dialogue.question or self._sign_of_life())
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


def _intake(entrance: Entrance, transport: Any, address: str) -> Intake:
    bounds = entrance.config.limits
    rate, burst, hold = bounds.rate, bounds.burst, bounds.hold_seconds
    return Intake(entrance.reactor, transport, rate, burst, hold, entrance, address)
