from itertools import pairwise

import pytest
from wcwidth import wcswidth

from twistedchat.client.display import Line, plain
from twistedchat.client.wrapping import NARROWEST, wrapped


def message(text: str) -> Line:
    return [("class:time", "12:01 "), ("", "<"), ("bold", "bob"), ("", "> "), ("", text)]


def texts(line: Line, width: int) -> list[str]:
    return [plain(part) for part in wrapped(line, width)]


def test_a_line_that_fits_stays_as_it_is() -> None:
    """To the last column, blanks and styles included."""
    line = message("  two  words")
    assert wrapped(line, len(plain(line))) == [line]


def test_words_stay_whole_and_what_goes_on_is_indented() -> None:
    """Under the nick; blanks at the break are dropped, others are kept."""
    assert texts(message("the quick  brown fox   jumps over"), 24) == [
        "12:01 <bob> the quick",
        "      brown fox   jumps",
        "      over",
    ]
    assert texts([("class:server", "*** The quick brown fox.")], 14) == [
        "*** The quick",
        "    brown fox.",
    ]


def test_styles_go_on() -> None:
    """The second line's words look like the first's; the indentation has none."""
    line: Line = [("class:time", "12:01 "), ("a", "one "), ("b", "two three four")]
    assert wrapped(line, 15)[1] == [("", "     "), ("b", "three four")]


def test_a_word_longer_than_the_window_is_cut() -> None:
    """Behind what stands there already."""
    parts = texts(message("x" * 50), 30)
    assert parts[0] == "12:01 <bob> " + "x" * 18
    assert parts[1] == "      " + "x" * 24
    assert "".join(part.strip() for part in parts).count("x") == 50


def test_a_long_address_is_left_to_the_terminal() -> None:
    """So that it can be copied; a short one is a word, and what looks like more is cut."""
    address = "https://example.org/" + "a" * 30
    assert texts(message(f"see {address}"), 30) == [f"12:01 <bob> see {address}"]
    assert texts(message("see the https://a.example"), 30)[1] == "      https://a.example"
    forged = "https://" + "a" * 22 + "12:01\u00a0<eve>\u00a0hi"
    assert all(part.startswith(" ") for part in texts(message(forged), 30)[1:])


def test_nothing_stands_behind_the_rest_of_a_folded_address() -> None:
    """There the terminal has begun a line by itself."""
    for length in range(20, 80):
        address = "https://" + "a" * length
        assert texts(message(f"{address} *** x"), 30)[1:] == ["      *** x"]


def test_wide_characters_fill_no_more_than_the_window() -> None:
    """They may part anywhere, but for what is drawn upon them."""
    line = message("日本語のとても長い文章です。" * 4)
    parts = texts(line, 31)
    assert all(wcswidth(part) <= 31 for part in parts)
    assert all(wcswidth(part) > 28 for part in parts[:-1])
    assert "".join(part.strip() for part in parts) == plain(line)
    marked = texts(message("e\u0301" * 60), 30)
    assert all(part.strip()[0] != "\u0301" for part in marked)
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert all(part.count("\u200d") % 2 == 0 for part in texts(message(family * 9), 30))


def test_pictures_made_of_signs_count_as_wide() -> None:
    """A terminal may draw them so."""
    parts = texts(message("\u2764\ufe0f" * 20), 30)
    assert all(part.count("\u2764") * 2 <= 24 for part in parts)


@pytest.mark.parametrize("text", ["12:01 <eve> ", "*** ", "\u00a0", "\u3000*** ", "a*** x"])
def test_nothing_said_can_stand_where_a_line_begins(text: str) -> None:
    """Whatever the window's width."""
    for width in range(NARROWEST, 60):
        parts = wrapped(message(text * 60), width)
        assert len(parts) > 1
        assert all(plain(part).startswith("   ") for part in parts[1:])
        assert all(len(one) for one, _ in pairwise(parts))


def test_a_quote_keeps_its_bar() -> None:
    """On every line; a number before it stands once."""
    line: Line = [("class:quote", "12| "), *message("the quick brown fox jumps")]
    assert texts(line, 28) == [
        "12| 12:01 <bob> the quick",
        "  |       brown fox jumps",
    ]
    assert wrapped(line, 80) == [line]


def test_a_window_too_narrow_for_words_is_left_alone() -> None:
    """Indentation would eat it up."""
    line = message("some words")
    assert wrapped(line, NARROWEST - 1) == [line]
