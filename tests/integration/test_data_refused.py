"""Data that a server must not touch: in use by another, of a newer version, of another program."""

import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

pytestmark = pytest.mark.integration

TWISTD = (sys.executable, "-c", "from twisted.scripts.twistd import run; run()")


def refused(data, *way):
    """The one line with which a start on that data ends."""
    command = [*TWISTD, *way, "--pidfile=", "chat", "--port=tcp:0:interface=127.0.0.1"]
    done = subprocess.run(
        [*command, f"--data={data}"],
        cwd=data.parent, capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("twistd chat: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def hashes(data):
    """What is in the files that hold data."""
    found = (path for path in data.iterdir() if path.name.startswith(("chat", "search", "cloak")))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


@pytest.mark.parametrize("way", [["-n"], []], ids=["foreground", "daemon"])
def test_a_second_server_on_the_same_data_does_not_start(serve, visit, tmp_path, way):
    """It says which process has it, and the first one goes on."""
    data = tmp_path / "data"
    server = serve(f"--data={data}")
    ada, bob = visit(server, "ada"), visit(server, "bob")
    assert refused(data, *way) == (
        f"twistd chat: Another program (process {server.process.pid}) uses the data directory "
        f"{data}. Stop it, or choose another --data.\n"
    )
    ada.say("still here")
    bob.hear("<ada> still here\n")
    server.terminate()
    server.ends()
    serve(f"--data={data}")


def test_data_of_a_newer_version_is_left_untouched(serve, visit, tmp_path):
    """Whoever went back to an older version can go forward again."""
    data = tmp_path / "data"
    server = serve(f"--data={data}")
    ada, bob = visit(server, "ada"), visit(server, "bob")
    ada.say("precious")
    bob.hear("<ada> precious\n")
    server.terminate()
    server.ends()
    with closing(sqlite3.connect(data / "chat.sqlite")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = hashes(data)
    assert "was made by a newer version of twistedchat" in refused(data, "-n")
    # SQLite makes its empty companions of a file even to read it.
    assert hashes(data).items() >= before.items()


def other_database(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE precious (text)")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.write_text("precious"), "is not a database"),
        (lambda path: path.write_bytes(b""), "is not a database"),
        (other_database, "is a database of another program"),
        (lambda path: path.mkdir(), "cannot be read: Is a directory"),
    ],
)
def test_a_file_of_another_program_is_left_untouched(tmp_path, make, says):
    """Whatever it is."""
    data = tmp_path / "data"
    data.mkdir()
    make(data / "chat.sqlite")
    if (data / "chat.sqlite").is_dir():
        assert says in refused(data, "-n")
        return
    before = hashes(data)
    assert says in refused(data, "-n")
    assert hashes(data) == before
