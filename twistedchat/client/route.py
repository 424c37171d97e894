"""Which way leads to a server: its endpoint, plain or in TLS, and who judges its certificate."""

from dataclasses import dataclass
from datetime import UTC, datetime

from twisted.internet.endpoints import HostnameEndpoint, clientFromString, wrapClientTLS
from twisted.internet.interfaces import IStreamClientEndpoint, ITCPTransport

from twistedchat.client.addresses import Address
from twistedchat.client.refusals import Refusal
from twistedchat.client.trust import Handshake, Trust
from twistedchat.client.wire import Judge

#: Seconds that connecting may take, all addresses of a name together.
CONNECT_WITHIN = 20


def wants_tls(address: Address, *, plain: bool, tls: bool) -> bool:
    """Whether to speak TLS: not on this computer, everywhere else, unless told otherwise."""
    return tls or address.tls or not (plain or address.is_local)


@dataclass(frozen=True, slots=True)
class Route:
    """How to reach one server.

    Attributes:
        address: where it is.
        trust: whom to believe; None for a plain connection.
    """

    address: Address
    trust: Trust | None

    def __str__(self) -> str:
        return str(self.address)

    def open(self, reactor: object) -> tuple[IStreamClientEndpoint, Judge | None]:
        """The endpoint to connect to, and what judges those who answer there."""
        if self.address.endpoint:
            endpoint = clientFromString(reactor, self.address.endpoint)
        else:
            host, port = self.address.host, self.address.port
            endpoint = HostnameEndpoint(reactor, host, port, timeout=CONNECT_WITHIN)
        if self.trust is None:
            return endpoint, None
        handshake = Handshake(self.trust)
        return wrapClientTLS(handshake, endpoint), self._judge(self.trust, handshake)

    def _judge(self, trust: Trust, handshake: Handshake) -> Judge:
        def judge(transport: ITCPTransport) -> Refusal | None:
            shown = transport.getPeerCertificate()  # type: ignore[attr-defined]
            return trust.judge(shown, handshake.errors, datetime.now(UTC))

        return judge
