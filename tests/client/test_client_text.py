import json

import pytest

from twistedchat.client.text import safe, safe_json, safe_lines, same_text

HOSTILE = "a\x1b[31mb\x07c\x9b2Jd\u202ee\u2028f\nj\ud800g"


def test_nothing_that_steers_a_terminal_is_left() -> None:
    """ESC, BEL, C1, direction overrides, line separators and lone surrogates are gone."""
    assert not set("\x1b\x07\x9b\u202e\u2028\n\ud800") & set(safe(HOSTILE))


def test_ordinary_text_stays_as_it_is() -> None:
    """Other scripts and emoji with joiners are not touched."""
    assert safe("日本語 é 👩\u200d💻") == "日本語 é 👩\u200d💻"


def test_lines_are_cut_at_line_feeds_and_each_is_safe() -> None:
    """A notice of several lines becomes several, none with controls."""
    assert safe_lines("one\r\ntwo\x1b[2J\n") == ["one", "two", ""]


def test_json_output_escapes_what_would_steer_a_terminal() -> None:
    """The line is clean and still means the same object."""
    line = safe_json({"text": HOSTILE, "é": 1})
    assert not set("\x1b\x07\x9b\u202e\u2028\n\ud800") & set(line)
    assert json.loads(line) == {"text": HOSTILE, "é": 1}
    assert "é" in line


@pytest.mark.parametrize(("one", "other", "same"), [("a  b ", "a b", True), ("a", "b", False)])
def test_two_texts_are_the_same_but_for_white_space(one: str, other: str, same: bool) -> None:
    """The server may tidy white space; other differences count."""
    assert same_text(one, other) is same
