"""In a busy room a client hears that it is in before it hears who else is, and only once."""

import re

import pytest

from twistedchat.core.events import Crowd, Joined, Parted
from twistedchat.protocols.irc.hush import HushLens
from twistedchat.protocols.irc.lens import Lenses
from twistedchat.protocols.irc.people import StatePeople
from twistedchat.testing import make_chat

JOINED = re.compile(r":(\S+)!\S+ JOIN #lobby")


@pytest.fixture
def crowd(house):
    """More people than make a room busy."""
    people = [house.person(f"person{n}", f"10.0.0.{n}") for n in range(12)]
    house.pass_time(3)
    return people


def who_joins(lines):
    return [found[1] for line in lines if (found := JOINED.fullmatch(line))]


def test_a_client_hears_once_that_it_is_in(house, client, crowd):
    """Also while those who come are gathered."""
    assert crowd
    first = client("first", "lobby")
    ada, bob = client("ada"), client("bob")
    told = ada.ask("JOIN #lobby")
    assert who_joins(told) == ["ada"]
    assert [line.split()[0] for line in told[1:]] == ["353", "366"]
    told = bob.ask("JOIN #lobby")
    assert who_joins(told) == ["bob"]
    house.pass_time(3)
    assert who_joins(ada.read()) == ["bob"]
    assert "bob" not in who_joins(bob.read())
    assert sorted(who_joins(first.read())) == ["ada", "bob"]


def test_it_hears_of_others_afterwards(house, client, crowd):
    """And shares their bytes again."""
    assert crowd
    ada = client("ada", "lobby")
    session = ada.peer.door.session
    assert isinstance(session.lens, HushLens)
    house.pass_time(3)
    assert session.lens is ada.peer.door.lenses.of(frozenset())
    ada.read()
    client("bob", "lobby")
    house.pass_time(3)
    assert who_joins(ada.read()) == ["bob"]


def test_in_a_small_room_nothing_is_special(client):
    """Nothing is gathered there."""
    ada = client("ada", "lobby")
    assert ada.peer.door.session.lens is ada.peer.door.lenses.of(frozenset())


def test_only_ones_own_joining_is_left_out():
    """Everything else is as seen through the other lens."""
    lens = Lenses("s", StatePeople(make_chat().state)).of(frozenset())
    hushed = HushLens(lens, "ada")
    own, other = Joined("1", 0, "r", "ada", "k"), Joined("2", 0, "r", "bob", "k")
    parted = Parted("3", 0, "r", "ada")
    assert hushed.render(own) == b""
    assert hushed.render(Crowd((own, other, parted))) == lens.render(Crowd((other, parted)))
    assert (hushed.echo, hushed.bell, hushed.follows) == (lens.echo, lens.bell, lens.follows)
    assert hushed.for_room(True) is hushed
