"""REDACT takes messages back, one's own or as an operator anybody's."""

import re

import pytest

CAPS = "message-tags draft/message-redaction echo-message"


@pytest.fixture
def ada(client):
    """Who runs the room."""
    return client("ada", "ops", caps=CAPS)


@pytest.fixture
def bob(client, ada):
    bob = client("bob", "ops", caps=CAPS)
    ada.read()
    return bob


def say(client, target, text):
    line = client.ask(f"PRIVMSG {target} :{text}")[-1]
    return re.match(r"@msgid=(\w+) ", line)[1]


def redactions(lines):
    return [re.sub(r"!~u@\w+", "", line[line.index(":") :]) for line in lines if " REDACT " in line]


def test_ones_own(ada, bob):
    """Everybody in the room is told; others in words."""
    id_ = say(bob, "#ops", "oops")
    ada.read()
    told = [f":bob REDACT #ops {id_}"]
    assert redactions(bob.ask(f"REDACT #ops {id_}")) == told
    assert redactions(ada.read()) == told
    [fail] = bob.ask(f"REDACT #ops {id_}")
    assert fail.startswith(f"FAIL REDACT UNKNOWN_MSGID #ops {id_} :")


def test_without_the_capability_in_words(ada, bob, house):
    """As at other doors."""
    eve = house.person("eve")
    eve.send("/join ops\n")
    eve.read()
    id_ = say(bob, "#ops", "oops")
    bob.ask(f"REDACT #ops {id_} :a reason")
    assert "took back 1 line" in eve.read()


def test_somebody_elses(ada, bob):
    """Only who runs the room may."""
    hers, his = say(ada, "#ops", "mine"), say(bob, "#ops", "his")
    bob.read()
    [fail] = bob.ask(f"REDACT #ops {hers}")
    assert fail.startswith(f"FAIL REDACT REDACT_FORBIDDEN #ops {hers} :")
    ada.read()
    assert redactions(ada.ask(f"REDACT #ops {his}")) == [f":ada REDACT #ops {his}"]


def test_private_messages(ada, bob):
    """On both screens."""
    id_ = say(ada, "bob", "oops")
    bob.read()
    assert redactions(ada.ask(f"REDACT bob {id_}")) == [f":ada REDACT bob {id_}"]
    assert redactions(bob.read()) == [f":ada REDACT bob {id_}"]


def test_what_is_wrong_is_named(ada):
    """Target, id, and what is missing."""
    assert ada.ask("REDACT #nowhere x")[0].startswith("FAIL REDACT INVALID_TARGET #nowhere :")
    assert ada.ask("REDACT nobody x")[0].startswith("FAIL REDACT INVALID_TARGET nobody :")
    assert ada.ask("REDACT #ops x")[0].startswith("FAIL REDACT UNKNOWN_MSGID #ops x :")
    assert ada.codes("REDACT #ops") == ["461"]
