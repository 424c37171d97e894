"""/room and /slow, from registering a room to giving it up."""

import pytest

from twistedchat.commands.room_settings import ACTS
from twistedchat.core.names import prepare_nick
from twistedchat.core.rules import SETTINGS


@pytest.fixture
def owned(chat, ada, bob):
    """#lobby belongs to ada; bob has an account as well."""
    for person, account in ((ada, "A"), (bob, "B")):
        user = person.session.user
        chat.state.owned.give(prepare_nick(user.nick), account)
        chat.state.set_account(user, account)
    assert ada.type("/room register") == []
    ada.hears()
    bob.hears()
    return chat.state.rooms["lobby"]


def test_register(chat, ada, bob):
    """Only with an account; everybody in the room hears of it."""
    assert ada.type("/room register") == [
        "not-allowed: Only who has an account can register a room. /register makes one."
    ]
    chat.state.set_account(ada.session.user, "A")
    assert ada.type("/room register") == []
    assert bob.hears() == ["RoomRegistered"]
    assert ada.type("/room register")[0].startswith("not-allowed: #lobby is registered already.")
    assert bob.type("/room register")[0].startswith("not-allowed: Only operators of #lobby")


def test_drop(chat, ada, bob, owned):
    """Asked twice."""
    assert bob.type("/room drop")[0].startswith("not-allowed: Only the founder of #lobby")
    assert ada.type("/room drop")[0].startswith("confirm: #lobby would lose its settings")
    assert ada.type("/room drop") == []
    assert bob.hears() == ["RoomDropped"]
    assert ada.type("/room drop")[0].startswith("not-allowed: #lobby is not registered.")


def test_set(ada, bob, owned):
    """Everybody hears what holds now; only who set it that nothing is different."""
    assert ada.type("/room set slow 30") == []
    assert bob.hears() == ["RoomChanged"]
    assert ada.type("/room set SLOW 30s") == ["Nothing changed: slow is 30 seconds in #lobby."]
    assert bob.hears() == []
    assert bob.type("/room set private on")[0].startswith("not-allowed: Only operators of #lobby")
    assert ada.type("/room set private maybe") == ["bad-arguments: private is on or off."]
    assert ada.type("/room set filter darn  heck") == []
    assert owned.rules.filtered == ("darn", "heck")


def test_what_can_be_set_is_listed(ada):
    """Where the value, or both, are missing."""
    for line in ("/room set", "/room set private"):
        [told] = ada.type(line)
        assert all(setting in told for setting in SETTINGS)


def test_info(chat, ada, bob, owned):
    """Whose it is and how it is set; the filtered words are for operators."""
    ada.type("/room set filter darn")
    chat.clock.advance(3600)
    whose = "#lobby belongs to ada. It was registered 1 hour ago."
    how = (
        "Set are: private off, password off, invite-only off, moderated off, slow off,"
        " history as everywhere, filter 1 word. /room set KEY VALUE changes them."
    )
    assert bob.type("/room info") == [whose, how]
    assert ada.type("/room") == [whose, how, "Filtered words: darn"]


def test_info_is_of_the_room_one_is_in(ada):
    """Who asks for another is told how."""
    told = "bad-arguments: /room info tells of the room you are in. /join ops first, then"
    assert ada.type("/room info ops")[0].startswith(told)


def test_what_would_be_erased_is_told_first(ada, bob, owned):
    """How much, as far as that is known; it is done when it is sent again."""
    for text in ("one", "two", "three"):
        ada.type(f"/say {text}")
    told = (
        "confirm: #lobby would keep 2 messages: messages beyond that would be erased for good,"
        " 1 of the newest ones among them. To do it, send the same again."
    )
    assert ada.type("/room set history 2") == [told]
    assert ada.type("/room set history 1")[0].startswith("confirm: #lobby would keep 1 message")
    assert len(owned.history) == 3
    assert ada.type("/room set history 1") == []
    assert len(owned.history) == 1
    assert ada.type("/room set history 5") == []
    assert bob.type("/room set history 1")[0].startswith("not-allowed: ")


def test_info_of_other_rooms(chat, ada, owned):
    """Of the server, of nobody, and of an account whose name is not known."""
    chat.state.owned.take_back("A")
    assert ada.type("/room info")[0].startswith("#lobby belongs to an account. It")
    ada.type("/join here")
    lasts = "#here ends with its last member. /room register makes it last."
    assert ada.type("/room info")[0] == lasts
    chat.state.rooms["here"].permanent = True
    assert ada.type("/room info")[0] == "#here belongs to the server and lasts."


def test_transfer(ada, bob, owned):
    """To somebody in the room who has an account."""
    assert ada.type("/room transfer nobody")[0].startswith("no-such-nick: ")
    [told] = ada.type("/room transfer bob")
    assert told.startswith("confirm: #lobby would belong to bob, and only bob could give it back.")
    assert bob.hears() == []
    assert ada.type("/room transfer bob") == []
    assert bob.hears() == ["RoomTransferred"]
    assert owned.founder == "B"
    assert ada.type("/room transfer ada")[0].startswith("not-allowed: Only the founder")


@pytest.mark.parametrize(
    "line",
    ["/room paint", "/room register now", "/room drop it", "/room info x y", "/room transfer"],
)
def test_what_is_no_act_is_answered_with_all_that_are(ada, line):
    """How to write them."""
    assert ada.type(line) == [f"bad-arguments: {ACTS}"]


def test_room_needs_a_room(ada):
    """The current one."""
    ada.type("/part")
    for line in ("/room info", "/slow 5"):
        assert ada.type(line)[0].startswith("not-in-room: ")


def test_slow(ada, bob, owned):
    """Who is too fast is told when, and nobody hears it."""
    assert ada.type("/slow 10") == []
    assert bob.hears() == ["RoomChanged"]
    assert bob.type("/say one") == []
    assert bob.type("/say two")[0].startswith("slow-mode: #lobby is in slow mode: wait 10 s")
    assert ada.hears() == ["RoomChanged", "Said"]
    assert bob.type("/slow 0")[0].startswith("not-allowed: ")
    assert ada.type("/slow off") == []
    assert bob.type("/say two") == []
    assert ada.type("/slow soon")[0].startswith("bad-arguments: Slow mode is off, or a time")
