"""A new file that only its owner can read."""

import os
from contextlib import suppress
from pathlib import Path


class PrivateFile:
    """Made when it is opened; a file that is there already is never touched.

    Args:
        path: where; ``~`` is the home directory.

    Raises:
        OSError: there is one already, or it cannot be made.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path).expanduser()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        self._file = os.fdopen(os.open(self.path, flags, 0o600), "w", encoding="utf-8")

    def write(self, text: str) -> None:
        """Add text."""
        self._file.write(text)

    def close(self) -> None:
        """All is written: make sure that it stays."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def discard(self) -> None:
        """It is of no use: take it away."""
        self.path.unlink(missing_ok=True)
        # What could not be written is not wanted any more.
        with suppress(OSError):
            self._file.close()
