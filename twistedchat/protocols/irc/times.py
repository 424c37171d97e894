"""Times as clients of IRC write them, and messages named by them."""

from datetime import datetime
from typing import Final

BEHIND: Final = "~"
"""Behind what sorts before all ids of a millisecond, it sorts behind them."""


def read_time(value: str) -> float | None:
    """Seconds since 1970; None for what is no time, or does not say in which zone."""
    try:
        at = datetime.fromisoformat(value)
        return at.timestamp() if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
