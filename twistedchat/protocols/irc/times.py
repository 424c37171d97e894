"""Times as clients of IRC write them, and messages named by them."""

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from twistedchat.core.ids import first_at

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
# Behind what sorts before all ids of a millisecond, it sorts behind them.
_BEHIND: Final = "~"


class Moment(NamedTuple):
    """A millisecond: what sorts before the ids of all messages in it, and what behind them."""

    first: str
    last: str


def read_time(value: str) -> Moment | None:
    """The time that is meant; None for what is no time, or does not say in which zone."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    # Whole numbers: a fraction of a second times a thousand may be a millisecond less.
    first = first_at(((at - _EPOCH) // _MILLISECOND + 0.5) / 1000)
    return Moment(first, first + _BEHIND)
