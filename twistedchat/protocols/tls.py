"""TLS around any endpoint.

A connection reaches the wrapped factory only once its handshake is complete. Until then it counts
here, and here it is bounded: in time, and in number.
"""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import (
    IAddress,
    IHandshakeListener,
    IListeningPort,
    IProtocolFactory,
    IReactorTime,
    IStreamServerEndpoint,
)
from twisted.internet.protocol import Protocol, connectionDone
from twisted.logger import Logger
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol
from twisted.python.failure import Failure
from zope.interface import implementer

from twistedchat.protocols.server_certificates import ServerCertificates, describe

HANDSHAKE_SECONDS = 60.0
HANDSHAKES = 1000
# twistd's log shows debug lines too, and scanners come by the hundred: one line a minute is enough
# to find out why a client cannot connect.
SECONDS_BETWEEN_LINES = 60.0


class TLSTransport(TLSMemoryBIOProtocol):
    """A TLS transport that is freed as soon as its connection has ended."""

    def _tlsShutdownFinished(self, reason: Failure | None) -> None:
        super()._tlsShutdownFinished(reason)
        if reason is not None:
            # Its traceback knows the frame that made it, which knows the failure and this object.
            reason.cleanFailure()


class TLSFactory(TLSMemoryBIOFactory):
    """Puts TLS around another factory, whose protocols come to life after the handshake.

    Attributes:
        failed_handshakes: How many peers came and did not finish one.
    """

    _log = Logger()
    # Twisted's default gathers small writes with one scheduled call for each connection. What the
    # chat writes has been gathered already, one piece for a reader in a turn.
    protocol = TLSTransport

    def __init__(
        self,
        certificates: ServerCertificates,
        wrapped: IProtocolFactory,
        clock: IReactorTime,
        handshake_seconds: float = HANDSHAKE_SECONDS,
        handshakes: int = HANDSHAKES,
    ) -> None:
        """Wrap a factory.

        Args:
            certificates: Asked at every connection.
            wrapped: Asked for a protocol when a handshake is complete; None ends the connection.
            clock: The reactor.
            handshake_seconds: How long a handshake may take; 0 means for ever.
            handshakes: How many may be going on; one more ends the oldest. 0 means any number.
        """
        super().__init__(certificates, False, wrapped, clock)
        self.clock = clock
        self.handshake_seconds = handshake_seconds
        self.failed_handshakes = 0
        self._handshakes = handshakes
        self._pending: dict[Handshake, None] = {}
        self._last_line = -SECONDS_BETWEEN_LINES

    def buildProtocol(self, addr: IAddress | None) -> TLSMemoryBIOProtocol:
        """Begin a handshake; the wrapped factory hears of it when it is complete."""
        return self.protocol(self, Handshake(self, addr))

    def begun(self, handshake: "Handshake") -> None:
        """Count a handshake in; the oldest goes if it is one too many."""
        self._pending[handshake] = None
        if 0 < self._handshakes < len(self._pending):
            next(iter(self._pending)).give_up("too many others")

    def ended(self, handshake: "Handshake") -> None:
        """Count a handshake out."""
        self._pending.pop(handshake, None)

    def failed(self, address: IAddress | None, reason: str) -> None:
        """Note a handshake that came to nothing; at most one line a minute says so."""
        self.failed_handshakes += 1
        if self.clock.seconds() - self._last_line < SECONDS_BETWEEN_LINES:
            return
        self._last_line = self.clock.seconds()
        self._log.debug(
            "TLS handshake with {address} failed: {reason} ({count} failed in all)",
            address=getattr(address, "host", address),
            reason=reason,
            count=self.failed_handshakes,
        )


@implementer(IHandshakeListener)
class Handshake(Protocol):
    """Stands in for the wrapped protocol until TLS is up, then makes room for it."""

    def __init__(self, factory: TLSFactory, address: IAddress | None) -> None:
        self._factory = factory
        self._address = address
        self._outcome = ""
        self._complete = False
        # The TLS transport; Twisted's interface for one does not name all that it can do.
        self._tls: Any = None
        self._timeout: Any = None

    def connectionMade(self) -> None:
        """Start the time-out."""
        self._tls = self.transport
        factory = self._factory
        if factory.handshake_seconds > 0:
            self._timeout = factory.clock.callLater(
                factory.handshake_seconds, self.give_up, "it took too long"
            )
        factory.begun(self)

    def give_up(self, reason: str) -> None:
        """End a connection whose handshake is not to be waited for."""
        self._outcome = reason
        self._end()
        self._tls.abortConnection()

    def handshakeCompleted(self) -> None:
        """Let the wrapped protocol take this one's place."""
        self._complete = True
        self._end()
        tls = self._tls
        protocol = self._factory.wrappedFactory.buildProtocol(self._address)
        if protocol is None:
            tls.abortConnection()
            return
        tls.wrappedProtocol = protocol
        protocol.makeConnection(tls)
        if IHandshakeListener.providedBy(protocol):
            protocol.handshakeCompleted()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Note a peer that left, or spoke something else than TLS."""
        self._end()
        if not self._complete:
            self._factory.failed(self._address, self._outcome or describe(reason.value))

    def _end(self) -> None:
        self._factory.ended(self)
        if self._timeout is not None and self._timeout.active():
            self._timeout.cancel()


@implementer(IStreamServerEndpoint)
class _TLSEndpoint:
    def __init__(
        self,
        endpoint: IStreamServerEndpoint,
        certificates: ServerCertificates,
        clock: IReactorTime,
        handshake_seconds: float,
        handshakes: int,
    ) -> None:
        self._endpoint = endpoint
        self._arguments = (clock, handshake_seconds, handshakes)
        self._certificates = certificates

    def listen(self, protocolFactory: IProtocolFactory) -> "Deferred[IListeningPort]":
        factory = TLSFactory(self._certificates, protocolFactory, *self._arguments)
        return self._endpoint.listen(factory)


def wrap_endpoint(
    endpoint: IStreamServerEndpoint,
    certificates: ServerCertificates,
    clock: IReactorTime,
    handshake_seconds: float = HANDSHAKE_SECONDS,
    handshakes: int = HANDSHAKES,
) -> IStreamServerEndpoint:
    """Put an endpoint behind TLS; the other arguments are `TLSFactory`'s."""
    return _TLSEndpoint(endpoint, certificates, clock, handshake_seconds, handshakes)
