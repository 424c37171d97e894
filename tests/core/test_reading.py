"""Places that a session listens to, and what a device has read."""

import math

import pytest

from twistedchat.core.progress import Released
from twistedchat.core.reading import Device, Listening


@pytest.mark.parametrize(
    ("turns", "upto", "reached"),
    [(3, "5", "2"), (3, "1", "1"), (4, "7", "7"), (9, "9", "9")],
)
def test_a_place_is_read_behind_what_was_missed(turns, upto, reached):
    """Before the turn that hands that over nothing counts that was not read before."""
    one = Listening(Device("A", "line"), "2", 4)
    assert one.reached(Released(turns, upto)) == reached


def test_a_place_is_read_no_further_than_one_has_listened():
    """Whatever is handed over to others."""
    one = Listening(Device("A", "line"), "2", 4)
    one.end = Released(6, "8")
    assert one.reached(Released(5, "7")) == "7"
    assert one.reached(Released(9, "9")) == "8"


def test_what_was_given_up_is_never_read():
    """It could not be shown."""
    one = Listening(Device("A", "line"), "2", math.inf)
    assert one.reached(Released(99, "9")) == "2"


def test_a_device_never_goes_back():
    """And says whether it has come further."""
    device = Device("A", "line")
    assert [device.note("lobby", id_) for id_ in "1322"] == [True, True, False, False]
    assert device.positions == {"lobby": "3"}


def test_a_device_is_followed_from_the_first_to_the_last():
    """However many there are in between."""
    device = Device("A", "line")
    assert [device.follow("lobby"), device.follow("lobby")] == [True, False]
    assert [device.unfollow("lobby"), device.unfollow("lobby")] == [False, True]
    assert device.followers == {}


def test_a_device_forgets_where_it_has_read_least_lately():
    """By the id up to where it has read."""
    device = Device("A", "line")
    device.positions.update(lobby="2", ops="1", den="3")
    assert device.forget_oldest() == "ops"
    assert device.positions == {"lobby": "2", "den": "3"}
