"""REGISTER and NickServ, for clients that know nothing better."""

import re

import pytest

from twistedchat.testing_accounts import open_accounts

GOOD = "correct horse"
NICKSERV = ":NickServ!NickServ@chat.example.org NOTICE "


def without_cloak(lines):
    return [re.sub(r"!~u@\w+", "", line) for line in lines]


@pytest.fixture
def ada(house):
    """Somebody with an account, at another door."""
    open_accounts(house.chat)
    ada = house.program("ada", rooms=["lobby", "ops"])
    ada.ask(type="register", id=1, password=GOOD)
    return ada


def test_register(house, client):
    """An account of one's nick; what is refused has the codes of the specification."""
    open_accounts(house.chat)
    bob = client("bob", "lobby")
    weak = bob.ask("REGISTER * * :x")[0]
    assert weak.startswith("FAIL REGISTER WEAK_PASSWORD bob :")
    other = bob.ask(f"REGISTER eve * :{GOOD}")[0]
    assert other.startswith("FAIL REGISTER ACCOUNT_NAME_MUST_BE_NICK eve :")
    assert bob.ask(f"REGISTER Bob * :{GOOD}") == ["REGISTER SUCCESS bob :bob is yours now."]
    assert bob.ask("MODE bob") == ["221 bob +irZ"]
    again = bob.ask(f"REGISTER * * :{GOOD}")[0]
    assert again.startswith("FAIL REGISTER TEMPORARILY_UNAVAILABLE bob :")
    assert bob.codes("REGISTER * *") == ["461"]


def test_without_accounts_there_is_nothing_to_register(client):
    """And says so."""
    assert client("bob").codes(f"REGISTER * * :{GOOD}", f"NS REGISTER {GOOD}") == [
        "FAIL", "NOTICE",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        f"PRIVMSG NickServ :IDENTIFY ada {GOOD}",
        f"NICKSERV IDENTIFY ada {GOOD}",
        f"NS ID ada {GOOD}",
    ],
)
def test_identify_makes_one_the_owner(client, ada, said):
    """Who is here already: the client is told its name and its rooms."""
    bob, eve = client("bob", "lobby", "den"), client("eve", "den")
    bob.read()
    told = without_cloak(bob.ask(said))
    assert told[0] == "900 ada ada ada :You are now logged in as ada"
    assert told[1] == ":bob NICK ada"
    assert [line for line in told if " JOIN " in line] == [":ada JOIN #ops"]
    assert told[-1] == NICKSERV + "ada :You are logged in as ada."
    ada.ask(type="say", id=1, room="ops", text="hi")
    assert without_cloak(bob.read()) == [":ada PRIVMSG #ops :hi"]
    assert any(line.startswith(":bob QUIT") for line in without_cloak(eve.read()))


def test_identify_takes_the_name_of_who_is_not_here(house, client, ada):
    """The nick changes, and everybody hears it once."""
    ada.ask(type="quit")
    house.turn(61)
    bob, eve = client("bob", "den"), client("eve", "den")
    bob.read()
    told = without_cloak(bob.ask(f"NS IDENTIFY ada {GOOD}"))
    assert [line for line in told if " NICK " in line] == [":bob NICK ada"]
    assert without_cloak(eve.read()) == [":bob NICK ada"]


def test_a_wrong_password_and_nonsense(client, ada):
    """Are answered in words."""
    bob = client("bob")
    assert bob.ask("NS IDENTIFY ada wrong")[0].startswith(NICKSERV + "bob :")
    for said in ("NS", "NS IDENTIFY", "PRIVMSG nickserv :hello", "NS REGISTER", "NS HELP"):
        assert bob.ask(said)[0].startswith(NICKSERV + "bob :IDENTIFY [ACCOUNT] PASSWORD logs in")


def test_nickserv_registers_too(house, client):
    """An address for mail is left alone."""
    open_accounts(house.chat)
    bob = client("bob")
    assert bob.ask(f"NS REGISTER {GOOD} bob@example.org")[0].startswith(
        NICKSERV + "bob :bob is yours now."
    )
    assert bob.ask("NS IDENTIFY x")[0] == NICKSERV + "bob :You are logged in as bob already."
    bob.ask("QUIT")
    again = client("bob_")
    assert again.ask(f"NS IDENTIFY bob {GOOD}")[-1] == NICKSERV + "bob :You are logged in as bob."


def test_sasl_later_on(client, ada):
    """As clients do that get their certificate or password later."""
    bob = client("bob")
    bob.peer.door.session.certificate = ""
    assert bob.ask("AUTHENTICATE PLAIN") == ["AUTHENTICATE +"]
    assert bob.codes("AUTHENTICATE AGFkYQBjb3JyZWN0IGhvcnNl")[:2] == ["900", "NICK"]
    assert bob.codes("AUTHENTICATE PLAIN") == ["907"]
