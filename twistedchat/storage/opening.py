"""Takes possession of a data directory."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from twistedchat.core.records import Loaded
from twistedchat.storage import positions, reading, schema, sqlite, writing
from twistedchat.storage.errors import StorageError
from twistedchat.storage.files import DataFiles, Lock
from twistedchat.storage.search import index


def claim(directory: Path) -> "Claim":
    """Lock the data directory and let the database be there and up to date.

    Starts no thread and leaves nothing open but the lock, so that the program may fork afterwards.

    Raises:
        StorageError: it cannot be had; one line says why, and nothing was changed.
    """
    files = DataFiles(directory)
    lock = Lock(files)
    try:
        schema.prepare(files)
    except BaseException:
        lock.release()
        raise
    return Claim(files, lock)


@dataclass(frozen=True, slots=True)
class Claim:
    """A data directory that nobody else works on."""

    files: DataFiles
    lock: Lock

    def load(self, now: float) -> Loaded:
        """Get everything ready for the threads; what the server has to know first.

        Args:
            now: seconds since 1970.

        Raises:
            StorageError: the data cannot be read or written.
        """
        self.lock.sign()
        try:
            with closing(sqlite.connect(self.files.database)) as connection:
                sqlite.use_wal(connection)
                index.prepare(self.files.search, connection)
                writing.server_ended(connection, reading.newest_id(connection))
                positions.server_ended(connection)
                writing.drop_over(connection, now)
                return reading.load(connection)
        except sqlite.FAILURES as error:
            reason = sqlite.reason(error)
            raise StorageError(f"{self.files.directory} cannot be used: {reason}.") from error
