"""Numerics are as clients expect them, one line each."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twistedchat.protocols.irc import numerics
from twistedchat.protocols.irc.messages import Message, parse
from twistedchat.protocols.irc.numerics import NUMERICS, Numeric, numeric_line

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@pytest.mark.parametrize("name", NUMERICS)
@settings(max_examples=10)
@given(st.data())
def test_each_is_one_line_with_its_words_in_their_places(name: str, data: st.DataObject) -> None:
    """Whatever strangers put into them."""
    numeric = NUMERICS[name]
    words = [data.draw(texts) for _ in numeric.words]
    raw = numeric_line("chat.example.org", "ada", numeric, *words)
    message = parse(raw[:-2])
    assert isinstance(message, Message)
    assert message.command == numeric.code
    assert len(message.params) == 1 + len(numeric.words) + bool(numeric.text)
    if numeric.text:
        assert message.params[-1] == numeric.text


def test_no_two_have_one_number() -> None:
    """And each number has three digits, in the range that its name says."""
    codes = [numeric.code for numeric in NUMERICS.values()]
    assert len(set(codes)) == len(codes)
    assert all(code.isdigit() and len(code) == 3 for code in codes)
    errors = [n.code for name, n in NUMERICS.items() if name.startswith("ERR_")]
    assert all("400" <= code < "600" or code in {"696", "734"} or code >= "902" for code in errors)


@pytest.mark.parametrize(
    ("numeric", "words", "line"),
    [
        (numerics.ERR_NICKNAMEINUSE, ["bob"], b"433 * bob :Nickname is already in use"),
        (numerics.RPL_ENDOFMOTD, [], b"376 * :End of MOTD command"),
        (numerics.RPL_TOPIC, ["#r", "ship it"], b"332 * #r :ship it"),
        (numerics.RPL_NOTOPIC, ["#r"], b"331 * #r :No topic is set"),
        (numerics.ERR_UNKNOWNCOMMAND, ["FOO BAR"], b"421 * FOO_BAR :Unknown command"),
        (numerics.ERR_NEEDMOREPARAMS, [""], b"461 * * :Not enough parameters"),
        (numerics.RPL_NAMREPLY, ["=", "#r", "@ada bob"], b"353 * = #r :@ada bob"),
    ],
)
def test_examples(numeric: Numeric, words: list[str], line: bytes) -> None:
    """As the specifications have them."""
    assert numeric_line("s.example", "*", numeric, *words) == b":s.example " + line + b"\r\n"


def test_the_right_number_of_words_is_asked_for() -> None:
    """A forgotten word would move all others."""
    with pytest.raises(TypeError, match="433"):
        numeric_line("s", "ada", numerics.ERR_NICKNAMEINUSE)


def test_tags_stand_before_it() -> None:
    """So that an answer can carry the label of its question."""
    line = numeric_line("s", "ada", numerics.RPL_LISTEND, tags={"label": "7"})
    assert line == b"@label=7 :s 323 ada :End of LIST\r\n"
