"""Formatting codes are stripped, or become colours that end with the text."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from twistedchat.core.text import clean_or_empty
from twistedchat.render.irc_formatting import (
    OWN,
    Look,
    look_after,
    opening,
    runs,
    strip,
    to_ansi,
)

SGR = re.compile(r"\x1b\[[0-9;]*m")
# fmt: off
coloured = st.lists(
    st.sampled_from([
        "\x02", "\x1d", "\x1f", "\x1e", "\x11", "\x16", "\x0f", "\x03", "\x034", "\x0312,3",
        "\x0399", "\x0398,99", "\x04ff0080", "\x0400ff00,112233", "\x04", "a", "1", ",", " é",
    ]),
    max_size=15,
).map("".join)
# fmt: on


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("plain", "plain"),
        ("\x02bold\x02 not", "bold not"),
        ("\x034red\x03", "red"),
        ("\x0304,12red\x03", "red"),
        ("\x03,5 text", ",5 text"),
        ("\x03123", "3"),
        ("\x034,x", ",x"),
        ("\x04ff0000hex\x04", "hex"),
        ("\x04ff00", "ff00"),
        ("\x1ditalic\x1f\x1e\x11\x16\x0f", "italic"),
    ],
)
def test_codes_go_with_their_digits(text: str, stripped: str) -> None:
    """And no other digits and commas do."""
    assert strip(text) == stripped


@given(coloured)
def test_stripping_is_what_the_core_does(text: str) -> None:
    """So that a text is the same whether its codes were kept for a while or not."""
    assert clean_or_empty(strip(text)) == clean_or_empty(text)


@pytest.mark.parametrize(
    ("text", "ansi"),
    [
        ("plain", "plain"),
        ("\x02bold\x02 not", "\x1b[0;1mbold\x1b[0m not"),
        ("\x02bold", "\x1b[0;1mbold\x1b[0m"),
        ("\x02\x1dboth\x02italic\x0fplain", "\x1b[0;1;3mboth\x1b[0;3mitalic\x1b[0mplain"),
        ("\x034red\x03 own", "\x1b[0;91mred\x1b[0m own"),
        ("\x0304,12x\x039y", "\x1b[0;91;104mx\x1b[0;92;104my\x1b[0m"),
        ("\x0352x", "\x1b[0;38;5;196mx\x1b[0m"),
        ("\x0301,98x", "\x1b[0;30;48;5;231mx\x1b[0m"),
        ("\x04ff0000x", "\x1b[0;38;5;196mx\x1b[0m"),
        ("\x0399x", "x"),
        ("\x02\x02x", "x"),
        ("\x1e\x1f\x16x", "\x1b[0;4;7;9mx\x1b[0m"),
    ],
)
def test_codes_become_those_of_terminals(text: str, ansi: str) -> None:
    """Nothing is written where nothing is to be seen of it, and all ends with the text."""
    assert to_ansi(text) == ansi


@given(coloured)
def test_without_its_colours_it_is_the_stripped_text(text: str) -> None:
    """Nothing lasts behind it."""
    shown = to_ansi(text)
    assert SGR.sub("", shown) == strip(text)
    assert "\x1b" not in shown or shown.rfind("\x1b[0m") == shown.rfind("\x1b")


@given(coloured)
def test_parts_are_the_text(text: str) -> None:
    """None is empty, and no two beside each other would have to be one."""
    parts = list(runs(text))
    assert "".join(part for _, part in parts) == strip(text)
    assert all(part for _, part in parts)


@given(coloured)
@example("\x0312,3\x04ff0080")
@example("\x0400ff00,112233\x034")
@example("\x0400ff00,112233\x0399")
def test_a_look_can_be_taken_up_again(text: str) -> None:
    """So that the second line of a long text looks as the first one ended."""
    look = look_after(text)
    assert look_after(opening(look)) == look
    assert [*runs(opening(look) + ",5")] == [(look, ",5")]
    assert look_after(text + "\x0f") == OWN


def test_monospace_is_a_look_of_its_own() -> None:
    """IRC clients know it; terminals have nothing else."""
    assert look_after("\x11") == Look(switches="\x11")
    assert to_ansi("a\x11b") == "a\x1b[0mb\x1b[0m"
