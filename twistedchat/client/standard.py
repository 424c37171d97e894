"""Standard input and output without a terminal: files, pipes and /dev/null alike.

Input is read by a thread, because no reactor can wait for a regular file and because making a
shared terminal non-blocking would change it for the shell, too. It reads no further than its reader
asks.
"""

import os
from collections.abc import Callable, Iterator
from threading import Semaphore, Thread
from typing import Any

_CHUNK = 65536

#: A line longer than this cannot be sent anyway; the rest of it is dropped.
MAX_LINE = 1 << 20


class Lines:
    """Cuts bytes into lines, whatever the pieces they come in."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[str]:
        """The lines that are complete now."""
        *whole, rest = (self._rest + data).split(b"\n")
        self._rest = rest[: MAX_LINE + 1]
        yield from map(_text, whole)

    def end(self) -> Iterator[str]:
        """The last line, if it had no end."""
        rest, self._rest = self._rest, b""
        if rest:
            yield _text(rest)


def _text(line: bytes) -> str:
    return line[: MAX_LINE + 1].removesuffix(b"\r").decode("utf-8", "replace")


class InputThread:
    """Reads a file descriptor piece by piece.

    Args:
        reactor: where ``feed`` is called.
        descriptor: what to read.
        feed: gets every piece, and an empty one at the end; the next is read after ``more``.
    """

    def __init__(self, reactor: Any, descriptor: int, feed: Callable[[bytes], None]) -> None:
        self._reactor = reactor
        self._descriptor = descriptor
        self._feed = feed
        self._wanted = Semaphore(0)
        # A daemon: nobody can wake a thread that waits for input, so it must not hold the exit up.
        self._thread = Thread(target=self._run, daemon=True)

    def more(self) -> None:
        """Read another piece, or the first one."""
        self._wanted.release()
        if self._thread.ident is None:
            self._thread.start()

    def _run(self) -> None:
        data = b"more"
        while data:
            self._wanted.acquire()
            data = self._read()
            self._reactor.callFromThread(self._feed, data)

    def _read(self) -> bytes:
        try:
            return os.read(self._descriptor, _CHUNK)
        except OSError:
            return b""


def write_out(text: str) -> None:
    """Write one line to standard output at once.

    Raises:
        BrokenPipeError: nobody reads any more.
    """
    left = f"{text}\n".encode("utf-8", "replace")
    while left:
        left = left[os.write(1, left) :]
