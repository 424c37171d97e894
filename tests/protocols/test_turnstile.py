"""What takes long is shared out over the turns of the reactor, in order, and all of it is done."""

from twisted.internet.task import Clock

from twistedchat.protocols.turnstile import SHARE_SECONDS, Turnstile


class Slow:
    """People who ask for something that takes a good quarter of a turn's share each."""

    def __init__(self):
        self.clock = Clock()
        self.turnstile = Turnstile(self.clock)
        self.done = []
        self.told = []

    async def do(self, name):
        # Time passes while the reactor is busy, which no timer of its own sees.
        self.clock.rightNow += SHARE_SECONDS / 3.9
        self.done.append(name)

    def ask(self, name):
        self.turnstile.run(self.do(name)).addCallback(lambda _: self.told.append(name))

    def turn(self):
        # As in a reactor, and other than in its test clock, what is called soon is called later.
        due = [(call, call.func) for call in self.clock.getDelayedCalls()]
        for call, func in due:
            call.cancel()
            func()


def test_few_pass_at_once():
    """Nobody waits on a server that has time."""
    slow = Slow()
    for name in "abcd":
        slow.ask(name)
    assert slow.done == slow.told == list("abcd")


def test_of_many_some_wait_for_the_next_turns():
    """A share of them a turn, in the order in which they came."""
    slow = Slow()
    for name in "abcdefghij":
        slow.ask(name)
    assert slow.done == list("abcd")
    slow.turn()
    assert slow.done == list("abcdefgh")
    slow.turn()
    assert slow.done == slow.told == list("abcdefghij")


def test_nobody_overtakes():
    """Whoever comes while others wait stands behind them, also when there is time again."""
    slow = Slow()
    for name in "abcdefgh":
        slow.ask(name)
    slow.clock.rightNow += 1
    slow.ask("late")
    assert slow.done == list("abcd")
    slow.turn()
    slow.turn()
    assert slow.done == [*"abcdefgh", "late"]


def test_time_given_to_those_who_waited_counts_for_the_turn():
    """Who comes right behind them in the same turn gets what is left of it."""
    slow = Slow()
    for name in "abcdefgh":
        slow.ask(name)
    slow.turn()
    slow.ask("late")
    assert "late" not in slow.done
    slow.turn()
    assert slow.done[-1] == "late"


def test_the_end_lets_everybody_pass():
    """Before the server stops all that was read is carried out."""
    slow = Slow()
    for name in "abcdefghij":
        slow.ask(name)
    slow.turnstile.open()
    assert slow.done == slow.told == list("abcdefghij")
    slow.ask("later")
    assert slow.done[-1] == "later"


def test_calls_pass_too(logged):
    """What is called stands in the same line, and a fault in it is logged and stops nobody."""
    slow = Slow()
    for name in "abcd":
        slow.ask(name)
    slow.turnstile.call(lambda: slow.done.append(1 / 0))
    slow.turnstile.call(lambda: slow.done.append("called"))
    slow.ask("e")
    assert slow.done == list("abcd")
    slow.turn()
    assert slow.done == [*"abcd", "called", "e"]
    [fault] = [event["log_failure"] for event in logged if "log_failure" in event]
    assert fault.check(ZeroDivisionError)
    logged.clear()


def test_a_failure_reaches_whoever_asked():
    """And those behind it pass all the same."""
    slow = Slow()
    failures = []

    async def fail():
        raise ValueError

    for name in "abcd":
        slow.ask(name)
    slow.turnstile.run(fail()).addErrback(failures.append)
    slow.ask("e")
    slow.turn()
    assert failures[0].check(ValueError)
    assert slow.told[-1] == "e"
