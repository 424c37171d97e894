"""WHO, WHOIS and the like show what people may know of each other."""

import re
from dataclasses import replace

import pytest

from twistedchat.protocols.irc import people_commands


@pytest.fixture
def ada(client):
    return client("ada", "lobby")


@pytest.fixture
def bob(client, ada):
    bob = client("bob", "lobby", "ops")
    ada.read()
    return bob


def test_who(ada, bob, client):
    """Of a room, of somebody, of a mask; strangers are found by their nick alone."""
    client("eve", "elsewhere")
    lines = ada.ask("WHO #lobby")
    assert re.fullmatch(r"352 ada #lobby ~u \w+ chat.example.org ada H@ :0 ada", lines[0])
    assert lines[1].endswith(" bob H :0 bob")
    assert lines[2] == "315 ada #lobby :End of WHO list"
    assert ada.codes("WHO bob", "WHO *", "WHO e*", "WHO eve", "WHO #nowhere") == [
        *("352", "315"), *("352", "352", "315"), "315", *("352", "315"), "315",
    ]  # fmt: skip
    assert ada.codes("WHO * o") == ["315"]


def test_who_stops_nobody(ada, house, monkeypatch):
    """Among many who are not meant others have a turn, and whoever is meant is found."""
    monkeypatch.setattr(people_commands, "AT_ONCE", 3)
    for number in range(8):
        house.person(f"person{number}", f"10.0.0.{number}")
    ada.read()
    pieces = list(people_commands._found(ada.peer.door._dialogue, "*7"))
    assert [found and found[0].nick for found in pieces] == [None, None, None, "person7"]
    assert len(ada.ask("WHO *7")) == 2


def test_away(ada, bob):
    """Told to who asks, and by capability to those who share a room."""
    assert bob.ask("AWAY :tea") == ["306 bob :You have been marked as being away"]
    assert ada.read() == []
    assert " bob G " in ada.ask("WHO bob")[0]
    assert ada.ask("PRIVMSG bob :hi") == ["301 ada bob :tea"]
    bob.read()
    assert bob.ask("AWAY") == ["305 bob :You are no longer marked as being away"]
    assert bob.ask("AWAY") == ["305 bob :You are no longer marked as being away"]


def test_away_notify(bob, client):
    """For who asked for it."""
    eve = client("eve", "lobby", caps="away-notify")
    bob.ask("AWAY :tea")
    [away] = eve.read()
    assert re.fullmatch(r":bob!~u@\w+ AWAY :tea", away)
    bob.ask("AWAY")
    assert eve.read()[0].endswith(" AWAY")


def test_whois(ada, bob):
    """Nothing of the address; private rooms only to their members."""
    bob.ask("MODE #ops +s")
    lines = ada.ask("WHOIS bob")
    assert re.fullmatch(r"311 ada bob ~u \w+ \* :bob", lines[0])
    assert [line[:3] for line in lines] == ["311", "319", "312", "317", "318"]
    assert lines[1] == "319 ada bob :#lobby"
    assert not any("127.0.0.1" in line for line in lines)
    assert bob.ask("WHOIS bob bob")[1] == "319 bob bob :#lobby @#ops"
    assert ada.codes("WHOIS eve", "WHOIS") == ["401", "318", "431"]


def test_ison_and_userhost(ada, bob):
    """For old clients."""
    assert ada.ask("ISON bob eve :ADA x") == ["303 ada :bob ada"]
    assert ada.ask("ISON eve") == ["303 ada :"]
    [line] = ada.ask("USERHOST bob eve")
    assert re.fullmatch(r"302 ada :bob=\+~u@\w+", line)


def test_own_modes(ada, bob):
    """Shown; what is unknown is refused, and others' are nobody's business."""
    assert ada.ask("MODE ada") == ["221 ada +iZ"]
    assert ada.codes("MODE ada +i", "MODE ada +x", "MODE bob", "MODE eve") == ["501", "502", "401"]


def test_the_server_tells_of_itself(ada):
    """MOTD, LUSERS, VERSION, TIME."""
    assert ada.codes("MOTD", "LUSERS", "VERSION", "TIME") == [
        "422", "251", "254", "255", "351", "005", "005", "391",
    ]  # fmt: skip


def test_the_message_of_the_day(house, client):
    """Line by line."""
    house.chat.about = replace(house.chat.about, motd=("Be kind.", "Be brief."))
    assert client("ada").ask("MOTD") == [
        "375 ada :- chat.example.org Message of the day - ",
        "372 ada :- Be kind.",
        "372 ada :- Be brief.",
        "376 ada :End of MOTD command",
    ]


def test_operators_of_the_server(ada, bob):
    """Are known as such, and see addresses."""
    bob.peer.door.session.user.operator = True
    assert "313 ada bob :is an IRC operator" in ada.ask("WHOIS bob")
    assert " bob H* :0 bob" in ada.ask("WHO * o")[0]
    assert "378 bob ada :is connecting from 127.0.0.1" in bob.ask("WHOIS ada")
    assert bob.ask("MODE bob") == ["221 bob +ioZ"]
