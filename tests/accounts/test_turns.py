"""Waiting for one's turn."""

import pytest
from twisted.internet.defer import Deferred

from twistedchat.accounts import turns
from twistedchat.accounts.turns import Turns, Who
from twistedchat.core.errors import TryLater


class Work:
    """What people want done: begun in an order, and ended when the test says."""

    def __init__(self, at_once=1):
        self.turns = Turns(at_once)
        self.begun, self.ends, self.refused, self.failed = [], [], [], []

    def want(self, network, name, **more):
        """Somebody wants something."""
        who = Who(network, name)

        def work():
            self.begun.append(who)
            self.ends.append(Deferred())
            return self.ends[-1]

        asked = Deferred.fromCoroutine(self.turns.run(who, work, **more))
        asked.addErrback(self._note)

    def _note(self, failure):
        kind = self.refused if failure.check(TryLater) else self.failed
        kind.append(failure.value)

    def finish(self):
        """Let one after the other end, also those that begin meanwhile."""
        while self.ends:
            self.ends.pop(0).callback(None)

    @property
    def order(self):
        return [f"{who.network}:{who.name}" for who in self.begun]


def test_only_so_many_at_once():
    """The others begin when one of them ends, also when it fails."""
    work = Work(at_once=2)
    for name in "abc":
        work.want("n", name)
    assert len(work.begun) == 2
    work.ends[0].errback(ValueError("no"))
    assert len(work.begun) == 3
    assert [type(error) for error in work.failed] == [ValueError]


def test_addresses_take_turns_and_so_do_names():
    """Whoever asks for much from one place waits for those who ask for little."""
    work = Work()
    for name in ("a", "a", "a", "b", "c"):
        work.want("flood", name)
    work.want("home", "owner")
    work.want("cafe", "guest")
    work.finish()
    assert work.order == [
        "flood:a", "flood:a", "home:owner", "cafe:guest", "flood:b", "flood:c", "flood:a",
    ]  # fmt: skip


def test_what_waits_is_bounded():
    """For one name, for one address, and in all; the refusal says how long to wait."""
    work = Work()
    for _ in range(6):
        work.want("n", "same")
    assert len(work.refused) == 1
    for number in range(100):
        work.want("n", f"name{number}")
    assert len(work.refused) == 1 + 100 - (turns.WAITING_OF_ADDRESS - turns.WAITING_OF_NAME)
    for number in range(2000):
        work.want("", f"name{number}")
    [*_, last] = work.refused
    assert last.carried == {"wait": 200}
    assert "Try again in 200 seconds" in str(last)
    work.finish()
    assert len(work.begun) == 1 + turns.WAITING


def test_when_all_is_full_those_who_want_most_make_room():
    """So twenty networks do not shut out everybody else."""
    work = Work()
    work.want("n0", "first")
    for number in range(20):
        for name in range(50):
            work.want(f"n{number}", f"name{name}")
    assert not work.refused
    work.want("home", "owner")
    assert len(work.refused) == 1
    assert "Try again in 200 seconds" in str(work.refused[0])
    work.finish()
    assert "home:owner" in work.order
    assert len(work.begun) == 1 + turns.WAITING
    assert not work.turns._of_network
    assert not work.turns._waiting


def test_many_may_wait_for_what_they_share():
    """If whoever asks says so."""
    work = Work()
    for _ in range(20):
        work.want("", "room", most=1000)
    assert not work.refused


def test_afterwards_all_is_as_before():
    """Nothing is remembered of those who are served."""
    work = Work()
    for _ in range(3):
        work.want("n", "a")
    work.finish()
    work.want("n", "b")
    assert work.order[-1] == "n:b"
    assert not work.turns._of_network


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.1", "192.0.2.1"), ("2001:db8::7", "2001:db8::/64"), ("::1", ""), ("unix", "")],
)
def test_where_somebody_is(address, network):
    """Behind this machine's own address anybody may be."""
    assert Who.at(address, "ada") == Who(network, "ada")
