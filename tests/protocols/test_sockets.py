"""What a transport's own socket is asked for."""

import socket

import pytest
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.testing import StringTransport
from zope.interface import directlyProvides

from twistedchat.protocols import sockets
from twistedchat.protocols.sockets import UNSENT_BYTES, plain_socket, set_up


class Transport:
    def __init__(self, handle):
        self.handle = handle
        self.options = []

    def getHandle(self):
        return self.handle

    def setTcpNoDelay(self, on):
        self.options.append(("no delay", on))

    def setTcpKeepAlive(self, on):
        self.options.append(("keep alive", on))


@pytest.fixture(autouse=True)
def another_system():
    """Tests take things away from this one."""
    sockets._options.cache_clear()
    yield
    sockets._options.cache_clear()


@pytest.fixture
def tcp():
    with socket.socket() as handle:
        yield handle


@pytest.fixture
def unix():
    one, other = socket.socketpair()
    yield one
    one.close()
    other.close()


def test_a_plain_socket(tcp):
    """Is given as it is."""
    assert plain_socket(Transport(tcp)) is tcp


def test_no_socket_inside_tls_and_in_memory(tcp):
    """pyOpenSSL's connection claims to send and flushes nothing."""
    inside = Transport(tcp)
    directlyProvides(inside, ISSLTransport)
    assert plain_socket(inside) is None
    assert plain_socket(StringTransport()) is None
    assert plain_socket(Transport(object())) is None


def test_the_kernel_asks_as_often_as_we_do(tcp):
    """A quarter of the time between one question and the next."""
    transport = Transport(tcp)
    set_up(transport, 120)
    assert transport.options == [("no delay", True), ("keep alive", True)]
    idle = getattr(socket, "TCP_KEEPIDLE", None) or socket.TCP_KEEPALIVE
    assert tcp.getsockopt(socket.IPPROTO_TCP, idle) == 120
    assert tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL) == 30
    assert tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT) == 4


def test_likewise_below_tls(tcp):
    """The wrapper's own transport has the socket."""
    inside = Transport(object())
    inside.transport = Transport(tcp)
    directlyProvides(inside, ISSLTransport)
    before = tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
    set_up(inside, 77)
    assert tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT) == 4 != before


def test_where_there_is_nothing_to_set(unix, tcp, monkeypatch):
    """Unix sockets, transports in memory, 0 for never, and systems that have no such option."""
    set_up(Transport(unix), 120)
    set_up(StringTransport(), 120)
    before = tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
    set_up(Transport(tcp), 0)
    for name in ("TCP_KEEPIDLE", "TCP_KEEPALIVE", "TCP_KEEPINTVL", "TCP_KEEPCNT"):
        monkeypatch.delattr(socket, name, raising=False)
    set_up(Transport(tcp), 120)
    monkeypatch.undo()
    assert tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT) == before


@pytest.mark.skipif(not hasattr(socket, "TCP_NOTSENT_LOWAT"), reason="unknown to this system")
def test_the_kernel_holds_back_little_for_a_reader_who_has_stopped(tcp):
    """What waits is ours to count, with a time-out for the kernel's questions or without."""
    for seconds in (0, 120):
        set_up(Transport(tcp), seconds)
        assert tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == UNSENT_BYTES
