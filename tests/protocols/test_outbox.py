"""Bytes on their way out: order, bounds and goodbyes, on real sockets and inside TLS."""

import socket

import pytest
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from twistedchat.protocols.outbox import PIECE, Outbox


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


@pytest.fixture
def transport():
    transport = SocketTransport()
    yield transport
    transport.close()


@pytest.fixture
def overflows():
    return []


@pytest.fixture
def box(transport, overflows):
    return Outbox(transport, Clock(), 100_000, lambda: overflows.append(1))


def fill(box, transport):
    """Write until the socket takes no more."""
    sent = b""
    while not transport.buffer:
        sent += b"%09d\n" % len(sent) * 100
        box.write(sent[-1000:])
    return sent


def test_what_the_socket_takes_is_sent_at_once(box, transport):
    """No transport is involved."""
    box.write(b"hello\n")
    assert transport.read() == b"hello\n"
    assert transport.producer is None
    assert box.waiting == 0


def test_order_holds_while_the_transport_still_has_bytes(box, transport):
    """What is written then must not overtake them, even if the socket could take it."""
    sent = fill(box, transport)
    data = transport.read()
    assert transport.buffer
    box.write(b"later\n")
    box.write(b"latest\n")
    assert data + transport.drain() == sent + b"later\nlatest\n"


def test_the_direct_way_is_taken_again(box, transport):
    """Once the transport has nothing left."""
    fill(box, transport)
    transport.drain()
    assert transport.producer is None
    box.write(b"direct\n")
    assert transport.buffer == b""
    assert transport.read() == b"direct\n"


def test_big_and_small_pieces_arrive_whole(box, transport):
    """A piece over 64 KiB is divided, small ones are joined."""
    sent = fill(box, transport)
    for piece in (b"x" * (PIECE + 5), b"y" * 10, b"z" * 10):
        box.write(piece)
        sent += piece
    assert transport.drain() == sent
    assert box.waiting == 0


def test_a_reader_too_far_behind_is_given_up_once(box, transport, overflows):
    """Nothing more is kept for it."""
    for _ in range(300):
        box.write(b"x" * 1000)
    assert overflows == [1]
    assert transport.calls == ["abortConnection"]
    assert box.waiting == 0


def test_finish_without_anything_waiting(box, transport):
    """Our end is closed at once; the peer has two seconds for its own."""
    box.write(b"bye\n")
    box.finish()
    box.write(b"never\n")
    box.finish()
    assert transport.calls == ["loseWriteConnection"]
    assert transport.read() == b"bye\n"
    box._clock.advance(2)
    assert transport.calls[1:] == ["abortConnection"]


def test_finish_waits_for_what_is_on_its_way(box, transport):
    """The last words arrive before the close."""
    sent = fill(box, transport)
    box.write(b"bye\n")
    box.finish()
    assert transport.calls == []
    assert transport.drain() == sent + b"bye\n"
    assert transport.calls == ["loseWriteConnection"]


def test_finish_after_the_peer_said_all(box, transport):
    """Nothing is left to read: a plain close does no harm and is done at once."""
    box.heard_all()
    assert transport.calls == []
    box.finish()
    assert transport.calls == ["loseConnection"]


def test_the_peer_closes_after_our_goodbye(box, transport):
    """Then all is said."""
    box.finish()
    box.heard_all()
    assert transport.calls == ["loseWriteConnection", "loseConnection"]


def test_a_broken_socket_is_left_to_the_reactor_and_closed_at_the_end(box, transport):
    """What the peer sent before it went can still be read."""
    transport.peer.close()
    box.write(b"x")
    box.write(b"x")
    assert transport.calls == []
    box.finish()
    assert transport.calls == ["abortConnection"]


def test_nothing_happens_after_the_end(box, transport):
    """No timer, no call."""
    box.finish()
    box.lost()
    box.lost()
    box.write(b"x")
    box.finish()
    box._clock.advance(5)
    assert transport.calls == ["loseWriteConnection"]


def test_a_transport_that_stops_us(box, transport):
    """What waits is forgotten."""
    fill(box, transport)
    box.write(b"x" * 1000)
    box.stopProducing()
    assert box.waiting == 0
    box.write(b"x")
    assert box.waiting == 0


class Inside(StringTransport):
    """A transport without a socket of its own, as inside TLS."""

    aborted = False

    def abortConnection(self):
        self.aborted = True


@pytest.fixture
def inside():
    return Inside()


@pytest.fixture
def pushed(inside, overflows):
    return Outbox(inside, Clock(), 1000, lambda: overflows.append(1))


def test_inside_tls_the_transport_sends(pushed, inside):
    """Until it says that it is full; then what waits is counted."""
    pushed.write(b"a")
    assert inside.value() == b"a"
    assert inside.streaming
    pushed.pauseProducing()
    pushed.write(b"b")
    pushed.write(b"c")
    assert (inside.value(), pushed.waiting) == (b"a", 2)
    pushed.resumeProducing()
    pushed.write(b"d")
    assert (inside.value(), pushed.waiting) == (b"abcd", 0)


def test_inside_tls_being_full_again_stops_it(pushed, inside, monkeypatch):
    """In the middle of what waits."""
    pushed._limit = 10 * PIECE
    pushed.write(b"a")
    pushed.pauseProducing()
    pushed.write(b"b" * PIECE)
    pushed.write(b"c" * PIECE)
    write = inside.write
    monkeypatch.setattr(inside, "write", lambda data: (write(data), pushed.pauseProducing()))
    pushed.resumeProducing()
    assert pushed.waiting == PIECE
    pushed.resumeProducing()
    assert inside.value() == b"a" + b"b" * PIECE + b"c" * PIECE


def test_inside_tls_readers_are_given_up_too(pushed, inside, overflows):
    """The bound is the same."""
    pushed.write(b"a")
    pushed.pauseProducing()
    pushed.write(b"x" * 1001)
    assert overflows == [1]
    assert inside.aborted


def test_inside_tls_finish_ends_with_close_notify(pushed, inside):
    """loseConnection, once everything has been handed over and no producer is in its way."""
    pushed.write(b"a")
    pushed.pauseProducing()
    pushed.write(b"bye")
    pushed.finish()
    assert not inside.disconnecting
    pushed.resumeProducing()
    assert inside.value() == b"abye"
    assert inside.disconnecting
    assert inside.producer is None


def test_inside_tls_finish_with_nothing_written(pushed, inside):
    """There is no producer to take away."""
    pushed.finish()
    assert inside.disconnecting
