"""What waits for one reader: its order, how long it is waited for, and that nothing is copied."""

import pytest
from twisted.internet.task import Clock

from twistedchat.protocols.backlog import (
    AT_ONCE,
    GRACE_SECONDS,
    PART,
    PIECE,
    STOPPED_SECONDS,
    Backlog,
    make,
)

LIMIT = 4 * PIECE


class Reader:
    """A reader for whom something waits."""

    def __init__(self):
        self.clock, self.given_up = Clock(), 0
        self.backlog = Backlog(self.clock, LIMIT, self.give_up)

    def give_up(self):
        self.given_up += 1

    def wait(self, limits):
        """Let so many limits wait in all."""
        self.backlog.add(b"x" * (int(limits * LIMIT) - self.backlog.size))

    def take(self, count):
        for _ in range(count):
            assert len(self.backlog.take()) == PIECE


@pytest.fixture
def reader():
    return Reader()


def test_pieces_are_joined_and_divided(reader):
    """64 KiB at most; of the first, what is out already is left away."""
    backlog = reader.backlog
    for data, begun in ((b"abc" + b"d" * PIECE, 2), (b"e", 0), (b"f" * PIECE, 0), (b"g", 0)):
        backlog.add(data, begun)
    assert backlog.size == 2 * PIECE + 3
    assert backlog.take() == b"c" + b"d" * (PIECE - 1)
    assert [backlog.take(), backlog.take(), backlog.take()] == [b"de", b"f" * PIECE, b"g"]
    assert (backlog.size, bool(backlog)) == (0, False)


def test_long_replies_stand_between(reader):
    """And go back to their place as long as there is more of them."""
    backlog, long = reader.backlog, iter(())
    backlog.add(b"one")
    backlog.add_long(long)
    backlog.add(b"two")
    assert backlog.take_long() is None
    assert backlog.take() == b"one"
    assert backlog.take_long() is long
    backlog.put_back(long)
    assert backlog.take_long() is long
    assert backlog.take() == b"two"


def test_no_time_is_taken_of_who_is_within_the_limit(reader):
    """Whoever reads nothing may do so for ever."""
    reader.wait(1)
    assert reader.clock.getDelayedCalls() == []


@pytest.mark.parametrize(("pieces", "given_up"), [(0, 1), (LIMIT // PART // PIECE, 0)])
def test_over_the_limit_a_part_of_it_must_be_taken(reader, pieces, given_up):
    """In five seconds, and in each five seconds that follow."""
    reader.wait(6)
    for _ in range(3):
        reader.clock.advance(GRACE_SECONDS - 0.1)
        assert reader.given_up == 0
        reader.take(pieces)
        reader.clock.advance(0.1)
        if given_up:
            break
    assert reader.given_up == given_up
    reader.clock.advance(GRACE_SECONDS)
    assert reader.given_up == 1


def test_who_was_within_the_limit_begins_anew(reader):
    """What came a moment ago is not held against them."""
    reader.wait(1.1)
    reader.clock.advance(GRACE_SECONDS - 0.1)
    reader.take(1)
    assert reader.clock.getDelayedCalls() == []
    reader.wait(3)
    reader.clock.advance(GRACE_SECONDS - 0.1)
    assert reader.given_up == 0
    reader.clock.advance(0.1)
    assert reader.given_up == 1


def test_far_too_much_is_not_taken_in(reader):
    """Judged by what waited before, which there was time to read."""
    assert reader.backlog.add(b"x" * 2 * AT_ONCE * LIMIT)
    size = reader.backlog.size
    assert not reader.backlog.add(b"x")
    assert reader.backlog.size == size


def test_who_has_stopped_reading_gets_no_more(reader):
    """One who has taken something a moment ago does; and nobody is judged by one turn alone."""
    assert reader.backlog.add(b"x" * 2 * LIMIT)
    reader.clock.advance(STOPPED_SECONDS - 0.1)
    assert reader.backlog.add(b"x")
    reader.take(1)
    reader.clock.advance(STOPPED_SECONDS - 0.1)
    assert reader.backlog.add(b"x")
    reader.clock.advance(0.1)
    assert not reader.backlog.add(b"x")


def test_within_the_limit_nobody_has_to_read(reader):
    """However long that takes."""
    reader.wait(1)
    reader.clock.advance(1000 * STOPPED_SECONDS)
    assert reader.backlog.add(b"x")


def test_what_is_spared_or_forgotten_is_not_judged(reader):
    """And long replies are told that nobody will take them."""
    closed = []

    class Long:
        def close(self):
            closed.append(1)

    reader.wait(2)
    reader.backlog.spare()
    assert reader.clock.getDelayedCalls() == []
    reader.backlog.add_long(Long())
    reader.wait(3)
    reader.backlog.forget()
    reader.backlog.forget()
    assert reader.clock.getDelayedCalls() == []
    assert (closed, reader.backlog.size, bool(reader.backlog)) == ([1], 0, False)


def test_no_more_of_a_long_reply_is_made_than_fits():
    """A piece's worth; an empty piece and a pause end it too, and time does."""
    pause = object()
    pieces = iter([b"x" * 40_000, b"x" * 40_000, b"a", b"", b"b", pause, b"c"])
    assert make(pieces, lambda: 0.0) == (b"x" * 80_000, True, None)
    assert make(pieces, lambda: 0.0) == (b"a", True, None)
    assert make(pieces, lambda: 0.0) == (b"b", True, pause)
    assert make(pieces, lambda: 0.0) == (b"c", False, None)
    assert make(iter([b"a", b"b"]), iter([0.0, 1.0]).__next__) == (b"a", True, None)
