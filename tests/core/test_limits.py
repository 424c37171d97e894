"""Token buckets: how much may come at once, and how long the rest must wait."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twistedchat.core.limits import Bucket


def test_a_full_bucket_lets_a_burst_through() -> None:
    """Then one each time it has refilled by one."""
    bucket = Bucket(rate=2, burst=3, now=100.0)
    assert [bucket.take(100.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.wait(100.0) == 0.5
    assert not bucket.take(100.4)
    assert bucket.take(100.5)
    assert not bucket.take(100.5)


def test_it_never_holds_more_than_a_burst() -> None:
    """Silence saves up no more."""
    bucket = Bucket(rate=1, burst=2, now=0.0)
    assert [bucket.take(1000.0) for _ in range(3)] == [True, True, False]


def test_a_debt_is_paid_by_waiting() -> None:
    """Overdrawing makes the next wait longer."""
    bucket = Bucket(rate=2, burst=1, now=0.0)
    for _ in range(3):
        bucket.overdraw(0.0)
    assert bucket.wait(0.0) == 1.5
    assert bucket.wait(1.0) == 0.5
    assert bucket.take(1.5)


def test_a_charge_makes_no_more_than_some_debt() -> None:
    """However large it is; a greater debt from before stays as it is."""
    bucket = Bucket(rate=2, burst=3, now=0.0)
    assert bucket.charge(3, 2.0, 0.0) == 0.0
    assert bucket.wait(0.0) == 0.5
    assert bucket.charge(1, 2.0, 0.0) == 0.0
    assert bucket.wait(0.0) == 1.0
    assert bucket.charge(1_000_000, 2.0, 0.0) == 2.0
    bucket.overdraw(0.0)
    assert bucket.charge(1, 2.0, 0.0) == bucket.wait(0.0) == 2.5


def test_without_a_rate_nothing_ever_waits() -> None:
    """0 means no bound."""
    bucket = Bucket(rate=0, burst=1, now=0.0)
    bucket.overdraw(0.0)
    assert bucket.charge(1000, 2.0, 0.0) == 0.0
    assert all(bucket.take(0.0) for _ in range(100))
    assert bucket.wait(0.0) == 0
    assert bucket.room_for(30, 0.0) is None


def test_room_for_counts_what_fits_into_a_time() -> None:
    """What is there now and what comes until then, never less than nothing."""
    bucket = Bucket(rate=5, burst=20, now=0.0)
    assert bucket.room_for(30, 0.0) == 170
    for _ in range(200):
        bucket.overdraw(0.0)
    assert bucket.room_for(30, 0.0) == 0


def test_a_burst_is_at_least_one() -> None:
    """Else nothing would ever pass."""
    assert Bucket(rate=1, burst=0, now=0.0).take(0.0)


@settings(deadline=None)
@given(
    st.integers(1, 10),
    st.integers(1, 10),
    st.lists(st.floats(0, 5, allow_nan=False), min_size=1, max_size=60),
)
def test_over_any_time_no_more_passes_than_the_rate_allows(
    rate: int, burst: int, pauses: list[float]
) -> None:
    """However the requests are spaced: burst and rate times the time are never exceeded."""
    bucket, now, passed = Bucket(rate, burst, 0.0), 0.0, 0
    for pause in pauses:
        now += pause
        passed += bucket.take(now)
    assert passed <= burst + rate * now + 1e-6


@pytest.mark.parametrize("taken", [1, 5])
def test_after_the_wait_a_token_is_there(taken: int) -> None:
    """wait tells the truth."""
    bucket = Bucket(rate=3, burst=2, now=0.0)
    for _ in range(taken + 2):
        bucket.overdraw(0.0)
    assert bucket.take(bucket.wait(0.0) + 1e-9)
