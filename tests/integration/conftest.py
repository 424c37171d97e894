"""The real server and real clients, on free ports of the loopback interface.

Everything waits for conditions, with a deadline far away, and whatever was started ends with its
test. A client that is not installed skips its tests, unless TWISTEDCHAT_REQUIRE_CLIENTS is set.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

HOST = "127.0.0.1"
PATIENCE = 20.0
TWISTD = (sys.executable, "-c", "from twisted.scripts.twistd import run; run()")
CLIENT = (sys.executable, "-m", "twistedchat")
LISTENING = re.compile(r"Listening on 127\.0\.0\.1:(\d+) ")


def wait_until(happened, otherwise=lambda: ""):
    """Poll until something is true, and give it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if result := happened():
            return result
        time.sleep(0.005)
    pytest.fail(f"It did not come true in {PATIENCE} s. {otherwise()}")


class Program:
    """A program with its input held open and its output, errors too, in a file."""

    def __init__(self, command, directory, name, **more):
        self.transcript = directory / f"{name}.out"
        with self.transcript.open("wb") as out:
            streams = {"stdin": subprocess.PIPE, "stdout": out, "stderr": out}
            self.process = subprocess.Popen(command, cwd=directory, **(streams | more))

    @property
    def output(self):
        return self.transcript.read_bytes().decode("utf-8", "replace")

    def say(self, *lines):
        self.process.stdin.write("".join(f"{line}\n" for line in lines).encode())
        self.process.stdin.flush()

    def hear(self, *texts):
        """Wait until the texts have come, one after the other, and give all that has come."""
        wait_until(lambda: in_order(self.output, texts), lambda: self._missing(texts))
        return self.output

    def ends(self):
        """Wait for the program to end by itself, and give its exit code."""
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            pytest.fail(f"It did not end. It said: {self.output!r}")

    def close(self):
        self.process.kill()
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()

    def _missing(self, texts):
        return f"{texts!r} did not all come, but {self.output[-3000:]!r}"


def in_order(text, expected):
    """Whether all that is expected is there, in this order."""
    place = 0
    for one in expected:
        place = text.find(one, place)
        if place < 0:
            return False
        place += len(one)
    return True


class Server(Program):
    """A real ``twistd chat`` that listens; its ports in the order of the doors given."""

    def __init__(self, directory, name, *arguments, twistd=(), **more):
        command = [*TWISTD, *twistd, "-n", "--pidfile=", "chat", *arguments]
        if not any(argument.startswith("--data") for argument in arguments):
            command.append("--data=memory")
        super().__init__(command, directory, name, **more)
        doors = sum(argument.endswith("interface=127.0.0.1") for argument in arguments)
        wait_until(lambda: len(self.ports) == doors or self.process.poll(), lambda: self.output)
        assert self.process.poll() is None, self.output

    @property
    def ports(self):
        return [int(port) for port in LISTENING.findall(self.output)]

    @property
    def port(self):
        return self.ports[0]

    @property
    def memory(self):
        """MiB that are resident now."""
        ps = ["ps", "-o", "rss=", "-p", str(self.process.pid)]
        return int(subprocess.run(ps, capture_output=True, check=True).stdout) / 1024

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)


class Peer:
    """A bare connection, for what no client would do."""

    def __init__(self, port, nick=None, receive=None):
        self.socket = socket.socket()
        if receive:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        self.socket.settimeout(PATIENCE)
        self.socket.connect((HOST, port))
        self.heard = b""
        if nick:
            self.say(nick)
            self.hear("*** Hello ")

    def send(self, data):
        self.socket.sendall(data)

    def say(self, *lines):
        self.send("".join(f"{line}\n" for line in lines).encode())

    def hear(self, text):
        """Wait for a text; give what came before it and was not heard yet, and the text."""
        expected = text.encode()
        while expected not in self.heard:
            data = self.socket.recv(65536)
            assert data, f"{text!r} did not come before the end, but {self.heard[-3000:]!r}"
            self.heard += data
        end = self.heard.index(expected) + len(expected)
        new, self.heard = self.heard[:end], self.heard[end:]
        return new.decode("utf-8", "replace")

    def rest(self):
        """All that comes until the server closes."""
        while data := self.socket.recv(65536):
            self.heard += data
        return self.heard.decode("utf-8", "replace")

    def close(self):
        self.socket.close()


@pytest.fixture
def ending():
    """What is to be closed when the test is over, the last one first."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def serve(tmp_path, ending):
    """Start a server: ``serve("--limit=...")``; its first door is for lines, on a free port."""
    numbers = iter(range(100))

    def start(*arguments, port="0", **more):
        door = f"--port=tcp:{port}:interface=127.0.0.1"
        server = Server(tmp_path, f"server{next(numbers)}", door, *arguments, **more)
        ending.callback(server.close)
        return server

    return start


@pytest.fixture
def start(tmp_path, ending):
    """Start any program: ``start("nc", HOST, port)``."""
    numbers = iter(range(1000))

    def start(program, *arguments, **more):
        command = [require(program), *map(str, arguments)]
        running = Program(command, tmp_path, f"{Path(program).name}{next(numbers)}", **more)
        ending.callback(running.close)
        return running

    return start


@pytest.fixture
def client(tmp_path, start):
    """Start the bundled client, in a home directory of its own."""

    def run(*arguments, **more):
        program, *rest = CLIENT
        return start(program, *rest, *arguments, env=environment(tmp_path), **more)

    return run


@pytest.fixture
def visit(ending):
    """Bring somebody in: ``visit(server, "ada")``."""

    def come(server, nick=None, **more):
        peer = Peer(server if isinstance(server, int) else server.port, nick, **more)
        ending.callback(peer.close)
        return peer

    return come


def environment(home):
    """What programs see of this machine: nothing of its user's."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color",
    }


def require(program):
    """The program's path; a test whose client is not installed is skipped, or fails."""
    found = shutil.which(program)
    if found:
        return found
    if os.environ.get("TWISTEDCHAT_REQUIRE_CLIENTS"):
        pytest.fail(f"{program} is not installed, and TWISTEDCHAT_REQUIRE_CLIENTS is set")
    pytest.skip(f"{program} is not installed")


@pytest.fixture
def wait():
    """Wait until something is true."""
    return wait_until


@pytest.fixture
def program_path():
    """Find a program, or end the test for want of it."""
    return require


@pytest.fixture
def clean_environment(tmp_path):
    """An environment in which nobody has ever chatted."""
    return environment(tmp_path)


@pytest.fixture
def client_command():
    """The bundled client."""
    return CLIENT
