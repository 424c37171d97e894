"""What programs ask about rooms that last."""

import pytest

from twistedchat.core.names import prepare_nick


@pytest.fixture
def ada(house):
    """A program that runs the lobby, with an account."""
    return owner(house, "ada", "A")


@pytest.fixture
def bob(house, ada):
    """Another, in the lobby too."""
    bob = owner(house, "bob", "B")
    ada.read()
    return bob


def owner(house, nick, account):
    program = house.program(nick)
    state = house.chat.state
    state.owned.give(prepare_nick(nick), account)
    state.set_account(state.nicks[nick], account)
    return program


def ok(peer, **request):
    """What the ok of a request carries; it is the last thing that comes."""
    *_, reply = peer.ask(id=1, **{"room": "lobby", **request})
    assert reply.pop("type") == "ok", reply
    assert reply.pop("id") == 1
    return reply


def code(peer, **request):
    """The code of the error that is the answer."""
    [error] = peer.ask(id=1, **{"room": "lobby", **request})
    assert error["type"] == "error"
    return error["code"]


def test_register_and_drop(ada, bob):
    """Everybody in the room hears of both; dropping has to be confirmed."""
    assert code(bob, type="room_register") == "not-allowed"
    assert ok(ada, type="room_register") == {}
    [event] = bob.objects()
    assert (event["type"], event["room"], event["nick"]) == ("room_registered", "#lobby", "ada")
    assert code(ada, type="room_drop") == "confirm"
    assert ok(ada, type="room_drop", confirm=True) == {}
    assert bob.objects()[0]["type"] == "room_dropped"
    assert code(ada, type="room_drop", confirm=True) == "not-allowed"


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("private", True, "on"),
        ("private", "on", "on"),
        ("slow", 30, "30 seconds"),
        ("filter", ["darn", "heck"], "2 words"),
        ("history", 500, "500 messages"),
        ("history", "30d", "4 weeks 2 days"),
    ],
)
def test_set(ada, bob, setting, value, told):
    """With values of JSON, or as people write them."""
    ok(ada, type="room_register")
    bob.read()
    wanted = {"type": "room_set", "setting": setting, "value": value, "confirm": True}
    assert ok(ada, **wanted) == {"changed": True}
    assert ok(ada, **wanted) == {"changed": False}
    [event] = bob.objects()
    assert event["type"] == "room_changed"
    assert (event["setting"], event["value"], event["by"]) == (setting, told, "ada")


def test_erasing_is_confirmed(ada):
    """A shorter history than what was said."""
    ok(ada, type="room_register")
    ok(ada, type="say", text="one")
    assert code(ada, type="room_set", setting="history", value="2s") == "confirm"
    told = ok(ada, type="room_set", setting="history", value=1, confirm=True)
    assert told == {"changed": True}


@pytest.mark.parametrize("value", [None, 1.5, {}, [1], "maybe"])
def test_what_cannot_be_set(ada, value):
    """The text says what can."""
    assert code(ada, type="room_set", setting="private", value=value) == "bad-arguments"


def test_taking_a_setting_back(ada):
    """With false, or nothing."""
    ok(ada, type="room_set", setting="moderated", value=True)
    assert ok(ada, type="room_set", setting="moderated", value=False) == {"changed": True}
    ok(ada, type="room_set", setting="filter", value=["darn"])
    assert ok(ada, type="room_set", setting="filter", value=[]) == {"changed": True}


def test_slow(ada, bob):
    """Who is too fast is told how long to wait."""
    assert ok(ada, type="slow", seconds=10) == {"changed": True}
    bob.read()
    assert code(bob, type="slow", seconds=0) == "not-allowed"
    assert code(ada, type="slow", seconds=-1) == "bad-arguments"
    bob.ask(type="say", room="lobby", text="one")
    [error] = bob.ask(id=2, type="say", room="lobby", text="two")
    assert (error["code"], error["wait"]) == ("slow-mode", 10)
    assert ok(ada, type="slow", seconds=0) == {"changed": True}


def test_info(ada, bob):
    """All that holds; the filtered words for operators."""
    told = ok(ada, type="room_info")
    assert (told["founder"], told["permanent"], told["created"]) == (None, False, None)
    ok(ada, type="room_register")
    ok(ada, type="room_set", setting="filter", value="darn")
    ok(ada, type="room_set", setting="history", value="all")
    told = ok(ada, type="room_info")
    assert told.pop("created").endswith("Z")
    assert told == {
        "room": "#lobby", "founder": "ada", "permanent": False, "private": False,
        "password": False, "invite_only": False, "moderated": False, "slow": 0.0,
        "keep_seconds": 0, "keep_count": 0, "filter": ["darn"],
    }  # fmt: skip
    bob.read()
    assert "filter" not in ok(bob, type="room_info")
    assert code(bob, type="room_info", room="nowhere") == "not-in-room"


def test_transfer(ada, bob):
    """To a member with an account."""
    ok(ada, type="room_register")
    bob.read()
    assert code(bob, type="room_transfer", nick="bob") == "not-allowed"
    assert code(ada, type="room_transfer", nick="bob") == "confirm"
    assert ok(ada, type="room_transfer", nick="bob", confirm=True) == {}
    assert (bob.objects()[0]["type"], ok(ada, type="room_info")["founder"]) == (
        "room_transferred", "bob",
    )  # fmt: skip


def test_roles(house, ada, bob):
    """Given, taken, listed by name."""
    ok(ada, type="room_register")
    bob.read()
    assert ok(ada, type="room_role", nick="bob", role="voiced") == {}
    [event] = bob.objects()
    assert (event["type"], event["role"], event["nick"]) == ("role_changed", "voiced", "bob")
    assert ok(bob, type="room_roles") == {
        "roles": [{"nick": "ada", "role": "owner"}, {"nick": "bob", "role": "voiced"}],
        "more": False,
    }
    assert [one["nick"] for one in ok(bob, type="room_roles", after="ada")["roles"]] == ["bob"]
    assert code(ada, type="room_role", nick="bob", role="king") == "bad-arguments"
    ok(ada, type="room_role", nick="bob", role="none")
    [event] = bob.objects()
    assert (event["role"], event["by"]) == ("", "ada")


def test_the_state_of_a_room_says_how_it_is_set(ada, bob):
    """And what the reader is in it; who has a voice is marked among the members."""
    ok(ada, type="room_register")
    ok(ada, type="room_role", nick="bob", role="voiced")
    ok(ada, type="room_set", setting="moderated", value=True)
    bob.read()
    state = ok(bob, type="join", room="lobby")["room"]
    assert (state["role"], state["voiced"], state["operator"]) == ("voiced", True, False)
    assert (state["lasting"], state["moderated"], state["slow"]) == (True, True, 0.0)
    assert state["members"] == [{"nick": "ada", "operator": True}, {"nick": "bob", "voiced": True}]


def test_private_rooms_are_hidden(ada, bob):
    """From strangers; members see them in every list."""
    ok(ada, type="join", room="geheim")
    ok(ada, type="room_set", room="geheim", setting="private", value=True)
    assert [one["name"] for one in ok(bob, type="rooms")["rooms"]] == ["#lobby"]
    assert [one["name"] for one in ok(ada, type="rooms")["rooms"]] == ["#geheim", "#lobby"]
    assert [one["name"] for one in ok(ada, type="rooms", after="geheim")["rooms"]] == ["#lobby"]
    assert code(bob, type="who", room="geheim") == "no-such-room"
    assert ok(ada, type="who", room="geheim")["count"] == 1
    assert ok(bob, type="whois", nick="ada")["rooms"] == ["#lobby"]
    assert ok(ada, type="whois", nick="ada")["rooms"] == ["#lobby", "#geheim"]


def test_who_joins_brings_their_role(house, ada, bob):
    """So that programs know who is an operator."""
    ok(ada, type="room_register")
    ok(ada, type="part")
    bob.read()
    ok(ada, type="join")
    [joined] = bob.objects()
    assert (joined["type"], joined["role"]) == ("joined", "owner")
