"""Times are read with their zone, or not at all, and mean the messages that carry them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.core.ids import Ids
from twistedchat.core.timestamps import timestamp
from twistedchat.protocols.irc.times import read_time


@given(st.floats(0, 4_000_000_000))
def test_a_message_is_found_by_the_time_that_it_carries(at: float) -> None:
    """Whatever becomes of the fractions of a second."""
    id_, at = Ids(2**55).next(at)
    found = read_time(timestamp(at))
    assert found is not None
    assert found.first < id_ < found.last


@given(st.integers(0, 4_000_000_000_000))
def test_neighbours_stand_outside(milliseconds: int) -> None:
    """A millisecond before and behind."""
    number = milliseconds % 900
    times = (f"1970-01-01T00:00:00.{number + more:03}Z" for more in range(3))
    before, at, behind = map(read_time, times)
    assert before is not None
    assert at is not None
    assert behind is not None
    assert before.first < before.last < at.first < at.last < behind.first


@pytest.mark.parametrize("text", ["", "x", "2027-01-15", "2027-01-15T08:00:00"])
def test_what_is_no_time_is_none(text: str) -> None:
    """A time without a zone could be any."""
    assert read_time(text) is None


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_the_ends_of_time_are_no_faults(text: str) -> None:
    """Nothing was said then."""
    assert read_time(text) is not None


def test_all_ids_of_a_moment_stand_between() -> None:
    """However many there are."""
    ids = Ids(2**55)
    found = read_time("2027-01-15T08:00:00.500Z")
    assert found is not None
    for _ in range(2000):
        id_, _ = ids.next(1_800_000_000.5)
        assert found.first < id_ < found.last
