"""What lasts: places of private talk, and how much a batch weighs."""

from twistedchat.core.records import (
    MessageKind,
    MessageRecord,
    NotStored,
    TouchAccount,
    private_ends,
    private_place,
    weigh,
)


def test_two_who_talk_in_private_have_one_place() -> None:
    """Whoever begins, it is the same place, and it says who the two are."""
    assert private_place("B", "A") == private_place("A", "B")
    assert private_ends(private_place("B", "A")) == ("A", "B")


def test_a_room_has_no_ends() -> None:
    """A room's key is no place of private talk."""
    assert private_ends("lobby") == ()


def test_a_long_message_weighs_more() -> None:
    """The bound on what waits is one in bytes."""
    short = MessageRecord("1", 0.0, "lobby", MessageKind.SAID, "ada", "", "x")
    long = MessageRecord("1", 0.0, "lobby", MessageKind.SAID, "ada", "", "x" * 5001)
    assert weigh([long]) - weigh([short]) == 5000
    assert weigh([short, TouchAccount("A", 0.0)]) > weigh([short])


def test_a_failure_says_whether_it_is_for_now_only() -> None:
    """What is kept will be written; the rest is gone."""
    assert NotStored("the disk is full", kept=True).kept
    assert not NotStored("the disk is full").kept
