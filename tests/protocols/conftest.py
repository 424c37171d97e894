"""A house full of people in memory: doors, an entrance, a chat, and a clock that tests move."""

import json
import re
import socket
from dataclasses import replace

import pytest
from twisted.internet.address import IPv4Address, UNIXAddress
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.logger import globalLogPublisher
from twisted.python.failure import Failure

from twistedchat.config import Config, Limits
from twistedchat.core.chat import About
from twistedchat.protocols.cloaks import Cloaks
from twistedchat.protocols.clock import ReactorClock
from twistedchat.protocols.entrance import Entrance
from twistedchat.protocols.line import LineFactory
from twistedchat.testing import START, make_chat

LOOPBACK = "127.0.0.1"


class Pipe(StringTransport):
    """A transport that closes as a real one does: later, and with connectionLost."""

    protocol = None

    def __init__(self, clock):
        super().__init__()
        self.clock = clock
        self.aborted = False
        self.closed = False
        self.reading = True

    def loseConnection(self):
        self._close(ConnectionDone())

    def abortConnection(self):
        self.aborted = True
        self._close(ConnectionLost())

    def _close(self, reason):
        if not self.closed:
            self.closed = True
            self.clock.callLater(0, self.protocol.connectionLost, Failure(reason))

    def pauseProducing(self):
        self.reading = False

    def resumeProducing(self):
        self.reading = True


class Peer:
    """Somebody at the other end of a connection."""

    def __init__(self, house, address=LOOPBACK, *, telnet=False):
        self.house = house
        self.pipe = Pipe(house.clock)
        where = UNIXAddress(None) if address == "unix" else IPv4Address("TCP", address, 40000)
        self.door = house.factories[telnet].buildProtocol(where)
        self.pipe.protocol = self.door
        self.door.makeConnection(self.pipe)
        house.turn()

    def send(self, data, *cuts):
        """Send bytes, cut at these places."""
        data = data.encode() if isinstance(data, str) else data
        for start, stop in zip([0, *cuts], [*cuts, len(data)], strict=True):
            if not self.pipe.closed:
                self.door.dataReceived(data[start:stop])
        self.house.turn()

    def ask(self, **request):
        """Send a JSON request and read what comes."""
        self.send(json.dumps(request) + "\n")
        return self.objects()

    def read(self):
        """What came since the last time, as text."""
        data = self.pipe.value()
        self.pipe.clear()
        return data.decode()

    def lines(self):
        """What came since the last time, as lines without time stamps."""
        return [re.sub(r"^\d\d:\d\d ", "", line) for line in self.read().split("\n")[:-1]]

    def objects(self):
        """The JSON objects that came since the last time."""
        return [json.loads(line) for line in self.read().split("\n")[:-1] if line[0] == "{"]

    def half_close(self):
        """Say nothing more, and go on reading (nc -N)."""
        self.door.readConnectionLost()
        self.house.turn()

    def vanish(self, reason=None):
        """Be gone."""
        self.pipe.closed = True
        self.door.connectionLost(Failure(reason or ConnectionDone()))
        self.house.turn()


class SocketTransport:
    """A transport over one end of a socket pair, which the test drives in place of a reactor."""

    def __init__(self):
        self.ours, self.peer = socket.socketpair()
        for end in (self.ours, self.peer):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            end.setblocking(False)
        self.buffer = b""
        self.producer = None
        self.calls = []

    def getHandle(self):
        return self.ours

    def write(self, data):
        self.buffer += data

    def registerProducer(self, producer, streaming):
        assert self.producer is None
        assert not streaming
        self.producer = producer
        producer.resumeProducing()

    def unregisterProducer(self):
        self.producer = None

    def loseConnection(self):
        self.calls.append("loseConnection")

    def loseWriteConnection(self):
        self.calls.append("loseWriteConnection")

    def abortConnection(self):
        self.calls.append("abortConnection")

    def writable(self):
        """What a reactor does when the socket can take more."""
        if self.buffer:
            try:
                self.buffer = self.buffer[self.ours.send(self.buffer) :]
            except BlockingIOError:
                return
        if not self.buffer and self.producer:
            self.producer.resumeProducing()

    def read(self):
        data = b""
        while True:
            try:
                data += self.peer.recv(1 << 20)
            except BlockingIOError:
                return data

    def drain(self):
        """Read and send until nothing moves any more."""
        data = more = self.read()
        while more or self.buffer:
            self.writable()
            more = self.read()
            data += more
        self.writable()
        return data

    def close(self):
        self.ours.close()
        self.peer.close()


class House:
    """One server in memory."""

    make_clock = Clock

    def __init__(self, operators=None, store=None, **settings):
        names = {name for name in settings if hasattr(Limits(), name)}
        limits = Limits(**{name: settings.pop(name) for name in names})
        self.clock = self.make_clock()
        self.config = replace(Config(name="chat.example.org", limits=limits), **settings)
        clock = ReactorClock(self.clock, lambda: START + self.clock.seconds())
        about = About("chat.example.org", lobby=self.config.lobby, version="1.0", started=START)
        self.chat = make_chat(clock=clock, limits=limits, about=about, store=store)
        self.proofs = []
        self.operators = operators or {}
        cloaks = Cloaks(b"k" * 32)
        self.entrance = Entrance(
            self.chat, self.config, self.clock, cloaks, self.is_operator, clock
        )
        self.factories = {t: LineFactory(self.entrance, telnet=t) for t in (False, True)}

    async def is_operator(self, _, name, password, __):
        """The proof of a password, which may be a Deferred."""
        self.proofs.append((name, password))
        known = self.operators.get(name)
        return await known if hasattr(known, "addCallback") else known == password

    def turn(self, seconds=0):
        """Let all that is due happen, and time pass."""
        self.clock.advance(0)
        self.clock.advance(seconds)

    def pass_time(self, seconds, step=0.1):
        """Let time pass in small steps, as it does."""
        for _ in range(round(seconds / step)):
            self.clock.advance(step)

    def peer(self, address=LOOPBACK, **how):
        """Somebody who has just connected."""
        return Peer(self, address, **how)

    def person(self, nick, address=LOOPBACK):
        """Somebody in the lobby, with nothing left to read."""
        peer = Peer(self, address)
        peer.send(f"{nick}\n")
        peer.read()
        return peer

    def program(self, nick, **more):
        """A program that has said hello, and its welcome."""
        peer = Peer(self)
        [welcome] = peer.ask(type="hello", id=0, nick=nick, **more)
        peer.welcome = welcome
        return peer


@pytest.fixture
def socket_transport():
    """Makes transports over socket pairs."""
    made = []

    def make():
        made.append(SocketTransport())
        return made[-1]

    yield make
    for transport in made:
        transport.close()


@pytest.fixture
def open_house():
    """Makes servers in memory."""
    return House


@pytest.fixture
def house():
    """A server in memory with the usual settings."""
    return House()


@pytest.fixture(autouse=True)
def logged():
    """What was logged; a test fails if a fault is among it and it did not take it out."""
    events = []
    globalLogPublisher.addObserver(events.append)
    yield events
    globalLogPublisher.removeObserver(events.append)
    faults = [event for event in events if "log_failure" in event]
    # Whose tests have faults on purpose.
    assert not [one for one in faults if "server_certificates" not in one["log_namespace"]]
