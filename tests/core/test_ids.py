"""Message ids: ever growing, whatever the clock does and over restarts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twistedchat.core.ids import LENGTH, Ids, encode, is_id, time_of

times = st.floats(0, 4_000_000_000, allow_nan=False)


@settings(deadline=None)
@given(st.lists(times, min_size=2), st.lists(times, min_size=1))
def test_ids_and_times_never_go_back(before: list[float], after: list[float]) -> None:
    """Under any clock, and over a restart, later means greater, and times never go back."""
    ids = Ids(seed=7)
    given_ = [ids.next(now) for now in before]
    again = Ids(seed=3, after=given_[-1][0])
    given_ += [again.next(now) for now in after]
    assert [id_ for id_, _ in given_] == sorted({id_ for id_, _ in given_})
    assert [at for _, at in given_] == sorted(at for _, at in given_)


@settings(deadline=None)
@given(times)
def test_an_id_has_the_shape_of_a_ulid(now: float) -> None:
    """26 characters of Crockford base 32, the first ten for the milliseconds."""
    id_, at = Ids(seed=2**55 - 1).next(now)
    assert is_id(id_)
    assert id_[:10] == encode(int(now * 1000), 10)
    assert id_[15:] == "Z" * 11
    assert at == now


def test_the_time_in_an_id_is_the_one_of_the_ulid_specification() -> None:
    """The example of the reference implementation: 1469918176385 ms is 01ARYZ6S41."""
    assert Ids(seed=0).next(1469918176.385)[0].startswith("01ARYZ6S41")


def test_many_ids_in_a_millisecond_stay_in_order() -> None:
    """Also beyond the counts whose digits are made in advance."""
    ids = Ids(seed=1)
    given_ = [ids.next(5.0)[0] for _ in range(2100)]
    assert given_ == sorted(set(given_))
    assert {id_[:10] for id_ in given_} == {encode(5000, 10)}


def test_a_millisecond_that_is_used_up_borrows_from_the_next() -> None:
    """After 32^5 ids the prefix goes on, and no id comes twice."""
    ids = Ids(seed=1)
    first = ids.next(5.0)[0]
    ids._count = 32**5 - 2
    last, borrowed, later = (ids.next(5.0)[0] for _ in range(3))
    assert first < last < borrowed < later
    assert borrowed[:10] == encode(5001, 10)


def test_ids_of_two_servers_differ() -> None:
    """Two servers with one clock give different ids."""
    assert Ids(seed=1).next(5.0)[0] != Ids(seed=2).next(5.0)[0]


@pytest.mark.parametrize(
    "text",
    ["", "0" * 25, "0" * 27, "0" * 25 + "I", "0" * 25 + "a", "0" * 25 + "é", None, 5, b"0" * 26],
)
def test_what_is_no_id(text: object) -> None:
    """Wrong lengths, letters that are left out, and other things are refused."""
    assert not is_id(text)


def test_encode_writes_leading_zeros() -> None:
    """Numbers have a fixed length."""
    assert encode(33, 4) == "0011"
    assert len(Ids(seed=0).next(0.0)[0]) == LENGTH


@given(st.floats(0, 4e9))
def test_an_id_tells_its_time(at: float) -> None:
    """To the millisecond."""
    id_, given = Ids(1).next(at)
    assert 0 <= given - time_of(id_) < 0.0011
