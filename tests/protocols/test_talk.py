"""Talking in plain lines: what people say and read, at the pace they may."""

import json

import pytest
from twisted.internet.error import ConnectionLost

from twistedchat.testing_accounts import open_accounts


def test_people_hear_each_other(house):
    """Lines go to the others in the room, with who said them."""
    ada, bob = house.person("ada"), house.person("bob")
    assert ada.lines() == ["*** bob joined #lobby."]
    bob.send("hi all\r\n//shrug\r\n/me waves\n")
    assert ada.lines() == ["<bob> hi all", "<bob> /shrug", "* bob waves"]
    assert bob.read() == ""


def test_backspaces_are_carried_out(house):
    """Clients that send each key send them too; they do not change what a line costs either."""
    ada, bob = house.person("ada"), house.person("bob")
    ada.read()
    bob.send("helo\x7flo\n")
    assert ada.lines() == ["<bob> hello"[:9] + "lo"]


def test_the_rate_holds_and_loses_nothing(house):
    """25 lines at once all arrive in order; the sender is told once and not read meanwhile."""
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.send("".join(f"{n}\n" for n in range(25)))
    assert not ada.pipe.reading
    house.pass_time(5)
    assert bob.lines() == [f"<ada> {n}" for n in range(25)]
    assert ada.pipe.reading
    [told] = ada.lines()
    assert told == "*** Slow down: 2 s behind. Nothing is lost."


def test_a_paste_of_15_lines_passes(house):
    """Nobody is told anything."""
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.send("x\n" * 15)
    assert len(bob.lines()) == 15
    assert ada.read() == ""
    assert ada.pipe.reading


def test_what_would_wait_too_long_is_refused(house):
    """With the number, once for what came in one read; the rest is said."""
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.send("".join(f"{n}\n" for n in range(200)))
    assert (
        "*** Too fast: 31 lines were not delivered. 20 may come at once, then 5 a second."
        in ada.lines()
    )
    house.pass_time(35)
    assert bob.lines() == [f"<ada> {n}" for n in range(169)]


def test_no_rate_means_no_bound(open_house):
    """2000 lines in one read arrive, in turns that leave room for others."""
    house = open_house(rate=0)
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.door.dataReceived(b"".join(b"%d\n" % n for n in range(2000)))
    between = []
    said = house.chat.state.rooms["lobby"].history
    house.clock.callLater(0, lambda: between.append(said.newest(1).events[0].text))
    house.turn()
    assert between == ["127"]
    assert bob.lines() == [f"<ada> {n}" for n in range(2000)]
    assert ada.pipe.reading


def test_a_hold_of_none(open_house):
    """Then lines wait as long as it takes."""
    house = open_house(hold_seconds=0)
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.send("x\n" * 300)
    house.pass_time(60)
    assert len(bob.lines()) == 300


def test_unknown_commands_suggest(house):
    """One line says what to do, and never repeats what could be a password."""
    ada = house.person("ada")
    ada.send("/opr ada secret\n/oper ada secret extra\n/ oper ada secret\n")
    told = ada.lines()
    assert told[0] == "*** There is no such command. Did you mean /oper?"
    assert told[1] == "*** Write it like this: /oper NAME [PASSWORD]"
    assert "secret" not in "".join(told)
    assert house.proofs == []


def test_a_long_line_is_refused_and_the_connection_stays(house):
    """In the nick's place too."""
    ada, bob = house.peer(), house.person("bob")
    ada.send("x" * 40000 + "\n")
    assert "*** A line has at most 32768 bytes. Yours was longer and not delivered." in ada.lines()
    house.turn(3)
    ada.send("ada\n" + "y" * 40000 + "\nhello\n")
    assert bob.lines() == ["*** ada joined #lobby.", "<ada> hello"]


def test_blank_lines_are_nothing(house):
    """No answer, no message."""
    ada, bob = house.person("ada"), house.person("bob")
    ada.read()
    bob.send("\n   \n\r\n")
    assert bob.read() == ada.read() == ""


def test_a_fault_ends_nobodys_connection(house, monkeypatch, logged):
    """The person is told, the log has the reason."""
    ada = house.person("ada")
    monkeypatch.setattr(house.chat, "say", lambda *_: 1 / 0)
    monkeypatch.setattr(house.chat, "set_away", lambda *_: 1 / 0)
    ada.send("hello\n/away\n")
    assert [line[:28] for line in ada.lines()] == ["*** Something went wrong her"] * 2
    faults = [event for event in logged if "log_failure" in event]
    assert len(faults) == 2
    logged.clear()


def test_refused_says_are_told(house):
    """Muted, too long, in no room: each gets its line."""
    bob, ada = house.person("bob"), house.person("ada")
    bob.send("/mute ada\n")
    ada.read()
    ada.send("hello\n" + "x" * 2001 + "\n/part\nhello\n")
    told = ada.lines()
    assert told[0].startswith("*** bob muted you in #lobby.")
    assert "2000 are allowed" in told[1]
    assert told[-1] == "*** You are in no room. /rooms lists them, /join ROOM enters one."


def test_settings_and_history_at_the_door(house):
    """The commands reach the screen of whoever gives them."""
    ada, bob = house.person("ada"), house.person("bob")
    ada.read()
    bob.send("hi\n")
    assert ada.read()[5:] == " <bob> hi\n"
    ada.send("/set timestamps off\n/set\n")
    told = ada.lines()
    assert told[0] == "*** timestamps is off (on or off)"
    assert told[1:][-1] == "*** /set NAME VALUE changes one."
    ada.send("/history\n")
    assert ada.read().split("\n")[1] == "<bob> hi"


def test_a_known_terminals_screen_is_cleared(house):
    """Nobody else's: it would be garbage there."""
    ada = house.person("ada")
    ada.send("/clear\n")
    assert ada.lines()[0].startswith("*** I don't know what your terminal can do.")
    ada.send(b"\xff\xfb\x18\xff\xfa\x18\0XTERM\xff\xf0/clear\n")
    assert ada.pipe.value().endswith(b"\x1b[2J\x1b[H")


def test_a_wrong_password_is_told_and_in_no_log(house, logged):
    """Nor is the right one."""
    house.operators["ada"] = "right"
    ada = house.person("ada")
    ada.send("/oper ada wrong\n/oper ada right\n")
    assert ada.lines() == [
        "*** This name and password do not belong together. Try again.",
        "*** You are a server operator now.",
    ]
    assert house.proofs == [("ada", "wrong"), ("ada", "right")]
    assert "right" not in str(logged)
    assert "wrong" not in str(logged)


def test_joining_again_while_in_several_rooms(house):
    """Lines from another room carry its name; plain ones go to the current room."""
    ada, bob = house.person("ada"), house.person("bob")
    for person in (ada, bob):
        person.send("/join ops\n")
    ada.read(), bob.read()
    ada.send("in ops\n/join lobby\nin lobby\n")
    assert bob.lines() == ["<ada> in ops", "#lobby <ada> in lobby"]


def test_no_line_can_look_like_anothers(open_house):
    """Whatever is in it: one line, with the speaker's name at its beginning."""
    house = open_house(rate=0)
    ada, bob = house.person("ada"), house.person("bob")
    ada.read()
    forged = ["a\r*** Server", "\x1b[2K\r<eve> hi", "\u2028#ops <eve> hi", "\x85*** x", "\x0b{}"]
    for text in forged:
        bob.send(f"x{text}\n/me x{text}\n/topic x{text}\n/away x{text}\n/me {text}\n")
    lines = ada.lines()
    assert len(lines) == 4 * len(forged)
    assert all(
        line.startswith(("<bob> x", "* bob ", "*** bob changed the topic")) for line in lines
    )
    assert not any(ord(c) < 32 or c in "\x85\u2028" for line in lines for c in line)


@pytest.mark.parametrize("line", [" /login ada secret", ".register secret"])
def test_a_mistyped_password_is_never_said(house, line):
    """However often."""
    ada, bob = house.person("ada"), house.person("bob")
    ada.read()
    bob.send(f"{line}\n{line}\nhello\n")
    told = bob.lines()
    assert len(told) == 2
    assert "was not said" in told[1]
    assert "secret" not in "".join(told)
    assert ada.lines() == ["<bob> hello"]


def test_what_only_may_be_one_is_said_when_it_comes_again(house):
    """For somebody may have logged in."""
    ada, bob = house.person("ada"), house.person("bob")
    ada.read()
    bob.send("login works again now\n")
    bob.send("login works\n")
    assert "send the same again" in bob.lines()[-1]
    assert ada.lines() == ["<bob> login works again now"]
    bob.send("login works\n")
    assert ada.lines() == ["<bob> login works"]


def test_a_password_that_sticks_to_its_command_is_not_repeated(house):
    """Nor is one behind a misspelt name."""
    ada = house.person("ada")
    ada.send("/loginsecret\n/regsiter secret\n/ login secret\n")
    assert "secret" not in ada.read()


def test_an_owner_whose_connection_breaks_keeps_the_place(house):
    """For a while; a guest on a line does not, nor does who says goodbye."""
    open_accounts(house.chat)
    bob, ada = house.person("bob"), house.person("ada")
    ada.send("/register correct horse\n")
    bob.read()
    ada.vanish(ConnectionLost())
    assert bob.lines() == []
    again = house.peer()
    again.send("/login ada correct horse\n")
    assert bob.lines() == []
    again.vanish(ConnectionLost())
    house.pass_time(61, 1)
    assert bob.lines() == ["*** ada has gone: Connection lost"]
    last = house.peer()
    last.send("/login ada correct horse\n/quit\n")
    house.turn(1)
    assert bob.lines() == ["*** ada joined #lobby.", "*** ada has gone."]
    bob.vanish(ConnectionLost())
    assert house.chat.state.users == {}


@pytest.mark.parametrize(("telnet", "end"), [(False, "\n"), (True, "\r\n")])
def test_lines_that_are_shown_as_they_are(house, telnet, end):
    """With the end that the reader's program wants, and nothing in front."""
    open_accounts(house.chat, plain_passwords="allow")
    ada = house.peer(telnet=telnet)
    ada.send("ada\r\n/register correct horse\r\n/export\r\n")
    told = ada.pipe.value().decode("utf-8", "ignore")
    account, proof = (one for one in told.split(end) if one.startswith("{"))
    assert json.loads(account)["nick"] == "ada"
    assert json.loads(proof)["kind"] == "password"
