"""Talking over IRC, with people at other doors."""

import re

import pytest


def without_cloak(lines):
    return [re.sub(r"!~u@\w+", "", line) for line in lines]


@pytest.fixture
def ada(client):
    return client("ada", "lobby")


@pytest.fixture
def bob(house, ada):
    """A person at the line door, in the same room."""
    bob = house.person("bob")
    ada.read()
    return bob


def test_both_doors_hear_each_other(ada, bob):
    """A line, and an action."""
    assert ada.ask("PRIVMSG #lobby :hi all") == []
    assert bob.lines() == ["<ada> hi all"]
    bob.send("hello ada\n/me waves\n")
    assert without_cloak(ada.read()) == [
        ":bob PRIVMSG #lobby :hello ada",
        ":bob PRIVMSG #lobby :\x01ACTION waves\x01",
    ]
    ada.ask("PRIVMSG #lobby :\x01ACTION waves back\x01")
    assert bob.lines() == ["* ada waves back"]


def test_private_messages(ada, bob):
    """Both ways; who is away says so."""
    assert ada.ask("PRIVMSG bob :psst") == []
    assert bob.lines() == ["ada -> you: psst"]
    bob.send("/msg ada what\n/away tea\n")
    assert without_cloak(ada.read()) == [":bob PRIVMSG ada :what"]
    assert ada.ask("PRIVMSG bob :hm") == ["301 ada bob :tea"]
    assert ada.codes("PRIVMSG eve :x") == ["401"]


def test_echoes_for_who_asked(client):
    """Of lines and of private messages."""
    ada, bob = client("ada", "lobby", caps="echo-message"), client("bob", "lobby")
    ada.read()
    assert without_cloak(ada.ask("PRIVMSG #lobby :hi", "PRIVMSG bob :psst")) == [
        ":ada PRIVMSG #lobby :hi",
        ":ada PRIVMSG bob :psst",
    ]
    assert bob.codes("PRIVMSG ada :x")[-1] == "PRIVMSG"


def test_several_targets(ada, bob):
    """Up to four; one that fails spares the others."""
    assert ada.codes("PRIVMSG bob,eve,#lobby :hi") == ["401"]
    assert bob.lines() == ["ada -> you: hi", "<ada> hi"]
    assert ada.codes("PRIVMSG a,b,c,d,e :hi") == ["407"]


def test_what_is_missing_is_told(ada):
    """By the numerics that clients know."""
    assert ada.codes("PRIVMSG", "PRIVMSG #lobby", "PRIVMSG #lobby :") == ["411", "412", "412"]
    assert ada.codes("PRIVMSG #nowhere :x", "PRIVMSG #lobby :  ") == ["404", "412"]


def test_a_notice_is_never_answered(ada, bob):
    """But heard."""
    assert ada.ask("NOTICE #lobby :hi", "NOTICE eve :x", "NOTICE", "NOTICE #nowhere :x") == []
    assert bob.lines() == ["<ada> hi"]
    assert ada.ask("NOTICE bob :\x01VERSION x\x01") == []
    assert bob.lines() == []


def test_other_ctcp_is_refused(ada, bob):
    """It would be text to others."""
    assert ada.codes("PRIVMSG bob :\x01VERSION\x01", "PRIVMSG #lobby :\x01PING 1\x01") == [
        "404",
        "404",
    ]
    assert bob.lines() == []


def test_lines_that_cannot_be_read(ada, bob):
    """Too long, no UTF-8, cut anywhere: told, and the next is heard."""
    assert ada.codes("PRIVMSG #lobby :" + "x" * 600, "x" * 40000) == ["417", "417"]
    [fail] = ada.ask(b"PRIVMSG #lobby :caf\xe9\r\n")
    assert fail.startswith("400 ada PRIVMSG :That was not UTF-8")
    ada.ask("CAP REQ standard-replies")
    [fail] = ada.ask(b"PRIVMSG #lobby :caf\xe9\r\n")
    assert fail.startswith("FAIL PRIVMSG INVALID_UTF8 :")
    ada.peer.send("PRIVMSG #lobby :café\n".encode(), 5, 20, 21)
    assert bob.lines() == ["<ada> café"]


def test_pings_both_ways(ada):
    """With what was sent; nothing follows a PONG."""
    assert ada.ask("PING :a b") == ["PONG chat.example.org :a b"]
    assert ada.codes("PING", "PONG x") == ["409"]


def test_a_long_message_of_another_door_is_split(ada, bob):
    """Nothing is lost on lines of 512 bytes."""
    text = "word " * 300 + "end"
    bob.send(text + "\n")
    lines = without_cloak(ada.read())
    assert len(lines) == 4
    said = "".join(line.removeprefix(":bob PRIVMSG #lobby :") for line in lines)
    assert said == text


def test_over_the_rate_nothing_is_lost(house, ada, bob):
    """It waits, and the client is told."""
    ada.send(*(f"PRIVMSG #lobby :{n}" for n in range(30)))
    house.pass_time(5)
    assert bob.lines() == [f"<ada> {n}" for n in range(30)]
    assert ada.read()[0].startswith("NOTICE ada :Slow down:")
