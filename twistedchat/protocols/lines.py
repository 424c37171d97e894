"""Cut a byte stream into lines, bounded and in linear time.

The grammar::

    line end = LF | CR LF | CR NUL

A CR before any other byte stays in its line: it is text there, and the cleaning of text makes a
space of it, so that it can neither begin a second line nor overwrite the first. NULs elsewhere are
left alone for the same reason. What comes out does not depend on how the bytes were cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

_ERASE: Final = re.compile(rb"[\x08\x7f]")
_ERASE_CHARACTERS: Final = "\x08\x7f"


@dataclass(frozen=True, slots=True)
class TooLongLine:
    """A line went over the limit and is thrown away up to its end.

    It is reported as soon as the first byte too many is there, also when the line never ends, so
    ``length_so_far`` is always the limit plus one.
    """

    length_so_far: int


Line: TypeAlias = bytes | TooLongLine


class LineSplitter:
    """Cuts one connection's bytes into lines of at most ``max_length`` bytes without line end."""

    __slots__ = ("_discarding", "_held_cr", "_max_length", "_rest")

    def __init__(self, max_length: int) -> None:
        """Start at the beginning of a line.

        Args:
            max_length: How many bytes a line may have, its end not counted.
        """
        self._max_length = max_length
        self._rest: bytearray | None = None
        self._discarding = False
        self._held_cr = False

    def feed(self, data: bytes) -> list[Line]:
        """Take the next bytes.

        Args:
            data: Bytes cut at any place.

        Returns:
            The lines that ended in them, without their ends, in order; in the place of each line
            that went over the limit one ``TooLongLine``.
        """
        pieces = self._unify_ends(data).split(b"\n")
        last = pieces.pop()
        lines = self._complete(pieces, len(data)) if pieces else []
        if last and not self._discarding:
            self._keep(last, lines)
        return lines

    def finish(self) -> bytes | None:
        """Take the end of input.

        Returns:
            The last line if it has no end, or None if there is none or it was too long.
        """
        rest = bytes(self._rest or b"")
        self._rest = None
        self._discarding = self._held_cr = False
        return rest or None

    def _unify_ends(self, data: bytes) -> bytes:
        if self._held_cr and data:
            data = b"\r" + data
            self._held_cr = False
        if b"\r" not in data:
            return data
        if data.endswith(b"\r"):
            # Whether it belongs to a line end is known when the next byte is here.
            self._held_cr = True
            data = data[:-1]
        # In this order each CR is looked at once: CR CR NUL is a CR of text and a line end.
        return data.replace(b"\r\n", b"\n").replace(b"\r\0", b"\n")

    def _complete(self, pieces: list[bytes], received: int) -> list[Line]:
        if self._rest:
            pieces[0] = bytes(self._rest + pieces[0])
            self._rest = None
        if self._discarding:
            self._discarding = False
            del pieces[0]
        # Apart from the first, a line is no longer than the chunk that it came in.
        if received > self._max_length or (pieces and len(pieces[0]) > self._max_length):
            return [
                line if len(line) <= self._max_length else TooLongLine(self._max_length + 1)
                for line in pieces
            ]
        return [*pieces]

    def _keep(self, piece: bytes, lines: list[Line]) -> None:
        if self._rest is None:
            # Most lines come whole.
            self._rest = bytearray()
        if len(self._rest) + len(piece) <= self._max_length:
            self._rest += piece
            return
        self._rest = None
        self._discarding = True
        lines.append(TooLongLine(self._max_length + 1))


def edit(line: bytes) -> bytes:
    """Carry out the erase characters (BS, DEL) in a line, as a cooked terminal would.

    For clients that send every key as it is pressed.

    Args:
        line: A line without its end.

    Returns:
        The line without erase characters and what they erased: each one takes the whole UTF-8
        character before it (or one byte that is no UTF-8), and none goes past the line's start.
    """
    if b"\x08" not in line and b"\x7f" not in line:
        return line
    kept: list[str] = []
    for character in line.decode("utf-8", "surrogateescape"):
        if character not in _ERASE_CHARACTERS:
            kept.append(character)
        elif kept:
            kept.pop()
    return "".join(kept).encode("utf-8", "surrogateescape")
