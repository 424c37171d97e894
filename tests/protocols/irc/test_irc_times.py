"""Times are read with their zone, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.core.ids import Ids, first_at
from twistedchat.core.timestamps import timestamp
from twistedchat.protocols.irc.times import BEHIND, read_time


@given(st.integers(0, 4_000_000_000_000))
def test_what_is_told_can_be_read(milliseconds: int) -> None:
    """To the millisecond."""
    at = read_time(timestamp(milliseconds / 1000))
    assert at is not None
    assert abs(at * 1000 - milliseconds) <= 1


@pytest.mark.parametrize(
    "text", ["", "x", "2027-01-15", "2027-01-15T08:00:00", "0001-01-01T00:00Z"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    """A time without a zone could be any."""
    assert read_time(text) is None or text.startswith("0001")


def test_all_ids_of_a_moment_stand_between() -> None:
    """However many there are."""
    ids = Ids(2**55)
    given_ = [ids.next(1_800_000_000.5)[0] for _ in range(2000)]
    start = first_at(1_800_000_000.5)
    assert all(start < id_ < start + BEHIND for id_ in given_)
    assert start + BEHIND < first_at(1_800_000_000.501)
