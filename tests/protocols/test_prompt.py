"""The question for the nickname: taken ones, refused ones, and lines that are no answer."""

import pytest

from twistedchat.core.records import ProofKind, ProofRecord
from twistedchat.testing_accounts import open_accounts

ASKED = "*** What is your nickname?"


def test_a_taken_nick_becomes_the_nearest_free_one(house):
    """It is told in one line and not asked again."""
    house.person("ada")
    peer = house.peer()
    peer.send("Ada\n")
    assert peer.lines()[2:] == [
        "*** Ada is taken, so you are Ada2. /nick changes it.",
        "*** Hello Ada2. You are in #lobby with ada. /help lists the commands.",
    ]


@pytest.mark.parametrize("nick", ["admin", "\u0430da"])
def test_reserved_and_look_alike_nicks_likewise(house, nick):
    """Nobody can be taken for the server or for somebody else."""
    house.person("ada")
    peer = house.peer()
    peer.send(f"{nick}\n")
    assert f"*** {nick} is taken, so you are {nick}2." in peer.read()


@pytest.mark.parametrize("nick", [" ada ", "\0ada", "ada\r", "ad\ufb01"])
def test_a_nick_is_taken_as_prepared(house, nick):
    """Blanks around it and ligatures in it are no reason to say that it was taken."""
    peer = house.peer()
    peer.send(f"{nick}\n")
    assert "taken" not in peer.read()


def test_a_second_answer_after_a_refusal(house):
    """Asked again once it is silent; then the next line counts."""
    peer = house.peer()
    peer.send("a b\n")
    assert peer.lines()[-1].startswith("*** A nick cannot contain white space")
    house.turn(0.16)
    assert peer.lines() == [ASKED]
    peer.send("ada\n")
    assert "Hello ada." in peer.read()


@pytest.mark.parametrize("first", ["a b", "/join ops", "/nonsense", "/", "x" * 40000])
def test_waiting_lines_are_no_answer(house, first):
    """Whatever was refused, what stood behind it is named and nobody gets it as a nick."""
    peer = house.peer()
    peer.send(f"{first}\nhello\n")
    peer.send("world\n")
    house.turn(0.1)
    peer.send("again\n")
    house.turn(0.14)
    assert ASKED not in peer.lines()[2:]
    house.turn(0.02)
    assert peer.lines() == [
        '*** Not delivered, for want of a nickname: "hello", "world", "again".', ASKED,
    ]  # fmt: skip
    assert not house.chat.state.users


def test_waiting_lines_are_no_answer_however_many(house):
    """More than the rate lets through at once; three are quoted, and kept in mind."""
    peer = house.peer()
    peer.send("a b\n" + "x\n" * 150)
    peer.read()
    house.pass_time(2)
    assert peer.lines() == [
        '*** Not delivered, for want of a nickname: "x", "x", "x" and 147 more.', ASKED,
    ]  # fmt: skip


def test_a_flood_behind_a_refused_nick_is_held(house):
    """It costs the sender time, and what was not read yet is no answer either."""
    peer = house.peer()
    peer.send("a b\n")
    peer.send("x\n" * 1000)
    assert not peer.pipe.reading
    peer.read()
    house.pass_time(2.2, 0.05)
    assert peer.pipe.reading
    peer.send("y\n")
    house.turn(1)
    assert peer.lines() == [
        '*** Not delivered, for want of a nickname: "x", "x", "x" and 998 more.', ASKED,
    ]  # fmt: skip
    peer.send("ada\n")
    assert "Hello ada." in peer.read()


def test_a_greeting_without_delay_does_not_shorten_that(open_house):
    """The setting is for programs, not for what a person can read."""
    house = open_house(greeting_ms=0)
    peer = house.peer()
    peer.send("a b\n")
    peer.send("hello\n")
    assert not house.chat.state.users


def test_at_the_end_of_input_too(house):
    """``printf 'a b\\nhello' | nc -N``."""
    peer = house.peer()
    peer.send("a b\nhello\nwor")
    peer.send("ld")
    peer.half_close()
    assert peer.lines()[-2:] == [
        '*** Not delivered, for want of a nickname: "hello", "world".', "*** Goodbye.",
    ]  # fmt: skip
    house.turn(1)
    assert peer.read() == ""


@pytest.mark.parametrize("cuts", [[], [4], [10]])
def test_quit_behind_a_refused_nick(house, cuts):
    """It is the one line that is understood all the same, as nothing else would end it."""
    peer = house.peer()
    peer.send("a b\nhello\n/quit\nx\n", *cuts)
    assert peer.lines()[-2:] == [
        '*** Not delivered, for want of a nickname: "hello", "x".', "*** Goodbye.",
    ]  # fmt: skip
    assert peer.pipe.closed


def test_quit_in_place_of_a_nick(house):
    """Also abbreviated."""
    peer = house.peer()
    peer.send("/q\n")
    assert peer.lines()[-1] == "*** Goodbye."


def test_passwords_are_not_repeated(house):
    """Of a command that was not delivered only the name is quoted."""
    peer = house.peer()
    peer.send("a b\n/oper ada secret\n/opr ada secret\n")
    house.turn(1)
    peer.send("/oper ada secret\n/opr ada secret\n")
    house.turn(1)
    told = peer.read()
    assert '"/oper ...", "/opr ..."' in told
    assert "secret" not in told
    assert house.proofs == []


def test_what_is_quoted_is_cut_and_clean(house):
    """It goes back into the same terminal."""
    peer = house.peer()
    peer.send("a b\n\x1b[2J" + "y" * 100 + "\n")
    house.turn(1)
    assert f'"{"y" * 29}\u2026"' in peer.read()


def test_blank_lines_are_not_undelivered(house):
    """There was nothing in them."""
    peer = house.peer()
    peer.send("a b\n\n  \n")
    house.turn(1)
    assert peer.lines()[-1] == ASKED


def test_who_is_banned_from_the_lobby_is_told(house):
    """And can go elsewhere."""
    house.person("bob").send("/ban ada\n")
    ada = house.peer()
    ada.send("ada\n/join ops\n")
    told = ada.lines()
    assert told[2].startswith("*** Hello ada. You are banned from #lobby by bob.")
    assert "You are in no room. /rooms lists them" in told[2]
    assert "now talking in #ops" in told[3]


def test_without_a_lobby(open_house):
    """Everybody starts in no room."""
    house = open_house(lobby="")
    peer = house.peer()
    peer.send("ada\n")
    assert "You are in no room. /rooms lists them" in peer.read()


def test_the_message_of_the_day(house):
    """Follows the hello."""
    house.chat.about.motd = ("Be kind.", "{}")
    peer = house.peer()
    peer.send("ada\n")
    assert peer.lines()[-2:] == ["*** Be kind.", "*** {}"]


def test_nothing_is_asked_after_the_end(house):
    """Whoever is gone is not asked any more."""
    peer = house.peer()
    peer.send("a b\n")
    peer.vanish()
    house.turn(1)
    assert house.clock.getDelayedCalls() == []


def test_a_crowd_of_one_name(open_house):
    """When no number is free the person is told, not thrown out."""
    house = open_house(nick=1)
    house.person("a")
    peer = house.peer()
    peer.send("a\n")
    assert "choose another one" in peer.read()
    house.turn(1)
    assert peer.lines() == [ASKED]


@pytest.fixture
def owned(house):
    """A house in which the name ada is registered, and nobody is there."""
    open_accounts(house.chat)
    ada = house.person("ada")
    ada.send("/register correct horse\n/quit\n")
    house.turn(1)
    return house


def test_a_name_that_belongs_to_an_account(owned):
    """The nearest free one, and one line that says what to do."""
    guest = owned.peer()
    guest.send("Ada\n")
    told = guest.lines()
    assert "*** Ada belongs to an account, so you are Ada2. /login if it is yours." in told
    assert any(line.startswith("*** Hello Ada2. You are in #lobby") for line in told)


def test_login_in_the_place_of_a_nickname(owned):
    """With the password on the line or asked for; the owner is where everybody begins."""
    one, other = owned.peer(), owned.peer()
    one.send("/login ada correct horse\n")
    told = one.lines()
    assert any(line.startswith("*** Hello ada. You are in #lobby") for line in told)
    one.send("/join ops\n/part lobby\n")
    other.send("/login ada\n")
    other.send("correct horse\n")
    [hello] = [line for line in other.lines() if "Hello" in line]
    assert hello.startswith("*** Hello ada. You are in #ops")
    assert len(owned.chat.state.users) == 1


@pytest.mark.parametrize("tries", ["/login ada wrong\nhello\n", "/login ada\nwrong\nhello\n"])
def test_after_a_wrong_password_nothing_that_waits_is_a_nickname(owned, tries):
    """What was not delivered is said, and the question comes again."""
    peer = owned.peer()
    peer.send(tries)
    owned.turn(1)
    told = peer.lines()
    assert "*** This name and password do not belong together. Try again." in told
    assert '*** Not delivered, for want of a nickname: "hello".' in told
    assert told[-1] == "*** What is your nickname?"
    assert owned.chat.state.users == {}


def test_a_password_on_its_way_is_not_quoted(owned):
    """Of what looks like a command the name alone."""
    peer = owned.peer()
    peer.send("a b\n /login ada secret\nlogin ada secret\n")
    owned.turn(1)
    assert "secret" not in peer.read()


def test_a_known_certificate_needs_no_password(owned):
    """Whatever nickname is given."""
    owned.chat.accounts.rows._store.submit(
        [ProofRecord("account1", ProofKind.CERTIFICATE, "AB:CD", "", 0.0)], lambda _: None
    )
    peer = owned.peer()
    peer.door.session.certificate = "AB:CD"
    peer.send("no nick/at all\n")
    told = peer.lines()
    assert "*** Your certificate has logged you in." in told
    assert not [line for line in told if "is taken" in line or "belongs to" in line]
    assert any(line.startswith("*** Hello ada.") for line in told)
    stranger = owned.peer()
    stranger.door.session.certificate = "EF:01"
    stranger.send("bob\n")
    assert any(line.startswith("*** Hello bob.") for line in stranger.lines())


def test_a_store_that_cannot_be_read_lets_people_in_as_guests(owned, logged):
    """Also those with a certificate."""
    owned.chat.accounts.rows._store.unreadable = OSError("no disk")
    peer = owned.peer()
    peer.door.session.certificate = "AB:CD"
    peer.send("bob\n")
    [fault] = [one for one in logged if "log_failure" in one]
    logged.remove(fault)
    told = peer.lines()
    assert any("could not look up accounts" in line for line in told)
    assert any(line.startswith("*** Hello bob.") for line in told)
