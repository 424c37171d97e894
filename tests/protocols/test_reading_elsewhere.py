"""Where plain sockets can't be read in one place, transports read for themselves."""

import errno
import select

import pytest
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.protocols.policies import WrappingFactory
from zope.interface import alsoProvides

from tests.protocols.wires import Ear, wired
from twistedchat.protocols.reading import Reading

pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="there is no epoll here")


@pytest.fixture
def wires():
    with wired() as wires:
        yield wires


def test_where_there_is_no_epoll(wires, monkeypatch):
    """As on macOS."""
    monkeypatch.delattr(select, "epoll")
    ear, peer = wires.connect()
    assert ear.link is ear.transport
    peer.send(b"hello")
    wires.turn()
    assert ear.heard == [b"hello"]


def test_behind_a_wrapper(wires):
    """It wants to see the bytes first: a PROXY header may stand before them."""
    inner = Factory.forProtocol(lambda: Ear(wires.reading))
    wrapper = WrappingFactory(inner).buildProtocol(None)
    _, peer = wires.connect(wrapper)
    ear = wrapper.wrappedProtocol
    assert ear.link is wrapper
    peer.send(b"hello")
    wires.turn()
    assert ear.heard == [b"hello"]
    wrapper.transport.abortConnection()
    wires.turn()
    assert len(ear.ends) == 1


def test_inside_tls_in_memory_and_on_other_reactors(wires):
    """They have no socket of their own, or nobody who would look at ours."""
    inside, _ = wires.connect()
    alsoProvides(inside.transport, ISSLTransport)
    assert wires.reading.take_up(inside.transport, inside) is inside.transport
    memory = StringTransport()
    assert wires.reading.take_up(memory, inside) is memory
    plain, _ = wires.connect()
    assert Reading(Clock()).take_up(plain.transport, plain) is plain.transport


class FullEpoll:
    def __init__(self):
        self.closed = False

    def fileno(self):
        return 0

    def register(self, *_):
        raise OSError(errno.ENOSPC, "full")

    def close(self):
        self.closed = True


def no_epoll():
    raise OSError(errno.EMFILE, "too many")


@pytest.mark.parametrize("epoll", [no_epoll, FullEpoll])
def test_when_the_system_is_at_its_bounds(wires, monkeypatch, epoll):
    """Nobody is lost for it."""
    monkeypatch.setattr(select, "epoll", epoll)
    ear, peer = wires.connect()
    assert wires.reactor.readers == [ear.transport]
    assert wires.reading.fileno() == -1
    peer.send(b"hello")
    wires.turn()
    assert ear.heard == [b"hello"]
    monkeypatch.undo()
    ear.link.pauseProducing()
    ear.link.resumeProducing()
    assert wires.reactor.readers == [wires.reading]
