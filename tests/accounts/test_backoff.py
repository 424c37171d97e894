"""How long one waits after failures."""

import pytest

from twistedchat.accounts.backoff import Backoff, Guard
from twistedchat.accounts.turns import Who


class Watch:
    """A clock."""

    seconds = 1000.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def watch():
    return Watch()


def test_it_grows_with_each_failure_and_no_further(watch):
    """The first ones are free."""
    backoff = Backoff(watch, free=3)
    waits = []
    for _ in range(12):
        backoff.failed("ada")
        waits.append(backoff.wait("ada"))
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert backoff.wait("bob") == 0


def test_it_is_over_in_time(watch):
    """Waiting is enough for the next try, and long waiting for all of them."""
    backoff = Backoff(watch, free=3)
    for _ in range(12):
        backoff.failed("ada")
    watch.seconds += 59
    assert backoff.wait("ada") == 1
    watch.seconds += 1
    assert backoff.wait("ada") == 0
    backoff.failed("ada")
    assert backoff.wait("ada") == 60
    watch.seconds += 13 * 60
    for _ in range(3):
        backoff.failed("ada")
    assert backoff.wait("ada") == 0


def test_success_forgives(watch):
    """What was mistyped before counts no more."""
    backoff = Backoff(watch, free=0)
    backoff.failed("ada")
    backoff.forget("ada")
    assert backoff.wait("ada") == 0


def test_what_is_remembered_is_bounded(watch):
    """The one who failed longest ago is forgotten."""
    backoff = Backoff(watch, free=0)
    for number in range(10_001):
        backoff.failed(number)
    assert backoff.wait(0) == 0
    assert backoff.wait(1) > 0


def test_the_owner_gets_in_whatever_others_do(watch):
    """From an address that has not failed; and from the attacker's to another name."""
    guard = Guard(watch)
    for number in range(100):
        guard.failed(Who(f"192.0.2.{number}", "ada"))
    assert guard.wait(Who("198.51.100.1", "ada")) == 0
    assert guard.wait(Who("192.0.2.1", "ada")) > 0
    assert guard.wait(Who("192.0.2.1", "bob")) == 0


def test_an_address_that_tries_many_names_waits(watch):
    """But this machine's own, behind which anybody may be."""
    guard = Guard(watch)
    for number in range(50):
        guard.failed(Who("192.0.2.1", f"name{number}"))
        guard.failed(Who("", f"name{number}"))
    assert guard.wait(Who("192.0.2.1", "another")) == 60
    assert guard.wait(Who("", "another")) == 0


def test_a_site_with_many_networks_is_no_crowd(watch):
    """With each of its 65,536 IPv6 networks it would have three tries for nothing."""
    guard, tried = Guard(watch), 0
    for number in range(600):
        who = Who.at(f"2001:db8:1:{number:x}::1", "ada")
        if guard.wait(who) == 0:
            guard.failed(who)
            tried += 1
        watch.seconds += 1
    assert tried < 30
    assert guard.wait(Who.at("2001:db8:1:ffff::1", "ada")) > 0
    assert guard.wait(Who.at("2001:db8:2::1", "ada")) == 0
    assert guard.wait(Who.at("2001:db8:1:ffff::1", "bob")) == 0


def test_a_site_that_tries_many_names_waits(watch):
    """Later than one network alone."""
    guard = Guard(watch)
    for number in range(40):
        guard.failed(Who.at(f"2001:db8:1:{number:x}::1", f"name{number}"))
    assert guard.wait(Who.at("2001:db8:1:ffff::1", "another")) > 0
    assert guard.wait(Who.at("192.0.2.1", "another")) == 0


def test_who_was_right_may_mistype_again(watch):
    """As often as before."""
    guard, who = Guard(watch), Who("192.0.2.1", "ada")
    for _ in range(3):
        guard.failed(who)
    guard.succeeded(who)
    guard.failed(who)
    assert guard.wait(who) == 0
