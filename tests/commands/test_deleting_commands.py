"""/delete."""

import pytest

from twistedchat.core.events import Deleted
from twistedchat.testing import heard, ignore_outcome


@pytest.fixture
def says(chat):
    def say(person, *texts):
        for text in texts:
            chat.say(person.session, "lobby", text, ignore_outcome)

    return say


def texts(chat):
    return [one.text for one in chat.state.rooms["lobby"].history]


def taken(person):
    """How many lines somebody heard were taken back, and whose."""
    person.chat.clock.turn()
    events = [one for one in heard(person.session) if isinstance(one, Deleted)]
    return [(len(one.ids), one.by, one.of) for one in events]


def test_ones_last_line(chat, ada, bob, says):
    """Without a word more; what happened tells it all."""
    says(bob, "one", "two")
    says(ada, "three")
    assert bob.type("/delete") == []
    assert texts(chat) == ["one", "three"]
    assert taken(ada) == [(1, "bob", ())]


def test_a_number_of_lines(chat, ada, bob, says):
    """As many of them as there are."""
    says(bob, "one", "two", "three")
    assert bob.type("/delete 2") == []
    assert texts(chat) == ["one"]
    assert bob.type("/delete 100") == []
    assert taken(ada) == [(2, "bob", ()), (1, "bob", ())]


def test_lines_of_somebody_else(chat, ada, bob, says):
    """Operators alone."""
    says(bob, "one", "two")
    says(ada, "three")
    assert ada.type("/delete bob") == []
    assert ada.type("/delete BOB 5") == []
    assert taken(bob) == [(1, "ada", ("bob",)), (1, "ada", ("bob",))]
    assert bob.type("/delete ada") == [
        "not-allowed: Only operators of #lobby can take back what others have said."
    ]


def test_private_messages(chat, ada, bob):
    """To the person named."""
    bob.type("/msg ada one")
    bob.type("/msg ada two")
    assert bob.type("/delete @ada") == []
    assert bob.type("/delete @Ada 5") == []
    assert taken(ada) == [(1, "bob", ()), (1, "bob", ())]
    assert bob.type("/delete @nobody") == [
        "no-such-nick: Nobody here is called nobody, and no account either."
    ]


def test_when_there_is_nothing(ada, bob):
    """It says so, and what to do."""
    rest = "that can be taken back. /history shows what was said."
    assert bob.type("/delete") == [f"You said nothing lately in #lobby {rest}"]
    assert ada.type("/delete bob 3") == [f"bob said nothing lately in #lobby {rest}"]
    assert bob.type("/delete @ada") == [f"You sent ada nothing lately {rest}"]


@pytest.mark.parametrize(
    "line", ["/delete 0", "/delete 101", "/delete bob x", "/delete 1000000000"]
)
def test_a_number_that_is_none(ada, bob, says, line):
    """Nothing is taken back by mistake."""
    says(bob, "one")
    assert ada.type(line)[0].startswith("bad-arguments: COUNT is a number from 1 to 100.")


def test_two_numbers(bob):
    """They are no nick."""
    assert bob.type("/delete 1 2")[0].startswith("bad-arguments: Write it like this: /delete,")
