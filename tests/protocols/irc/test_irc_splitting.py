"""Long texts fit lines of 512 bytes, nothing is lost, and no character is cut."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.protocols.irc.messages import format_line
from twistedchat.protocols.irc.splitting import LEAST, LINE_BYTES, room_for_text, split_text

FAMILY = "👨\u200d👩\u200d👧"
MARKED = "e\u0301"
pieces_of_text = st.sampled_from(
    ["a", "word ", " ", "é", MARKED, "中", "👍🏽", FAMILY, "🇩🇪", "🇫🇷", "❤\ufe0f", "नि"]
)
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    st.lists(pieces_of_text, max_size=80).map("".join),
)


@given(texts, st.integers(4, 80))
def test_pieces_fit_and_nothing_is_lost(text: str, most: int) -> None:
    """Joined they are the text; a text that fits stays whole."""
    pieces = split_text(text, most)
    assert "".join(pieces) == text
    assert all(len(piece.encode()) <= most for piece in pieces)
    assert all(pieces) or pieces == [""]
    if len(text.encode()) <= most:
        assert pieces == [text]


@given(st.lists(pieces_of_text, min_size=1, max_size=80).map("".join), st.integers(40, 80))
def test_what_is_seen_as_one_character_stays_whole(text: str, most: int) -> None:
    """Marks stay with their letters, families together, flags in twos."""
    for piece in split_text(text, most):
        assert category(piece[0])[0] != "M"
        assert "\u200d" not in (piece[0], piece[-1])
        assert piece[0] != "🏽"


def test_flags_are_cut_between_flags() -> None:
    """A row of flags is a row of flags on both lines."""
    assert split_text("🇩🇪🇫🇷🇮🇹", 20) == ["🇩🇪🇫🇷", "🇮🇹"]


def test_words_stay_whole_where_a_space_is_near() -> None:
    """The space ends the first line; words of any length are cut only where they must be."""
    assert split_text("hello wonderful world", 12) == ["hello ", "wonderful ", "world"]
    assert split_text("a" * 70 + " " + "b" * 100, 100)[0] == "a" * 70 + " "
    assert split_text("a " + "b" * 100, 80)[0] == "a " + "b" * 78
    assert split_text(" " * 9, 4) == [" " * 4, " " * 4, " "]


def test_endless_marks_are_cut_all_the_same() -> None:
    """Nobody sees where, and no line is too long."""
    text = "a" + "\u0301" * 100
    assert all(len(piece.encode()) <= 30 for piece in split_text(text, 30))


@given(
    st.text("an#é中", min_size=1, max_size=80), st.text("an#é中", min_size=1, max_size=40), texts
)
def test_lines_made_of_the_pieces_fit(source: str, target: str, text: str) -> None:
    """Whatever the source and the target, up to what names can have."""
    most = room_for_text(source, "PRIVMSG", target)
    for piece in split_text(text, most):
        line = format_line("PRIVMSG", (target, piece + " "), source)
        assert len(line) - 1 <= LINE_BYTES or most == LEAST


@pytest.mark.parametrize("length", [100_000])
def test_a_very_long_text_is_split_in_linear_time(length: int) -> None:
    """As long as messages can be set to be."""
    assert len(split_text("🇩" * length, 400)) == length / 100
