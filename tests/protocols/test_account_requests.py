"""Programs register, log in and out, and look after their keys."""

import pytest

from twistedchat.testing_accounts import open_accounts

GOOD = "correct horse"
ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti"


@pytest.fixture
def store(house):
    return open_accounts(house.chat)


@pytest.fixture
def ada(house, store):
    """A program that has registered."""
    ada = house.program("ada", rooms=["lobby", "ops"])
    assert ada.ask(type="register", id=1, password=GOOD)[-1] == {
        "type": "ok", "id": 1, "account": "ada",
    }  # fmt: skip
    return ada


def reply(peer, **request):
    """The reply to a request, without what happened before it."""
    return peer.ask(id=7, **request)[-1]


def test_login_tells_who_and_where_one_is(house, ada):
    """All that a client has to know: it may be another user now."""
    bot = house.program("bot", rooms=["den"])
    told = reply(bot, type="login", account="Ada", password=GOOD)
    assert (told["nick"], told["account"]) == ("ada", "ada")
    assert [room["name"] for room in told["rooms"]] == ["#lobby", "#ops", "#den"]
    assert told["rooms"][0]["members"] == [{"nick": "ada", "operator": True}]
    again = house.peer()
    [welcome] = again.ask(type="hello", id=0, resume={"token": told["token"]})
    assert (welcome["resumed"], welcome["nick"], welcome["account"]) == (True, "ada", "ada")


def test_hello_with_an_account(house, ada):
    """No nick is needed; the owner's rooms are there."""
    peer = house.peer()
    [welcome] = peer.ask(type="hello", id=0, account="ada", password=GOOD)
    assert (welcome["nick"], welcome["account"], welcome["resumed"]) == ("ada", "ada", False)
    assert [room["name"] for room in welcome["rooms"]] == ["#lobby", "#ops"]
    assert len(house.chat.state.users) == 1


def test_hello_with_an_account_whose_owner_is_away(house, ada):
    """A new user, in the lobby."""
    ada.ask(type="quit")
    house.turn(1)
    peer = house.peer()
    [welcome] = peer.ask(type="hello", id=0, account="ada", password=GOOD)
    assert [room["name"] for room in welcome["rooms"]] == ["#lobby"]


def test_a_wrong_password_in_hello_can_be_tried_again(house, ada):
    """Nobody has come in meanwhile; a guest's welcome says that the name is owned."""
    peer = house.peer()
    [refusal] = peer.ask(type="hello", id=0, account="ada", password="wrong")
    assert (refusal["type"], refusal["code"]) == ("error", "bad-login")
    [welcome] = peer.ask(type="hello", id=1, nick="ada")
    assert (welcome["nick"], welcome["wanted"], welcome["owned"]) == ("ada2", "ada", True)
    assert welcome["account"] is None


def test_a_name_that_is_taken_but_not_owned(house, store):
    """Programs can tell the difference."""
    house.program("ada")
    assert house.program("ada").welcome["owned"] is False


def test_too_many_tries_say_how_long_to_wait(house, ada):
    """In seconds."""
    bot = house.program("bot")
    for _ in range(4):
        assert reply(bot, type="login", account="ada", password="wrong")["code"] == "bad-login"
    told = reply(bot, type="login", account="ada", password=GOOD)
    assert (told["code"], told["wait"]) == ("try-later", 1)
    house.turn(1)
    assert reply(bot, type="login", account="ada", password=GOOD)["type"] == "ok"


def test_a_certificate_says_who_it_is(house, ada, store):
    """In hello, without a nick; one that nobody knows is a guest's."""
    ada.door.session.certificate = "AB:CD"
    added = reply(ada, type="keys", action="add", label="laptop")["key"]
    assert (added["kind"], added["key"], added["label"]) == ("certificate", "AB:CD", "laptop")
    peer = house.peer()
    peer.door.session.certificate = "AB:CD"
    [welcome] = peer.ask(type="hello", id=0)
    assert welcome["account"] == "ada"
    stranger = house.peer()
    stranger.door.session.certificate = "EF:01"
    [welcome] = stranger.ask(type="hello", id=0, nick="zoe")
    assert (welcome["nick"], welcome["account"]) == ("zoe", None)


def test_logout(house, ada):
    """A guest from now on, with a token of its own."""
    told = reply(ada, type="logout")
    assert (told["nick"], told["account"]) == ("ada2", None)
    assert [room["name"] for room in told["rooms"]] == ["#lobby", "#ops"]
    assert reply(ada, type="logout")["code"] == "not-allowed"
    again = house.peer()
    [welcome] = again.ask(type="hello", id=0, resume={"token": told["token"]})
    assert welcome["nick"] == "ada2"


def test_passwd(house, ada):
    """The old one is needed."""
    wrong = reply(ada, type="passwd", old="wrong", new="battery staple")
    assert wrong["code"] == "bad-login"
    assert reply(ada, type="passwd", old=GOOD, new="battery staple")["type"] == "ok"
    bot = house.program("bot")
    assert reply(bot, type="login", account="ada", password="battery staple")["type"] == "ok"


def test_keys(ada):
    """Listed, added, removed."""
    added = reply(ada, type="keys", action="add", key=f"{ED25519} home")["key"]
    assert (added["kind"], added["key"], added["label"]) == ("ssh-key", ED25519, "home")
    assert reply(ada, type="keys")["keys"] == [added]
    assert reply(ada, type="keys", action="remove", label="home")["key"] == added
    assert reply(ada, type="keys", action="list")["keys"] == []
    assert reply(ada, type="keys", action="paint")["code"] == "bad-arguments"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"type": "register"}, "bad-arguments"),
        ({"type": "register", "password": "short"}, "bad-password"),
        ({"type": "login", "account": "ada"}, "bad-arguments"),
        ({"type": "login", "account": "ada", "password": 1}, "bad-arguments"),
        ({"type": "passwd", "old": "x", "new": "y"}, "not-allowed"),
        ({"type": "keys"}, "not-allowed"),
    ],
)
def test_what_is_refused(house, store, request_, code):
    """With a code for each reason."""
    assert reply(house.program("bot"), **request_)["code"] == code


@pytest.mark.parametrize("kind", ["register", "login", "logout", "passwd", "keys"])
def test_a_server_without_accounts(house, kind):
    """Says so, in hello as well."""
    bot = house.program("bot")
    fields = {"account": "a", "password": GOOD, "old": "x", "new": GOOD}
    assert reply(bot, type=kind, **fields)["code"] == "not-allowed"
    [refusal] = house.peer().ask(type="hello", id=0, account="a", password="b")
    assert refusal["code"] == "not-allowed"


def test_commands_with_passwords_are_marked(house, store):
    """So that a client keeps them out of what can be recalled."""
    commands = house.program("bot").welcome["commands"]
    secret = {one["name"] for one in commands if one.get("secret")}
    assert secret == {"register", "login", "passwd", "oper", "forget"}


def test_a_command_cannot_ask_a_program(house, ada):
    """The refusal says what to do; with the password on the line it is carried out."""
    bot = house.program("bot")
    assert reply(bot, type="command", text="/login ada")["code"] == "bad-arguments"
    assert reply(bot, type="command", text=f"/login ada {GOOD}")["type"] == "ok"


def test_whois_tells_whose_a_name_is(house, ada):
    """To programs and to people."""
    bot, person = house.program("bot"), house.person("bob")
    assert reply(bot, type="whois", nick="ada")["account"] == "ada"
    assert reply(bot, type="whois", nick="bot")["account"] is None
    person.send("/whois ada\n")
    assert "*** ada is logged in as ada." in person.lines()
