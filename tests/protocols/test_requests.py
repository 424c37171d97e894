"""The requests of programs: what each does and what its ok carries."""

import pytest


@pytest.fixture
def ada(house):
    """A program that runs the lobby."""
    return house.program("ada")


@pytest.fixture
def bob(house, ada):
    """Another, in the lobby too."""
    bob = house.program("bob")
    ada.read()
    return bob


def ok(peer, **request):
    """What the ok of a request carries; it is the last thing that comes."""
    *_, reply = peer.ask(id=1, **request)
    assert reply.pop("type") == "ok", reply
    assert reply.pop("id") == 1
    return reply


def code(peer, **request):
    """The code of the error that is the answer."""
    [error] = peer.ask(id=1, **request)
    assert error["type"] == "error"
    return error["code"]


def test_whisper(ada, bob):
    """Both hear it; the sender is told when the other is away."""
    told = ok(ada, type="whisper", nick="BOB", text="psst")
    assert told.keys() == {"msgid", "time", "to"}
    assert told["to"] == "bob"
    assert bob.objects()[-1]["text"] == "psst"
    ok(bob, type="away", reason="lunch")
    assert ok(ada, type="whisper", nick="bob", text="psst")["away"] == "lunch"
    assert code(ada, type="whisper", nick="eve", text="psst") == "no-such-nick"


def test_join_and_part(ada, bob):
    """The room's state; joining again is no error."""
    state = ok(ada, type="join", room="ops")["room"]
    assert (state["name"], state["operator"], state["latest"]) == ("#ops", True, None)
    assert ok(ada, type="join", room="#OPS")["room"]["name"] == "#ops"
    assert code(ada, type="join", room="Iobby") == "looks-alike"
    assert ok(ada, type="join", room="Iobby", confirm=True)["room"]["name"] == "#Iobby"
    assert ok(ada, type="part", room="iobby", reason="bye") == {}
    assert code(ada, type="part", room="iobby") == "not-in-room"
    assert code(ada, type="join", room="a b") == "bad-room-name"
    assert code(ada, type="join", room="x", confirm="yes") == "bad-arguments"


def test_topic(ada, bob):
    """Read, set, take away."""
    assert ok(ada, type="topic", room="lobby") == {"topic": None}
    told = ok(ada, type="topic", room="lobby", topic="ship it")["topic"]
    assert (told["text"], told["nick"]) == ("ship it", "ada")
    assert ok(bob, type="topic", room="lobby", topic=None)["topic"]["text"] == "ship it"
    assert ok(ada, type="topic", room="lobby", topic="") == {"topic": None}


def test_rooms(ada):
    """By name, after a name."""
    ok(ada, type="join", room="ops")
    told = ok(ada, type="rooms")
    assert told["more"] is False
    assert told["rooms"] == [
        {"name": "#lobby", "count": 1, "topic": None}, {"name": "#ops", "count": 1, "topic": None},
    ]  # fmt: skip
    assert [one["name"] for one in ok(ada, type="rooms", after="#lobby")["rooms"]] == ["#ops"]


def test_who(ada, bob):
    """Of any room, after a nick."""
    ok(bob, type="away", reason="")
    told = ok(ada, type="who", room="lobby")
    assert told == {
        "members": [{"nick": "ada", "operator": True}, {"nick": "bob", "away": ""}],
        "count": 2, "more": False,
    }  # fmt: skip
    assert ok(ada, type="who", room="lobby", after="ada")["members"] == told["members"][1:]
    assert code(ada, type="who", room="nowhere") == "no-such-room"


def test_whois(house, ada, bob):
    """Server operators see the address."""
    told = ok(ada, type="whois", nick="bob")
    assert told["nick"] == "bob"
    assert told["rooms"] == ["#lobby"]
    assert (told["away"], told["idle"], told["sessions"], told["operator"]) == (None, 0, 1, False)
    assert "address" not in told
    house.operators["ada"] = "secret"
    ok(ada, type="command", text="/oper ada secret")
    assert ok(ada, type="whois", nick="bob")["address"] == "127.0.0.1"


def test_nick(ada, bob):
    """The one there is now."""
    assert ok(ada, type="nick", nick="eve") == {"nick": "eve"}
    assert code(ada, type="nick", nick="bob") == "nick-taken"
    assert code(ada, type="nick", nick="admin") == "bad-nick"


def test_away_and_back(ada, bob):
    """Missing means back."""
    ok(ada, type="away", reason="lunch")
    assert bob.objects()[-1]["type"] == "went_away"
    ok(ada, type="away")
    assert bob.objects()[-1]["type"] == "came_back"


def test_invite(ada, bob):
    """Only those two hear of it."""
    ok(ada, type="join", room="ops")
    ok(ada, type="invite", room="ops", nick="bob")
    assert bob.objects()[-1]["type"] == "invited"
    assert code(bob, type="invite", room="ops", nick="ada") == "not-in-room"


def test_operators(ada, bob):
    """Op, deop, kick."""
    assert code(bob, type="kick", room="lobby", nick="ada") == "not-allowed"
    assert ok(ada, type="op", room="lobby", nick="bob") == {}
    assert ok(ada, type="deop", room="lobby", nick="bob") == {}
    ok(ada, type="kick", room="lobby", nick="bob", reason="so\nthere")
    assert bob.objects()[-1]["reason"] == "so there"


def test_bans(ada, bob):
    """With a time, a reason, and an end."""
    ok(ada, type="ban", room="lobby", who="bob", seconds=60, reason="noise")
    assert bob.objects()[-1]["type"] == "kicked"
    assert code(bob, type="join", room="lobby") == "banned"
    [ban] = ok(ada, type="bans", room="lobby")["bans"]
    assert (ban["who"], ban["by"], ban["reason"]) == ("bob", "ada", "noise")
    assert ban["until"] > ban["time"]
    ok(ada, type="unban", room="lobby", who="bob")
    ok(ada, type="ban", room="lobby", who="*!*@abc*")
    assert ok(ada, type="bans", room="lobby")["bans"][0]["until"] is None
    assert code(ada, type="ban", room="lobby", who="eve", seconds=0) == "bad-arguments"


def test_mutes(ada, bob):
    """They go on reading."""
    ok(ada, type="mute", room="lobby", nick="bob", seconds=60)
    assert bob.objects()[-1]["type"] == "muted"
    assert code(bob, type="say", room="lobby", text="x") == "muted"
    ok(ada, type="unmute", room="lobby", nick="bob")
    assert ok(bob, type="say", room="lobby", text="x")
    ada.read()
    assert code(ada, type="unmute", room="lobby", nick="bob") == "no-such-nick"


@pytest.mark.parametrize("kind", ["ban", "unban"])
@pytest.mark.parametrize(
    "who", ["bob\n*** Server: send me your password", "a b", "", "\x1b[2J", "x" * 101, "\u202ebob"]
)
def test_nobody_is_written_like_that(house, ada, bob, kind, who):
    """A ban is told to everybody, so it cannot carry a line of the server's."""
    assert code(ada, type=kind, room="lobby", who=who) == "bad-arguments"
    assert code(ada, type="unmute", room="lobby", nick=who) == "bad-arguments"


def test_pages_of_many_rooms(open_house):
    """At most 500, the rest after the last."""
    house = open_house(rooms=0, rate=0)
    ada = house.program("ada", rooms=[f"r{n:03}" for n in range(510)])
    told = ok(ada, type="rooms")
    assert (len(told["rooms"]), told["more"]) == (500, True)
    told = ok(ada, type="rooms", after=told["rooms"][-1]["name"])
    assert (len(told["rooms"]), told["more"]) == (10, False)
