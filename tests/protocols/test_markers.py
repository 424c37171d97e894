"""Programs learn what is unread, and mark what they have shown."""

import pytest

from tests.protocols.shelves import Shelf
from twistedchat.core.names import prepare_nick
from twistedchat.core.records import private_place
from twistedchat.testing_accounts import open_accounts

GOOD = "correct horse"


@pytest.fixture
def bob(house):
    return house.program("bob")


@pytest.fixture
def ada(house):
    open_accounts(house.chat)
    ada = house.program("ada")
    ada.ask(type="register", id=1, password=GOOD)
    return ada


def come(house, device="phone", **more):
    """A program that logs in; it has its ``welcome``."""
    peer = house.peer()
    peer.welcome, *peer.rest = peer.ask(
        type="hello", id=0, account="ada", password=GOOD, device=device, **more
    )
    return peer


def marked(room):
    return room.get("read", "missing"), room.get("unread", "missing")


def say(peer, *texts):
    """Say lines; their ids."""
    return [peer.ask(type="say", id=1, room="lobby", text=text)[-1]["msgid"] for text in texts]


def read(peer, msgid, **where):
    where = where or {"room": "lobby"}
    return peer.ask(type="read", id=2, msgid=msgid, **where)[-1]


def refused(reply):
    assert reply["type"] == "error"
    return reply["code"]


def test_guests_have_no_marks(house, bob):
    """Neither in the welcome nor on joining, and they can set none."""
    [room] = bob.welcome["rooms"]
    assert marked(room) == ("missing", "missing")
    joined = bob.ask(type="join", id=1, room="ops")[-1]["room"]
    assert marked(joined) == ("missing", "missing")
    [msgid] = say(bob, "hi")
    assert refused(read(bob, msgid)) == "not-allowed"


def test_what_others_have_said_is_unread(house, bob, ada):
    """Until it is marked; one's own lines do not count."""
    ids = say(bob, "one", "two", "three")
    say(ada, "mine")
    phone = come(house)
    assert marked(phone.welcome["rooms"][0]) == (None, 3)
    assert read(phone, ids[1]) == {"type": "ok", "id": 2}
    phone.ask(type="quit")
    assert marked(come(house).welcome["rooms"][0]) == (ids[1], 1)
    assert marked(come(house, device="desk").welcome["rooms"][0]) == (None, 3)


def test_joining_and_logging_in_tell_it_too(house, bob, ada):
    """Every room state does."""
    bob.ask(type="join", room="ops")
    bob.ask(type="say", room="ops", text="hi")
    assert marked(ada.ask(type="join", id=1, room="ops")[-1]["room"]) == (None, 1)
    bot = house.program("bot", rooms=[])
    rooms = bot.ask(type="login", id=3, account="ada", password=GOOD)[-1]["rooms"]
    assert [(room["name"], marked(room)) for room in rooms] == [
        ("#lobby", (None, 0)), ("#ops", (None, 1)),
    ]  # fmt: skip
    rooms = bot.ask(type="logout", id=4)[-1]["rooms"]
    assert {marked(room) for room in rooms} == {("missing", "missing")}


def test_a_mark_never_goes_back(house, bob, ada):
    """That is no error: another program may have been quicker."""
    one, two = say(bob, "one", "two")
    phone = come(house)
    assert read(phone, two)["type"] == read(phone, one)["type"] == "ok"
    phone.ask(type="quit")
    assert marked(come(house).welcome["rooms"][0]) == (two, 0)


def test_programs_on_the_same_device_are_told(house, bob, ada):
    """Of what is new, and nobody else."""
    one, two = say(bob, "one", "two")
    first, second, desk = come(house), come(house), come(house, device="desk")
    for peer in (first, second, desk, bob, ada):
        peer.objects()
    read(first, two)
    told = {"type": "read", "room": "#lobby", "msgid": two}
    assert second.objects() == [told]
    read(second, one)
    assert [peer.objects() for peer in (first, desk, bob, ada)] == [[], [], [], []]


def test_a_mark_must_be_of_a_message_of_the_room(house, bob, ada):
    """What cannot be is refused, with what to do."""
    bob.ask(type="join", room="ops")
    other = bob.ask(type="say", id=1, room="ops", text="elsewhere")[-1]["msgid"]
    phone = come(house)
    assert refused(read(phone, other)) == "no-such-message"
    assert refused(read(phone, "7" * 26)) == "no-such-message"
    assert refused(read(phone, other, room="ops")) == "not-in-room"
    assert refused(read(phone, "rubbish")) == "bad-arguments"
    assert refused(phone.ask(type="read", id=2, room="lobby")[-1]) == "bad-arguments"
    assert marked(come(house).welcome["rooms"][0])[0] is None


def test_a_person_at_the_same_device_reads_along(house, bob, ada):
    """Somebody on nc may call a program's device their own."""
    person = house.peer()
    person.send(f"/login ada {GOOD}\n")
    say(bob, "one")
    assert marked(come(house, device="line").welcome["rooms"][0])[1] == 0


# What memory does not have


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def old_house(open_house, shelf):
    house = open_house(store=shelf)
    house.chat.make_permanent(["lobby"])
    open_accounts(house.chat)
    house.program("ada").ask(type="register", password=GOOD)
    return house


def test_the_store_counts_what_memory_does_not_have(old_house, shelf):
    """Up to a thousand."""
    ids = shelf.add(*map(str, range(10)))
    phone = come(old_house)
    assert marked(phone.welcome["rooms"][0]) == (None, 10)
    assert read(phone, ids[3])["type"] == "ok"
    assert marked(come(old_house).welcome["rooms"][0]) == (ids[3], 6)
    shelf.add(*map(str, range(1200)))
    assert marked(come(old_house, device="desk").welcome["rooms"][0]) == (None, 1000)


def test_private_conversations_are_marked(old_house, shelf):
    """By the other end's nick; the message must be one of theirs."""
    state = old_house.chat.state
    state.owned.give(prepare_nick("zoe"), "Z")
    [msgid] = shelf.add("psst", account="Z", place=private_place("Z", "account1"), to="ada")
    other = shelf.whisper("psst", sender="X", to="Y")
    phone, second = come(old_house), come(old_house)
    assert refused(read(phone, other, nick="zoe")) == "no-such-message"
    second.objects()
    assert read(phone, msgid, nick="Zoe")["type"] == "ok"
    assert second.objects() == [{"type": "read", "nick": "zoe", "msgid": msgid}]
    assert refused(read(phone, msgid, nick="nobody")) == "no-such-nick"
