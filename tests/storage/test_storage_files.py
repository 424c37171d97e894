"""The data directory: private, and for one server at a time."""

import os
import subprocess
import sys

import pytest

from twistedchat.storage.errors import StorageError
from twistedchat.storage.files import DataFiles, Lock, create_private

HOLD = """
import sys
from pathlib import Path
from twistedchat.storage.files import DataFiles, Lock
lock = Lock(DataFiles(Path(sys.argv[1])))
print("held", flush=True)
sys.stdin.read()
"""


def test_the_directory_is_made_for_its_owner_alone(tmp_path):
    """Neither others nor the group can look into it or its files."""
    files = DataFiles(tmp_path / "deep" / "data")
    Lock(files).release()
    assert files.directory.stat().st_mode & 0o777 == 0o700
    assert files.lock.stat().st_mode & 0o777 == 0o600


def test_a_second_server_is_refused(tmp_path):
    """It is told who has the directory and what to do."""
    lock = Lock(DataFiles(tmp_path))
    with pytest.raises(StorageError, match=rf"process {os.getpid()}\) uses .*choose another"):
        Lock(DataFiles(tmp_path))
    lock.release()
    lock.release()
    Lock(DataFiles(tmp_path)).release()


def test_the_lock_dies_with_its_program(tmp_path):
    """After kill -9 the next server starts without anybody's help."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(StorageError, match=f"process {process.pid}"):
            Lock(DataFiles(tmp_path))
        process.kill()
        process.wait()
        Lock(DataFiles(tmp_path)).release()


def test_a_lock_that_is_released_signs_nothing(tmp_path):
    """Only a holder writes its number down."""
    lock = Lock(DataFiles(tmp_path))
    lock.release()
    (tmp_path / "lock").write_text("")
    lock.sign()
    assert (tmp_path / "lock").read_text() == ""


def test_a_directory_that_cannot_be_used_is_one_clear_line(tmp_path):
    """It names the directory and says what to do."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"file/data cannot be used: .*choose another --data"):
        Lock(DataFiles(tmp_path / "file" / "data"))


def test_a_link_in_place_of_the_lock_is_not_followed(tmp_path):
    """Root would write into the file to which the owner of the directory has let it lead."""
    target = tmp_path / "precious"
    target.write_text("precious")
    (tmp_path / "lock").symlink_to(target)
    with pytest.raises(StorageError, match="cannot be used"):
        Lock(DataFiles(tmp_path))
    assert target.read_text() == "precious"


def test_what_is_made_belongs_to_the_owner_of_the_directory(tmp_path):
    """Whoever makes it: a server of theirs has to use it."""
    if os.geteuid() == 0:
        os.chown(tmp_path, 12345, 12346)
    Lock(DataFiles(tmp_path)).release()
    create_private(tmp_path / "made")
    there = tmp_path.stat()
    for name in ("lock", "made"):
        made = (tmp_path / name).stat()
        assert (made.st_uid, made.st_gid) == (there.st_uid, there.st_gid)
