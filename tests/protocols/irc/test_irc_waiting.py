"""Private messages that wait for somebody, over IRC."""

import pytest

from tests.protocols.irc.test_irc_accounts import GOOD
from tests.protocols.shelves import Shelf
from twistedchat.core.names import prepare_nick
from twistedchat.testing_accounts import open_accounts


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def house(open_house, shelf):
    house = open_house(store=shelf)
    open_accounts(house.chat)
    return house


@pytest.fixture
def ada(house):
    """Somebody with an account."""
    ada = house.program("ada")
    ada.ask(type="register", password=GOOD)
    return ada


def log_in(one):
    return one.ask(f"PASS :ada:{GOOD}", "NICK ada", "USER ada 0 * :ada")


def test_they_come_when_one_logs_in_once(house, shelf, ada, connect):
    """Behind the welcome, as if they were told now."""
    ada.ask(type="quit")
    ada.vanish()
    house.pass_time(1)
    house.chat.reads._devices["account1", ""].positions["@"] = shelf.whisper("old", to="account1")
    shelf.whisper("are you there?", to="account1")
    told = log_in(connect())
    assert told[-1].endswith(" PRIVMSG ada :are you there?")
    assert not [line for line in log_in(connect()) if " PRIVMSG ada " in line]


def test_whoever_leaves_a_word_is_told_that_it_waits(house, ada, connect):
    """As of somebody who is away; a notice is never answered."""
    house.chat.gate.keeps = True
    house.chat.state.owned.give(prepare_nick("zoe"), "Z")
    one = connect()
    log_in(one)
    [told] = one.ask("PRIVMSG zoe :psst")
    assert told == "301 ada zoe :Not here, and gets that on coming back"
    assert one.ask("NOTICE zoe :psst") == []
