"""Programs are given the private messages that have waited."""

import pytest

from tests.protocols.shelves import Shelf
from twistedchat.protocols.missed import WHISPERS_MOST
from twistedchat.testing_accounts import open_accounts

GOOD = "correct horse"


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def house(open_house, shelf):
    """A server with ada's account, whose owner is not here."""
    house = open_house(store=shelf)
    open_accounts(house.chat)
    ada = house.program("ada")
    ada.ask(type="register", password=GOOD)
    ada.ask(type="quit")
    ada.vanish()
    house.pass_time(1)
    house.chat.reads._devices["account1", ""].positions["@"] = shelf.whisper("old", to="account1")
    return house


def hello(house, **more):
    peer = house.peer()
    peer.told = peer.ask(type="hello", id=0, account="ada", password=GOOD, **more)
    return peer


def missed(told):
    return [one for one in told if one["type"] == "missed"]


def test_they_come_behind_the_welcome_once(house, shelf):
    """To the first program; nothing comes when nothing has waited."""
    shelf.whisper("one", to="account1")
    shelf.whisper("two", to="account1")
    first, second = hello(house), hello(house)
    assert [one["type"] for one in first.told] == ["welcome", "missed"]
    [told] = missed(first.told)
    assert (told["room"], told["complete"], told["last"]) == (None, True, True)
    assert [(one["type"], one["nick"], one["text"]) for one in told["events"]] == [
        ("whispered", "b", "one"), ("whispered", "b", "two"),
    ]  # fmt: skip
    assert [one["type"] for one in second.told] == ["welcome"]


def test_they_come_behind_a_log_in(house, shelf):
    """Of a program that was a guest's."""
    shelf.whisper("one", to="account1")
    bot = house.program("bot")
    told = bot.ask(type="login", id=1, account="ada", password=GOOD)
    assert [one["type"] for one in told[-2:]] == ["ok", "missed"]


def test_many_come_in_pieces(house, shelf):
    """Of very many the newest, and the first piece says that there were more."""
    for number in range(WHISPERS_MOST + 5):
        shelf.whisper(str(number), to="account1")
    told = missed(hello(house).told)
    texts = [one["text"] for piece in told for one in piece["events"]]
    assert texts == [str(number) for number in range(5, WHISPERS_MOST + 5)]
    assert [piece["complete"] for piece in told] == [False] + [True] * (len(told) - 1)
    assert [piece["last"] for piece in told] == [False] * (len(told) - 1) + [True]
    assert len(told) > 1


def test_what_happens_while_the_store_is_asked_comes_behind(house, shelf):
    """Everything waits in its order."""
    shelf.whisper("one", to="account1")
    shelf.slow = True
    peer = hello(house)
    assert [one["type"] for one in peer.told] == ["welcome"]
    bob = house.program("bob")
    bob.ask(type="say", room="lobby", text="hi")
    assert peer.objects() == []
    shelf.answer()
    house.turn()
    assert [one["type"] for one in peer.objects()] == ["missed", "joined", "said"]


def test_what_cannot_be_looked_up_comes_next_time(house, shelf, logged):
    """It does not count as handed over."""
    shelf.whisper("one", to="account1")
    shelf.slow = True
    peer = hello(house)
    shelf.answer(OSError("disk"))
    house.turn()
    [fault] = [event for event in logged if "log_failure" in event]
    logged.remove(fault)
    assert peer.objects() == []
    peer.ask(type="quit")
    peer.vanish()
    house.pass_time(1)
    shelf.slow = False
    assert len(missed(hello(house).told)) == 1


def test_who_resumes_with_an_id_is_told_by_that(house, shelf):
    """Nothing comes twice, and nothing is asked of the store."""
    ada = hello(house)
    bob = house.program("bob")
    last = bob.ask(type="say", id=1, room="lobby", text="hi")[-1]["msgid"]
    ada.vanish()
    bob.ask(type="whisper", nick="ada", text="psst")
    again = house.peer()
    resume = {"token": ada.told[0]["token"], "after": last}
    told = missed(again.ask(type="hello", id=0, resume=resume))
    assert [[one["text"] for one in piece["events"]] for piece in told] == [[], ["psst"]]
