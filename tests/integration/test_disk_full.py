"""A disk that is full, cannot be written, or hangs: talk goes on, is marked, and is written later.

The size of files is limited for the server's process, which needs no root: what would grow a file
past it fails, as on a disk that is full.
"""

import json
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

PASSWORD = "correct horse"
ADMIN = (sys.executable, "-m", "twistedchat.admin")
ENOUGH = 1 << 30
LOG = "chat.sqlite-wal"


def admin(*arguments):
    command = [*ADMIN, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def allow(server, size):
    """Let no file of the server's grow past a size."""
    _, most = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, most))


@pytest.fixture
def operator(visit):
    """Bring a server operator in, who has an account."""

    def come(server, data):
        guest = visit(server, "chief")
        guest.say(f"/register {PASSWORD}")
        guest.hear("chief is yours now")
        admin("grant", "chief", "--data", data)
        chief = visit(server)
        chief.say("chief2", f"/login chief {PASSWORD}")
        chief.hear("You are logged in as chief")
        return chief

    return come


@pytest.fixture
def program(visit):
    """Bring a program in, which asks and reads."""

    def come(server, nick):
        peer = visit(server)
        peer.say(json.dumps({"type": "hello", "id": 0, "nick": nick}))
        assert reply(peer)["type"] == "welcome"
        return peer

    return come


def reply(peer):
    """The next object that belongs to a request."""
    while "id" not in (told := json.loads(peer.hear("\n"))):
        pass
    return told


def ask(peer, **request):
    peer.say(json.dumps({"id": 1, **request}))
    return reply(peer)


def history(server, program):
    """The texts that the lobby has, as a newcomer gets them."""
    page = ask(program(server, "reader"), type="history", room="#lobby", limit=200)
    return [event["text"] for event in page["events"]]


def fill(data, speaker, witness):
    """Say so much that the log of the database is past the size to which it will be limited."""
    said = []
    while (data / LOG).stat().st_size < 2 * LIMIT:
        said.append(f"before {len(said)}")
        speaker.say(said[-1])
        witness.hear(said[-1])
    return said


LIMIT = 20_000


def test_a_disk_that_is_full(serve, visit, operator, program, tmp_path, wait):
    """Lines are marked, who has to know is told once, and all is written when there is room."""
    data = tmp_path / "data"
    server = serve(f"--data={data}", "--limit=rate=0")
    chief = operator(server, data)
    ada, bob = visit(server, "ada"), visit(server, "bob")
    texts = fill(data, ada, bob)
    allow(server, LIMIT)
    during = [f"during {number}" for number in range(5)]
    for text in during:
        ada.say(text)
        bob.hear(f"<ada> {text} [not stored]")
    listening = program(server, "listening")
    ada.say("for programs")
    listening.hear('"text":"for programs","stored":false}')
    during.append("for programs")
    bob.say(f"/register {PASSWORD}")
    bob.hear("The server could not store that: ")
    assert ask(program(server, "eve"), type="register", password=PASSWORD)["code"] == "not-stored"
    # Writing is tried again and again meanwhile, and nothing more is told of that.
    time.sleep(1)
    assert server.output.count("The storage fails: ") == 1
    allow(server, ENOUGH)
    wait(lambda: "The storage works again" in server.output)
    ada.say("after")
    bob.hear("<ada> after\n")
    told = chief.hear("<ada> after\n")
    for text in ("The storage fails: the disk reports an error.", "The storage works again."):
        assert told.count(text) == 1
        assert server.output.count(text) == 1
    texts += [*during, "after"]
    assert history(server, program) == texts[-200:]
    server.process.send_signal(signal.SIGKILL)
    server.ends()
    assert "is sound" in admin("check", "--data", data)
    assert history(serve(f"--data={data}"), program) == texts[-200:]
    assert "Traceback" not in server.output


def test_a_server_that_is_stopped_while_the_disk_is_full(serve, visit, program, tmp_path):
    """It ends in time, says what is lost, and what was seen unmarked is there."""
    data = tmp_path / "data"
    server = serve(f"--data={data}", "--limit=rate=0")
    ada, bob = visit(server, "ada"), visit(server, "bob")
    texts = fill(data, ada, bob)
    allow(server, LIMIT)
    ada.say("lost")
    bob.hear("<ada> lost [not stored]")
    server.terminate()
    server.ends()
    assert "1 changes could not be stored and are lost." in server.output
    assert "is sound" in admin("check", "--data", data)
    assert history(serve(f"--data={data}"), program) == texts[-200:]


def test_a_disk_that_hangs(serve, visit, program, tmp_path, wait):
    """What waits is let out after the time that is set, and written once when the disk answers."""
    data = tmp_path / "data"
    server = serve(f"--data={data}", "--hang-seconds=1", "--limit=rate=0")
    ada, bob = visit(server, "ada"), visit(server, "bob")
    ada.say("before")
    bob.hear("<ada> before\n")
    with closing(sqlite3.connect(data / "chat.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        ada.say("during")
        bob.hear("<ada> during [not stored]")
        assert 0.5 < time.monotonic() - began < 1.9
        ada.say("still")
        began = time.monotonic()
        bob.hear("<ada> still [not stored]")
        assert time.monotonic() - began < 0.5
        bob.say(f"/register {PASSWORD}")
        bob.hear("The server could not store that: ")
        assert server.output.count("The storage fails: ") == 1
        # So long that trying fails, which is no second reason to complain.
        time.sleep(1.5)
        other.execute("ROLLBACK")
    wait(lambda: "The storage works again" in server.output)
    ada.say("after")
    bob.hear("<ada> after\n")
    assert history(server, program) == ["before", "during", "still", "after"]
    assert server.output.count("The storage fails") == 1
    server.terminate()
    server.ends()
    assert history(serve(f"--data={data}"), program) == ["before", "during", "still", "after"]


def test_a_directory_that_cannot_be_written(tmp_path):
    """The start says so in one line; what is there stays as it was."""
    data = tmp_path / "data"
    data.mkdir(mode=0o500)
    twistd = (sys.executable, "-c", "from twisted.scripts.twistd import run; run()")
    command = [*twistd, "-n", "--pidfile=", "chat", "--port=tcp:0:interface=127.0.0.1"]
    done = subprocess.run(
        [*as_anybody(), *command, f"--data={data}"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        f"twistd chat: data '{data}' cannot be used: Permission denied. "
        "Choose a directory that this user may write to, or memory.\n"
    )
    assert list(data.iterdir()) == []


def as_anybody():
    """What makes permissions count for root too."""
    capabilities = Path("/proc/self/status").read_text().partition("CapEff:")[2].split()[0]
    if not int(capabilities, 16) >> 1 & 1:
        return []
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
