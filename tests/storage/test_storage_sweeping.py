"""What is not to be kept goes in the background, a little at a time."""

import threading
from contextlib import closing
from itertools import count

import pytest

from twistedchat.core.records import (
    WITH_SERVER,
    EndPlace,
    Forget,
    MessageKind,
    NotStored,
    private_place,
)
from twistedchat.core.rules import Retention
from twistedchat.storage import reading, sqlite, sweeping
from twistedchat.storage.sweeping import Sweeper, erase, prune
from twistedchat.storage.writing import write

NOW = 1_800_001_000.0
PRIVATE = private_place("A", "B")


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """Nobody talks."""
    monkeypatch.setattr(sweeping, "GATHER_SECONDS", 0.001)
    monkeypatch.setattr(sweeping, "REST_SECONDS", 0.0)


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


def sweep(connection, write_, retention, now):
    return erase(connection, write_) + prune(connection, write_, retention, now)


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


def ended_places(connection):
    return {one.place: one.id for one in reading.load(connection).ended}


def test_what_was_said_in_rooms_that_ended_goes(talk, id_of):
    """Up to where they ended: another room of the name may have begun."""
    write(talk, [EndPlace("lobby", id_of(4)), EndPlace("ops", id_of(99)), EndPlace("gone", "1")])
    assert erase(talk, writes(talk)) == 14
    assert all_left(talk) == [4, 0, 9]
    assert ended_places(talk) == {}
    assert erase(talk, writes(talk)) == 0


def test_a_room_that_ends_with_the_server_is_left_alone(talk):
    """It is still there."""
    write(talk, [EndPlace("lobby", WITH_SERVER)])
    assert erase(talk, writes(talk)) == 0
    assert ended_places(talk) == {"lobby": WITH_SERVER}


def test_a_room_that_ends_again_meanwhile_is_not_forgotten(talk, id_of, said):
    """What was said in the second one is erased as well."""
    write(talk, [EndPlace("lobby", id_of(0))])
    times = []

    def interrupted(changes):
        times.append(changes)
        if len(times) == 1:
            write(talk, [EndPlace("lobby", id_of(8))])
        return writes(talk)(changes)

    assert erase(talk, interrupted) == 9
    assert (all_left(talk)[0], ended_places(talk)) == (0, {})


def test_very_many_rooms_end_at_once(talk, said, monkeypatch):
    """They are taken a few at a time, several in one write."""
    monkeypatch.setattr(sweeping, "PLACES", 3)
    write(talk, [said(100 + number, place=f"r{number}") for number in range(7)])
    write(talk, [EndPlace(f"r{number}", said(200).id) for number in range(7)])
    assert erase(talk, writes(talk)) == 7
    assert ended_places(talk) == {}


def test_what_was_pruned_of_a_room_that_ended_need_not_be_known(talk, id_of):
    """A new one of its name is whole."""
    prune(talk, writes(talk), Retention(count=7), NOW)
    assert not reading.after(talk, "lobby", "", 9).complete
    write(talk, [EndPlace("lobby", id_of(9))])
    erase(talk, writes(talk))
    assert reading.after(talk, "lobby", "", 9).complete


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

    times = count(NOW)
    sweeper = Sweeper(
        lambda: sqlite.connect(files.database), lambda *_: None, retention, times.__next__, 0.001
    )
    in_thread(sweeper.run).join(20)
    assert next(rounds, "end") == "end"


def test_it_can_be_woken(talk, files, in_thread):
    """Who wants to be forgotten does not wait for minutes; places are looked at when it is time."""
    erased, asked = threading.Event(), []

    def submit(changes, done, *, keep):
        write(talk, changes)
        done(None)
        erased.set()

    def retention():
        asked.append(1)
        return Retention()

    sweeper = Sweeper(
        lambda: sqlite.connect(files.database), submit, retention, lambda: NOW, 1000.0
    )
    thread = in_thread(sweeper.run)
    with closing(sqlite.connect(files.database)) as other:
        write(other, [EndPlace("lobby", "1")])
    sweeper.wake()
    assert erased.wait(20)
    sweeper.close()
    thread.join(20)
    assert asked == [1]


def test_other_bounds_hold_soon(talk, files):
    """Not at the next of its times."""
    bounds = [Retention(), Retention(count=5)]
    sweeper = Sweeper(
        lambda: sqlite.connect(files.database),
        lambda changes, done, keep: done(write(talk, changes)),
        lambda: bounds.pop(0), lambda: NOW, 1000.0,
    )  # fmt: skip
    assert [sweeper.round(), sweeper.round()] == [0, 0]
    sweeper.prune_soon()
    assert sweeper.round() == 8
    sweeper.close()
    sweeper.run()
