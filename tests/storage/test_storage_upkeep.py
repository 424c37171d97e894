"""What a host does with the data."""

from contextlib import closing

import pytest

from twistedchat.storage import reading, schema, sqlite, upkeep
from twistedchat.storage.errors import StorageError
from twistedchat.storage.files import DataFiles, Lock, log_of
from twistedchat.storage.writing import write


def said_in(path):
    with closing(sqlite.connect(path)) as connection:
        return reading.newest(connection, "lobby", 99).messages


@pytest.fixture
def backup(files, connection, said, tmp_path):
    """A backup of a database with one message, to which another was added since."""
    write(connection, [said(1)])
    path = tmp_path / "backup.sqlite"
    upkeep.back_up(files, path)
    write(connection, [said(2)])
    connection.close()
    return path


def test_a_backup_is_made_while_a_server_runs(files, said, tmp_path, backup):
    """It has what was stored then."""
    lock = Lock(files)
    again = tmp_path / "again.sqlite"
    upkeep.back_up(files, again)
    lock.release()
    assert said_in(backup) == (said(1),)
    assert said_in(again) == (said(1), said(2))


def test_a_backup_takes_the_place_of_nothing(files, backup):
    """Neither of an older one."""
    with pytest.raises(StorageError, match="exists already"):
        upkeep.back_up(files, backup)


def test_a_backup_that_cannot_be_written_is_one_line(files, tmp_path):
    """It names the file."""
    with pytest.raises(StorageError, match=r"none/backup cannot be written"):
        upkeep.back_up(files, tmp_path / "none" / "backup")


def test_of_nothing_there_is_no_backup(tmp_path):
    """The directory may be the wrong one."""
    with pytest.raises(StorageError, match="cannot be read"):
        upkeep.back_up(DataFiles(tmp_path), tmp_path / "backup")


def test_a_restored_backup_is_the_database(files, backup, said):
    """What was there is kept beside it; the index is made anew."""
    files.search.write_text("an index")
    old = upkeep.restore(files, backup)
    assert said_in(files.database) == (said(1),)
    assert old is not None
    assert said_in(old) == (said(1), said(2))
    assert not files.search.exists()
    assert upkeep.check(files) == []
    upkeep.restore(files, backup)


def test_a_log_of_the_old_database_is_not_taken_for_the_new_ones(files, backup, said):
    """Although its server was killed and has left one."""
    killed = log_of(files.database)
    with closing(sqlite.connect(files.database)) as connection:
        write(connection, [said(3)])
        log = killed.read_bytes()
    killed.write_bytes(log)
    upkeep.restore(files, backup)
    assert said_in(files.database) == (said(1),)
    assert upkeep.check(files) == []


def test_a_log_without_its_database_is_set_aside(files, backup, said):
    """As when the file was deleted after its server was killed."""
    files.database.unlink()
    log_of(files.database).write_bytes(b"a log")
    assert upkeep.restore(files, backup) is None
    assert said_in(files.database) == (said(1),)
    kept = log_of(files.directory / "chat.sqlite.before-restore")
    assert kept.read_bytes() == b"a log"


def test_a_copy_beside_a_log_that_is_not_its_own_is_not_read(files, backup, said):
    """SQLite would mix both; a copy is put in place by restore, which keeps the log."""
    with closing(sqlite.connect(files.database)) as connection:
        write(connection, [said(number, "x" * 400) for number in range(10, 500)])
        log = log_of(files.database).read_bytes()
    files.database.write_bytes(backup.read_bytes())
    log_of(files.database).write_bytes(log)
    for act in (upkeep.check, upkeep.compact, schema.prepare):
        with pytest.raises(StorageError, match="log of another database"):
            act(files)
    assert files.database.read_bytes() == backup.read_bytes()
    upkeep.restore(files, backup)
    assert said_in(files.database) == (said(1),)
    assert upkeep.check(files) == []


def test_an_index_goes_before_its_database(files, backup, monkeypatch):
    """A restore that is killed must not leave it beside one that it is not of."""
    files.search.write_text("an index")
    seen = []
    plain = upkeep.put_in_place
    monkeypatch.setattr(
        upkeep, "put_in_place", lambda *paths: (seen.append(files.search.exists()), plain(*paths))
    )
    upkeep.restore(files, backup)
    assert seen == [False]


def test_a_damaged_database_can_be_replaced(files, backup, said):
    """That is what backups are for; its remains are kept."""
    files.database.write_bytes(b"rubbish" * 1000)
    log_of(files.database).write_bytes(b"more rubbish")
    old = upkeep.restore(files, backup)
    assert old is not None
    assert old.read_bytes().startswith(b"rubbish")
    assert said_in(files.database) == (said(1),)


def test_a_backup_can_be_restored_where_nothing_is(files, backup, said, tmp_path):
    """On another machine."""
    other = DataFiles(tmp_path / "other")
    assert upkeep.restore(other, backup) is None
    assert said_in(other.database) == (said(1),)
    assert other.database.stat().st_mode & 0o777 == 0o600


def damage(path):
    with closing(sqlite.connect(path)) as connection, sqlite.loose_keys(connection):
        connection.exec_driver_sql("INSERT INTO reads VALUES ('none', '', '', '', 0)")


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda path: path.write_text("rubbish"), "is not a database"),
        (lambda path: path.unlink(), "cannot be read"),
        (damage, "is damaged .a row refers"),
    ],
)
def test_what_is_no_whole_backup_is_not_restored(files, backup, said, harm, reason):
    """The database stays as it was."""
    harm(backup)
    with pytest.raises(StorageError, match=reason):
        upkeep.restore(files, backup)
    assert said_in(files.database) == (said(1), said(2))


@pytest.mark.parametrize(
    "act",
    [
        upkeep.restore,
        lambda files, backup: upkeep.compact(files),
        lambda files, backup: upkeep.reindex(files),
    ],
)
def test_not_while_a_server_runs(files, backup, act):
    """The one line says who runs."""
    lock = Lock(files)
    with pytest.raises(StorageError, match="Another program"):
        act(files, backup)
    lock.release()
    act(files, backup)


def test_a_check_finds_damage(files):
    """And says nothing of a sound database."""
    assert upkeep.check(files) == []
    damage(files.database)
    assert upkeep.check(files) == ["a row refers to one that is not there"]


def test_an_index_is_made_anew_when_asked_for(files):
    """By the next server."""
    files.search.write_text("an index")
    upkeep.reindex(files)
    assert not files.search.exists()
