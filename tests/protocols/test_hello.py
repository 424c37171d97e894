"""The first request of a program, its welcome, and coming back."""

import pytest

from twistedchat.protocols.hello import MISSED_AT_ONCE


def test_the_welcome_has_all_that_is_promised(house):
    """And is the first line that begins with a brace."""
    house.person("bob")
    house.chat.about.motd = ("Be kind.",)
    peer = house.program("ada", client="tester 1", rooms=["lobby", "#ops"])
    welcome = peer.welcome
    assert list(welcome)[:2] == ["type", "id"]
    assert welcome["version"] == 1
    assert welcome["server"] == {"name": "chat.example.org", "software": "twistedchat 1.0"}
    assert welcome["nick"] == "ada"
    assert welcome["resumed"] is False
    assert welcome["grace"] == 60
    assert welcome["refused"] == []
    assert welcome["motd"] == ["Be kind."]
    assert welcome["time"].endswith("Z")
    assert "wanted" not in welcome
    assert welcome["limits"] == {
        "line": 32768, "message": 2000, "nick": 32, "room": 64, "rooms": 50, "rate": 5, "burst": 20,
    }  # fmt: skip
    lobby, ops = welcome["rooms"]
    assert (lobby["name"], lobby["count"], lobby["operator"]) == ("#lobby", 2, False)
    assert lobby["members"] == [{"nick": "ada"}, {"nick": "bob", "operator": True}]
    assert (ops["name"], ops["operator"], ops["topic"], ops["more"]) == ("#ops", True, None, False)
    join = next(one for one in welcome["commands"] if one["name"] == "join")
    assert join["aliases"] == ["j"]
    assert join["usage"] == "/join ROOM [PASSWORD]"
    assert join["family"] == "rooms"
    assert "wall" not in [one["name"] for one in welcome["commands"]]


def test_a_taken_nick(house):
    """The nearest free one, and the one that was wanted."""
    house.person("ada")
    welcome = house.program("Ada").welcome
    assert (welcome["nick"], welcome["wanted"]) == ("Ada2", "Ada")


@pytest.mark.parametrize(
    ("rooms", "joined"),
    [(None, ["#lobby"]), ([], []), (["ops", "#ops"], ["#ops"]), (["lobby"], ["#lobby"])],
)
def test_rooms(house, rooms, joined):
    """Null is the lobby, a list exactly what is in it."""
    welcome = house.program("ada", rooms=rooms).welcome
    assert [room["name"] for room in welcome["rooms"]] == joined


def test_rooms_that_cannot_be_joined(house):
    """Are named with the reason; the others are joined."""
    house.person("bob").send("/ban ada\n")
    welcome = house.program("ada", rooms=["lobby", "a b", "ops"]).welcome
    assert [(one["room"], one["code"]) for one in welcome["refused"]] == [
        ("lobby", "banned"), ("a b", "bad-room-name"),
    ]  # fmt: skip
    assert [room["name"] for room in welcome["rooms"]] == ["#ops"]


def test_without_a_lobby(open_house):
    """Null means none then."""
    assert open_house(lobby="").program("ada").welcome["rooms"] == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "bad-arguments"),
        ({"nick": 5}, "bad-arguments"),
        ({"nick": "a b"}, "bad-nick"),
        ({"nick": "ada", "versions": 1}, "bad-arguments"),
        ({"nick": "ada", "versions": [2, 3]}, "unsupported-version"),
        ({"nick": "ada", "versions": [True, 1.0, [1], "1"]}, "unsupported-version"),
        ({"nick": "ada", "versions": []}, "unsupported-version"),
        ({"nick": "ada", "rooms": "ops"}, "bad-arguments"),
        ({"nick": "ada", "rooms": [1]}, "bad-arguments"),
        ({"nick": "ada", "rooms": ["x"] * 51}, "bad-arguments"),
        ({"nick": "ada", "client": []}, "bad-arguments"),
        ({"nick": "ada", "device": {}}, "bad-arguments"),
        ({"nick": "ada", "grace": "no"}, "bad-arguments"),
        ({"nick": "ada", "resume": "token"}, "bad-arguments"),
        ({"nick": "ada", "resume": {}}, "bad-arguments"),
        ({"nick": "ada", "resume": {"token": "x", "after": "y"}}, "bad-arguments"),
    ],
)
def test_a_hello_that_fails_may_be_tried_again(house, fields, code):
    """It leaves nobody behind."""
    peer = house.peer()
    [error] = peer.ask(type="hello", id=1, **fields)
    assert (error["type"], error["id"], error["code"]) == ("error", 1, code)
    if code == "unsupported-version":
        assert error["versions"] == [1]
    assert not house.chat.state.users
    assert peer.ask(type="hello", nick="ada", versions=[9, 1])[0]["type"] == "welcome"


def test_client_names_are_for_people_to_see(house):
    """At most 64 characters, without anything that moves a cursor."""
    house.program("ada", client="\x1b[2J" + "x" * 100)
    bob = house.person("bob")
    bob.send("/whois ada\n")
    assert 'uses "' + "x" * 63 + '\u2026".' in bob.read()


def test_a_second_session_by_token(house):
    """Same nick, same rooms, and each hears what the other says."""
    one = house.program("ada", rooms=["lobby", "ops"])
    two = house.peer()
    [welcome] = two.ask(type="hello", resume={"token": one.welcome["token"]})
    assert (welcome["resumed"], welcome["nick"]) == (True, "ada")
    assert [room["name"] for room in welcome["rooms"]] == ["#lobby", "#ops"]
    assert welcome["token"] == one.welcome["token"]
    two.ask(type="say", room="ops", text="hi")
    assert one.objects()[-1]["text"] == "hi"
    two.ask(type="quit")
    assert "ada" in house.chat.state.nicks
    assert one.ask(type="ping") == [{"type": "pong"}]


def test_coming_back_in_time(house):
    """Nobody noticed; what was missed follows the welcome, then what is new."""
    bob = house.person("bob")
    ada = house.program("ada", rooms=["lobby", "ops"])
    bob.read()
    bob.send("seen\n")
    seen = ada.objects()[-1]["msgid"]
    ada.vanish()
    bob.send("missed\n/me waves\n/msg ada psst\n")
    house.turn(30)
    back = house.peer()
    welcome, lobby, ops, private = back.ask(
        type="hello", resume={"token": ada.welcome["token"], "after": seen}
    )
    assert welcome["resumed"] is True
    assert (lobby["type"], lobby["room"]) == ("missed", "#lobby")
    assert (lobby["complete"], lobby["last"]) == (True, True)
    assert [one["text"] for one in lobby["events"]] == ["missed", "waves"]
    assert (ops["room"], ops["events"]) == ("#ops", [])
    assert (private["room"], private["events"][0]["text"]) == (None, "psst")
    bob.send("now\n")
    assert back.objects()[-1]["text"] == "now"
    assert not [line for line in bob.lines() if "ada" in line and line.startswith("***")]


def test_coming_back_without_after(house):
    """No missed comes."""
    ada = house.program("ada")
    ada.vanish()
    assert len(house.peer().ask(type="hello", resume={"token": ada.welcome["token"]})) == 1


def test_coming_back_too_late(house):
    """A new user, as if there were no token."""
    ada = house.program("ada")
    ada.vanish()
    house.turn(61)
    [welcome] = house.peer().ask(
        type="hello", nick="ada", resume={"token": ada.welcome["token"], "after": None}
    )
    assert welcome["resumed"] is False
    assert welcome["token"] != ada.welcome["token"]


def test_the_token_of_a_user_who_quit(house):
    """Is worth nothing."""
    ada = house.program("ada")
    ada.ask(type="quit")
    [error] = house.peer().ask(type="hello", resume={"token": ada.welcome["token"]})
    assert error["code"] == "bad-arguments"


def test_an_empty_token(house):
    """Is none."""
    [welcome] = house.peer().ask(type="hello", nick="ada", resume={"token": ""})
    assert welcome["resumed"] is False


def test_a_gap_is_told(open_house):
    """When the history does not reach back to what was seen."""
    house = open_house(history=3, rate=0)
    bob, ada = house.person("bob"), house.program("ada")
    bob.send("seen\n")
    seen = ada.objects()[-1]["msgid"]
    ada.vanish()
    bob.send("1\n2\n3\n4\n")
    _, missed = house.peer().ask(
        type="hello", resume={"token": ada.welcome["token"], "after": seen}
    )
    assert missed["complete"] is False
    assert [one["text"] for one in missed["events"]] == ["2", "3", "4"]


def test_much_comes_in_pieces(open_house):
    """The last of a room is marked; only before the first can be a gap."""
    house = open_house(rate=0)
    bob, ada = house.person("bob"), house.program("ada")
    bob.send("seen\n")
    seen = ada.objects()[-1]["msgid"]
    ada.vanish()
    bob.send("".join(f"{n}\n" for n in range(2 * MISSED_AT_ONCE + 1)))
    _, *missed = house.peer().ask(
        type="hello", resume={"token": ada.welcome["token"], "after": seen}
    )
    assert [one["last"] for one in missed] == [False, False, True]
    assert [len(one["events"]) for one in missed] == [MISSED_AT_ONCE, MISSED_AT_ONCE, 1]
    assert all(one["complete"] for one in missed)


def test_too_much_to_be_sent_at_once(open_house):
    """The newest come, with the gap before them told: else it would be too slow each time."""
    house = open_house(rate=0)
    bob, ada = house.person("bob"), house.program("ada")
    bob.send("seen\n")
    seen = ada.objects()[-1]["msgid"]
    ada.vanish()
    bob.send("".join(f"{n} {'x' * 1990}\n" for n in range(100)))
    back = house.peer()
    _, *missed = back.ask(type="hello", resume={"token": ada.welcome["token"], "after": seen})
    assert [one["complete"] for one in missed] == [False] + [True] * (len(missed) - 1)
    events = [event for one in missed for event in one["events"]]
    assert events[-1]["text"].startswith("99 ")
    assert 20 < len(events) < 40


def test_ignored_people_are_not_missed(house):
    """Whoever does not hear them does not hear them later either."""
    bob, ada = house.person("bob"), house.program("ada")
    ada.ask(type="command", text="/ignore bob")
    latest = ada.ask(type="say", room="lobby", text="x")[0]["msgid"]
    ada.vanish()
    bob.send("psst\n")
    _, missed = house.peer().ask(
        type="hello", resume={"token": ada.welcome["token"], "after": latest}
    )
    assert missed["events"] == []


def test_many_rooms_have_fewer_members_each(open_house):
    """So that the welcome stays short; who gives the rest."""
    house = open_house(per_address=0, pending=0)
    crowd = [f"n{number}" for number in range(30)]
    for nick in crowd:
        house.program(nick, rooms=[f"r{number}" for number in range(40)])
    welcome = house.program("ada", rooms=[f"r{number}" for number in range(40)]).welcome
    first = welcome["rooms"][0]
    assert (first["count"], len(first["members"]), first["more"]) == (31, 12, True)
