"""Checkpoints keep the log small without the writer."""

import time
from contextlib import closing

import pytest
from twisted.logger import capturedLogs, formatEvent

from twistedchat.storage import checkpoints, sqlite
from twistedchat.storage.checkpoints import Checkpoints
from twistedchat.storage.files import log_of
from twistedchat.storage.writing import write


@pytest.fixture
def made(files):
    return Checkpoints(files.database, lambda: sqlite.connect(files.database), every=0.001)


def grow(connection, said, rounds=40):
    for number in range(rounds):
        write(connection, [said(number * 100 + step, "x" * 400) for step in range(100)])


def test_a_short_log_is_left(made, files, connection, said):
    """It costs a flush to the disk, which a quiet server need not have."""
    write(connection, [said(1)])
    before = files.database.stat().st_size
    assert not made.round()
    assert files.database.stat().st_size == before


def test_a_long_log_is_brought_over(made, files, connection, said):
    """Without the writer's help, while its connection is open."""
    grow(connection, said)
    assert log_of(files.database).stat().st_size > checkpoints.PASSIVE_BYTES
    before = files.database.stat().st_size
    assert made.round()
    assert files.database.stat().st_size > before + 1_000_000


def test_a_log_that_grows_on_and_on_begins_anew(made, files, connection, said, monkeypatch):
    """Else a busy server would write behind its end for ever."""
    monkeypatch.setattr(checkpoints, "RESTART_BYTES", 1 << 20)
    grow(connection, said)
    size = log_of(files.database).stat().st_size
    assert made.round()
    write(connection, [said(100_000)])
    assert log_of(files.database).stat().st_size <= size


def test_somebody_who_reads_is_not_waited_for(made, connection, files, said):
    """The rest is brought over in a later round."""
    with closing(sqlite.connect(files.database)) as other, sqlite.snapshot(other):
        other.exec_driver_sql("SELECT count(*) FROM messages").scalar()
        grow(connection, said)
        assert not made.round()
    assert made.round()


def test_the_writer_is_not_held_for_somebody_who_reads(files, connection, said, monkeypatch):
    """A backup takes as long as it takes, however long the log is by then."""
    monkeypatch.setattr(checkpoints, "RESTART_BYTES", 1 << 20)
    patient = Checkpoints(files.database, lambda: sqlite.connect(files.database, wait=10.0))
    with closing(sqlite.connect(files.database)) as other, sqlite.snapshot(other):
        other.exec_driver_sql("SELECT count(*) FROM messages").scalar()
        grow(connection, said)
        began = time.monotonic()
        assert not patient.round()
        assert time.monotonic() - began < 5.0
    assert patient.round()


def test_at_the_end_everything_is_brought_over(made, files, connection, said):
    """However little it is; and looks at the log end."""
    write(connection, [said(1)])
    made.close()
    made.run()
    plain = files.directory / "copy.sqlite"
    plain.write_bytes(files.database.read_bytes())
    with closing(sqlite.connect(plain)) as copy:
        assert copy.exec_driver_sql("SELECT count(*) FROM messages").scalar() == 1


def test_it_looks_now_and_then(made, connection, files, said, in_thread):
    """Until it is closed."""
    grow(connection, said)
    rounds = iter(range(3))
    plain = made.round

    def counted(**options):
        if next(rounds, None) == 2:
            made.close()
        return plain(**options)

    made.round = counted
    in_thread(made.run).join(20)
    assert next(rounds, None) is None


def test_trouble_is_not_the_end(made, files, connection, said):
    """Nothing is lost by a checkpoint that fails; the log says so once each time."""
    grow(connection, said)
    files.database.rename(files.directory / "elsewhere")
    with capturedLogs() as logs:
        assert not made.round()
        assert not made.round()
    told = "A checkpoint failed: the file cannot be opened. It is tried again."
    assert [formatEvent(one) for one in logs] == [told]
    (files.directory / "elsewhere").rename(files.database)
    assert made.round()
    grow(connection, said)
    files.database.rename(files.directory / "elsewhere")
    with capturedLogs() as logs:
        made._link.close()
        assert not made.round()
    assert [formatEvent(one) for one in logs] == [told]


def test_without_a_log_there_is_nothing_to_do(files):
    """As after a clean end."""
    log_of(files.database).unlink(missing_ok=True)
    assert not Checkpoints(files.database, lambda: None).round(least=0)
