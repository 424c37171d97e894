"""Passwords typed in a line: hidden where that can be, heard by nobody."""

import pytest

from twistedchat.testing_accounts import open_accounts

GOOD = "correct horse"
WILL_ECHO, WONT_ECHO = b"\xff\xfb\x01", b"\xff\xfc\x01"
DO_ECHO = b"\xff\xfd\x01"


@pytest.fixture
def store(house):
    return open_accounts(house.chat)


@pytest.fixture
def owned(house, store):
    """A house in which the name ada is registered, and nobody is there."""
    ada = house.person("ada")
    ada.send(f"/register {GOOD}\n")
    ada.send("/quit\n")
    house.turn(1)
    return house


def raw(peer):
    """The bytes that came since the last time."""
    data = peer.pipe.value()
    peer.pipe.clear()
    return data


def test_on_nc_it_is_said_that_typing_is_visible(owned):
    """With what a telnet user can do; the next line is the answer, and no line of talk."""
    bob, guest = owned.person("bob"), owned.person("ada")
    bob.read()
    guest.send("/login\n")
    [question] = guest.lines()
    assert question.startswith("*** Password for ada: (what you type will be visible;")
    assert "/telnet hides it" in question
    guest.send(f"{GOOD}\n")
    assert guest.lines()[-1] == "*** You are logged in as ada, in #lobby."
    assert bob.lines() == ["*** ada2 is now known as ada."]
    guest.send("hello\n")
    assert bob.lines() == ["<ada> hello"]


def test_in_telnet_it_is_hidden_until_all_is_answered(house, store):
    """Also between two questions, and whatever becomes of the answer."""
    ada = house.peer(telnet=True)
    ada.send("ada\n")
    raw(ada)
    ada.send("/register\n")
    asked = raw(ada)
    assert asked.startswith(WILL_ECHO)
    assert b"not shown while you type" in asked
    ada.send(DO_ECHO + f"{GOOD}\r\n".encode())
    assert WONT_ECHO not in raw(ada)
    ada.send(f"{GOOD}\r\n")
    told = raw(ada)
    assert b"ada is yours now" in told
    assert WONT_ECHO in told
    ada.send("/passwd\r\n")
    raw(ada)
    ada.send("wrong\r\nlong enough\r\nlong enough\r\n")
    told = raw(ada)
    assert b"The old password is wrong" in told
    assert told.count(WONT_ECHO) == 1


def test_telnet_can_be_begun_in_the_middle(owned):
    """The question comes again, hidden now."""
    guest = owned.person("ada")
    guest.send("/login\n/telnet\n")
    told = raw(guest)
    assert WILL_ECHO in told
    assert told.count(b"Password for ada:") == 2
    guest.send(f"{GOOD}\r\n")
    assert b"You are logged in as ada" in raw(guest)


def test_an_empty_line_cancels(owned):
    """And what comes behind is said again."""
    bob, guest = owned.person("bob"), owned.person("ada")
    bob.read()
    guest.send("/login\n  \nhello\n")
    assert guest.lines()[1:] == ["*** Nothing was entered, and nothing was changed."]
    assert bob.lines() == ["<ada2> hello"]


def test_quit_is_no_password(owned):
    """Whoever wants to leave leaves."""
    guest = owned.person("ada")
    guest.send("/login\n/quit\n")
    assert guest.lines()[-1] == "*** Goodbye."


def test_a_command_is_no_password(house, store):
    """Who goes on with something else has forgotten the question; the account is not made."""
    ada = house.person("ada")
    ada.send("/register\n/history 5\n")
    told = ada.lines()
    assert "*** That is the command /history, so no password was entered." in told[-2]
    assert store.account_named("ada").result is None
    ada.send("/register\n/register\n")
    assert [one for one in ada.lines() if "A password for ada" in one or "assword" in one]
    ada.send(f"{GOOD}\n")
    assert ada.lines()[-1] == "*** ada is yours now. Next time /login ada proves that it is you."


def test_what_others_would_hear_is_not_carried_out(house, store):
    """It may be a password."""
    bob, ada = house.person("bob"), house.person("ada")
    ada.send("/register\n/me secret horse\n")
    assert "Nothing was said: type it again if you meant that." in ada.lines()[-1]
    assert not [one for one in bob.lines() if "secret" in one]


def test_a_password_that_begins_like_a_command(house, store):
    """Is typed with one slash more."""
    ada = house.person("ada")
    ada.send("/register\n//history horse\n/quit\n")
    house.turn(1)
    again = house.person("guest")
    again.send("/login ada /history horse\n")
    assert again.lines()[-1] == "*** You are logged in as ada, in #lobby."


def test_a_new_password_is_asked_for_twice_once_it_is_hidden(house, store):
    """However it has come that it is."""
    ada = house.person("ada")
    ada.send("/register\n/telnet\n")
    ada.send(f"{GOOD}\r\n")
    assert b"The same once more:" in raw(ada)
    ada.send(f"{GOOD}\r\n")
    assert b"ada is yours now" in raw(ada)


def test_an_answer_may_begin_with_a_slash(house, store):
    """A password is no command."""
    ada = house.person("ada")
    ada.send("/register\n/joking apart\n")
    assert ada.lines()[-1] == "*** ada is yours now. Next time /login ada proves that it is you."


def test_a_line_that_is_too_long_answers_nothing(owned):
    """Nothing is asked any more then."""
    guest = owned.person("ada")
    guest.send("/login\n" + "x" * 40000 + "\nhello\n")
    assert (
        "*** A line has at most 32768 bytes. Yours was longer and not delivered." in guest.lines()
    )
    assert owned.chat.state.rooms["lobby"].history.latest


def test_everything_at_once_as_a_script_sends_it(owned):
    """Nick, name, password and what to say, in one read."""
    bob, script = owned.person("bob"), owned.peer()
    bob.read()
    script.send(f"ada\n/login ada\n{GOOD}\nhello\n/quit\n")
    assert bob.lines()[-2:] == ["<ada> hello", "*** ada has gone."]


def test_password_in_the_open_is_warned_of(owned):
    """From elsewhere and without TLS; loopback is this machine itself."""
    guest, local = owned.person("ada", "192.0.2.7"), owned.person("x")
    guest.send("/login\n")
    local.send("/login ada\n")
    assert "others on the way can read a password" in guest.read()
    assert "others on the way" not in local.read()


def test_a_password_that_is_typed_once_more_is_not_said(owned):
    """After a refusal many just type it again; who means it says it twice."""
    bob, guest = owned.person("bob"), owned.person("ada")
    bob.read()
    guest.send("/login\nwrong\n")
    guest.read()
    guest.send(f"{GOOD}\n")
    assert "That was not said: it may be the password" in guest.lines()[-1]
    guest.send("I give up\n")
    guest.send("/login\nwrong\n")
    guest.read()
    guest.send("oh well\n")
    guest.send("oh well\n")
    assert bob.lines() == ["<ada2> I give up", "<ada2> oh well"]


def test_after_a_password_that_was_right_everything_is_said(owned):
    """Also after an empty line, which cancels."""
    bob, guest = owned.person("bob"), owned.person("ada")
    bob.read()
    guest.send("/login\n\n")
    guest.send("later\n")
    guest.send(f"/login\n{GOOD}\nhello\n")
    assert bob.lines() == ["<ada2> later", "*** ada2 is now known as ada.", "<ada> hello"]
