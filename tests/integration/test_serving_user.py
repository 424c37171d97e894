"""twistd --uid: started as root, the data belongs to whom the server runs as."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = os.geteuid() == 0
# Whoever is not root can only become who they are; the rest of it is the same.
SERVING = pwd.getpwnam("nobody") if ROOT else pwd.getpwuid(os.geteuid())
ADMIN = (sys.executable, "-m", "twistedchat.admin")


@pytest.fixture
def open_directory():
    """A directory that anybody can reach, which those of pytest are not."""
    directory = Path(tempfile.mkdtemp(prefix="twistedchat-test-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


def owners(directory):
    found = (directory, *directory.iterdir())
    return {(path.stat().st_uid, path.stat().st_gid) for path in found}


def admin(*arguments):
    command = [*ADMIN, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done


def test_the_data_belongs_to_whom_the_server_runs_as(serve, visit, open_directory):
    """All of it, at the first start and at each after it, whatever root has done meanwhile."""
    data = open_directory / "data"
    arguments = (f"--data={data}",)
    uid = ("--uid", str(SERVING.pw_uid), "--gid", str(SERVING.pw_gid))
    for number in range(3):
        server = serve(*arguments, twistd=uid)
        visit(server, "ada").say(f"number {number}")
        bob = visit(server, "bob")
        bob.say(f"/history {number + 1}")
        for earlier in range(number + 1):
            bob.hear(f"number {earlier}")
        assert admin("check", "--data", data).returncode == 0
        assert admin("backup", open_directory / f"copy{number}", "--data", data).returncode == 0
        assert owners(data) == {(SERVING.pw_uid, SERVING.pw_gid)}
        server.process.send_signal(signal.SIGKILL if number else signal.SIGTERM)
        server.ends()
        assert admin("check", "--data", data).returncode == 0
        assert admin("compact", "--data", data).returncode == 0
        assert owners(data) == {(SERVING.pw_uid, SERVING.pw_gid)}


def test_what_root_restores_can_be_served_by_others(serve, visit, open_directory):
    """It is theirs before the next start, which a service manager may make without root."""
    data, copy = open_directory / "data", open_directory / "copy"
    uid = ("--uid", str(SERVING.pw_uid), "--gid", str(SERVING.pw_gid))
    server = serve(f"--data={data}", twistd=uid)
    visit(server, "ada").say("before")
    bob = visit(server, "bob")
    bob.say("/history 1")
    bob.hear("before")
    assert admin("backup", copy, "--data", data).returncode == 0
    server.terminate()
    server.ends()
    (data / "lock").unlink()
    assert admin("restore", copy, "--data", data).returncode == 0
    assert owners(data) == {(SERVING.pw_uid, SERVING.pw_gid)}
    again = serve(f"--data={data}", twistd=uid)
    carol = visit(again, "carol")
    carol.say("/history 1")
    carol.hear("before")


@pytest.mark.parametrize("way", [["-n"], []], ids=["foreground", "daemon"])
def test_a_directory_out_of_reach_is_one_line(tmp_path, way):
    """For root; anybody else cannot even make it."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700 if ROOT else 0o500)
    twistd = (sys.executable, "-c", "from twisted.scripts.twistd import run; run()")
    door = "--port=tcp:0:interface=127.0.0.1"
    command = [*twistd, *way, "--pidfile=", "--uid", str(SERVING.pw_uid), "chat", door]
    done = subprocess.run(
        [*command, f"--data={closed}/data"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("twistd chat: data ")
    assert "cannot be used" in done.stderr
    assert done.stderr.count("\n") == 1
