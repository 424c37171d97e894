"""The core's clock on a reactor."""

from twisted.internet.task import Clock

from twistedchat.protocols.clock import ReactorClock


def test_time_and_turns():
    """Soon is this turn's end, later is later, now is what it was given."""
    reactor, calls = Clock(), []
    clock = ReactorClock(reactor, lambda: 5.0)
    clock.later(2, lambda: calls.append("later"))
    clock.soon(lambda: calls.append("soon"))
    assert calls == []
    reactor.advance(0)
    assert calls == ["soon"]
    reactor.advance(2)
    assert calls == ["soon", "later"]
    assert clock.now() == 5.0


class Watched:
    """Notes the turns; the first is so long that the next is watched in any case."""

    def __init__(self):
        self.noted = []

    def begun(self):
        self.noted.append("begun")

    def ended(self):
        self.noted.append("ended")
        return self.noted.count("ended") == 1


def test_a_turn_is_one_scheduled_call():
    """However much is done in it; who asks is told when it began."""
    reactor = Clock()
    clock, calls = ReactorClock(reactor, lambda: 5.0), []
    reactor.advance(3)
    assert clock.stir() == 3
    reactor.rightNow = 4.0
    assert clock.stir() == 3
    clock.soon(lambda: calls.append(1))
    clock.soon(lambda: calls.append(2))
    assert len(reactor.getDelayedCalls()) == 1
    reactor.advance(0)
    assert calls == [1, 2]
    assert clock.stir() == 4


def test_what_a_call_causes_is_another_turns():
    """It is gathered with what is read meanwhile."""
    reactor = Clock()
    watch = Watched()
    clock = ReactorClock(reactor, lambda: 5.0, watch)
    clock.soon(lambda: clock.soon(lambda: watch.noted.append("call")))
    reactor.advance(0)
    assert watch.noted == ["begun", "ended", "begun", "call", "ended"]


def test_the_turn_behind_a_long_one_is_watched_and_no_more():
    """Though nothing asks for it; then the reactor sleeps."""
    reactor = Clock()
    watch = Watched()
    clock = ReactorClock(reactor, lambda: 5.0, watch)
    clock.stir()
    reactor.advance(0)
    assert watch.noted == ["begun", "ended"] * 2
    assert reactor.getDelayedCalls() == []


def test_who_reads_all_sockets_ends_the_turn():
    """Nothing is scheduled, and nothing waits for the reactor."""
    reactor = Clock()
    watch = Watched()
    clock, calls = ReactorClock(reactor, lambda: 5.0, watch), []
    watch.noted.append("ended")  # The turn behind the first is no business of this test.
    clock.begin()
    clock.soon(lambda: calls.append(1))
    clock.soon(lambda: clock.soon(lambda: calls.append(2)))
    assert calls == []
    clock.end()
    assert calls == [1]
    reactor.advance(0)
    assert calls == [1, 2]
    assert watch.noted == ["ended", "begun", "ended", "begun", "ended"]


def test_sockets_read_in_a_turn_that_had_begun_do_not_end_it():
    """What wants to be done is done at once; the watch hears of one turn."""
    reactor = Clock()
    watch = Watched()
    watch.noted.append("ended")
    clock, calls = ReactorClock(reactor, lambda: 5.0, watch), []
    clock.stir()
    clock.begin()
    clock.soon(lambda: calls.append(1))
    clock.end()
    assert calls == [1]
    assert watch.noted == ["ended", "begun"]
    reactor.advance(0)
    assert watch.noted == ["ended", "begun", "ended"]
