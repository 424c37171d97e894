"""Accounts over IRC: log-in by SASL and PASS, second devices, ghosts."""

import base64
import re

import pytest

from twistedchat.testing_accounts import open_accounts

GOOD = "correct horse"


def plain(account, password=GOOD):
    return base64.b64encode(f"\0{account}\0{password}".encode()).decode()


def without_cloak(lines):
    return [re.sub(r"!~u@\w+", "", line) for line in lines]


@pytest.fixture
def ada(house):
    """Somebody with an account, at another door, in two rooms."""
    open_accounts(house.chat)
    ada = house.program("ada", rooms=["lobby", "ops"])
    ada.ask(type="register", id=1, password=GOOD)
    return ada


def log_in(one, account="ada", password=GOOD):
    assert one.ask("CAP LS 302")[0].endswith(
        "sasl=PLAIN server-time standard-replies userhost-in-names"
    )
    assert one.ask("CAP REQ sasl", "AUTHENTICATE PLAIN") == [
        "CAP * ACK :sasl", "AUTHENTICATE +",
    ]  # fmt: skip
    return one.ask(f"AUTHENTICATE {plain(account, password)}")


def test_sasl_before_registration(connect, ada):
    """The account's owner comes in under its name, in the rooms they are in already."""
    one = connect()
    told = without_cloak(log_in(one))
    assert told == [
        "900 * ada ada :You are now logged in as ada",
        "903 * :SASL authentication successful",
    ]
    assert one.codes("AUTHENTICATE PLAIN") == ["907"]
    lines = without_cloak(one.ask("NICK whoever", "USER a 0 * :Ada", "CAP END"))
    assert lines[0] == "001 ada :Welcome to chat.example.org, ada"
    assert [line for line in lines if " JOIN " in line] == [":ada JOIN #lobby", ":ada JOIN #ops"]
    assert "353 ada = #ops :@ada" in lines
    assert "332" not in {line[:3] for line in lines}


def test_two_devices_hear_the_same(house, connect, ada):
    """What one says the other sees, and a room that one joins the other is in."""
    one = connect()
    log_in(one)
    one.ask("NICK ada", "USER a 0 * :Ada", "CAP END")
    ada.ask(type="say", id=1, room="lobby", text="hi")
    assert without_cloak(one.read()) == [":ada PRIVMSG #lobby :hi"]
    ada.ask(type="join", id=2, room="den")
    assert without_cloak(one.read()) == [
        ":ada JOIN #den", "353 ada = #den :@ada", "366 ada #den :End of /NAMES list",
    ]  # fmt: skip
    ada.ask(type="part", id=3, room="den")
    assert without_cloak(one.read()) == [":ada PART #den"]
    one.ask("PRIVMSG #lobby :hello")
    assert [event["text"] for event in ada.objects() if event["type"] == "said"] == ["hello"]


def test_a_wrong_password(connect, ada):
    """Fails, says why, and lets one try again or come in as a guest."""
    one = connect()
    told = log_in(one, password="wrong horse")
    assert told[-1] == "904 * :SASL authentication failed"
    assert told[0].startswith("NOTICE * :")
    assert one.ask("AUTHENTICATE *") == ["906 * :SASL authentication aborted"]
    assert one.ask("NICK ada", "USER a 0 * :Ada", "CAP END") == [
        "433 * ada :Nickname is already in use",
        "NOTICE * :ada belongs to an account. Log in by SASL, or take another nick.",
    ]
    assert one.ask("NICK eve")[0].startswith("001 eve ")


def test_a_password_with_pass(connect, ada):
    """For clients that know nothing else; with a name or for the nick."""
    for sent, nick in ((f"PASS :ada:{GOOD}", "x"), (f"PASS :{GOOD}", "ada")):
        lines = connect().ask(sent, f"NICK {nick}", "USER a 0 * :Ada")
        assert lines[0].startswith("900 * ada!")
        assert lines[1].startswith("001 ada ")


def test_a_wrong_password_with_pass(connect, ada):
    """Is told, and lets nobody in under the name."""
    lines = connect().codes("PASS wrong", "NICK ada", "USER a 0 * :Ada")
    assert lines == ["464", "433", "NOTICE"]


def test_an_owner_who_is_not_here_comes_in(house, connect, ada):
    """Under the name, which nobody could take meanwhile."""
    ada.ask(type="quit")
    house.turn(61)
    guest = connect()
    guest.ask("NICK Bob", "USER b 0 * :Bob")
    guest.ask("JOIN #lobby")
    one = connect()
    log_in(one)
    assert one.ask("NICK ada", "USER a 0 * :Ada", "CAP END")[0].startswith("001 ada ")
    assert guest.ask("WHOIS ada")[0].startswith("311 Bob ada ")


def test_accounts_are_shown_to_who_wants_to_know(house, client, ada):
    """In tags, on joining, and in WHOIS."""
    bob = client("bob", "lobby", caps="account-tag extended-join")
    ada.ask(type="say", id=1, room="lobby", text="hi")
    assert without_cloak(bob.read()) == ["@account=ada :ada PRIVMSG #lobby :hi"]
    ada.ask(type="part", id=2, room="lobby")
    bob.read()
    ada.ask(type="join", id=3, room="lobby")
    assert without_cloak(bob.read()) == ["@account=ada :ada JOIN #lobby ada :ada"]
    client("eve", "lobby")
    assert without_cloak(bob.read()) == [":eve JOIN #lobby * :eve"]
    assert "330 bob ada ada :is logged in as" in bob.ask("WHOIS ada")


def test_without_tls_no_password_where_that_is_refused(house, connect):
    """The mechanism is not offered."""
    open_accounts(house.chat, plain_passwords="refuse")
    assert "sasl" not in connect("192.0.2.1").ask("CAP LS 302")[0]
    assert "sasl=PLAIN" in connect().ask("CAP LS 302")[0]


def test_roles_are_modes(house, connect, ada):
    """Owners have a sign of their own; who belongs to a room stands on its list."""
    bob = house.program("bob")
    bob.ask(type="register", id=1, password=GOOD)
    ada.ask(type="room_register", id=2, room="ops")
    one = connect()
    log_in(one)
    lines = one.ask("NICK ada", "USER a 0 * :Ada", "CAP END")
    assert "353 ada = #ops :~ada" in lines
    assert without_cloak(one.ask("MODE #ops +I bob!*@*")) == [
        ":ada MODE #ops +I-qov bob bob bob bob"
    ]
    [member, end] = one.ask("MODE #ops I")
    assert member.startswith("346 ada #ops bob chat.example.org ")
    assert end == "347 ada #ops :End of channel invite list"
    assert one.codes("MODE #ops") == ["324", "329"]
    assert one.codes("MODE #ops -I bob", "MODE #ops I") == ["MODE", "347"]


def test_who_leaves_without_a_word_is_taken_up_again(house, connect, ada):
    """Their place is kept, and the log-in brings them back to it."""
    ada.vanish()
    one = connect()
    log_in(one)
    lines = without_cloak(one.ask("NICK ada", "USER a 0 * :Ada", "CAP END"))
    assert [line for line in lines if " JOIN " in line] == [":ada JOIN #lobby", ":ada JOIN #ops"]


@pytest.fixture
def certificate(ada):
    """A certificate that belongs to the account."""
    ada.door.session.certificate = "AB:CD"
    ada.ask(type="keys", id=2, action="add", label="laptop")
    return "AB:CD"


def test_a_certificate_logs_in(connect, certificate):
    """By SASL, or without a word where the client knows no SASL."""
    one, other = connect(), connect()
    one.peer.door.session.certificate = other.peer.door.session.certificate = certificate
    assert "sasl=PLAIN,EXTERNAL" in one.ask("CAP LS 302")[0]
    assert one.ask("AUTHENTICATE EXTERNAL") == ["AUTHENTICATE +"]
    told = without_cloak(one.ask("AUTHENTICATE +"))
    assert told[0] == "900 * ada ada :You are now logged in as ada"
    assert other.ask("NICK x", "USER x 0 * :x")[0].startswith("001 ada ")


def test_a_certificate_of_nobody(connect, ada):
    """Is told to be that."""
    one = connect()
    one.peer.door.session.certificate = "EF:01"
    one.ask("AUTHENTICATE EXTERNAL")
    assert one.codes("AUTHENTICATE +") == ["NOTICE", "904"]
