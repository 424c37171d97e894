"""The real twistd: starts that fail say so in one line; signals do what they should."""

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

TWISTD = [sys.executable, "-c", "from twisted.scripts.twistd import run; run()"]
PATIENCE = 20.0


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Every server runs in an empty directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(happened):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if result := happened():
            return result
        time.sleep(0.02)
    pytest.fail(f"{happened} did not come true")


def text_of(file):
    return Path(file).read_text("utf-8", "replace") if Path(file).exists() else ""


@contextmanager
def server(port, *arguments, **more):
    """A server in the foreground that listens."""
    command = [*TWISTD, "-n", "--pidfile=", "chat", f"--port=tcp:{port}:interface=127.0.0.1"]
    with Path("log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--data=memory", *arguments],
            stdout=log, stderr=log, **({"stdin": subprocess.DEVNULL} | more),
        )  # fmt: skip
    try:
        wait_for(lambda: "Listening on" in text_of("log") or process.poll())
        assert process.poll() is None, text_of("log")
        yield process
    finally:
        process.kill()
        process.wait()


class Visitor:
    """One connection, as nc makes it."""

    def __init__(self, port, nick=None):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.settimeout(PATIENCE)
        self.heard = b""
        if nick:
            self.socket.sendall(nick.encode() + b"\n")
            self.hear(b"Hello " + nick.encode())

    def hear(self, expected):
        while expected not in self.heard:
            data = self.socket.recv(65536)
            assert data, f"{expected!r} never came, but {self.heard!r}"
            self.heard += data

    def rest(self):
        while data := self.socket.recv(65536):
            self.heard += data
        return self.heard


@pytest.fixture
def visit(port):
    """Brings people in, and their connections to an end with the test."""
    with ExitStack() as connections:

        def come(nick=None):
            visitor = Visitor(port, nick)
            connections.enter_context(visitor.socket)
            return visitor

        yield come


def config_file(text):
    Path("chat.toml").write_text(text)
    return "--config=chat.toml"


@pytest.mark.parametrize("way", [["-n"], []], ids=["foreground", "daemon"])
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--prot=tcp:1"], "did you mean port"),
        (["tcp:5000"], "is not an option"),
        (["--port=nonsense"], "like tcp:5000"),
        (["--port=nosuchkind:1"], "Unknown endpoint type"),
        (["--limit=brust=1"], "did you mean burst?"),
        (["--motd=/nonexistent"], "cannot be read"),
        (["--config=/nonexistent"], "cannot be read"),
        (["--config=/dev/null", "--data=/dev/null"], "cannot be used"),
        (["--tls=tcp:0", "--cert=/nonexistent", "--key=/nonexistent"], "cannot be read"),
        (["--port=TAKEN"], "already in use"),
    ],
)
def test_a_start_that_fails_says_why_in_one_line(way, arguments, says):
    """Exit code 1, one line on stderr, nothing else, and no daemon left behind."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        taken = f"tcp:{other.getsockname()[1]}:interface=127.0.0.1"
        arguments = [one.replace("TAKEN", taken) for one in arguments]
        if not arguments[0].startswith("--port="):
            arguments.insert(0, "--port=tcp:0:interface=127.0.0.1")
        ran = subprocess.run(
            [*TWISTD, *way, "chat", *arguments],
            capture_output=True, text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert re.fullmatch(r"twistd chat: .*\n", ran.stderr)
    assert says in ran.stderr
    assert not Path("twistd.pid").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_sigterm_says_goodbye(port, number, visit):
    """Everyone is told, and the server is gone within 5 seconds."""
    with server(port) as process:
        ada = visit("ada")
        began = time.monotonic()
        process.send_signal(number)
        assert b"shutting down" in ada.rest()
        process.wait(PATIENCE)
        assert time.monotonic() - began < 5.5
    assert "Traceback" not in text_of("log")


def test_a_visitor_who_does_not_read_cannot_hold_the_server(port, visit):
    """5 seconds are all that a dead peer gets."""
    with server(port) as process:
        visit()
        visit("ada")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        assert time.monotonic() - began < 5.5


def test_sigterm_twice_ends_at_once(port, visit):
    """The second one does not wait for visitors that keep their end open."""
    with server(port) as process:
        visit("ada")
        process.send_signal(signal.SIGTERM)
        wait_for(lambda: "Received SIGTERM" in text_of("log"))
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        assert time.monotonic() - began < 1
    assert "Traceback" not in text_of("log")


def test_sighup_reads_everything_again(port, visit):
    """Nobody is dropped, the new MOTD is shown, and a broken file changes nothing."""
    Path("motd").write_text("one")
    with server(port, config_file('motd = "motd"')) as process:
        ada = visit("ada")
        Path("motd").write_text("two")
        process.send_signal(signal.SIGHUP)
        wait_for(lambda: "have been read again" in text_of("log"))
        config_file("motd = ")
        process.send_signal(signal.SIGHUP)
        wait_for(lambda: "stay as they were" in text_of("log"))
        ada.socket.sendall(b"/motd\n")
        ada.hear(b"two")
    assert "Traceback" not in text_of("log")


def test_sighup_in_a_terminal_ends_the_server(port, visit):
    """The window was closed: goodbye, as on SIGTERM."""
    ours, theirs = pty.openpty()
    with server(port, stdin=theirs) as process:
        ada = visit("ada")
        process.send_signal(signal.SIGHUP)
        assert b"shutting down" in ada.rest()
        process.wait(PATIENCE)
    os.close(ours)
    os.close(theirs)


def test_as_a_daemon(port, visit):
    """It detaches, writes its pidfile and log, reloads, and cleans up at its end."""
    command = [*TWISTD, "chat", f"--port=tcp:{port}:interface=127.0.0.1"]
    subprocess.run(command, check=True, timeout=PATIENCE)
    process = int(text_of("twistd.pid"))
    try:
        wait_for(lambda: "Listening on" in text_of("twistd.log"))
        ada = visit("ada")
        os.kill(process, signal.SIGHUP)
        wait_for(lambda: "have been read again" in text_of("twistd.log"))
        os.kill(process, signal.SIGTERM)
        assert b"shutting down" in ada.rest()
        wait_for(lambda: not Path("twistd.pid").exists())
    finally:
        if Path("twistd.pid").exists():
            os.kill(process, signal.SIGKILL)
    assert Path("twistedchat-data").stat().st_mode & 0o777 == 0o700
    assert "Traceback" not in text_of("twistd.log")
