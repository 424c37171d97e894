"""Connections over socket pairs, with Twisted's own transports, on a reactor that tests drive."""

import os
import select
import socket
from contextlib import contextmanager

from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHalfCloseableProtocol, IReactorFDSet
from twisted.internet.protocol import Protocol
from twisted.internet.task import Clock
from twisted.internet.unix import Server
from twisted.python.failure import Failure
from zope.interface import implementer

from twistedchat.protocols.reading import Reading


@implementer(IReactorFDSet)
class Reactor(Clock):
    """Polls once in a turn, as real ones do, and then makes the calls that are due."""

    def __init__(self):
        super().__init__()
        self.readers, self.writers, self.added = [], [], 0

    def addReader(self, reader):
        self.added += 1
        self._remove(self.readers, reader)
        self.readers.append(reader)

    def addWriter(self, writer):
        self._remove(self.writers, writer)
        self.writers.append(writer)

    def removeReader(self, reader):
        self._remove(self.readers, reader)

    def removeWriter(self, writer):
        self._remove(self.writers, writer)

    def _remove(self, among, one):
        among[:] = [other for other in among if other is not one]

    def turn(self, times=1):
        for _ in range(times):
            readable, writable, _ = select.select(self.readers, self.writers, [], 0)
            # A transport that can be written to may be called first.
            for one in writable:
                self._call(one, one.doWrite, one in readable and one.doRead)
            for one in [one for one in readable if one not in writable]:
                self._call(one, one.doRead)
            self.advance(0)

    def _call(self, one, first, then=None):
        calls = [then, first] if then else [first]
        for call in calls:
            why = call()
            if why:
                self.removeReader(one)
                done = isinstance(why, ConnectionDone) and call == one.doRead
                (one.readConnectionLost if done else one.connectionLost)(Failure(why))
                return


@implementer(IHalfCloseableProtocol)
class Ear(Protocol):
    """Notes what it hears, and how that ended."""

    def __init__(self, reading, then=None):
        self.reading, self.then = reading, then
        self.heard, self.ends = [], []

    def connectionMade(self):
        self.link = self.reading.take_up(self.transport, self)

    def dataReceived(self, data):
        self.heard.append(data)
        if self.then:
            self.then()

    def readConnectionLost(self):
        self.ends.append("read")

    def writeConnectionLost(self):
        self.ends.append("written")

    def connectionLost(self, reason):
        self.reading.let_go(self.link)
        self.ends.append(reason.type)


class Wires:
    """Connections over socket pairs; the far ends are the test's."""

    def __init__(self):
        self.reactor = Reactor()
        self.reading = Reading(self.reactor)
        self.sockets = []

    def pair(self):
        ours, peer = socket.socketpair()
        peer.setblocking(False)
        self.sockets += [ours, peer]
        return ours, peer

    def connect(self, protocol=None):
        """A connection; gives our protocol and the peer's socket."""
        ours, peer = self.pair()
        protocol = protocol or Ear(self.reading)
        transport = Server(ours, protocol, "", None, 0, self.reactor)
        protocol.makeConnection(transport)
        return protocol, peer

    def turn(self, times=1):
        self.reactor.turn(times)

    def close(self):
        for one in self.sockets:
            one.close()
        self.reading.connectionLost()


@contextmanager
def wired():
    """Wires of which nothing may be left open."""
    # The doors make it known, and it has descriptors of its own.
    from twisted.internet import reactor  # noqa: F401

    before = set(os.listdir("/dev/fd"))
    wires = Wires()
    yield wires
    wires.close()
    assert wires.reading.fileno() == -1
    assert set(os.listdir("/dev/fd")) == before
