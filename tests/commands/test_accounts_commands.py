"""/register, /login, /logout, /passwd, /keys."""

import pytest

from twistedchat.testing_accounts import open_accounts

GOOD = "correct horse"
ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti"
LOGGED_IN = ["You are logged in as ada, in #lobby."]


@pytest.fixture
def store(chat):
    return open_accounts(chat, plain_passwords="allow")


@pytest.fixture
def owner(store, ada):
    """Somebody who has registered."""
    ada.type(f"/register {GOOD}")
    return ada


def test_register(store, ada):
    """The rest of the line is the password; it says how to come back."""
    assert ada.type(f"/register {GOOD}") == [
        "ada is yours now. Next time /login ada proves that it is you."
    ]
    assert ada.session.user.account


def test_a_password_that_is_not_on_the_line_is_asked_for(store, ada):
    """Once, if what is typed can be seen."""
    assert ada.type("/register") == ["Choose a password for ada:"]
    assert ada.enter(GOOD) == ["ada is yours now. Next time /login ada proves that it is you."]


def test_a_hidden_new_password_is_asked_for_twice(store, ada):
    """Nobody can see a slip of the finger."""
    ada.front.hides = True
    ada.type("/register")
    assert ada.enter(GOOD) == ["The same once more:"]
    assert ada.enter("corect horse") == [
        "bad-password: The two differ, and nothing was done. Begin once more."
    ]
    assert not ada.session.user.account
    ada.type("/register")
    ada.enter(GOOD)
    ada.enter(GOOD)
    assert ada.session.user.account


def test_login(owner, arrive):
    """With name and password, or the name and a question."""
    second, third = arrive("second"), arrive("third")
    assert second.type(f"/login ada {GOOD}") == LOGGED_IN
    assert third.type("/login Ada") == ["Password for Ada:"]
    assert third.enter(GOOD) == LOGGED_IN
    assert second.session.user is third.session.user is owner.session.user


def test_login_by_who_wanted_the_name_on_coming_in(owner, arrive):
    """The name need not be said again; one word is the password then."""
    guest = arrive("ada")
    assert guest.session.user.nick == "ada2"
    assert guest.type("/login") == ["Password for ada:"]
    assert guest.enter("wrong") == [
        "bad-login: This name and password do not belong together. Try again."
    ]
    assert guest.type("/login correct") != LOGGED_IN
    assert guest.type(f"/login ada {GOOD}") == LOGGED_IN


def test_one_word_is_the_password_for_the_name_that_was_wanted(store, ada, arrive):
    """Unless it is somebody's name."""
    ada.type("/register correcthorsestaple")
    guest = arrive("ada")
    assert guest.type("/login correcthorsestaple") == LOGGED_IN


def test_login_says_what_it_needs(owner, arrive):
    """And repeats nothing that could be a password."""
    guest = arrive("guest")
    assert guest.type("/login") == ["bad-arguments: Say who you are: /login NICK"]
    [refusal] = guest.type("/login hunter2")
    assert refusal.startswith("bad-login: Nobody has registered that name.")
    assert "hunter2" not in refusal


def test_login_says_where_one_is(owner, arrive):
    """The owner's rooms are the session's."""
    owner.type("/join ops")
    owner.type("/join lobby")
    guest = arrive("guest")
    assert guest.type(f"/login ada {GOOD}") == [
        "You are logged in as ada, in #lobby and in 1 more room."
    ]
    for room in ("ops", "lobby"):
        owner.type(f"/part {room}")
    other = arrive("other")
    [told] = other.type(f"/login ada {GOOD}")
    assert told == "You are logged in as ada. /rooms lists the rooms, /join ROOM enters one."


def test_logout(owner):
    """The name stays the account's."""
    assert owner.type("/logout") == ["You are logged out, and a guest called ada2."]
    assert owner.type("/logout")[0].startswith("not-allowed: You are not logged in.")


def test_logout_tells_which_rooms_one_has_left(owner, arrive):
    """Those that are not open to guests."""
    bob = arrive("bob", "den")
    owner.type("/join den")
    bob.type("/room set private on")
    assert owner.type("/logout")[1] == "You have left #den: not open to guests."


def test_passwd(owner, arrive):
    """On the line, or asked for one after the other."""
    assert owner.type("/passwd wrong battery-staple") == [
        "bad-login: The old password is wrong. Nothing was changed."
    ]
    assert owner.type("/passwd") == ["Your old password:"]
    assert owner.enter(GOOD) == ["Your new password:"]
    assert owner.enter("battery staple") == [
        "Your password is changed. The old one is of no use any more."
    ]
    assert arrive("second").type("/login ada battery staple") == LOGGED_IN
    assert arrive("guest").type("/passwd")[0].startswith("not-allowed: You are not logged in.")


def test_keys(owner):
    """What logs in besides the password."""
    owner.session.certificate = "AB:CD"
    assert owner.type("/keys") == [
        "You have no keys. /keys add certificate, or /keys add SSH-KEY, adds one."
    ]
    assert owner.type("/keys add certificate my laptop") == [
        "Added my laptop: certificate AB:CD logs you in from now on."
    ]
    assert owner.type(f"/keys add {ED25519} home")[0].startswith("Added home: SSH key ssh-ed25519")
    assert len(owner.type("/keys list")) == 2
    assert owner.type("/keys remove my laptop") == [
        "Removed my laptop: it logs nobody in any more."
    ]
    assert len(owner.type("/keys list")) == 1


@pytest.mark.parametrize("line", ["/keys add", "/keys remove", "/keys nonsense x"])
def test_keys_says_how_to_write_it(owner, line):
    """With every way there is."""
    [refusal] = owner.type(line)
    assert refusal.startswith("bad-arguments: Write it like this: /keys list,")


@pytest.mark.parametrize(
    "line", ["/register x", "/login a b", "/logout", "/passwd a b", "/keys list", "/register"]
)
def test_a_server_without_accounts(ada, line):
    """Says so."""
    assert ada.type(line) == [
        "not-allowed: There are no accounts on this server. Everybody is a guest."
    ]


@pytest.mark.parametrize("line", ["/register", "/login ada", "/oper ada"])
def test_a_warning_comes_before_the_question(chat, ada, arrive, line):
    """Where others can read along; and where that is refused there is no question."""
    open_accounts(chat)
    chat.state.owned.give(ada.session.user.name, "account9")
    [warning, question] = ada.type(line)
    assert "others on the way can read" in warning
    assert "assword" in question
    open_accounts(chat, plain_passwords="refuse")
    [refusal] = ada.type(line)
    assert refusal.startswith("not-allowed: Passwords are not taken")
    ada.session.secure = True
    [question] = ada.type(line)
    assert "assword" in question


def test_oper_asks_for_its_password(store, ada):
    """If it is not on the line."""
    assert ada.type("/oper ada") == ["Password for ada:"]
    assert ada.enter("secret") == ["You are a server operator now."]
