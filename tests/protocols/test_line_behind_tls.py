"""The line door behind TLS: both sides in memory, with the real handshake and the real goodbye."""

import pytest
from OpenSSL import SSL
from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.protocol import Factory, Protocol
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.test.iosim import FakeTransport, connect
from zope.interface import implementer

from twistedchat.protocols.certificates import fingerprint
from twistedchat.protocols.self_signed import memory_pair
from twistedchat.protocols.server_certificates import ServerCertificates
from twistedchat.protocols.tls import TLSFactory
from twistedchat.testing_accounts import open_accounts

CERTIFICATES = ServerCertificates(memory_pair([]))


@implementer(IOpenSSLClientConnectionCreator)
class Trusting:
    def __init__(self, pair=None):
        self.pair = pair

    def clientConnectionForTLS(self, protocol):
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        if self.pair is not None:
            context.use_certificate(self.pair.certificate)
            context.use_privatekey(self.pair.key)
        return SSL.Connection(context, None)


class Client(Protocol):
    def __init__(self):
        self.data = b""
        self.lost = False

    def dataReceived(self, data):
        self.data += data

    def connectionLost(self, reason):
        self.lost = True


class Visitor:
    """Somebody with a TLS client."""

    def __init__(self, house, pair=None, address="127.0.0.1"):
        self.house, self.client = house, Client()
        address = IPv4Address("TCP", address, 40000)
        factory = TLSFactory(CERTIFICATES, house.factories[False], house.clock)
        client = Factory.forProtocol(lambda: self.client)
        ours = TLSMemoryBIOFactory(Trusting(pair), True, client, house.clock)
        self.server, tls = factory.buildProtocol(address), ours.buildProtocol(None)
        transports = FakeTransport(self.server, isServer=True), FakeTransport(tls, isServer=False)
        self.pump = connect(self.server, transports[0], tls, transports[1])
        self.settle()

    def settle(self):
        for _ in range(6):
            self.house.turn()
            self.pump.flush()

    def send(self, data):
        self.client.transport.write(data)
        self.settle()

    def close(self):
        self.client.transport.loseConnection()
        self.settle()


@pytest.fixture
def visitor(house):
    return Visitor(house)


def test_people_talk(house, visitor):
    """As at any other door; what they read is encrypted, and the session knows."""
    bob = house.person("bob")
    visitor.send(b"ada\nhello\n")
    assert bob.lines() == ["*** ada joined #lobby.", "<ada> hello"]
    bob.send("hi\n")
    visitor.settle()
    assert visitor.client.data.endswith(b" <bob> hi\n")
    assert house.chat.sessions[next(iter(house.chat.state.nicks["ada"].sessions))].secure


def test_quit_says_goodbye_and_closes(house, visitor):
    """The last words arrive before close_notify, and nothing waits for the two seconds."""
    visitor.send(b"ada\nhello\n/quit\n")
    assert visitor.client.data.endswith(b"*** Goodbye.\n")
    assert visitor.client.lost
    assert not house.chat.state.users


def test_close_notify_ends_it_as_a_half_close_would(house, visitor):
    """What was said is carried out, with the last line that has no end."""
    bob = house.person("bob")
    visitor.send(b"ada\nhello\nlast")
    visitor.close()
    assert bob.lines() == [
        "*** ada joined #lobby.",
        "<ada> hello",
        "<ada> last",
        "*** ada has gone: Connection closed",
    ]
    bob.vanish()
    assert house.clock.getDelayedCalls() == []


def test_a_refusal_arrives(open_house):
    """Also inside TLS."""
    house = open_house(connections=1)
    house.person("bob")
    visitor = Visitor(house)
    assert visitor.client.data == b"*** The server is full. Try again later.\n"
    assert visitor.client.lost


def test_much_at_once_arrives_whole(open_house):
    """More than TLS takes at a time."""
    house = open_house(rate=0)
    bob, visitor = house.person("bob"), Visitor(house)
    visitor.send(b"ada\n")
    bob.send("".join(f"{n} {'x' * 1900}\n" for n in range(100)))
    visitor.settle()
    said = [line.split()[2] for line in visitor.client.data.splitlines() if b"<bob>" in line]
    assert said == [b"%d" % n for n in range(100)]


def test_a_turn_is_encrypted_with_nothing_more_to_wait_for(house, visitor):
    """It has been gathered: nothing is scheduled for a reader, and no delay goes on top of it."""
    visitor.send(b"ada\n")
    ada = next(s for s in house.chat.sessions.values() if s.secure)
    waiting = house.clock.getDelayedCalls()
    sent = []
    visitor.server.transport.write = sent.append
    ada.sink.write(b"hi\n")
    assert len(sent) == 1
    assert house.clock.getDelayedCalls() == waiting


def test_there_is_no_delay_below_tls_either(house, monkeypatch):
    """Small pieces would wait for the reader's delayed acknowledgement: 40 milliseconds."""
    asked = []
    monkeypatch.setattr(FakeTransport, "setTcpNoDelay", lambda self, on: asked.append((self, on)))
    visitor = Visitor(house)
    assert asked == [(visitor.server.transport, True)]


def test_a_certificate_logs_in(house):
    """Once its owner has said so; whoever has another one, or none, is a guest as ever."""
    open_accounts(house.chat, plain_passwords="refuse")
    mine, other = memory_pair([]), memory_pair([])
    ada = Visitor(house, mine, "192.0.2.7")
    ada.send(b"ada\n/register correct horse\n/keys add certificate laptop\n")
    assert f"certificate {fingerprint(mine.certificate)} logs you in".encode() in ada.client.data
    ada.send(b"/quit\n")
    for pair, nick in ((other, "ada2"), (None, "ada3"), (mine, "ada")):
        visitor = Visitor(house, pair, "192.0.2.7")
        visitor.send(b"ada\n")
        assert f"Hello {nick}.".encode() in visitor.client.data
    assert house.chat.state.nicks["ada"].account
