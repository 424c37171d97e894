"""Which databases are opened, brought up to date or refused; and what a kill does to that."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from twistedchat.storage import reading, schema, sqlite, tables
from twistedchat.storage.errors import StorageError
from twistedchat.storage.files import DataFiles, log_of
from twistedchat.storage.writing import write

# A table is rebuilt, as SQLite makes many changes possible only so, and a row is changed.
SECOND = '''
"""A second one."""
import sqlalchemy as sa
from alembic import op
revision = "0900"
down_revision = "NEWEST"

def upgrade() -> None:
    with op.batch_alter_table("accounts") as table:
        table.add_column(sa.Column("pronouns", sa.Text(), server_default="", nullable=False))
    op.create_table("badges", sa.Column("name", sa.Text(), primary_key=True))
    op.execute("UPDATE rooms SET name = 'migrated'")
'''
DANGLING = '''
"""Takes accounts away from under their roles."""
from alembic import op
revision = "0900"
down_revision = "NEWEST"

def upgrade() -> None:
    op.execute("DELETE FROM accounts")
'''

# Forks one process after the other; the n-th is killed before its n-th statement.
KILLED = """
import os, shutil, signal, sqlite3, sys
from pathlib import Path
from twistedchat.storage import schema, sqlite
from twistedchat.storage.files import DataFiles, log_of
import alembic.command

source, target, migrations = map(Path, sys.argv[1:])
plain = sqlite._open

def run(limit):
    seen = [0]
    def count(statement):
        seen[0] += 1
        if seen[0] > limit:
            os.kill(os.getpid(), signal.SIGKILL)
    def counted(*arguments):
        connection = plain(*arguments)
        connection.set_trace_callback(count)
        return connection
    sqlite._open = counted
    schema.prepare(DataFiles(target / str(limit)), migrations)
    os._exit(0)

limit = 0
while True:
    if source.exists():
        shutil.copytree(source, target / str(limit))
    else:
        (target / str(limit)).mkdir()
    child = os.fork()
    if not child:
        run(limit)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        break
    limit += 1
print(limit)
sys.exit(status)
"""


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def with_second(tmp_path, text=SECOND):
    """The migrations, and one more."""
    migrations = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, migrations)
    text = text.replace("NEWEST", schema.newest())
    (migrations / "versions" / "0900_second.py").write_text(text)
    return migrations


def execute(path, *statements):
    with closing(sqlite3.connect(path)) as plain:
        for statement in statements:
            plain.execute(statement)
        plain.commit()


def tables_of(path):
    with closing(sqlite3.connect(path)) as plain:
        return dict(plain.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))


def test_the_first_migration_makes_the_tables(files):
    """Every table, column and index of ``tables``, and nothing else but Alembic's own."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    tables.metadata.create_all(engine)
    with engine.connect() as one, closing(sqlite.connect(files.database)) as other:
        for table in tables.metadata.tables:
            for pragma in ("table_info", "index_list", "foreign_key_list"):
                query = f"PRAGMA {pragma}({table})"
                # The first column numbers them, in whatever order they were made.
                expected = {row[1:] for row in map(tuple, one.exec_driver_sql(query))}
                assert {row[1:] for row in map(tuple, other.exec_driver_sql(query))} == expected
    engine.dispose()
    assert set(tables_of(files.database)) == {
        *tables.metadata.tables, "alembic_version", "sqlite_sequence",
    }  # fmt: skip


def test_a_new_database_is_private_and_ours(tmp_path):
    """Only its owner can read it, and its header says whose it is."""
    files = DataFiles(tmp_path)
    schema.prepare(files)
    assert files.database.stat().st_mode & 0o777 == 0o600
    assert schema.revision_of(files.database) == schema.newest()
    assert [one.name for one in tmp_path.iterdir()] == ["chat.sqlite"]


def test_a_log_without_its_database_is_not_taken_for_the_new_ones(tmp_path):
    """It has what was written last before somebody deleted the database: the host decides."""
    files = DataFiles(tmp_path)
    log = tmp_path / "chat.sqlite-wal"
    log.write_bytes(b"a log")
    with pytest.raises(StorageError, match=r"chat.sqlite is gone, and \S+-wal has what"):
        schema.prepare(files)
    assert log.read_bytes() == b"a log"
    assert not files.database.exists()
    log.write_bytes(b"")
    schema.prepare(files)
    assert not log.exists()


def test_two_databases_can_be_told_apart(tmp_path):
    """So that nobody takes the search index of one for the other's."""
    found = set()
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        files = DataFiles(tmp_path / name)
        schema.prepare(files)
        with closing(sqlite.connect(files.database)) as connection:
            found.add(schema.store_id(connection))
    assert len(found) == 2


def test_alembic_is_left_alone_when_there_is_nothing_to_do(files):
    """It would cost every start time and memory."""
    program = (
        "import sys; from pathlib import Path; from twistedchat.storage import schema;"
        "from twistedchat.storage.files import DataFiles;"
        "schema.prepare(DataFiles(Path(sys.argv[1])));"
        "sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, files.directory], check=True)


def foreign(path):
    execute(path, "CREATE TABLE photos (id)")


def not_ours_but_signed(path):
    execute(path, f"PRAGMA application_id = {sqlite.APPLICATION_ID}", "CREATE TABLE photos (id)")


def half_ours(path):
    execute(
        path,
        f"PRAGMA application_id = {sqlite.APPLICATION_ID}",
        "CREATE TABLE alembic_version (version_num)",
    )


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.write_text("my diary"), "is not a database"),
        (lambda path: path.write_bytes(b""), "is not a database"),
        (lambda path: path.write_bytes(b"SQLite format 3\0"), "another program"),
        (foreign, "another program"),
        (not_ours_but_signed, "has not the tables"),
        (half_ours, "does not say which version"),
        (lambda path: path.mkdir(), "cannot be read"),
    ],
)
def test_a_file_that_is_not_ours_is_left_alone(tmp_path, make, reason):
    """The start stops with one line, and not a byte is changed."""
    files = DataFiles(tmp_path)
    make(files.database)
    before = files.database.is_file() and digest(files.database)
    with pytest.raises(StorageError, match=reason) as caught:
        schema.prepare(files)
    assert "\n" not in str(caught.value)
    assert (files.database.is_file() and digest(files.database)) == before
    assert [one.name for one in tmp_path.iterdir()] == ["chat.sqlite"]


def test_a_newer_schema_is_left_alone(tmp_path, files):
    """Byte by byte, also when its server was killed and left a log behind."""
    execute(files.database, "UPDATE alembic_version SET version_num = '0099'")
    with closing(sqlite3.connect(files.database)) as writer:
        writer.execute("CREATE TABLE newer (id)")
        killed = DataFiles(tmp_path / "killed")
        shutil.copytree(files.directory, killed.directory)
    log = log_of(killed.database)
    before = digest(killed.database), digest(log)
    with pytest.raises(StorageError, match="newer version of twistedchat"):
        schema.prepare(killed)
    assert (digest(killed.database), digest(log)) == before


def test_a_database_that_cannot_be_made_is_one_clear_line(tmp_path):
    """The reason is the system's."""
    files = DataFiles(tmp_path / "missing")
    with pytest.raises(StorageError, match=r"cannot be used: .*No such file"):
        schema.prepare(files)


def test_a_migration_keeps_what_is_there(tmp_path, files, account, room, said):
    """A copy is made first, and rebuilt tables lose no row that refers to them."""
    role = reading.RoleRecord("lobby", "A", "owner")
    with closing(sqlite.connect(files.database)) as connection:
        write(connection, [account(), room(), role, said(1)])
    schema.prepare(files, with_second(tmp_path))
    assert "badges" in tables_of(files.database)
    assert "badges" not in tables_of(files.before("0900"))
    assert files.before("0900").stat().st_mode & 0o777 == 0o600
    with closing(sqlite.connect(files.database)) as connection:
        assert reading.roles_of(connection, "A") == (role,)
        assert reading.newest(connection, "lobby", 5).messages == (said(1),)
        assert sqlite.faults(connection) == []
    assert schema.revision_of(files.database) == "0900"


def test_a_migration_that_would_tear_things_apart_is_undone(tmp_path, files, account, room):
    """Nothing is changed, and the start stops with one line."""
    with closing(sqlite.connect(files.database)) as connection:
        write(connection, [account(), room(), reading.RoleRecord("lobby", "A", "owner")])
    with pytest.raises(StorageError, match="nothing was changed"):
        schema.prepare(files, with_second(tmp_path, DANGLING))
    assert schema.revision_of(files.database) == schema.newest()
    with closing(sqlite.connect(files.database)) as connection:
        assert reading.account_with(connection, "A") == account()
    # Else a server that is started again and again would fill the disk.
    assert not files.before("0900").exists()


def test_a_copy_takes_the_place_of_no_earlier_one(tmp_path, files):
    """Somebody may have gone back once already."""
    files.before("0900").write_text("earlier")
    schema.prepare(files, with_second(tmp_path))
    assert files.before("0900").read_text() == "earlier"
    assert "badges" not in tables_of(files.before("0900-2"))


def kill_at_every_statement(tmp_path, source, migrations) -> list[DataFiles]:
    """The directories as the killed processes have left them."""
    target = tmp_path / "target"
    target.mkdir()
    command = [sys.executable, "-c", KILLED, source, target, migrations]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    killed = int(done.stdout)
    assert killed > 15
    return [DataFiles(target / str(number)) for number in range(killed)]


def test_a_first_start_that_is_killed_harms_nothing(tmp_path):
    """Whichever statement it was killed at, the next start makes the database."""
    nowhere = tmp_path / "nowhere"
    for files in kill_at_every_statement(tmp_path, nowhere, schema.MIGRATIONS):
        schema.prepare(files)
        assert schema.revision_of(files.database) == schema.newest()
        with closing(sqlite.connect(files.database)) as connection:
            assert sqlite.faults(connection) == []
            assert schema.store_id(connection)


def test_a_migration_that_is_killed_harms_nothing(tmp_path, files, account, room, said):
    """Whichever statement it was killed at, the old or the new schema is there with all rows."""
    role = reading.RoleRecord("lobby", "A", "owner")
    with closing(sqlite.connect(files.database)) as connection:
        write(connection, [account(), room(), role, said(1)])
    migrations = with_second(tmp_path)
    for left in kill_at_every_statement(tmp_path, files.directory, migrations):
        is_new = schema.revision_of(left.database) == "0900"
        assert is_new == ("badges" in tables_of(left.database))
        schema.prepare(left, migrations)
        with closing(sqlite.connect(left.database)) as connection:
            assert reading.roles_of(connection, "A") == (role,)
            assert reading.newest(connection, "lobby", 5).messages == (said(1),)
            assert sqlite.faults(connection) == []


def test_the_migrations_are_in_the_package():
    """The wheel takes what lies in the package's directory."""
    package = Path(schema.__file__).parent
    assert schema.MIGRATIONS.is_relative_to(package)
    assert os.listdir(schema.MIGRATIONS / "versions")


def test_a_kill_outside_of_the_log_harms_nothing(tmp_path, files):
    """What was half done is taken back; without that the file could not be read at all."""
    schema.prepare(files)
    other = DataFiles(tmp_path / "killed")
    other.directory.mkdir()
    with closing(sqlite3.connect(files.database, isolation_level=None)) as writer:
        # As a restored copy is before the server has opened it.
        writer.execute("PRAGMA journal_mode = DELETE")
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN IMMEDIATE")
        for number in range(500):
            writer.execute("INSERT INTO about VALUES (?, ?)", (f"half {number}", "x" * 1000))
        journal = files.database.with_name(f"{files.database.name}-journal")
        for path in (files.database, journal):
            shutil.copy(path, other.directory)
        writer.execute("ROLLBACK")
    schema.prepare(other)
    with closing(sqlite.connect(other.database)) as connection:
        keys = connection.exec_driver_sql("SELECT key FROM about").scalars().all()
    assert keys == [schema.STORE_ID]
