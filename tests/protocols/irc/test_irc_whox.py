"""WHOX tells the fields that were asked for, in an order of its own."""

import re

import pytest

from twistedchat.testing_accounts import open_accounts


@pytest.fixture
def ada(client):
    return client("ada", "lobby")


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ("%nf", "354 ada ada H@"),
        ("%fn", "354 ada ada H@"),
        ("%tcuhnfar,42", r"354 ada 42 #lobby ~u \w+ ada H@ 0 ada"),
        ("%tn,x", "354 ada 0 ada"),
        ("%tn,1234", "354 ada 0 ada"),
        ("%isdlo", "354 ada 255.255.255.255 chat.example.org 0 0 n/a"),
        ("%", "354 ada"),
    ],
)
def test_fields(ada, asked, line):
    """Each that is asked for, once."""
    first, end = ada.ask(f"WHO #lobby {asked}")
    assert re.fullmatch(line, first)
    assert end == "315 ada #lobby :End of WHO list"


def test_accounts(house, client):
    """By name; who has none is 0."""
    open_accounts(house.chat)
    ada = client("ada", "lobby")
    assert ada.ask("WHO ada %na")[0] == "354 ada ada 0"
    ada.ask("REGISTER * * :correct horse")
    assert ada.ask("WHO ada %na")[0] == "354 ada ada ada"


def test_only_operators(ada, client):
    """With the letter before the percent sign."""
    bob = client("bob", "lobby")
    bob.peer.door.session.user.operator = True
    assert ada.ask("WHO #lobby o%n")[1:-1] == ["354 ada bob"]


def test_it_is_announced(connect):
    """And that no client's tags are passed on."""
    lines = connect().ask("NICK ada", "USER a 0 * :a")
    assert any(" WHOX " in line for line in lines)
    assert any(" CLIENTTAGDENY=* " in line for line in lines)


def test_tags_alone_are_not_passed_on(ada, client):
    """Nor with a message; the message is."""
    bob = client("bob", "lobby", caps="message-tags")
    ada.read()
    assert ada.ask("@+typing=active TAGMSG #lobby") == []
    assert bob.read() == []
    ada.ask("@+draft/reply=1 PRIVMSG #lobby :hi")
    [line] = bob.read()
    assert re.fullmatch(r"@msgid=\w+ :ada!~u@\w+ PRIVMSG #lobby :hi", line)
    assert ada.codes("TAGMSG") == ["461"]
