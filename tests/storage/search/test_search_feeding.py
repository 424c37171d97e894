"""The feeder keeps the index up, gently, and survives trouble."""

import time
from contextlib import closing

import pytest
from twisted.logger import capturedLogs, formatEvent

from twistedchat.core.records import DeleteMessages, NotStored
from twistedchat.storage import sqlite
from twistedchat.storage.search import feeding, index
from twistedchat.storage.search.feeding import Feeder, Pressure, used_by_others
from twistedchat.storage.writing import write


def make(library, submit=None):
    def through(changes, done, *, keep):
        assert not keep
        write(library.database, changes)
        done(None)

    return Feeder(
        library.files.search,
        lambda: sqlite.connect(library.files.database),
        submit or through,
        time.monotonic,
    )


def test_a_slice_feeds_and_removes(library, say, monkeypatch):
    """A full one says that there may be more; the database is told what was removed."""
    monkeypatch.setattr(index, "SLICE", 2)
    write(library.database, [say(number, "word") for number in (1, 2, 3)])
    feeder = make(library)
    assert feeder.slice()
    assert not feeder.slice()
    write(library.database, [DeleteMessages((say(1, "").id, say(3, "").id))])
    assert feeder.slice()
    assert not feeder.slice()
    assert library.index.exec_driver_sql("SELECT rowid FROM said").scalars().all() == [2]
    assert library.database.exec_driver_sql("SELECT count(*) FROM erased").scalar() == 0


def test_what_is_gone_stays_noted_until_that_can_be_written(library, say):
    """The next round removes it once more, which harms nobody."""
    write(library.database, [say(1, "word")])
    feeder = make(library, lambda changes, done, keep: done(NotStored("full")))
    feeder.slice()
    write(library.database, [DeleteMessages((say(1, "").id,))])
    assert not feeder.slice()
    assert library.database.exec_driver_sql("SELECT count(*) FROM erased").scalar() == 1


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(feeding, "GATHER_SECONDS", 0.001)
    monkeypatch.setattr(feeding, "PATIENCE_SECONDS", 0.001)


def test_it_works_until_closed(library, say, quick, in_thread, monkeypatch):
    """What is written while it works is fed too."""
    write(library.database, [say(number, "word") for number in range(5)])
    monkeypatch.setattr(index, "SLICE", 2)
    feeder = make(library)
    plain = feeder.slice
    idle = []

    def watched():
        busy = plain()
        if not busy:
            idle.append(index.progress(library.index))
            if len(idle) == 1:
                write(library.database, [say(9, "word")])
                feeder.wake()
            elif idle[-1] == 6:
                feeder.close()
        return busy

    feeder.slice = watched
    in_thread(feeder.run).join(20)
    assert (idle[0], idle[-1]) == (5, 6)


class Counters:
    """The time, and the CPU time that others have used by then."""

    now = used = 0.0

    def go_on(self, seconds, used):
        self.now += seconds
        self.used += used


def test_pressure_is_what_others_use_over_a_moment():
    """Half of a core is all that it knows; a single turn of the reactor says nothing."""
    counters = Counters()
    pressure = Pressure(lambda: counters.now, lambda: counters.used)
    counters.go_on(0.1, 0.1)
    assert pressure.share() == 0
    counters.go_on(0.2, 0.1)
    assert pressure.share() == 1
    counters.go_on(0.1, 0.0)
    assert pressure.share() == 1
    counters.go_on(0.3, 0.1)
    assert pressure.share() == pytest.approx(0.5)


def test_ones_own_work_is_no_pressure():
    """The index may be made at full speed while nobody else wants anything."""
    used = used_by_others()
    began = time.thread_time()
    while time.thread_time() - began < 0.05:
        pass
    assert used_by_others() - used < 0.05


@pytest.mark.parametrize(
    ("used", "rests"), [(0, [0.15, 0.01]), (0.015, [0.2955, 0.0197]), (1, [2.0, 0.98])]
)
def test_it_rests_the_longer_the_busier_the_program_is(library, say, monkeypatch, used, rests):
    """Many times as long as a slice took; but never so long that nothing would come of it."""
    counters, waited = Counters(), []
    feeder = Feeder(library.files.search, None, None, lambda: counters.now, lambda: counters.used)
    took = iter([0.3, 0.02])

    def slice_():
        counters.go_on(next(took), used)
        return True

    def wait(seconds):
        waited.append(seconds)
        if len(waited) == len(rests):
            feeder.close()

    feeder.slice = slice_
    monkeypatch.setattr(feeder._closing, "wait", wait)
    feeder._catch_up(Pressure(lambda: counters.now, lambda: counters.used))
    assert waited == pytest.approx(rests)


def test_trouble_is_not_the_end(library, say):
    """The database is unhurt, and the next round comes; the log says it once."""
    write(library.database, [say(1, "word")])
    feeder = make(library)
    elsewhere = library.files.directory / "elsewhere"
    library.files.database.rename(elsewhere)
    with capturedLogs() as logs:
        assert not feeder.slice()
        assert not feeder.slice()
    [told] = map(formatEvent, logs)
    assert told.startswith("The search index cannot be written: the file cannot be opened. ")
    elsewhere.rename(library.files.database)
    feeder.slice()
    assert index.progress(library.index) == 1


def test_a_damaged_index_is_made_anew_at_the_next_start(library, say, in_thread):
    """Until then nobody is misled by it, and the feeder rests."""
    write(library.database, [say(1, "word")])
    library.index.close()
    library.finder.close()
    library.files.search.write_bytes(b"rubbish" * 10000)
    feeder = make(library)
    in_thread(feeder.run).join(20)
    assert not library.files.search.exists()
    index.prepare(library.files.search, library.database)
    make(library).slice()
    with closing(sqlite.connect(library.files.search)) as made:
        assert index.progress(made) == 1
