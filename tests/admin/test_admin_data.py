"""twistedchat-admin backup, restore, check, compact, reindex."""

import re
from contextlib import closing

import pytest

from twistedchat.admin import main
from twistedchat.core.records import AccountRecord, MessageKind, MessageRecord, RoomRecord
from twistedchat.storage import reading, schema, sqlite, writing
from twistedchat.storage.files import DataFiles, Lock, log_of


def said(number):
    return MessageRecord(f"{number:026}", 1e9, "lobby", MessageKind.SAID, "ada", "A", "hello")


def add(files, *records):
    with closing(sqlite.connect(files.database)) as connection:
        writing.write(connection, records)


def messages_in(path):
    with closing(sqlite.connect(path)) as connection:
        return len(reading.newest(connection, "lobby", 99).messages)


@pytest.fixture
def files(tmp_path):
    """A data directory with an account, a room and a message."""
    files = DataFiles(tmp_path / "data")
    files.directory.mkdir()
    schema.prepare(files)
    with closing(sqlite.connect(files.database)) as connection:
        sqlite.use_wal(connection)
    add(files, AccountRecord("A", "ada", "ada", 0.0, 0.0), RoomRecord("ops", "ops", "A", 0.0))
    add(files, said(1))
    return files


@pytest.fixture
def run(files, capsys):
    """Run a subcommand on that directory; what it prints."""

    def call(*arguments):
        main([*map(str, arguments), "--data", str(files.directory)])
        return capsys.readouterr().out

    return call


@pytest.fixture
def refused(run, capsys):
    """Run one that cannot be done; the line that it says."""

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            run(*arguments)
        assert end.value.code.startswith("twistedchat-admin: ")
        assert capsys.readouterr().out == ""
        return end.value.code

    return call


def test_a_backup_is_one_sound_file(run, files, tmp_path):
    """Made while a server holds the directory; the line names it."""
    lock = Lock(files)
    target = tmp_path / "copy"
    assert f"{target} is a sound copy" in run("backup", target)
    lock.release()
    assert messages_in(target) == 1
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if "copy" in path.name] == ["copy"]


def test_backups_in_a_directory_are_dated_and_thinned_out(run, files, tmp_path):
    """The newest are kept, and what is not such a copy is left alone."""
    there = tmp_path / "backups"
    there.mkdir()
    for name in ("chat-20200101T000000Z.sqlite", "chat-20200102T000000Z.sqlite", "mine.sqlite"):
        (there / name).write_text("old")
    # What backups that were killed have left.
    for suffix in ("part", "part-journal"):
        (there / f"chat-20200103T000000Z.sqlite.{suffix}").write_text("half")
    told = run("backup", there, "--keep", "2")
    assert "Older copies that were deleted: 1." in told
    first, second, third = sorted(path.name for path in there.iterdir())
    assert first == "chat-20200102T000000Z.sqlite"
    assert re.fullmatch(r"chat-20\d{6}T\d{6}Z\.sqlite", second)
    assert third == "mine.sqlite"


def test_a_backup_that_fails_deletes_none(refused, files, tmp_path):
    """Neither does it leave half a file."""
    there = tmp_path / "backups"
    there.mkdir()
    (there / "chat-20200101T000000Z.sqlite").write_text("old")
    damage(files)
    assert "is damaged (a row refers to one that is not there). The copy was not kept." in refused(
        "backup", there, "--keep", "1"
    )
    assert [path.name for path in there.iterdir()] == ["chat-20200101T000000Z.sqlite"]


@pytest.mark.parametrize(
    ("target", "keep", "says"),
    [
        ("none/copy", [], "none/copy cannot be written: No such file or directory."),
        ("taken", [], "taken exists already. Choose another name"),
        ("copy", ["--keep", "3"], "--keep needs a directory"),
    ],
)
def test_a_backup_that_cannot_be_made_is_one_line(refused, tmp_path, target, keep, says):
    """It names the file and what to do."""
    (tmp_path / "taken").write_text("something")
    assert says in refused("backup", tmp_path / target, *keep)
    assert (tmp_path / "taken").read_text() == "something"
    assert not (tmp_path / "copy").exists()


def test_a_restored_backup_is_in_place(run, files, tmp_path):
    """What was there is kept, also when it is done twice."""
    run("backup", tmp_path / "copy")
    add(files, said(2))
    told = run("restore", tmp_path / "copy")
    assert "chat.sqlite.before-restore; delete it when all is well." in told
    assert messages_in(files.database) == 1
    run("restore", tmp_path / "copy")
    assert messages_in(files.directory / "chat.sqlite.before-restore") == 2
    assert messages_in(files.directory / "chat.sqlite.before-restore-2") == 1


def test_a_backup_of_a_newer_version_is_not_restored(run, refused, files, tmp_path):
    """It would keep the server from starting."""
    copy = tmp_path / "copy"
    run("backup", copy)
    with closing(sqlite.connect(copy)) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = files.database.read_bytes()
    assert "was made by a newer version" in refused("restore", copy)
    assert files.database.read_bytes() == before


@pytest.mark.parametrize("act", [["restore", "COPY"], ["compact"], ["reindex"]])
def test_not_while_a_server_runs(run, refused, files, tmp_path, act):
    """The line says which process it is."""
    run("backup", tmp_path / "COPY")
    lock = Lock(files)
    arguments = [one.replace("COPY", str(tmp_path / "COPY")) for one in act]
    assert "Another program (process " in refused(*arguments)
    lock.release()
    run(*arguments)


def test_a_sound_database_is_called_so(run):
    """With what is in it."""
    told = run("check")
    assert "is sound: accounts 1, rooms that last 1, messages 1, 0." in told


def test_data_of_another_version_is_looked_through(run, refused, files):
    """What is in it only its own program can say."""
    with closing(sqlite.connect(files.database)) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert "is sound, of another version than this program" in run("check")
    assert "was made by another version" in refused("export", "ada")


def damage(files):
    with closing(sqlite.connect(files.database)) as connection, sqlite.loose_keys(connection):
        connection.exec_driver_sql("INSERT INTO roles VALUES ('none', 'none', 'owner')")


def test_damage_is_named(refused, files):
    """And what to do about it."""
    damage(files)
    told = refused("check")
    assert "chat.sqlite is damaged. Stop the server and restore a backup." in told
    assert "a row refers to one that is not there" in told


def test_pages_that_were_overwritten_are_found(refused, files):
    """As by a disk that fails."""
    add(files, *map(said, range(2, 2000)))
    with closing(sqlite.connect(files.database)) as connection:
        sqlite.leave_wal(connection)
    whole = bytearray(files.database.read_bytes())
    whole[-60_000:] = b"\xa5" * 60_000
    files.database.write_bytes(whole)
    assert "chat.sqlite is damaged. Stop the server" in refused("check")


def test_a_damaged_index_is_no_reason_for_a_backup(refused, run, files):
    """It is made anew."""
    files.search.write_bytes(b"rubbish" * 1000)
    assert "search.sqlite is damaged. Stop the server and run reindex." in refused("check")
    assert "makes a new one" in run("reindex")
    assert not files.search.exists()
    run("check")


def test_compact_gives_room_back(run, files):
    """The line says how much; the messages that are left are there."""
    add(files, *map(said, range(2, 5000)))
    with closing(sqlite.connect(files.database)) as connection:
        connection.exec_driver_sql("DELETE FROM messages WHERE number > 50")
    told = run("compact")
    before, after = (float(one) for one in re.findall(r"(\S+) MiB", told))
    assert after < before
    assert messages_in(files.database) == 50
    assert not log_of(files.database).exists()


@pytest.mark.parametrize("act", [["check"], ["compact"], ["reindex"], ["backup", "COPY"]])
def test_a_directory_without_data_stays_empty(tmp_path, act):
    """It may be the wrong one."""
    empty = tmp_path / "empty"
    empty.mkdir()
    arguments = [one.replace("COPY", str(tmp_path / "copy")) for one in act]
    with pytest.raises(SystemExit, match=r"chat\.sqlite cannot be read: No such file"):
        main([*arguments, "--data", str(empty)])
    with pytest.raises(SystemExit, match=r"chat\.sqlite cannot be read: No such file"):
        main([*arguments, "--data", str(tmp_path / "none")])
    assert list(empty.iterdir()) == []
    assert not (tmp_path / "none").exists()


def test_a_file_of_another_program_is_left_alone(refused, files):
    """Whatever is asked for."""
    files.database.write_text("something else")
    for act in (["check"], ["compact"], ["reindex"], ["backup", files.directory / "copy"]):
        assert "is not a database" in refused(*act)
    assert files.database.read_text() == "something else"


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_wrong_use_shows_how_it_is_used(run, capsys, number):
    """With status 2."""
    with pytest.raises(SystemExit) as end:
        run("backup", "there", f"--keep={number}")
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("usage: twistedchat-admin backup")
    assert "is not a number from 1 on" in told
