"""CHATHISTORY: pages of what was said, by message and by time."""

import re

import pytest
from twisted.internet.defer import succeed

from tests.protocols.shelves import Shelf
from twistedchat.testing_accounts import open_accounts

CAPS = "batch message-tags server-time draft/chathistory"
GOOD = "correct horse"


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def house(open_house, shelf):
    return open_house(store=shelf)


@pytest.fixture
def ada(house, client):
    """Somebody in the lobby, in which ten lines were said, a second apart."""
    ada = client("ada", "lobby", caps=CAPS)
    bob = house.person("bob")
    for number in range(10):
        bob.send(f"{number}\n")
        house.turn(1)
    ada.read()
    return ada


class Page:
    """What was answered: the texts with their ids and times."""

    def __init__(self, lines):
        opening, *said, closing = lines
        self.opening = opening
        number = re.match(r"BATCH \+(\d+) ", opening)[1]
        assert closing == f"BATCH -{number}"
        form = rf"@batch={number};time=(\S+);msgid=(\w+) :\S+ PRIVMSG \S+ :?(.*)"
        found = [re.fullmatch(form, line).groups() for line in said]
        self.times = [time for time, _, _ in found]
        self.ids = [id_ for _, id_, _ in found]
        self.texts = "".join(text for _, _, text in found)


def ask(client, *words):
    return Page(client.ask(" ".join(["CHATHISTORY", *words])))


def test_the_latest(ada):
    """All, some, and those behind a message or a time."""
    page = ask(ada, "LATEST #lobby * 50")
    assert page.texts == "0123456789"
    assert page.opening.endswith(" chathistory :#lobby") or page.opening.endswith("#lobby")
    assert ask(ada, "LATEST #lobby * 3").texts == "789"
    assert ask(ada, f"LATEST #lobby msgid={page.ids[7]} 50").texts == "89"
    assert ask(ada, f"LATEST #lobby timestamp={page.times[5]} 2").texts == "89"
    assert ask(ada, f"LATEST #lobby msgid={page.ids[9]} 50").texts == ""


def test_before_after_around_between(ada):
    """Neither end is part of it."""
    page = ask(ada, "LATEST #lobby * 50")
    ids, times = page.ids, page.times
    assert ask(ada, f"BEFORE #lobby msgid={ids[5]} 2").texts == "34"
    assert ask(ada, f"BEFORE #lobby timestamp={times[5]} 2").texts == "34"
    assert ask(ada, f"AFTER #lobby msgid={ids[5]} 2").texts == "67"
    assert ask(ada, f"AFTER #lobby timestamp={times[5]} 2").texts == "67"
    assert ask(ada, f"AROUND #lobby msgid={ids[5]} 4").texts == "3456"
    assert ask(ada, f"AROUND #lobby timestamp={times[5]} 4").texts == "3456"
    for one, other in ((ids[2], ids[6]), (ids[6], ids[2])):
        assert ask(ada, f"BETWEEN #lobby msgid={one} msgid={other} 50").texts == "345"
    assert ask(ada, f"BETWEEN #lobby msgid={ids[2]} msgid={ids[6]} 2").texts == "34"
    assert ask(ada, f"BETWEEN #lobby msgid={ids[6]} msgid={ids[2]} 2").texts == "45"
    assert ask(ada, f"BETWEEN #lobby timestamp={times[2]} timestamp={times[6]} 9").texts == "345"


def test_older_than_the_server_remembers(house, shelf, client):
    """What is stored stands before what was said since."""
    shelf.add("a", "b", "c")
    ada = client("ada", "lobby", caps=CAPS)
    house.chat.make_permanent(["lobby"])
    page = ask(ada, "LATEST #lobby * 2")
    assert page.texts == "bc"
    assert ask(ada, f"BEFORE #lobby msgid={page.ids[0]} 5").texts == "a"


def test_people_who_are_ignored_are_left_out(house, ada):
    """As they are of what is heard."""
    user = ada.peer.door.session.user
    user.ignored[house.chat.state.nicks["bob"].id] = "bob"
    assert ask(ada, "LATEST #lobby * 5").texts == ""


def test_private_messages_of_accounts(house, shelf, connect):
    """By nick; also one's own, whether one wants echoes or not."""
    open_accounts(house.chat)
    for nick in ("ada", "bob"):
        other = house.program(nick)
        other.ask(type="register", password=GOOD)
        other.ask(type="quit")
    house.pass_time(61, 1)
    shelf.whisper("hi", sender="account1", to="account2")
    shelf.whisper("hello", sender="account2", to="account1")
    ada = connect()
    ada.ask(f"PASS :ada:{GOOD}", "CAP LS 302", f"CAP REQ :{CAPS}", "NICK ada", "USER a 0 * :a")
    ada.ask("CAP END")
    lines = ada.ask("CHATHISTORY LATEST bob * 10")
    assert [line.rpartition(":")[2] for line in lines[1:-1]] == ["hi", "hello"]
    shelf.conversations_of = lambda account: succeed((shelf.messages[0].place,))
    span = "timestamp=2027-01-15T06:00:00.000Z timestamp=2027-01-15T09:00:00.000Z"
    [told] = ada.ask(f"CHATHISTORY TARGETS {span} 10")[1:-1]
    assert " CHATHISTORY TARGETS bob 2027-01-15T07:" in told


def test_targets(house, ada, client):
    """Where something was said between two times."""
    ada.ask("JOIN #ops")
    span = "timestamp=2027-01-15T07:00:00.000Z timestamp=2027-01-15T09:00:00.000Z"
    lines = ada.ask(f"CHATHISTORY TARGETS {span} 10")
    assert lines[0].endswith(" draft/chathistory-targets")
    [told] = lines[1:-1]
    form = r"@batch=\d+ :chat.example.org CHATHISTORY TARGETS #lobby 2027-01-15T08:\S+Z"
    assert re.fullmatch(form, told)
    backwards = " ".join(reversed(span.split()))
    assert len(ada.ask(f"CHATHISTORY TARGETS {backwards} 10")) == 3
    early = "timestamp=2027-01-15T06:00:00.000Z timestamp=2027-01-15T07:00:00.000Z"
    assert len(ada.ask(f"CHATHISTORY TARGETS {early} 10")) == 2


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ("", "INVALID_PARAMS * "),
        ("FOO #lobby * 1", "INVALID_PARAMS FOO "),
        ("LATEST #lobby", "INVALID_PARAMS LATEST "),
        ("LATEST #lobby * 0", "INVALID_PARAMS LATEST 0 "),
        ("LATEST #lobby * x", "INVALID_PARAMS LATEST x "),
        ("BEFORE #lobby * 1", "INVALID_PARAMS BEFORE * "),
        ("BEFORE #lobby msgid=x 1", "INVALID_PARAMS BEFORE msgid=x "),
        ("BEFORE #lobby timestamp=yesterday 1", "INVALID_PARAMS BEFORE timestamp=yesterday "),
        ("BEFORE #lobby timestamp=2027-01-15 1", "INVALID_PARAMS BEFORE timestamp=2027-01-15 "),
        ("LATEST #nowhere * 1", "INVALID_TARGET LATEST #nowhere "),
        ("LATEST bob * 1", "INVALID_TARGET LATEST bob "),
        ("TARGETS * *", "INVALID_PARAMS TARGETS "),
        ("TARGETS timestamp=x timestamp=y 1", "INVALID_PARAMS TARGETS timestamp=x "),
    ],
)
def test_what_is_wrong_is_named(ada, asked, fault):
    """With a sentence behind it."""
    [line] = ada.ask(f"CHATHISTORY {asked}")
    assert line.startswith(f"FAIL CHATHISTORY {fault}:")


def test_a_labelled_request_has_a_batch_in_a_batch(ada):
    """The messages belong to the inner one."""
    ada.ask("CAP REQ labeled-response")
    lines = ada.ask("@label=7 CHATHISTORY LATEST #lobby * 1")
    assert lines[0] == "@label=7 :chat.example.org BATCH +1 labeled-response"
    assert lines[1].startswith("@batch=1 :chat.example.org BATCH +2 chathistory")
    assert lines[2].startswith("@batch=2;time=")
    assert lines[3:] == ["@batch=1 :chat.example.org BATCH -2", "BATCH -1"]
