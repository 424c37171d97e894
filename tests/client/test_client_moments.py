from datetime import UTC

import pytest

from twistedchat.client.moments import moment

NOON = 1795435200.0  # 2026-11-23T12:00:00Z


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2h", NOON - 7200),
        ("1d12h", NOON - 129600),
        ("10:30", NOON - 5400),
        ("2026-11-22", NOON - 129600),
        ("2026-11-22 12:00", NOON - 86400),
        ("2026-11-22T12:00:00Z", NOON - 86400),
        ("2026-11-22T13:00+01:00", NOON - 86400),
        ("22.11.2026", None),
        ("soon", None),
        ("", None),
        ("25:00", None),
    ],
)
def test_moments_are_understood(text: str, at: float | None) -> None:
    """Spans, times and dates; anything else is none."""
    assert moment(text, NOON, UTC) == at


def test_the_computers_zone_is_meant_unless_another_is_given() -> None:
    """A date is the beginning of that day there."""
    at = moment("2026-11-22", NOON)
    assert at is not None
    assert abs(at - (NOON - 129600)) <= 14 * 3600
    assert moment("0001-01-01", NOON) is None
