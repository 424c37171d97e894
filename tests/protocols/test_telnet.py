"""Telnet sequences in a byte stream."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.protocols.lines import Line, LineSplitter
from twistedchat.protocols.telnet import (
    AYT,
    EC,
    EXCESS_LIMIT,
    IP,
    NOP,
    NOP_CODE,
    PAYLOAD_LIMIT,
    Command,
    Function,
    Negotiation,
    Subnegotiation,
    TelnetParser,
    Verb,
)

# Bytes that mean something to telnet come up often, so that sequences form by chance.
telnet_bytes = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(b"\xff", b"\xff\xff", b"\xff\xfa", b"\xff\xf0", b"\xff\xfb", b"\xfa", b"\xf0"),
                *(b"\r", b"\n", b"\0", b"a\r\nb", b"x" * PAYLOAD_LIMIT, b"y" * EXCESS_LIMIT),
            ]
        ),
        st.binary(max_size=4),
    ),
    max_size=40,
).map(b"".join)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(ends)]


def parse(chunks: list[bytes]) -> tuple[bytes, list[Command]]:
    parser = TelnetParser()
    text, commands = b"", []
    for chunk in chunks:
        clean, found = parser.feed(chunk)
        text += clean
        commands += found
    return text, commands


def lines_of(chunks: list[bytes]) -> tuple[list[Line], bytes | None, list[Command]]:
    parser, splitter = TelnetParser(), LineSplitter(20)
    lines, commands = [], []
    for chunk in chunks:
        clean, found = parser.feed(chunk)
        lines += splitter.feed(clean)
        commands += found
    return lines, splitter.finish(), commands


def test_plain_text_is_not_copied() -> None:
    """Text without a telnet byte comes back as the very same object."""
    data = "wörld\r\n".encode()
    assert TelnetParser().feed(data)[0] is data


def test_plain_text_behind_a_pending_sequence_is_still_parsed() -> None:
    """The short cut is not taken while a sequence is unfinished."""
    assert parse([b"a\xff", b"\xf1b"]) == (b"ab", [Function(NOP_CODE)])


@pytest.mark.parametrize(
    ("data", "text", "commands"),
    [
        (b"a\xff\xffb", b"a\xffb", []),
        (b"\xff\xfb\x18", b"", [Negotiation(Verb.WILL, 24)]),
        (b"\xff\xfc\x18", b"", [Negotiation(Verb.WONT, 24)]),
        (b"\xff\xfd\x01", b"", [Negotiation(Verb.DO, 1)]),
        (b"\xff\xfe\x01", b"", [Negotiation(Verb.DONT, 1)]),
        (b"hel\xff\xf6lo", b"hello", [Function(AYT)]),
        (b"\xff\xf4\xff\xf7", b"", [Function(IP), Function(EC)]),
        (b"x\xff\xfa\x1f\0\x50\0\x18\xff\xf0y", b"xy", [Subnegotiation(31, b"\0\x50\0\x18")]),
        (b"\xff\xfa\x1f\0\xff\xff\0\x0a\xff\xf0", b"", [Subnegotiation(31, b"\0\xff\0\n")]),
        (b"\xff\xfa\x18\xff\xf0", b"", [Subnegotiation(24, b"")]),
    ],
)
def test_sequences(data: bytes, text: bytes, commands: list[Command]) -> None:
    """Each sequence of the grammar is taken out of the text and reported."""
    assert parse([data]) == (text, commands)


@pytest.mark.parametrize("code", [0, 0x41, 0x80, 0xEB, 0xF0])
def test_unknown_command_is_dropped(code: int) -> None:
    """IAC before a byte that is no command, or a stray SE, vanishes with it."""
    assert parse([b"a\xff" + bytes([code]) + b"b"]) == (b"ab", [])


def test_iac_does_not_eat_a_line_end() -> None:
    """A Latin-1 letter 0xFF before a line end does not join two lines."""
    assert parse([b"a\xff\r\nb\xff\nc"]) == (b"a\r\nb\nc", [])


def test_iac_in_place_of_an_option_starts_anew() -> None:
    """A sequence cut off before its option costs itself only, not the next one."""
    assert parse([b"\xff\xfd\xff\xfb\x18a"]) == (b"a", [Negotiation(Verb.WILL, 24)])
    assert parse([b"\xff\xfa\xff\xfb\x18a"]) == (b"a", [Negotiation(Verb.WILL, 24)])


def test_command_inside_a_subnegotiation_ends_it() -> None:
    """A lost IAC SE loses neither the payload nor the command that follows."""
    text, commands = parse([b"\xff\xfa\x1f\0\x50\0\x18\xff\xfb\x18a"])
    assert text == b"a"
    assert commands == [Subnegotiation(31, b"\0\x50\0\x18"), Negotiation(Verb.WILL, 24)]


def test_undoubled_iac_in_a_payload_is_payload() -> None:
    """A client that forgets to double 0xFF (255 columns) is understood."""
    data = b"\xff\xfa\x1f\0\xff\0\x18\xff\xf0a"
    assert parse([data]) == (b"a", [Subnegotiation(31, b"\0\xff\0\x18")])


def test_payload_at_the_limit_is_reported_and_over_it_is_not() -> None:
    """Over the limit the payload is thrown away up to IAC SE, and text goes on behind it."""
    start, end = b"\xff\xfa\x18", b"\xff\xf0after"
    at_limit = start + b"x" * PAYLOAD_LIMIT + end
    assert parse([at_limit]) == (b"after", [Subnegotiation(24, b"x" * PAYLOAD_LIMIT)])
    assert parse([start + b"x" * (PAYLOAD_LIMIT + 1) + end]) == (b"after", [])
    assert parse([start + b"x" * PAYLOAD_LIMIT + b"\xff\xff" + end]) == (b"after", [])


def test_commands_are_found_behind_an_excessive_payload() -> None:
    """A doubled IAC in the excess is swallowed with it, a command ends it and is reported."""
    data = b"\xff\xfa\x18" + b"x" * 300 + b"\xff\xff\xff\x01y\xff\xfb\x18a"
    assert parse([data]) == (b"a", [Negotiation(Verb.WILL, 24)])


def test_line_feed_ends_an_excessive_payload_and_stays_text() -> None:
    """Who forgot IAC SE loses the rest of one line, and the line before it is not joined on."""
    data = b"before\xff\xfa\x18" + b"x" * 300 + b"\r\nnext line\n"
    assert parse([data]) == (b"before\nnext line\n", [])


@pytest.mark.parametrize("filler", [b"x", b"\xff\xff", b"\xff\x01"])
def test_endless_subnegotiation_is_given_up(filler: bytes) -> None:
    """Without any end the text comes through again after a bounded number of bytes."""
    endless = b"\xff\xfa\x18" + filler * (2 * EXCESS_LIMIT)
    text, commands = parse([endless + b"back"])
    assert text.endswith(b"back")
    assert commands == []


def test_endless_subnegotiation_takes_no_memory() -> None:
    """However long the excess is, the parser keeps nothing of it."""
    parser = TelnetParser()
    parser.feed(b"\xff\xfa\x18" + b"x" * PAYLOAD_LIMIT)
    assert len(parser._payload) == PAYLOAD_LIMIT
    parser.feed(b"x")
    assert len(parser._payload) == 0


def test_flood_of_commands_shares_objects() -> None:
    """A read full of the same command costs one object."""
    _, commands = parse([NOP * 1000 + b"\xff\xfb\x18" * 1000])
    assert len(commands) == 2000
    assert len({id(command) for command in commands}) == 2


@given(data=telnet_bytes, places=st.lists(st.integers(min_value=0), max_size=12))
def test_any_cut_gives_the_same(data: bytes, places: list[int]) -> None:
    """Text and commands do not depend on how the bytes were cut."""
    assert parse(cut(data, places)) == parse([data])


@given(data=telnet_bytes)
def test_byte_by_byte_gives_the_same(data: bytes) -> None:
    """Not even when every byte comes alone."""
    assert parse([data[i : i + 1] for i in range(len(data))]) == parse([data])


@given(text=st.binary())
def test_escaped_bytes_come_back(text: bytes) -> None:
    """Any bytes with 0xFF doubled are text, unchanged."""
    assert parse([text.replace(b"\xff", b"\xff\xff")]) == (text, [])


@given(payload=st.binary(max_size=PAYLOAD_LIMIT), option=st.integers(0, 254))
def test_escaped_payload_comes_back(payload: bytes, option: int) -> None:
    """Any payload with 0xFF doubled is reported, unchanged."""
    escaped = payload.replace(b"\xff", b"\xff\xff")
    data = b"\xff\xfa" + bytes([option]) + escaped + b"\xff\xf0"
    assert parse([data]) == (b"", [Subnegotiation(option, payload)])


@given(data=telnet_bytes, places=st.lists(st.integers(min_value=0), max_size=12))
def test_lines_behind_telnet_do_not_depend_on_the_cut(data: bytes, places: list[int]) -> None:
    """Parser and splitter in sequence give the same lines and commands for any cut."""
    assert lines_of(cut(data, places)) == lines_of([data])
