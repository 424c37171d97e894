"""Bytes <-> JSON objects, one per line; and whether the server is still there.

greeting    *( line )                    skipped: whatever the server says to people
stream      1*( "{" ... "}" LF )         from the first line that begins with "{"
"""

import json
from collections.abc import Callable
from typing import Protocol as Interface
from typing import cast

from OpenSSL import SSL
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import (
    IDelayedCall,
    IHandshakeListener,
    IReactorTime,
    ITCPTransport,
)
from twisted.internet.protocol import connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from zope.interface import implementer

from twistedchat.client.items import Request
from twistedchat.client.refusals import Exit, Refusal
from twistedchat.client.text import safe
from twistedchat.render.json import line as to_line

#: Seconds in which the server must answer a new connection.
ANSWER_WITHIN = 30.0

#: Seconds of silence after which the server is asked whether it is there, and given up.
ASK_AFTER, GIVE_UP_AFTER = 60.0, 90.0

#: Seconds between two looks at the clock.
_STEP = 5.0

#: What an OpenSSL error begins with when the peer speaks something else.
_NOT_TLS = (
    "wrong version number",
    "unknown protocol",
    "packet length too long",
    "record layer failure",
    "http request",
    "bad record type",
    "unexpected message",
    "wrong ssl version",
)

Judge = Callable[[ITCPTransport], Refusal | None]


class Listener(Interface):
    """Who is told what comes over a wire."""

    def opened(self, wire: "Wire") -> None:
        """The wire may be written to."""

    def received(self, obj: Request) -> None:
        """The server sent an object."""

    def closed(self, reason: str, refusal: Refusal | None) -> None:
        """The wire is gone, for a reason that people can read."""


@implementer(IHandshakeListener)
class Wire(LineReceiver):
    """One connection to a server.

    Args:
        listener: who is told.
        clock: for noticing silence.
        judge: with TLS, what decides about the peer's certificate before anything is sent.
    """

    delimiter = b"\n"
    MAX_LENGTH = 8 << 20

    def __init__(self, listener: Listener, clock: IReactorTime, judge: Judge | None) -> None:
        self._listener = listener
        self._clock = clock
        self._judge = judge
        self._greeting = ""
        self._speaking = False
        self._why = ""
        self._refusal: Refusal | None = None
        self._opened = False
        self._heard = clock.seconds()
        self._asked = False
        self._watching: IDelayedCall | None = None

    @property
    def speaking(self) -> bool:
        """Whether the server has said anything in this protocol."""
        return self._speaking

    def connectionMade(self) -> None:
        """Begin, unless the handshake comes first."""
        self._heard = self._clock.seconds()
        self._watching = self._clock.callLater(_STEP, self._watch)
        if self._judge is None:
            self._open()

    def handshakeCompleted(self) -> None:
        """The peer has shown its certificate: go on, or go away without having said a word."""
        if self._judge is None or self._refusal is not None:
            return
        self._refusal = self._judge(self._tcp)
        if self._refusal is None:
            self._open()
        else:
            self.abort(self._refusal.text)

    def dataReceived(self, data: bytes) -> None:
        """Take in bytes, but for what is plainly another protocol or follows a refusal."""
        if self._refusal is not None:
            return
        self._heard, self._asked = self._clock.seconds(), False
        if not self._speaking and self._judge is None and data[:2] == b"\x15\x03":
            text = "The server answered in TLS, and this connection is plain. Try --tls."
            self._refusal = Refusal(Exit.NOT_TLS, text)
            self.abort(text)
            return
        super().dataReceived(data)

    def lineReceived(self, line: bytes) -> None:
        """One line: part of the greeting, or an object."""
        self._speaking = self._speaking or line.startswith(b"{")
        if not self._speaking:
            self._greeting = safe(line[:300].decode("utf-8", "replace")) or self._greeting
            return
        try:
            obj = json.loads(line)
        except (ValueError, RecursionError):
            return
        if isinstance(obj, dict):
            self._listener.received(obj)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: ARG002
        """No server of ours sends such a line."""
        self.abort(f"It sent a line of more than {self.MAX_LENGTH >> 20} MiB")

    def send(self, request: Request) -> None:
        """Send one object."""
        self._tcp.write(to_line(request))

    def abort(self, why: str) -> None:
        """Close at once."""
        self._why = self._why or why
        self._tcp.abortConnection()

    def close(self) -> None:
        """Close once everything is written."""
        self._tcp.loseConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Tell why."""
        if self._watching is not None and self._watching.active():
            self._watching.cancel()
        if self._refusal is None and self._judge is not None:
            self._refusal = _not_tls(reason)
        self._listener.closed(self._explain(reason), self._refusal)

    def _open(self) -> None:
        self._opened = True
        self._listener.opened(self)

    @property
    def _tcp(self) -> ITCPTransport:
        return cast("ITCPTransport", self.transport)

    def _explain(self, reason: Failure) -> str:
        if self._refusal is not None:
            return self._refusal.text
        if not self._opened:
            broke = self._why or "The connection broke before it was secured"
            return f"{broke}; if the server speaks plain text there, --plain says so"
        if self._why:
            return self._why
        if not self._speaking and self._greeting:
            return f"The server said: {self._greeting}"
        if isinstance(reason.value, ConnectionDone):
            mute = not self._speaking and self._judge is None
            hint = " without a word; if it speaks TLS there, --tls does, too" if mute else ""
            return f"The server closed the connection{hint}"
        return safe(reason.getErrorMessage()).rstrip(".") or "The connection broke"

    def _watch(self) -> None:
        silent = self._clock.seconds() - self._heard
        if silent >= (GIVE_UP_AFTER if self._speaking else ANSWER_WITHIN):
            self.abort(f"The server has been silent for {silent:.0f} s")
            return
        if self._speaking and silent >= ASK_AFTER and not self._asked:
            self._asked = True
            self.send({"type": "ping"})
        self._watching = self._clock.callLater(_STEP, self._watch)


def _not_tls(reason: Failure) -> Refusal | None:
    if not isinstance(reason.value, SSL.Error) or not reason.value.args:
        return None
    errors = reason.value.args[0]
    said = [str(error[-1]).lower() for error in errors] if isinstance(errors, list) else []
    if not any(text.startswith(_NOT_TLS) for text in said):
        return None
    text = "The server's answer is not TLS. If it speaks plain text there, --plain says so."
    return Refusal(Exit.NOT_TLS, text)
