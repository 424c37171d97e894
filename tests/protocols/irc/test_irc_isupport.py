"""Clients are told the bounds that hold, in lines that they can read."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from twistedchat.config import Limits
from twistedchat.core.names import prepare_nick, prepare_room
from twistedchat.protocols.irc.isupport import TEXT, TOKENS_PER_LINE, isupport_lines, tokens
from twistedchat.protocols.irc.messages import Message, parse


def values(network: str = "x", limits: Limits | None = None) -> dict[str, str]:
    told = tokens(network, limits or Limits())
    return {name: value for name, _, value in (token.partition("=") for token in told)}


def test_lengths_are_those_of_the_limits() -> None:
    """In bytes, the room's with its ``#``."""
    found = values(limits=replace(Limits(), nick_bytes=40, room_bytes=50, rooms=7, bans=9))
    assert found["NICKLEN"] == "40"
    assert found["CHANNELLEN"] == "51"
    assert found["CHANLIMIT"] == "#:7"
    assert found["MAXLIST"] == "Ib:9"
    assert values(limits=replace(Limits(), rooms=0))["CHANLIMIT"] == "#:"


def test_names_of_the_announced_length_can_be_had() -> None:
    """Of letters with two bytes, as many as fit."""
    found = values()
    limits = Limits()
    nick = "ä" * (int(found["NICKLEN"]) // 2)
    prepare_nick(nick, limits.nick, limits.nick_bytes)
    room = "#" + "ä" * ((int(found["CHANNELLEN"]) - 1) // 2)
    prepare_room(room, limits.room, limits.room_bytes)


def test_a_network_of_two_words_is_one_value() -> None:
    """Spaces, backslashes and equals signs are written in hexadecimal."""
    assert values("My Chat=x\\y")["NETWORK"] == "My\\x20Chat\\x3Dx\\x5Cy"


def test_further_tokens_stand_among_the_others() -> None:
    """In order, so that people find them."""
    told = tokens("x", Limits(), ["BOT=B", "WHOX"])
    assert list(told) == sorted(told)
    assert {"BOT=B", "WHOX"} < set(told)


tokens_of_any_length = st.lists(st.from_regex(r"[A-Z]{1,60}=[a-z]{0,60}", fullmatch=True))


@given(tokens_of_any_length, st.integers(1, 32))
def test_lines_have_at_most_13_tokens_and_512_bytes(told: list[str], length: int) -> None:
    """And all tokens, in order."""
    seen: list[str] = []
    for raw in isupport_lines("chat.example.org", "ä" * length, told):
        message = parse(raw[:-2])
        assert isinstance(message, Message)
        assert len(raw) <= 512
        assert message.command == "005"
        nick, *words, text = message.params
        assert (nick, text) == ("ä" * length, TEXT)
        assert 0 < len(words) <= TOKENS_PER_LINE
        seen += words
    assert seen == told
