"""Passwords: off the reactor, few at once, and the same time for every name."""

import pytest
from argon2 import PasswordHasher
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.task import Clock

from twistedchat.accounts.passwords import Passwords
from twistedchat.accounts.turns import Who
from twistedchat.core.errors import TryLater

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HOME = "192.0.2.1"
# A room, and who comes to it.
DOOR = ("ops", HOME, "ada")
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
    assert result(passwords.check(hash_, password, *DOOR)) is right


def test_hash(passwords):
    """Salted; it fits its own password."""
    one, other = result(passwords.hash("secret")), result(passwords.hash("secret"))
    assert one != other
    assert one.startswith("$argon2id$")
    assert result(passwords.check(one, "secret", *DOOR)) is True


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
        Deferred.fromCoroutine(passwords.check(HASH, "secret", *DOOR)).addBoth(found.append)
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


class TestDoors:
    """Who is wrong at a room's door waits there, longer each time."""

    @pytest.fixture
    def clock(self):
        return Clock()

    @pytest.fixture
    def passwords(self, clock):
        return Passwords(maybeDeferred, clock.seconds, hasher=CHEAP)

    def fail(self, passwords, *door, times=4):
        for _ in range(times):
            assert result(passwords.check(HASH, "wrong", *door)) is False

    def waits(self, passwords, *door):
        """Seconds; 0 for one who is let try."""
        answer = result(passwords.check(HASH, "secret", *door))
        return answer.value.carried["wait"] if answer is not True else 0

    def test_three_mistakes_are_free(self, passwords):
        """Then the right password has to wait, too."""
        self.fail(passwords, *DOOR, times=3)
        assert self.waits(passwords, *DOOR) == 0
        self.fail(passwords, *DOOR)
        assert self.waits(passwords, *DOOR) == 1

    def test_the_wait_ends_and_grows(self, passwords, clock):
        """With every further mistake."""
        self.fail(passwords, *DOOR)
        clock.advance(1)
        self.fail(passwords, *DOOR, times=1)
        assert self.waits(passwords, *DOOR) == 2
        clock.advance(2)
        assert self.waits(passwords, *DOOR) == 0

    @pytest.mark.parametrize(
        "door", [("lobby", HOME, "ada"), ("ops", "198.51.100.7", "ada")], ids=["room", "network"]
    )
    def test_nobody_waits_elsewhere(self, passwords, door):
        """At another room's door, or coming from another network."""
        self.fail(passwords, *DOOR)
        assert self.waits(passwords, *door) == 0

    def test_who_reconnects_or_changes_the_address_a_little_waits(self, passwords):
        """An IPv6 network has more addresses than anybody can count."""
        self.fail(passwords, "ops", "2001:db8::1", "ada")
        assert self.waits(passwords, "ops", "2001:db8::2", "bob") == 1

    def test_behind_a_proxy_each_waits_alone(self, passwords):
        """All of them come from this machine."""
        self.fail(passwords, "ops", "127.0.0.1", "ada")
        assert self.waits(passwords, "ops", "127.0.0.1", "ada") == 1
        assert self.waits(passwords, "ops", "127.0.0.1", "bob") == 0

    def test_logging_in_is_another_matter(self, passwords):
        """Even for an account that is called like the room."""
        self.fail(passwords, *DOOR, times=4)
        assert result(passwords.prove(HASH, "secret", Who.at(HOME, "ops"))) is True
