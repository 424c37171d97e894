"""The data directory: what is where, who may read it, and that only one server works on it."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from twistedchat.storage.errors import StorageError

PRIVATE = 0o600
PRIVATE_DIRECTORY = 0o700


@dataclass(frozen=True, slots=True)
class DataFiles:
    """Where everything is.

    Attributes:
        directory: the data directory.
    """

    directory: Path

    @property
    def database(self) -> Path:
        """All that lasts."""
        return self.directory / "chat.sqlite"

    @property
    def search(self) -> Path:
        """The search index, which can be made again from the database at any time."""
        return self.directory / "search.sqlite"

    @property
    def lock(self) -> Path:
        """What a running server holds locked."""
        return self.directory / "lock"

    def before(self, revision: str) -> Path:
        """The copy that is made before a migration."""
        return self.directory / f"chat.sqlite.before-{revision}"


class Lock:
    """Keeps the data directory for one program; it ends with the program, however that ends.

    Args:
        files: the directory, which is made if it is not there.

    Raises:
        StorageError: another program has it, or it cannot be used.
    """

    def __init__(self, files: DataFiles) -> None:
        self._descriptor: int | None = None
        try:
            files.directory.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
            how = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
            descriptor = os.open(files.lock, how, PRIVATE)
            _give_to_owner(descriptor, files.directory)
        except OSError as error:
            raise StorageError(
                f"The data directory {files.directory} cannot be used: {error.strerror}. "
                "Give it to the user who runs the server, or choose another --data."
            ) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise StorageError(
                f"Another program (process {holder or 'unknown'}) uses the data directory "
                f"{files.directory}. Stop it, or choose another --data."
            ) from None
        self._descriptor = descriptor
        self.sign()

    def sign(self) -> None:
        """Write down who holds it; to be called again by a process that has forked."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, b"%d\n" % os.getpid(), 0)

    def release(self) -> None:
        """Let others have it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def log_of(path: Path) -> Path:
    """The file that holds what was written and not brought over yet."""
    return path.with_name(f"{path.name}-wal")


def left_of(path: Path) -> Path | None:
    """What a program that was killed has written beside a database, and nobody brought over."""
    logs = (log_of(path), path.with_name(f"{path.name}-journal"))
    return next((one for one in logs if one.exists() and one.stat().st_size), None)


def set_aside(path: Path, target: Path) -> None:
    """Let what belongs to a database, but for itself, belong to another name."""
    for suffix in ("-wal", "-shm", "-journal"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(target.with_name(target.name + suffix))


def free(path: Path) -> Path:
    """A name that nothing has yet: whoever does it twice keeps what there was at first."""
    number, found = 1, path
    while found.exists() or log_of(found).exists():
        number += 1
        found = path.with_name(f"{path.name}-{number}")
    return found


def remove(path: Path) -> None:
    """Delete a database and what belongs to it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def create_private(path: Path) -> None:
    """Make an empty file that only its owner can read, in place of what is there."""
    remove(path)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE)
    try:
        _give_to_owner(descriptor, path.parent)
    finally:
        os.close(descriptor)


def _give_to_owner(descriptor: int, directory: Path) -> None:
    """Let what root makes be its directory's owner's, or a server of theirs could not use it."""
    if os.geteuid() == 0:
        status = directory.stat()
        os.fchown(descriptor, status.st_uid, status.st_gid)


def put_in_place(part: Path, target: Path) -> None:
    """Give a finished file its name, so that it is there entirely or not at all."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
