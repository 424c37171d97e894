"""MARKREAD notes up to where an account has read, and only forward."""

import pytest

from twistedchat.testing_accounts import open_accounts

GOOD = "correct horse"
CAPS = "draft/read-marker server-time message-tags"


@pytest.fixture
def ada(house, client):
    """Somebody with an account, in a room in which three lines were said, a second apart."""
    open_accounts(house.chat)
    ada = client("ada", caps=CAPS)
    ada.ask(f"REGISTER * * :{GOOD}", "QUIT")
    ada = log_in(client("x", caps=CAPS))
    ada.ask("JOIN #lobby")
    bob = house.person("bob")
    for number in range(3):
        bob.send(f"{number}\n")
        house.turn(1)
    ada.times = [line[line.index("time=") + 5 :][:24] for line in ada.read() if "PRIVMSG" in line]
    assert len(ada.times) == 3
    return ada


def log_in(one):
    one.ask(f"NS IDENTIFY ada {GOOD}")
    return one


def test_marks_go_forward(ada):
    """And are told in any case."""
    early, middle, late = ada.times
    assert ada.ask("MARKREAD #lobby") == ["MARKREAD #lobby *"]
    assert ada.ask(f"MARKREAD #lobby timestamp={middle}") == [f"MARKREAD #lobby timestamp={middle}"]
    assert ada.ask(f"MARKREAD #lobby timestamp={early}") == [f"MARKREAD #lobby timestamp={middle}"]
    future = "2030-01-01T00:00:00.000Z"
    assert ada.ask(f"MARKREAD #lobby timestamp={future}") == [f"MARKREAD #lobby timestamp={late}"]


def test_other_clients_of_the_account_hear_of_it(ada, client):
    """Those that know of marks; who joins is told where it was."""
    other, old = log_in(client("y", caps=CAPS)), log_in(client("z"))
    ada.read()
    told = f"MARKREAD #lobby timestamp={ada.times[1]}"
    assert ada.ask(f"MARKREAD #lobby timestamp={ada.times[1]}") == [told]
    assert other.read() == [told]
    assert old.read() == []
    third = client("w", caps=CAPS)
    lines = third.ask(f"NS IDENTIFY ada {GOOD}")
    joined = next(place for place, line in enumerate(lines) if " JOIN #lobby" in line)
    assert lines[joined + 1] == told


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ("", "NEED_MORE_PARAMS"),
        ("#nowhere", "INVALID_PARAMS"),
        ("nobody", "INVALID_PARAMS"),
        ("#lobby x", "INVALID_PARAMS"),
        ("#lobby timestamp=x", "INVALID_PARAMS"),
    ],
)
def test_what_is_wrong_is_named(ada, asked, fault):
    """By the codes of the specification."""
    [line] = ada.ask(f"MARKREAD {asked}")
    assert line.startswith(f"FAIL MARKREAD {fault} ")


def test_guests_have_no_marks(client):
    """And are told how to have them."""
    bob = client("bob", "lobby", caps=CAPS)
    assert bob.ask("MARKREAD #lobby")[0].startswith("FAIL MARKREAD ACCOUNT_REQUIRED #lobby :")
