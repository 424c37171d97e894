"""TLS around a factory: both sides in memory, in virtual time."""

import pytest
from OpenSSL import SSL
from twisted.internet.address import IPv4Address
from twisted.internet.defer import succeed
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import (
    IHandshakeListener,
    IOpenSSLClientConnectionCreator,
    IStreamServerEndpoint,
)
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.logger import LogLevel, capturedLogs, formatEvent
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.python.failure import Failure
from twisted.test.iosim import FakeTransport, connect
from zope.interface import implementer, verify

from twistedchat.protocols.certificates import PairFiles, fingerprint
from twistedchat.protocols.self_signed import memory_pair, self_signed_pair
from twistedchat.protocols.server_certificates import ServerCertificates
from twistedchat.protocols.tls import SECONDS_BETWEEN_LINES, TLSFactory, wrap_endpoint

ADDRESS = IPv4Address("TCP", "192.0.2.7", 4000)


class Recording(Protocol):
    """Notes all that happens to it."""

    def __init__(self):
        self.events = []

    def connectionMade(self):
        self.events.append("made")

    def dataReceived(self, data):
        self.events.append(data)

    def connectionLost(self, reason):
        self.events.append("lost")


class Greeting(Recording):
    def connectionMade(self):
        super().connectionMade()
        self.transport.write(b"welcome")


@implementer(IHandshakeListener)
class Listening(Recording):
    def handshakeCompleted(self):
        self.events.append("completed")


@implementer(IOpenSSLClientConnectionCreator)
class Trusting:
    def clientConnectionForTLS(self, protocol):
        return SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD), None)


@implementer(IStreamServerEndpoint)
class MemoryEndpoint:
    def listen(self, factory):
        self.factory = factory
        return succeed(self)


class Bench:
    """A TLS factory under test, the protocols it built, and clients for it."""

    def __init__(self, protocol=Greeting, certificates=None, **settings):
        self.clock = Clock()
        self.built = []
        self.addresses = []
        self.wrapped = Factory()
        self.wrapped.buildProtocol = self.build
        self.protocol = protocol
        certificates = certificates or ServerCertificates(memory_pair([]))
        self.factory = TLSFactory(certificates, self.wrapped, self.clock, **settings)

    def build(self, address):
        self.addresses.append(address)
        if self.protocol is None:
            return None
        self.built.append(self.protocol())
        return self.built[-1]

    def client(self):
        """Connect a client of whom nothing has been delivered yet: client, its pump, its server."""
        client = Recording()
        factory = TLSMemoryBIOFactory(
            Trusting(), True, Factory.forProtocol(lambda: client), self.clock
        )
        tls, server = factory.buildProtocol(None), self.factory.buildProtocol(ADDRESS)
        pump = connect(
            server, FakeTransport(server, isServer=True), tls, FakeTransport(tls, isServer=False)
        )
        return client, pump

    def settle(self, pump):
        for _ in range(5):
            self.clock.advance(0)
            pump.flush()

    def raw(self):
        """Connect a peer that is not bound to speak TLS."""
        server = self.factory.buildProtocol(ADDRESS)
        transport = StringTransport()
        server.makeConnection(transport)
        return server, transport


def seen_by(client):
    connection = client.transport.getHandle()
    return fingerprint(connection.get_peer_certificate(as_cryptography=True))


def test_lines_pass_both_ways_and_the_end_too():
    """The wrapped protocol does not notice that there is TLS around it."""
    bench = Bench()
    client, pump = bench.client()
    bench.settle(pump)
    (server,) = bench.built
    assert bench.addresses == [ADDRESS]
    client.transport.write(b"hello")
    bench.settle(pump)
    assert server.events == ["made", b"hello"]
    assert client.events == ["made", b"welcome"]
    server.transport.write(b"bye")
    server.transport.loseConnection()
    bench.settle(pump)
    assert client.events[2:] == [b"bye", "lost"]
    assert server.events[2:] == ["lost"]


def test_the_wrapped_factory_hears_nothing_before_the_handshake():
    """A scanner that only connects costs the chat nothing."""
    bench = Bench()
    server, _ = bench.raw()
    assert server.connected
    assert bench.addresses == []


def test_nothing_stands_between_once_the_handshake_is_done():
    """What is said goes straight from TLS to the wrapped protocol, with no layer between."""
    bench = Bench()
    _, pump = bench.client()
    bench.settle(pump)
    (server,) = bench.built
    assert server.transport.wrappedProtocol is server
    assert not bench.clock.getDelayedCalls()


def test_a_protocol_that_waits_for_the_handshake_is_told():
    """It is complete, so it is told at once, after its connection was made."""
    bench = Bench(Listening)
    _, pump = bench.client()
    bench.settle(pump)
    assert bench.built[0].events == ["made", "completed"]


def test_a_factory_that_refuses_ends_the_connection():
    """None from `buildProtocol` means no, as it does on plain TCP, and is no failed handshake."""
    bench = Bench(None)
    client, pump = bench.client()
    with capturedLogs() as events:
        bench.settle(pump)
    assert client.events[-1] == "lost"
    assert bench.factory.failed_handshakes == 0
    assert events == []


def test_an_unfinished_handshake_is_ended():
    """A peer that says nothing, or half a hello, is let go in the time set."""
    bench = Bench(handshake_seconds=60)
    server, transport = bench.raw()
    bench.clock.advance(59)
    server.dataReceived(b"\x16\x03\x01\x02\x00\x01")
    assert not transport.disconnecting
    bench.clock.advance(1)
    assert transport.disconnected or transport.disconnecting
    assert bench.addresses == []


def test_a_finished_handshake_is_not():
    """The time-out ends with the handshake."""
    bench = Bench(handshake_seconds=60)
    client, pump = bench.client()
    bench.settle(pump)
    bench.clock.advance(1000)
    bench.settle(pump)
    assert "lost" not in client.events


def test_no_time_out_means_none():
    """0 turns it off, as with all counts and times."""
    bench = Bench(handshake_seconds=0)
    bench.raw()
    assert not bench.clock.getDelayedCalls()


def test_too_many_handshakes_end_the_oldest():
    """The newcomer is never the one to go, nor is anybody whose handshake is done."""
    bench = Bench(handshakes=2)
    client, pump = bench.client()
    bench.settle(pump)
    transports = [bench.raw()[1] for _ in range(3)]
    assert [transport.disconnecting for transport in transports] == [True, False, False]
    bench.settle(pump)
    assert "lost" not in client.events


def test_a_peer_that_left_makes_room():
    """Only handshakes that are going on are counted."""
    bench = Bench(handshakes=2)
    _, oldest = bench.raw()
    bench.raw()[0].connectionLost(Failure(ConnectionDone()))
    bench.raw()
    assert not oldest.disconnecting
    assert bench.factory.failed_handshakes == 1


def test_any_number_of_handshakes():
    """0 turns the bound off."""
    bench = Bench(handshakes=0)
    assert not any(bench.raw()[1].disconnecting for _ in range(20))


@pytest.mark.parametrize(
    "said", [b"GET / HTTP/1.1\r\n\r\n", b"hello\n", b"\x16\x03\x01" + bytes(300), b"\xff" * 5000]
)
def test_plain_text_and_garbage_end_quietly(said):
    """No traceback, nothing above debug, and the connection is closed."""
    bench = Bench()
    server, transport = bench.raw()
    with capturedLogs() as events:
        server.dataReceived(said)
        assert transport.disconnecting
        server.connectionLost(Failure(ConnectionDone()))
    assert bench.addresses == []
    (event,) = events
    assert event["log_level"] is LogLevel.debug
    assert formatEvent(event).startswith("TLS handshake with 192.0.2.7 failed: ")
    assert "[(" not in formatEvent(event)


def test_scanners_do_not_fill_the_log():
    """One line a minute, with the number of them all."""
    bench = Bench()
    with capturedLogs() as events:
        for seconds in (0, 0, 0, SECONDS_BETWEEN_LINES):
            bench.clock.advance(seconds)
            server, _ = bench.raw()
            server.dataReceived(b"hello\n")
            server.connectionLost(Failure(ConnectionDone()))
    assert len(events) == 2
    assert formatEvent(events[1]).endswith("(4 failed in all)")


def test_a_peer_that_is_given_up_is_noted_with_the_reason():
    """The log says why it ended, not how."""
    bench = Bench(handshake_seconds=5)
    server, _ = bench.raw()
    bench.clock.advance(5)
    with capturedLogs() as events:
        server.connectionLost(Failure(ConnectionDone()))
    assert "it took too long" in formatEvent(events[0])


def test_a_new_certificate_reaches_new_connections_only(tmp_path):
    """The one who was there goes on talking."""
    files = PairFiles(*self_signed_pair(tmp_path, []))
    certificates = ServerCertificates.load(files)
    bench = Bench(certificates=certificates)
    old, old_pump = bench.client()
    bench.settle(old_pump)
    files.certificate.unlink()
    files.key.unlink()
    self_signed_pair(tmp_path, [])
    assert certificates.poll()
    new, new_pump = bench.client()
    bench.settle(new_pump)
    assert seen_by(new) == fingerprint(certificates.pair.certificate) != seen_by(old)
    old.transport.write(b"still here")
    bench.settle(old_pump)
    assert bench.built[0].events[-1] == b"still here"


def test_an_endpoint_is_wrapped():
    """It listens with TLS around the factory it is given, and with the settings asked for."""
    inner, clock, certificates = MemoryEndpoint(), Clock(), ServerCertificates(memory_pair([]))
    endpoint = wrap_endpoint(inner, certificates, clock, handshake_seconds=7)
    verify.verifyObject(IStreamServerEndpoint, endpoint)
    wrapped = Factory.forProtocol(Recording)
    assert endpoint.listen(wrapped).result is inner
    assert isinstance(inner.factory, TLSFactory)
    assert inner.factory.wrappedFactory is wrapped
    assert inner.factory.handshake_seconds == 7
