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
