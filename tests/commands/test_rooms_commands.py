"""/join, /part, /rooms, /who, /topic, /invite."""

import pytest

from twistedchat.commands import rooms
from twistedchat.core import listing


def test_join(ada):
    """Makes the room current and says where one is."""
    assert ada.type("/join ops") == ["You are now talking in #ops. Also in: #lobby."]
    ada.type("/topic ship it")
    assert ada.type("/j lobby") == ["You are now talking in #lobby. Also in: #ops."]
    assert ada.type("/j #OPS") == ["You are now talking in #ops (topic: ship it). Also in: #lobby."]
    assert ada.type("/join a!b")[0].startswith("bad-room-name: ")


def test_a_look_alike_room_is_asked_about(ada, bob):
    """The same again makes it."""
    assert ada.type("/join Iobby")[0].startswith("looks-alike: There is no #Iobby yet")
    assert ada.type("/join Iobby") == ["You are now talking in #Iobby. Also in: #lobby."]


def test_part(ada):
    """Turns to the room joined last, or says that there is none."""
    ada.type("/join ops")
    assert ada.type("/part ops see you") == ["You left #ops. You are now talking in #lobby."]
    assert ada.type("/part") == [
        "You left #lobby. You are in no room now. /rooms lists them, /join ROOM enters."
    ]
    assert ada.type("/part")[0].startswith("not-in-room: ")


def test_rooms(ada, bob, monkeypatch):
    """The fullest first, up to a number."""
    ada.type("/join ops")
    ada.type("/topic ship it")
    assert bob.type("/rooms") == ["#lobby, 2 people", "#ops, 1 person: ship it"]
    monkeypatch.setattr(listing, "LISTED", 1)
    assert bob.type("/list") == ["#lobby, 2 people", "And 1 more room."]
    ada.type("/part ops"), ada.type("/part"), bob.type("/part")
    assert bob.type("/rooms") == ["There is no room yet. /join ROOM makes one."]


def test_who(ada, bob, arrive):
    """Operators first; of any room."""
    eve = arrive("eve")
    bob.type("/away lunch")
    assert eve.type("/who lobby") == ["In #lobby, 2 people:", "@ada, bob (away)"]
    assert eve.type("/who")[0].startswith("not-in-room: ")
    assert eve.type("/names nowhere")[0].startswith("no-such-room: ")


def test_who_in_a_crowd(ada, bob, arrive, monkeypatch):
    """A line has so many names; of many a part is sorted at a time, and the order is the same."""
    for nick in ("zoe", "eve"):
        arrive(nick, "lobby")
    ada.type("/op zoe")
    monkeypatch.setattr(rooms, "NAMES_IN_LINE", 2)
    monkeypatch.setattr(rooms, "AT_ONCE", 1)
    assert ada.type("/who") == ["In #lobby, 4 people:", "@ada, @zoe", "bob, eve"]


def test_topic(ada, bob):
    """Show, set, take away."""
    assert ada.type("/topic") == ["#lobby has no topic. /topic TEXT sets it."]
    assert ada.type("/topic ship  it") == []
    assert bob.hears()[-1] == "TopicChanged"
    assert bob.type("/topic") == ["The topic of #lobby, by ada: ship  it"]
    ada.type("/topic -")
    assert bob.type("/topic")[0].startswith("#lobby has no topic.")


def test_invite(ada, bob, arrive):
    """Only the two hear of it."""
    eve = arrive("eve")
    assert ada.type("/invite eve") == []
    assert eve.hears() == ["Invited"]
    assert bob.hears() == []
    assert ada.type("/invite bob")[0].startswith("not-allowed: ")


@pytest.mark.parametrize(
    ("nicks", "says"),
    [([], "alone"), (["bob"], "with bob"), (["bob", "eve"], "with bob and eve"),
     (["bob", "eve", "zoe"], "with bob and 2 others")],
)  # fmt: skip
def test_company(ada, arrive, chat, nicks, says):
    """In a few words."""
    for nick in nicks:
        arrive(nick, "lobby")
    assert rooms.in_company(ada.session, chat.state.rooms["lobby"]) == says


def test_private_rooms_are_hidden(chat, ada, bob, arrive):
    """From strangers, in every way to ask; members see them."""
    ada.type("/join modem")
    ada.type("/room set private on")
    assert "#modem, 1 person (private)" in ada.type("/rooms")
    assert bob.type("/rooms") == ["#lobby, 2 people"]
    assert bob.type("/who modem") == ["no-such-room: No such room: #modem. /rooms lists them."]
    assert ada.type("/who modem")[0] == "In #modem, 1 person:"
    assert "modem" not in bob.type("/whois ada")[0]
    assert "#modem" in ada.type("/whois ada")[0]
    assert bob.type("/join m\u043edem") == ["You are now talking in #m\u043edem. Also in: #lobby."]
    ada.type("/invite bob")
    assert bob.type("/who modem")[0] == "In #modem, 1 person:"


def test_what_is_asked_for_is_listed(ada, bob):
    """So that nobody tries in vain."""
    ada.type("/room set invite-only on")
    assert bob.type("/rooms") == ["#lobby, 2 people (invite-only)"]
    assert ada.type("/room set invite-only off") == []


def test_a_room_that_lasts_is_listed_when_it_is_empty(chat, ada):
    """And people come into it without running it."""
    chat.make_permanent(["ops"])
    assert ada.type("/rooms") == ["#lobby, 1 person", "#ops, 0 people"]
    ada.type("/join ops")
    assert ada.type("/who") == ["In #ops, 1 person:", "ada"]
