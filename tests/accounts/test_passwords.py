"""Passwords: off the reactor, few at once, and the same time for every name."""

import pytest
from argon2 import PasswordHasher
from twisted.internet.defer import Deferred, maybeDeferred

from twistedchat.accounts.passwords import Passwords
from twistedchat.accounts.turns import Who
from twistedchat.core.errors import TryLater

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HOME = "192.0.2.1"
# Of "secret".
HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$08KIfe3pTs0C5I3ydZNlyQ$hLbSBEoeuRaFAE8ckfG91pJQuyluYMX2bc8/4ZD7NKI"
)


@pytest.fixture
def calls():
    return []


@pytest.fixture
def passwords(calls):
    def defer(function, *arguments):
        calls.append(arguments)
        return maybeDeferred(function, *arguments)

    passwords = Passwords(defer, lambda: 0.0)
    passwords._hasher = CHEAP
    return passwords


def result(awaitable):
    """What comes of it, when nothing has to be waited for."""
    found = []
    Deferred.fromCoroutine(awaitable).addBoth(found.append)
    return found[0]


@pytest.mark.parametrize(
    ("hash_", "password", "right"),
    [(HASH, "secret", True), (HASH, "Secret", False), (HASH, "", False), (HASH, "\ud800", False),
     (HASH, "\0", False), ("nonsense", "secret", False), ("", "", False),
     ("$argon2id$x", "a", False)],
)  # fmt: skip
def test_check(passwords, hash_, password, right):
    """A broken hash fits none, and no text raises."""
    assert result(passwords.check(hash_, password)) is right


def test_hash(passwords):
    """Salted; it fits its own password."""
    one, other = result(passwords.hash("secret")), result(passwords.hash("secret"))
    assert one != other
    assert one.startswith("$argon2id$")
    assert result(passwords.check(one, "secret")) is True


def test_operators(passwords):
    """By name, in whatever case, and their password."""
    operators = {"Ada": HASH}
    assert result(passwords.is_operator(operators, "ada", "secret", HOME)) is True
    assert result(passwords.is_operator(operators, "ADA", "wrong", HOME)) is False
    assert result(passwords.is_operator(operators, "bob", "secret", HOME)) is False


def test_an_unknown_name_costs_as_much(passwords, calls):
    """One check, so that the time tells nobody who there is."""
    result(passwords.is_operator({}, "bob", "secret", HOME))
    calls.clear()
    result(passwords.is_operator({}, "bob", "secret", HOME))
    unknown = len(calls)
    calls.clear()
    result(passwords.is_operator({"bob": HASH}, "bob", "wrong", HOME))
    assert len(calls) == unknown == 1


def test_only_so_many_at_once():
    """The others wait for their turn."""
    running = []

    def defer(function, *arguments):
        running.append(Deferred())
        return running[-1]

    passwords, found = Passwords(defer, lambda: 0.0, at_once=2), []
    for _ in range(3):
        Deferred.fromCoroutine(passwords.check(HASH, "secret")).addBoth(found.append)
    assert len(running) == 2
    running[0].callback(True)
    assert len(running) == 3
    running[1].callback(False)
    running[2].callback(True)
    assert found == [True, False, True]


@pytest.mark.parametrize(("hash_", "right"), [(HASH, True), (None, False)])
def test_a_proof(passwords, hash_, right):
    """Of a name that nobody has there is none, whatever the password."""
    assert result(passwords.prove(hash_, "secret", Who("n", "ada"))) is right
    assert result(passwords.prove(hash_, "wrong", Who("n", "ada"))) is False


def test_too_many_wrong_tries_have_to_wait(passwords, calls):
    """Nothing is hashed for them; elsewhere and for others nothing changes."""
    who = Who("n", "ada")
    for _ in range(4):
        result(passwords.prove(HASH, "wrong", who))
    calls.clear()
    refusal = result(passwords.prove(HASH, "secret", who))
    assert refusal.check(TryLater)
    assert refusal.value.carried == {"wait": 1}
    assert not calls
    assert result(passwords.prove(HASH, "secret", Who("m", "ada"))) is True


def test_a_hash_with_other_parameters_is_outdated(passwords):
    """As one that was made before an upgrade."""
    assert not passwords.outdated(HASH)
    passwords._hasher = PasswordHasher()
    assert passwords.outdated(HASH)
