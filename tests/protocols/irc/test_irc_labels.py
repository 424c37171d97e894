"""Answers carry the label of their request: one line, several, or none."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.protocols.irc.labels import Answer, label_in, tagged
from twistedchat.protocols.irc.messages import Message, format_line, parse


def line(text):
    return format_line("NOTICE", ("ada", text), "s")


def test_no_line_is_an_ack():
    """So that a client knows that it was heard."""
    assert Answer("7", "s", 1).close() == b"@label=7 :s ACK\r\n"


def test_one_line_has_the_label():
    """Before its other tags."""
    answer = Answer("7; x", "s", 1)
    assert answer.add(b"@time=now :s PONG x\r\n") == b""
    assert answer.close() == b"@label=7\\:\\sx;time=now :s PONG x\r\n"


def test_several_lines_are_a_batch():
    """Also if they came in one piece."""
    expected = [
        b"@label=7 :s BATCH +3 labeled-response",
        b"@batch=3 :s NOTICE ada a",
        b"@batch=3 :s NOTICE ada b",
        b":s BATCH -3",
        b"",
    ]
    one, other = Answer("7", "s", 3), Answer("7", "s", 3)
    one.add(line("a"))
    one.add(line("b"))
    other.add(line("a") + line("b"))
    assert one.close().split(b"\r\n") == other.close().split(b"\r\n") == expected


def test_long_answers_are_not_held_back():
    """What came before them goes first, what follows at once."""
    answer = Answer("7", "s", 3)
    answer.add(line("a"))
    first, second, empty = answer.stream([line("b"), b""])
    assert first.split(b"\r\n")[0] == b"@label=7 :s BATCH +3 labeled-response"
    assert first.split(b"\r\n")[1] == b"@batch=3 :s NOTICE ada a"
    assert (second, empty) == (b"@batch=3 :s NOTICE ada b\r\n", b"")
    assert answer.add(line("c")) == b"@batch=3 :s NOTICE ada c\r\n"
    assert list(answer.stream([line("d")])) == [b"", b"@batch=3 :s NOTICE ada d\r\n"]
    assert answer.close() == b":s BATCH -3\r\n"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_any_label_comes_back(label):
    """Whatever is in it, on one line."""
    raw = tagged(line("x"), {"label": label})
    message = parse(raw[:-2])
    assert isinstance(message, Message)
    assert message.tags == {"label": label}


def test_a_label_that_is_too_long_is_none():
    """64 bytes are what there may be."""
    assert label_in({"label": "é" * 32}) == "é" * 32
    assert label_in({"label": "é" * 33}) == ""
    assert label_in({}) == ""


@pytest.fixture
def ada(client):
    return client("ada", "lobby", caps="labeled-response batch echo-message")


def without_cloak(lines):
    return [re.sub(r"!~u@\w+", "", line) for line in lines]


def test_requests_with_a_label(ada):
    """A numeric, a batch, nothing, a refusal, a flaw."""
    assert ada.ask("@label=1 PING x") == ["@label=1 :chat.example.org PONG chat.example.org x"]
    assert ada.ask("@label=2 AWAY :tea")[0].startswith("@label=2 :chat.example.org 306 ")
    lines = ada.ask("@label=3 WHOIS ada")
    assert lines[0] == "@label=3 :chat.example.org BATCH +3 labeled-response"
    assert all(line.startswith("@batch=3 :chat.example.org 3") for line in lines[1:-1])
    assert lines[-1] == "BATCH -3"
    assert ada.ask("@label=4 PONG x") == ["@label=4 :chat.example.org ACK"]
    assert ada.ask("@label=5 FOO")[0].startswith("@label=5 :chat.example.org 421 ")
    assert ada.ask("@label=6 PRIVMSG #no :x")[0].startswith("@label=6 :chat.example.org 404 ")
    assert ada.ask(b"@label=7 PRIVMSG #lobby :\xff\r\n")[0].startswith("@label=7 ")


def test_echoes_have_the_label(ada, client):
    """By which a client knows its own message again; others see none."""
    bob = client("bob", "lobby")
    ada.read()
    said = "@label=1 :ada PRIVMSG #lobby :hi"
    assert without_cloak(ada.ask("@label=1 PRIVMSG #lobby :hi")) == [said]
    assert without_cloak(bob.read()) == [":ada PRIVMSG #lobby :hi"]
    private = "@label=2 :ada PRIVMSG bob :psst"
    assert without_cloak(ada.ask("@label=2 PRIVMSG bob :psst")) == [private]
    assert without_cloak(bob.read()) == [":ada PRIVMSG bob :psst"]
    assert without_cloak(ada.ask("PRIVMSG bob :x")) == [":ada PRIVMSG bob :x"]


def test_a_long_answer_is_a_batch(ada):
    """Joining: the line, and who is there."""
    lines = without_cloak(ada.ask("@label=1 JOIN #ops"))
    assert [line.split()[0] for line in lines] == ["@label=1", *["@batch=1"] * 3, "BATCH"]
    assert lines[1] == "@batch=1 :ada JOIN #ops"


def test_without_the_capability_a_label_is_nothing(client):
    """As any other tag."""
    assert client("bob").ask("@label=1 PING x") == ["PONG chat.example.org x"]
