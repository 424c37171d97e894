"""What is not to be kept goes in the background, a little at a time."""

import pytest

from twistedchat.core.records import Forget, MessageKind, NotStored, private_place
from twistedchat.storage import reading, sqlite, sweeping
from twistedchat.storage.sweeping import Retention, Sweeper, sweep
from twistedchat.storage.writing import write

NOW = 1_800_001_000.0
PRIVATE = private_place("A", "B")


@pytest.fixture
def talk(connection, said, monkeypatch):
    """Nine messages in each of two rooms and in private."""
    monkeypatch.setattr(sweeping, "SLICE", 2)
    for number in range(9):
        write(connection, [said(number), said(number + 0.25, place="ops", account="B")])
        kind = MessageKind.WHISPERED
        write(connection, [said(number + 0.5, place=PRIVATE, kind=kind, to="bob")])
    return connection


def writes(connection):
    def write_(changes):
        write(connection, changes)
        return True

    return write_


def left(connection, place):
    return len(reading.newest(connection, place, 99).messages)


def all_left(connection):
    return [left(connection, place) for place in ("lobby", "ops", PRIVATE)]


def test_without_a_bound_everything_is_kept(talk, room):
    """A room that is registered has no bound unless it is given one."""
    write(talk, [room()])
    assert sweep(talk, writes(talk), Retention(), NOW) == 0
    assert all_left(talk) == [9, 9, 9]


def test_the_oldest_go_by_time(talk, said):
    """What was said at the time itself stays; a page says from where on it is complete."""
    assert sweep(talk, writes(talk), Retention(seconds=1000), said(4).at + 1000) == 8
    assert all_left(talk) == [5, 5, 9]
    page = reading.after(talk, "lobby", said(2).id, 99)
    assert [one.id for one in page.messages] == [said(number).id for number in range(4, 9)]
    assert not page.complete
    assert reading.after(talk, "lobby", said(3).id, 99).complete


def test_the_oldest_go_by_count(talk):
    """So many of a room are kept; private talk is not counted."""
    assert sweep(talk, writes(talk), Retention(count=7), NOW) == 4
    assert all_left(talk) == [7, 7, 9]
    assert sweep(talk, writes(talk), Retention(count=7), NOW) == 0


def test_the_stricter_bound_holds(talk, said):
    """A message must be within both."""
    both = Retention(seconds=1000, count=3)
    sweep(talk, writes(talk), both, said(4).at + 1000)
    assert all_left(talk) == [3, 3, 9]


def test_private_messages_have_a_bound_of_their_own(talk, said):
    """They are nobody's room."""
    sweep(talk, writes(talk), Retention(private_seconds=1000), said(4).at + 1000)
    assert all_left(talk) == [9, 9, 5]


def test_a_room_says_itself_what_it_keeps(talk, room, said):
    """Also that it keeps everything, where nobody else does."""
    write(talk, [room("lobby", keep_seconds=0, keep_count=0), room("ops", keep_count=2)])
    sweep(talk, writes(talk), Retention(count=5, seconds=1), said(8).at)
    assert all_left(talk) == [9, 2, 9]


def test_a_room_with_a_bound_is_swept_where_others_have_none(talk, room, said):
    """The others are not even looked at."""
    write(talk, [room("ops", keep_seconds=1000)])
    sweep(talk, writes(talk), Retention(), said(4).at + 1000)
    assert all_left(talk) == [9, 5, 9]


def test_all_that_a_forgotten_account_has_said_goes(talk, account):
    """In rooms and in private; what others said stays, and it is done once."""
    write(talk, [account(), Forget("A")])
    assert sweep(talk, writes(talk), Retention(), NOW) == 18
    assert all_left(talk) == [0, 9, 0]
    assert sweep(talk, writes(talk), Retention(), NOW) == 0


def test_it_goes_in_slices(talk, account):
    """Talk goes on between two of them."""
    write(talk, [account(), Forget("A")])
    sizes = []

    def measured(changes):
        sizes.append(sum(len(getattr(one, "ids", ())) for one in changes))
        return writes(talk)(changes)

    sweep(talk, measured, Retention(), NOW)
    assert max(sizes) == 2


def test_what_cannot_be_written_is_left_for_later(talk):
    """The next round does it."""
    assert sweep(talk, lambda changes: False, Retention(count=5), NOW) == 0
    assert all_left(talk) == [9, 9, 9]
    assert sweep(talk, writes(talk), Retention(count=5), NOW) == 8


def make_sweeper(files, submit, every=0.001):
    return Sweeper(
        lambda: sqlite.connect(files.database),
        submit,
        lambda: Retention(count=5),
        lambda: NOW,
        every,
    )


def test_a_round_goes_through_the_writer(talk, files):
    """So there is only one who writes."""

    def submit(changes, done, *, keep):
        assert not keep
        write(talk, changes)
        done(None)

    sweeper = make_sweeper(files, submit)
    assert sweeper.round() == 8
    sweeper.close()
    sweeper.run()


def test_a_write_that_fails_ends_the_round(talk, files):
    """It is tried again in the next one."""
    sweeper = make_sweeper(files, lambda changes, done, keep: done(NotStored("full")))
    assert sweeper.round() == 0
    sweeper.close()
    assert sweeper.round() == 0
    sweeper.run()


def test_it_sweeps_now_and_then(talk, files, in_thread):
    """A round that fails is not the last one."""
    rounds = iter([ValueError("strange"), None, None])

    def retention():
        error = next(rounds, None)
        if error:
            raise error
        if next(rounds, "end") == "end":
            sweeper.close()
        return Retention()

    sweeper = Sweeper(
        lambda: sqlite.connect(files.database), lambda *_: None, retention, lambda: NOW, 0.001
    )
    in_thread(sweeper.run).join(20)
    assert next(rounds, "end") == "end"


def test_it_can_be_woken(talk, files, in_thread):
    """Who wants to be forgotten does not wait for minutes."""
    asked = []

    def retention():
        asked.append(1)
        if len(asked) == 2:
            sweeper.close()
        return Retention()

    sweeper = Sweeper(
        lambda: sqlite.connect(files.database), lambda *_: None, retention, lambda: NOW, 1000.0
    )
    sweeper.wake()
    in_thread(sweeper.run).join(20)
    assert len(asked) == 2
