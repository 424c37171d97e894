"""Times as text."""

import pytest

from twistedchat.core.timestamps import timestamp


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (1_800_000_000.25, "2027-01-15T08:00:00.250Z"),
        (1.9999, "1970-01-01T00:00:01.999Z"),
    ],
)
def test_timestamps(at: float, text: str) -> None:
    """In UTC; never into the future, so that times stay in the order of the ids."""
    assert timestamp(at) == text
