"""The feeder keeps the index up, gently, and survives trouble."""

import time

import pytest

from twistedchat.core.records import DeleteMessages, NotStored
from twistedchat.storage import schema, sqlite
from twistedchat.storage.search import feeding, index
from twistedchat.storage.search.feeding import Feeder
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


def test_a_slice_feeds_and_removes(library, say):
    """Until there is nothing to do; the database is told what was removed."""
    write(library.database, [say(1, "word"), say(2, "word")])
    feeder = make(library)
    assert feeder.slice()
    write(library.database, [DeleteMessages((say(1, "").id,))])
    assert feeder.slice()
    assert not feeder.slice()
    assert library.index.exec_driver_sql("SELECT rowid FROM said").scalars().all() == [2]
    assert library.database.exec_driver_sql("SELECT count(*) FROM erased").scalar() == 0


def test_what_is_gone_stays_noted_until_that_can_be_written(library, say):
    """The next round removes it once more, which harms nobody."""
    write(library.database, [say(1, "word")])
    feeder = make(library, lambda changes, done, keep: done(NotStored("full")))
    assert feeder.slice()
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


def test_trouble_is_not_the_end(library, say):
    """The database is unhurt, and the next round comes."""
    write(library.database, [say(1, "word")])
    feeder = make(library)
    elsewhere = library.files.directory / "elsewhere"
    library.files.database.rename(elsewhere)
    assert not feeder.slice()
    elsewhere.rename(library.files.database)
    assert feeder.slice()


def test_a_damaged_index_is_made_anew_at_the_next_start(library, say, in_thread):
    """Until then nobody is misled by it, and the feeder rests."""
    write(library.database, [say(1, "word")])
    library.index.close()
    library.finder.close()
    library.files.search.write_bytes(b"rubbish" * 10000)
    feeder = make(library)
    in_thread(feeder.run).join(20)
    assert not library.files.search.exists()
    index.prepare(library.files.search, schema.store_id(library.database))
    assert make(library).slice()
