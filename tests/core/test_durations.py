"""Spans of time as people write and read them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twistedchat.core.durations import LONGEST, parse, spell


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("10s", 10), ("10m", 600), ("2H", 7200), ("1d12h", 129600), ("1w", 604800), ("0m", 0)],
)
def test_parse_reads_what_people_write(text: str, seconds: float) -> None:
    """Numbers with a unit, several in a row, in either case."""
    assert parse(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "10", "m", "10 m", "m10", "10x", "-5m", "1.5h", "\u0661m", "bob"]
)
def test_parse_knows_what_is_no_span(text: str) -> None:
    """Then the word belongs to a reason."""
    assert parse(text) is None


def test_parse_takes_no_more_than_ten_years() -> None:
    """Longer spans would leave the calendar."""
    assert parse("999999w") == LONGEST


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (1, "1 second"),
        (59.4, "59 seconds"),
        (59.6, "1 minute"),
        (61, "1 minute 1 second"),
        (3600, "1 hour"),
        (3601, "1 hour"),
        (7500, "2 hours 5 minutes"),
        (90061, "1 day 1 hour"),
        (604800 * 3 + 86400 * 2 + 5, "3 weeks 2 days"),
    ],
)
def test_spell_writes_two_units_at_most(seconds: float, words: str) -> None:
    """Plural where there are several, and never nothing at all."""
    assert spell(seconds) == words


@settings(deadline=None)
@given(st.integers(1, 10**9))
def test_what_is_spelled_can_be_read_again_to_within_its_smallest_unit(seconds: int) -> None:
    """spell and parse agree on the units; what is left out is less than a tenth."""
    words = spell(seconds).split()
    written = "".join(f"{n}{unit[0]}" for n, unit in zip(words[::2], words[1::2], strict=True))
    read = parse(written)
    assert read is not None
    assert min(seconds, LONGEST) * 0.5 <= read <= seconds
