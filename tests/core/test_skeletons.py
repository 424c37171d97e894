"""Skeletons after UTS 39, and the looks of a name."""
# ruff: noqa: RUF001 - names that mislead are what this is about

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.core import _confusables, skeletons
from twistedchat.core.skeletons import caseless, looks, skeleton

PROTOTYPES = dict(
    zip(_confusables.CHARACTERS, _confusables.PROTOTYPES.split("\n")[:-1], strict=True)
)


def test_the_table_is_whole_and_names_its_version() -> None:
    """The generated table has every mapping of its Unicode version that a text can meet."""
    assert _confusables.VERSION == "15.0.0"
    assert len(PROTOTYPES) == 5247
    assert list(PROTOTYPES) == sorted(PROTOTYPES)
    assert "Permission is hereby granted" in str(_confusables.__doc__)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("paypal", "р\u0430ypal"),  # Cyrillic
        ("bill", "biIl"),
        ("l0l", "IOl"),
        ("modem", "modern"),
        ("Ω", "Ω"),  # the ohm sign decomposes
        ("é", "e\u0301"),
        ("a\u200bb", "ab"),
        ("ﷲ", skeleton("ﷲ")),
    ],
)
def test_what_is_drawn_alike_has_one_skeleton(one: str, other: str) -> None:
    """Confusable, decomposed and invisible characters do not tell two texts apart."""
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), [("ada", "Ada"), ("zoe", "zoë"), ("ab", "ba")])
def test_what_is_drawn_differently_has_another(one: str, other: str) -> None:
    """Case, accents and order show."""
    assert skeleton(one) != skeleton(other)


def test_every_character_of_the_table_gets_its_prototype() -> None:
    """The packed table answers for each of its entries, ASCII included, and for no other."""
    for character, prototype in PROTOTYPES.items():
        expected = unicodedata.normalize("NFD", prototype)
        assert skeleton(character) in (expected, ""), hex(ord(character))
    assert skeleton("\u4e2d") == "\u4e2d"


@given(st.text(st.characters(codec="ascii")))
def test_ascii_needs_no_table(text: str) -> None:
    """The short way for ASCII gives what the table gives."""
    assert skeleton(text) == "".join(PROTOTYPES.get(c, c) for c in text)


def test_ascii_never_loads_the_table() -> None:
    """A server with plain names only does not pay for the table."""
    program = (
        "import sys; from twistedchat.core.skeletons import looks, skeleton;"
        "skeleton('modem'); looks('Bill', 'bill');"
        "print('twistedchat.core._confusables' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_skeletons_of_any_text_are_decomposed(text: str) -> None:
    """No text breaks it, and its result is in normal form D."""
    assert unicodedata.is_normalized("NFD", skeleton(text))


def test_caseless_is_final() -> None:
    """What capitals are ignored in has none left to ignore, whatever the character."""
    changing = {c for c in map(chr, range(0x110000)) if c.casefold() != c} | set(PROTOTYPES)
    for character in changing:
        once = caseless(character)
        assert caseless(once) == once, hex(ord(character))


@given(st.text(min_size=1), st.text(min_size=1))
def test_looks_go_both_ways(one: str, other: str) -> None:
    """If one looks like the other, the other looks like the one."""
    filed, asked = looks(one, one.casefold())
    filed_other, asked_other = looks(other, other.casefold())
    assert filed.isdisjoint(asked_other) == filed_other.isdisjoint(asked)
    assert not filed.isdisjoint(asked)


@given(st.text(alphabet=[chr(code) for code in range(128)], max_size=12))
def test_ascii_is_reduced_as_any_text_is(text: str) -> None:
    """Character by character, which is faster, comes to the same."""
    for shape in (skeleton, skeletons._ascii_shape):
        assert caseless(text, shape) == skeletons._caseless(text, shape)
