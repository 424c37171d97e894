"""Masks mean whom people of IRC expect, and none is slow."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.protocols.irc.masks import Mask, matches, read_mask, source_of

words = st.text("ab*?", max_size=10)


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("bob", "bob!*@*"),
        ("bob*", "bob*!*@*"),
        ("bob!x", "bob!x@*"),
        ("bob@cloak", "*!bob@cloak"),
        ("*@cloak", "*!*@cloak"),
        ("bob!x@cloak", "bob!x@cloak"),
        ("!@", "*!*@*"),
        ("", "*!*@*"),
        ("an.na", "an.na!*@*"),
    ],
)
def test_what_is_missing_stands_for_anybody(text: str, mask: str) -> None:
    """A nick alone, a host alone, or two of three."""
    assert str(read_mask(text)) == mask
    assert read_mask(mask) == read_mask(text)


@given(words, st.text("ab", max_size=12))
def test_stars_and_question_marks(mask: str, text: str) -> None:
    """As shells have them."""
    assert matches(mask, text) == fnmatchcase(text, mask)


def test_a_backslash_takes_their_meaning_away() -> None:
    """Also at the end, where it stands for itself."""
    assert matches("a\\*b", "A*B")
    assert not matches("a\\*b", "axb")
    assert matches("what\\?", "what?")
    assert matches("a\\", "a\\")
    assert matches("*\\**", "x*y")


def test_letters_are_compared_case_folded() -> None:
    """As names are."""
    assert matches("STRASSE*", "Straße 1")


def test_many_stars_take_no_time() -> None:
    """What a stranger gives as a mask must not stop the server."""
    assert not matches("*a" * 200 + "b", "a" * 5000)


def test_who_somebody_is() -> None:
    """The source of lines, and what a mask with stars meets."""
    assert source_of("ada", "k2x") == "ada!~u@k2x"
    assert matches(str(Mask(host="k2*")), source_of("ada", "k2x"))
