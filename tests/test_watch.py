"""Slow turns of the reactor: noticed, described, and told of rarely."""

import sys
from threading import Event, active_count

import pytest
from twisted.internet.task import Clock
from twisted.logger import capturedLogs, formatEvent

from twistedchat.protocols.clock import ReactorClock
from twistedchat.testing import VirtualClock
from twistedchat.watch import (
    MOST_LOOKS,
    NOTHING_SEEN,
    SECONDS_BETWEEN_LINES,
    Watch,
    describe,
    most_seen,
)


class Server:
    """A reactor in virtual time, watched; what takes time says so."""

    def __init__(self):
        self.reactor = Clock()
        self.now = 0.0
        self.frame = sys._getframe()
        self.watch = Watch(self.reactor, lambda: self.now, lambda: {self.watch._main: self.frame})
        self.watch.running = True
        self.clock = ReactorClock(self.reactor, lambda: 0.0, self.watch)

    def turn(self, *seconds):
        """A turn that takes so long; the other thread looks behind each part of it."""
        self.clock.stir()
        for part in seconds:
            self.now += part
            self.watch.look()
        self.reactor.advance(0)

    def told(self, call):
        with capturedLogs() as events:
            call()
        return [formatEvent(event) for event in events]


@pytest.fixture
def server():
    return Server()


def test_what_is_quick_is_not_told(server):
    """Also when many quick turns follow one another."""
    assert server.told(lambda: [server.turn(0.049) for _ in range(5)]) == []


def test_idle_time_is_no_turn(server):
    """The reactor sleeps between turns for as long as it likes."""

    def quiet_day():
        server.turn(0.001)
        server.now += 3600
        server.watch.look()
        server.reactor.advance(3600)
        server.turn(0.001)

    assert server.told(quiet_day) == []
    assert server.watch._found == []


def test_a_slow_turn_is_told_with_what_it_did(server):
    """How long it took, where it was found, and how often."""
    (line,) = server.told(lambda: server.turn(0.01, 0.03, 0.03))
    assert line.startswith("Slow turn: 70 ms in Server.__init__ (tests/test_watch.py:")
    assert line.endswith("(seen 2 of 2 times)")


def test_what_comes_at_the_end_of_the_turn_belongs_to_it(server):
    """What is flushed once the sockets have been read takes most of the time."""

    def flush():
        server.now += 0.08

    server.clock.soon(flush)
    (line,) = server.told(lambda: server.reactor.advance(0))
    assert line == f"Slow turn: 80 ms in {NOTHING_SEEN}"


def test_timers_are_turns_too(server):
    """What waits for its time may be slow as well."""

    def late():
        server.now += 0.06

    server.clock.later(5, late)
    (line,) = server.told(lambda: [server.reactor.advance(5), server.reactor.advance(0)])
    assert line.startswith("Slow turn: 60 ms")


def test_what_follows_a_long_turn_is_watched(server):
    """TLS has encrypted much, and the reactor sends it before anything of ours is called again."""
    for seconds, again in ((0.002, False), (0.02, True)):
        server.watch.begun()
        server.now += seconds
        assert server.watch.ended() is again


def test_a_failed_call_ends_the_turn_all_the_same(server):
    """The time until the next one is not counted, and other calls are not forgotten."""
    calls = []
    server.clock.soon(lambda: 1 / 0)
    server.clock.soon(lambda: calls.append("second"))

    def failing():
        with pytest.raises(ZeroDivisionError):
            server.reactor.advance(0)
        server.now += 0.04
        server.reactor.advance(0)
        server.now += 3600
        server.turn(0.001)

    assert server.told(failing) == []
    assert calls == ["second"]


def test_many_slow_turns_make_two_lines(server):
    """The first, and ten seconds later how many there were since, with the worst."""
    (first,) = server.told(lambda: [server.turn(0.06)])
    assert first.startswith("Slow turn: 60 ms")
    server.told(lambda: [server.turn(0.1), server.turn(0.2), server.turn(0.06)])
    (rest,) = server.told(lambda: server.reactor.advance(SECONDS_BETWEEN_LINES))
    assert rest.startswith("Slow turns: 3 more in 10 s, the worst 200 ms in Server.__init__ (")
    assert server.told(lambda: server.turn(0.3)) == []
    (later,) = server.told(lambda: server.reactor.advance(SECONDS_BETWEEN_LINES))
    assert later.startswith("Slow turns: 1 more in 10 s, the worst 300 ms")


def test_after_a_quiet_while_the_next_is_told_at_once(server):
    """Nothing is scheduled any more by then."""
    server.turn(0.06)
    server.reactor.advance(SECONDS_BETWEEN_LINES)
    assert server.reactor.getDelayedCalls() == []
    assert len(server.told(lambda: server.turn(0.06))) == 1


def test_what_was_not_told_yet_is_told_at_the_stop(server):
    """And nothing stays behind in the reactor."""
    server.told(lambda: [server.turn(0.06), server.turn(0.07)])
    (line,) = server.told(server.watch.stopService)
    assert line.startswith("Slow turns: 1 more")
    server.reactor.advance(0)
    assert server.reactor.getDelayedCalls() == []


def test_a_very_long_turn_is_not_looked_at_for_ever(server):
    """What was seen is kept until its end, so it is bounded."""
    (line,) = server.told(lambda: server.turn(*[1.0] * (MOST_LOOKS + 50)))
    assert f"of {MOST_LOOKS} times" in line


def test_a_thread_without_a_frame_is_no_fault(server):
    """As at the end of the program."""
    server.watch._main = -1
    server.frame = None
    (line,) = server.told(lambda: server.turn(0.06))
    assert line.endswith(NOTHING_SEEN)


def test_a_call_is_described_with_our_calls_that_led_to_it():
    """The innermost, whoever's it is, then ours; how often it was seen decides."""
    clock, found = VirtualClock(), []
    clock.soon(lambda: found.append(describe(sys._getframe())))
    clock.advance(0)
    innermost, *callers = found[0].split(", called by ")
    assert "<lambda> (tests/test_watch.py:" in innermost
    assert [caller.split(" (testing_parts.py:")[0] for caller in callers[0].split(", ")] == [
        "VirtualClock.turn",
        "VirtualClock.advance",
    ]
    assert most_seen(["a", "b", "b"]) == "b (seen 2 of 3 times)"


def test_the_thread_looks_while_a_turn_lasts_and_ends_with_the_service():
    """It rests before and after: nobody looks at a server in which nothing happens."""
    looked, threads, now = Event(), active_count(), [0.0]

    def frames():
        looked.set()
        return {watch._main: sys._getframe()}

    watch = Watch(Clock(), lambda: now[0], frames)
    watch.startService()
    assert not looked.is_set()
    watch.begun()
    now[0] = 1.0
    assert looked.wait(20)
    with capturedLogs() as events:
        assert watch.ended()
    assert "frames (tests/test_watch.py:" in formatEvent(events[0])
    watch.stopService()
    assert active_count() == threads
