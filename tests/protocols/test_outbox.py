"""Bytes on their way out: order, bounds and goodbyes, on real sockets and inside TLS."""

import errno
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from twistedchat.protocols.backlog import AT_ONCE, GRACE_SECONDS, PIECE
from twistedchat.protocols.outbox import Outbox


@pytest.fixture
def transport(socket_transport):
    return socket_transport()


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
    """When it had time to read; nothing more is kept for it."""
    for _ in range(300):
        box.write(b"x" * 1000)
    assert overflows == []
    box._clock.advance(GRACE_SECONDS)
    assert overflows == [1]
    assert transport.calls == ["abortConnection"]
    assert box.waiting == 0
    box.write(b"x")
    box._clock.advance(GRACE_SECONDS)
    assert overflows == [1]
    assert box._clock.getDelayedCalls() == []


def test_who_has_read_all_so_far_is_not_given_up_for_one_turn(box, transport, overflows):
    """However much it brings; whoever takes it goes on as ever."""
    for _ in range(3):
        turn = b"x" * (AT_ONCE + 4) * 100_000
        box.write(turn)
        assert transport.drain() == turn
        assert box._clock.getDelayedCalls() == []
        box._clock.advance(GRACE_SECONDS)
    box.write(b"direct\n")
    assert (transport.read(), overflows) == (b"direct\n", [])


def test_far_too_much_for_one_who_is_behind_is_too_much_at_once(box, transport, overflows):
    """Memory is bounded by it, and by one turn."""
    most = 0
    for _ in range(AT_ONCE + 3):
        box.write(b"x" * 100_000)
        most = max(most, box.waiting)
    assert overflows == [1]
    assert transport.calls == ["abortConnection"]
    assert AT_ONCE * 100_000 < most < (AT_ONCE + 2) * 100_000
    assert box._clock.getDelayedCalls() == []


def test_those_who_wait_for_the_same_bytes_share_them(socket_transport):
    """Nobody has a copy of the rest that the socket did not take."""
    turn = b"x" * 1_000_000
    before = sys.getrefcount(turn)
    boxes = [Outbox(socket_transport(), Clock(), 100_000, pytest.fail) for _ in range(10)]
    for box in boxes:
        box.write(turn)
    assert sys.getrefcount(turn) >= before + len(boxes)
    assert all(0 < box.waiting < len(turn) for box in boxes)


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


def test_who_is_told_goodbye_is_not_given_up(box, transport, overflows):
    """It has its two seconds."""
    box.write(b"x" * 200_000)
    box._clock.advance(GRACE_SECONDS - 1)
    box.finish()
    box._clock.advance(1.5)
    assert (transport.calls, overflows) == ([], [])
    box._clock.advance(0.5)
    assert (transport.calls, overflows) == (["abortConnection"], [])


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


class Refusing:
    """A socket that refuses once, with an error."""

    def __init__(self, real, number):
        self.real, self.number = real, number

    def send(self, data):
        if self.number:
            number, self.number = self.number, 0
            raise OSError(number, "refused")
        return self.real.send(data)


@pytest.mark.parametrize("number", [errno.ENOBUFS, errno.ENOMEM])
def test_a_system_short_of_memory_is_asked_again(box, transport, number):
    """Nothing is lost, and the connection is as good as before."""
    box._socket = Refusing(transport.ours, number)
    box.write(b"one\n")
    box.write(b"two\n")
    assert transport.drain() == b"one\ntwo\n"
    box.write(b"three\n")
    assert transport.read() == b"three\n"
    assert not box.broken


@pytest.mark.parametrize(
    ("number", "broken"),
    [(errno.ECONNRESET, True), (errno.ETIMEDOUT, True), (errno.EPIPE, False)],
)
def test_a_reset_is_noted(box, transport, number, broken):
    """The system tells of it once; of who had said all before, a broken pipe tells."""
    box._socket = Refusing(transport.ours, number)
    box.write(b"x")
    assert box.broken is broken
    assert transport.calls == []


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
    pushed._clock.advance(GRACE_SECONDS)
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


class Pieces:
    """A long reply that remembers how much of it was made."""

    def __init__(self, *pieces):
        self.pieces, self.made, self.closed = iter(pieces), 0, 0

    def __iter__(self):
        return self

    def __next__(self):
        piece = next(self.pieces)
        self.made += 1
        return piece

    def close(self):
        self.closed += 1


def kilobytes(count, letter=b"x"):
    return Pieces(*[letter * 1024] * count)


def test_a_long_reply_is_made_as_it_is_taken(box, transport):
    """No more of it than 64 KiB at a time, and only bytes that exist are counted."""
    long = kilobytes(1000)
    box.stream(long)
    assert long.made == 64
    assert box.waiting == 0
    assert transport.drain() == b"x" * 1024_000
    assert (long.made, long.closed) == (1000, 1)
    assert transport.producer is None


def test_what_is_written_later_goes_behind_a_long_reply(box, transport, overflows):
    """And what was written before goes before it."""
    sent = fill(box, transport)
    box.write(b"before\n")
    box.stream(kilobytes(200))
    box.write(b"between\n")
    box.stream(kilobytes(3, b"y"))
    box.write(b"behind\n")
    assert box.waiting < len(sent) + 30
    expected = [sent, b"before\n", b"x" * 204800, b"between\n", b"y" * 3072, b"behind\n"]
    assert transport.drain() == b"".join(expected)
    assert overflows == []


def test_an_empty_long_reply_is_over_when_all_before_it_was_sent(box, transport):
    """So one can wait for a reader who is behind."""
    fill(box, transport)
    marker = Pieces()
    box.stream(marker)
    assert marker.closed == 0
    transport.drain()
    assert marker.closed == 1
    box.stream(marker)
    assert marker.closed == 2
    assert transport.producer is None


def test_what_happens_while_a_long_reply_waits_is_bounded_all_the_same(box, transport, overflows):
    """A reader who does not read is given up because of others; the reply is forgotten."""
    long = kilobytes(1000)
    box.stream(long)
    for _ in range(101):
        box.write(b"x" * 1000)
    box._clock.advance(GRACE_SECONDS)
    assert overflows == [1]
    assert (long.made, long.closed) == (64, 1)
    assert transport.calls == ["abortConnection"]


def test_a_piece_that_is_not_ready_is_asked_for_in_the_next_turn(box, transport):
    """Whatever the transport does meanwhile."""
    long = Pieces(b"a", b"", b"", b"b")
    box.stream(long)
    assert (long.made, transport.buffer) == (2, b"a")
    transport.writable()
    assert (long.made, transport.buffer) == (3, b"")
    box._clock.advance(0)
    assert transport.drain() == b"ab"
    assert long.closed == 1


def test_no_more_is_made_in_a_turn_than_takes_some_milliseconds(box, transport):
    """However little it is."""
    box._clock.seconds = iter(range(1000)).__next__
    long = kilobytes(3)
    box.stream(long)
    assert long.made == 1


@pytest.mark.parametrize("end", ["lost", "stopProducing"])
def test_a_long_reply_is_forgotten_with_its_connection(box, transport, end):
    """Also one that comes too late."""
    long, late = kilobytes(1000), kilobytes(1)
    box.stream(long)
    getattr(box, end)()
    box.stream(late)
    assert (long.closed, late.closed) == (1, 1)
    box._clock.advance(5)
    assert late.made == 0


def test_a_goodbye_goes_behind_a_long_reply(box, transport):
    """Whose reader has two seconds for it."""
    box.stream(kilobytes(500))
    box.write(b"bye\n")
    box.finish()
    assert transport.calls == []
    assert transport.drain() == b"x" * 512000 + b"bye\n"
    assert transport.calls == ["loseWriteConnection"]


def test_a_long_reply_that_fails_ends_the_connection(box, transport, logged):
    """For half a line can't be mended; it is logged."""

    def broken():
        yield b"half"
        raise ValueError("broken")

    box.stream(broken())
    assert transport.calls == ["abortConnection"]
    [fault] = [event for event in logged if "log_failure" in event]
    logged.remove(fault)
    assert fault["log_failure"].check(ValueError)


def test_inside_tls_long_replies_are_made_as_they_are_taken(pushed, inside, overflows):
    """64 KiB in a turn if the transport can take them, else when it asks."""
    long = kilobytes(200)
    pushed.stream(long)
    assert (long.made, inside.streaming) == (64, True)
    pushed.write(b"behind")
    pushed._clock.advance(0)
    assert inside.value() == b"x" * 204800 + b"behind"
    assert (long.closed, pushed.waiting, overflows) == (1, 0, [])
    inside.clear()
    pushed.pauseProducing()
    long = kilobytes(2)
    pushed.stream(long)
    assert long.made == 0
    pushed.resumeProducing()
    assert inside.value() == b"x" * 2048


Steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 3000)),
        st.tuples(st.just("stream"), st.lists(st.integers(0, 16000), max_size=40)),
        st.tuples(st.just("drain"), st.integers(1, 200_000)),
    ),
    max_size=40,
)


@settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(Steps)
@example([("stream", [0]), ("write", 1), ("drain", 1), ("write", 1)])
def test_any_order_of_events_long_replies_and_reading(socket_transport, steps):
    """Arrives as it was written, whole; what waits never counts what is not made yet."""
    transport, clock = socket_transport(), Clock()
    box = Outbox(transport, clock, 120_000, pytest.fail)
    expected, got = b"", b""
    for number, (what, how) in enumerate(steps):
        if what == "write":
            data = b"%06d" % number * (how // 6 + 1)
            box.write(data)
            expected += data
        elif what == "stream":
            pieces = [b"%06d" % number * (size // 6) for size in how]
            box.stream(Pieces(*pieces))
            expected += b"".join(pieces)
        else:
            while len(got) < len(expected) and how > 0:
                data = transport.read()
                got += data
                how -= len(data) or 1000
                transport.writable()
                clock.advance(0)
        assert box.waiting <= 120_000
    for _ in range(10_000):
        transport.writable()
        clock.advance(0)
        got += transport.read()
        if transport.producer is None:
            break
    assert got == expected
    assert (box.waiting, transport.producer) == (0, None)


class Watcher:
    """Notes what it is told."""

    def __init__(self):
        self.told = []

    def fell_behind(self):
        self.told.append("behind")

    def caught_up(self):
        self.told.append("caught up")

    def lost(self):
        self.told.append("lost")


def test_a_watcher_is_told_when_the_reader_falls_behind_and_has_caught_up(box, transport):
    """Once each time, whatever waits: bytes or a long reply."""
    watcher = Watcher()
    box.watch(watcher)
    box.write(b"taken\n")
    assert watcher.told == []
    fill(box, transport)
    box.write(b"more\n")
    assert watcher.told == ["behind"]
    transport.drain()
    assert watcher.told == ["behind", "caught up"]
    box.stream(kilobytes(200))
    assert watcher.told[2:] == ["behind"]
    transport.drain()
    assert watcher.told[2:] == ["behind", "caught up"]


@pytest.mark.parametrize("end", ["lost", "stopProducing", "given up"])
def test_a_watcher_is_told_once_of_the_end(box, transport, end):
    """Nothing more is handed over then."""
    watcher = Watcher()
    box.watch(watcher)
    if end == "given up":
        for _ in range(300):
            box.write(b"x" * 1000)
    else:
        getattr(box, end)()
    box.lost()
    assert watcher.told[-1] == "lost"
    assert watcher.told.count("lost") == 1


def test_a_watcher_is_told_of_a_peer_that_is_gone(box, transport):
    """By the first byte that nobody takes."""
    watcher = Watcher()
    box.watch(watcher)
    transport.peer.close()
    box.write(b"first\n")
    box.write(b"second\n")
    assert watcher.told == ["lost"]


def test_a_new_watcher_takes_the_place_of_the_old_one(box, transport):
    """Who is told how things are."""
    old, new, late = Watcher(), Watcher(), Watcher()
    box.watch(old)
    fill(box, transport)
    box.watch(new)
    assert (old.told, new.told) == (["behind", "lost"], ["behind"])
    box.lost()
    box.watch(late)
    assert late.told == ["lost"]


def test_inside_tls_a_watcher_is_told_as_well(pushed):
    """By what the transport does not take."""
    watcher = Watcher()
    pushed.watch(watcher)
    pushed.write(b"taken")
    pushed.pauseProducing()
    pushed.write(b"waits")
    assert watcher.told == ["behind"]
    pushed.resumeProducing()
    assert watcher.told == ["behind", "caught up"]


class Pause:
    """Waits until the test says that it is over."""

    over = False

    def then(self, call):
        self.call = call

    def end(self):
        self.over = True
        self.call()


def paused(pause, *pieces):
    yield b"before\n"
    while not pause.over:
        yield pause
    yield from pieces


def test_a_long_reply_waits_for_what_it_has_to(box, transport):
    """Without looking again and again; what is written later waits behind it."""
    pause = Pause()
    box.stream(paused(pause, b"found\n"))
    box.write(b"later\n")
    assert transport.drain() == b"before\n"
    assert box._clock.getDelayedCalls() == []
    pause.end()
    assert transport.drain() == b"found\nlater\n"
    assert transport.producer is None


def test_inside_tls_a_long_reply_waits_too(pushed, inside):
    """And goes on at once."""
    pause = Pause()
    pushed.stream(paused(pause, b"found\n"))
    pushed.write(b"later\n")
    assert inside.value() == b"before\n"
    assert pushed._clock.getDelayedCalls() == []
    pause.end()
    pushed._clock.advance(0)
    assert inside.value() == b"before\nfound\nlater\n"


def test_what_a_long_reply_waits_for_may_come_too_late(box, transport):
    """The connection is gone."""
    pause = Pause()
    box.stream(paused(pause, b"found\n"))
    assert transport.drain() == b"before\n"
    box.lost()
    pause.end()
    assert transport.drain() == b""
