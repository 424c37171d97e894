"""Text is cleaned once, the same for every door."""
# ruff: noqa: RUF001 - people do write Arabic

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from twistedchat.core.errors import ChatError, Empty, TooLong
from twistedchat.core.text import MOST_MARKS, clean, clean_or_empty, decode, shorten

# Text with what a hostile or a modern sender would use, besides any text.
NASTY = st.text(
    st.sampled_from(
        "ab1 ,\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029\x00\x07\x1b[m;\x9b\x02\x03\x04\x0f"
        "\u00ad\u00a0\u200b\u200d\u200c\u200e\ufe0f\u202e\u2066\u0301\u0e49\u2800\u3000\ufeff"
        "\ud800\udfff\ufffe\U000e0041\U000e0101\U0001f469é👍"
    ),
    max_size=60,
)
ANY = st.one_of(st.text(st.characters()), NASTY, st.text(st.characters(codec="ascii")))

# Tags, variation selectors and noncharacters beyond the planes of scripts.
FAR = (0x2FFFE, *range(0xE0000, 0xE1000), 0xEFFFF, 0xF0000, 0x10FFFE, 0x10FFFF)

KEPT = [
    "hello bob, the build is done",
    "  indented, as code is",
    "Grüße an alle",
    "L\u2019été est arrivé\u00a0!",
    "Привет всем",
    "こんにちは\u3000皆さん",
    "नमस्ते दोस्तों",
    "สวัสดีที่บ้านน้ำ",
    "བསྒྲུབས་ཀྱི",
    "می\u200cخواهم",
    "שָׁלוֹם \u200f(a)\u200e",
    "family 👨\u200d👩\u200d👧, heart ❤\ufe0f, 1\ufe0f\u20e3, 🏳\ufe0f\u200d🌈",
    "private \ue0b0 use",
]


@pytest.mark.parametrize("text", KEPT)
def test_ordinary_text_of_any_language_is_left_alone(text: str) -> None:
    """What people write every day arrives as they wrote it."""
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("one\r\ntwo", "one two"),
        ("one\n\r\n\u2028two\u2029three\x85four\x0bfive\x0csix\x1cseven", None),
        ("a\tb", "a b"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x9b31mred", "31mred"),
        ("\x1b]0;title\x07", "]0;title"),
        ("nul\x00bel\x07del\x7f", "nulbeldel"),
        ("\x02bold\x02 \x0304,12colour\x03 \x04ff0000hex\x0f \x1ditalic\x1f", None),
        ("\x03123", "3"),
        ("\x034,x", ",x"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("a\u2066b\u2069c\u061cd\u200ee", "abc\u061cd\u200ee"),
        ("soft\u00adhyphen\u200b\ufeff\u2060", "softhyphen"),
        ("flag\U0001f3f4\U000e0067\U000e007f", "flag\U0001f3f4"),
        ("\ufff9base\ufffanote\ufffb", "basenote"),
        ("half \ud83d and \udc00", "half \ufffd and \ufffd"),
        ("no\ufffe\ufdd0\U0010ffff", "no\ufffd\ufffd\ufffd"),
        ("tail \t \u3000\u00a0\n", "tail"),
    ],
)
def test_what_is_not_plain_text_goes_or_becomes_a_space(text: str, cleaned: str | None) -> None:
    """Each class of characters ends as the module says."""
    expected = {
        "one\n": "one two three four five six seven",
        "\x02bol": "bold colour hex italic",
    }
    assert clean(text) == (cleaned or expected[text[:4]])


@pytest.mark.parametrize("place", range(20))
def test_towers_of_marks_are_cut_wherever_they_stand(place: int) -> None:
    """At most eight marks follow each other; nothing else of the text is lost."""
    tower = "x" * place + "a" + "\u0301" * 50 + "z"
    assert clean(tower) == "x" * place + "a" + "\u0301" * MOST_MARKS + "z"
    as_many_as_allowed = "x" * place + "a" + "\u0301" * MOST_MARKS + "z"
    assert clean(as_many_as_allowed) == as_many_as_allowed


def test_joiners_count_as_marks() -> None:
    """Invisible joiners cannot hide a long message between two letters."""
    assert clean("a" + "\u200d\u200c" * 100 + "b") == "a" + "\u200d\u200c" * 4 + "b"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\t\n",
        "\x00\x07",
        "\u200b",
        "\u3000",
        "\u2800\u3164",
        "\u00a0\u2800",
        "\u200d\ufe0f",
    ],
)
def test_text_without_anything_to_see_is_empty(text: str) -> None:
    """A message has something in it; a reason or a topic need not."""
    with pytest.raises(Empty, match="write some text"):
        clean(text)
    assert clean_or_empty(text) == ""


def test_too_long_says_how_long_and_counts_after_cleaning() -> None:
    """Nothing is cut: the sender is told both numbers."""
    assert clean("x" * 10 + "\x00\n", 10) == "x" * 10
    with pytest.raises(TooLong, match=r"11 characters long and 10 are allowed"):
        clean("x" * 11, 10)
    with pytest.raises(TooLong):
        clean_or_empty("é" * 11, 10)


@given(ANY)
@example("a\n\u202e\nb")
@example("\x1b\x02[31m")
def test_cleaning_is_final_and_makes_one_harmless_line(text: str) -> None:
    """Twice cleaned is once cleaned: one line, no controls, no surrogates, no turned text."""
    cleaned = clean_or_empty(text)
    assert clean_or_empty(cleaned) == cleaned
    assert len(cleaned.splitlines()) <= 1
    assert cleaned == cleaned.rstrip()
    assert not {"Cc", "Cs", "Zl", "Zp"} & {unicodedata.category(c) for c in cleaned}
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b") & set(cleaned)
    cleaned.encode()


@given(ANY, st.integers(1, 20))
def test_no_text_raises_anything_but_a_refusal(text: str, most: int) -> None:
    """Whatever comes, it is cleaned or refused with a sentence."""
    try:
        cleaned = clean(text, most)
    except ChatError:
        cleaned = clean_or_empty(text, 1000)
        assert not cleaned or len(cleaned) > most
    else:
        assert 0 < len(cleaned) <= most


@given(ANY)
def test_only_what_is_not_printable_needs_the_slow_way(text: str) -> None:
    """Printable text without towers of marks is never changed but at its end."""
    plain = "".join(c for c in text if c.isprintable() and unicodedata.category(c)[0] != "M")
    assert clean_or_empty(plain) in (plain.rstrip(), "")


def test_no_character_alone_slips_through() -> None:
    """Every code point, in the middle of a word, is kept, replaced or removed; never a control."""
    for code in (*range(0x3400), *range(0xA000, 0xAC00), *range(0xD7A0, 0x18000), *FAR):
        cleaned = clean_or_empty(f"a{chr(code)}b")
        assert cleaned in (f"a{chr(code)}b", "a b", "a\ufffdb", "ab"), hex(code)
        if cleaned == f"a{chr(code)}b":
            assert unicodedata.category(chr(code)) not in {"Cc", "Cs", "Zl", "Zp"}, hex(code)


def test_decode_shows_bad_bytes() -> None:
    """Invalid UTF-8 is shown as U+FFFD, the rest is kept."""
    assert decode("Zoë".encode()) == "Zoë"
    assert decode(b"a\xff\xc3") == "a\ufffd\ufffd"


@pytest.mark.parametrize(
    ("text", "chars", "short"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("much too long", 8, "much to…"),
        ("a word cut", 3, "a…"),
        ("\x1b[31mred\r\nline", 20, "red line"),
        ("cafe\u0301s", 5, "caf…"),
        ("x" * 100_000, 4, "xxx…"),
        ("long", 1, "…"),
        ("long", 0, ""),
    ],
)
def test_shorten_quotes_input_safely(text: str, chars: int, short: str) -> None:
    """A quotation is short, on one line and shows when something was cut."""
    assert shorten(text, chars) == short


@given(ANY, st.integers(0, 30))
def test_a_quotation_never_exceeds_its_length(text: str, chars: int) -> None:
    """Whatever was typed, the quotation fits and is one clean line."""
    short = shorten(text, chars)
    assert len(short) <= chars
    assert len(short.splitlines()) <= 1
    assert all(unicodedata.category(c) not in {"Cc", "Cs"} for c in short)
