"""Answers that say to which request they belong (ircv3.net/specs/extensions/labeled-response).

    @label=7 PING x        :server answers   @label=7 :server PONG server x
    @label=8 AWAY :tea     with one line likewise; with several as a batch:
    @label=9 WHOIS bob     @label=9 BATCH +1 labeled-response, @batch=1 ..., BATCH -1
    @label=10 PONG x       and with none as   @label=10 :server ACK

What others do meanwhile, and what everybody in a room hears of the request, has no label.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from twistedchat.protocols.irc.messages import Tags, escape, format_line

LABEL_BYTES: Final = 64
TYPE: Final = "labeled-response"


def label_in(tags: Tags) -> str:
    """The label of a request; "" for none, or one that is too long."""
    label = tags.get("label", "")
    return label if len(label.encode("utf-8", "replace")) <= LABEL_BYTES else ""


class Answer:
    """The answer to one request with a label, as it is made.

    Args:
        label: the request's.
        server: name of the server.
        number: of the batch, if it becomes one.
    """

    def __init__(self, label: str, server: str, number: int) -> None:
        self._label = label
        self._server = server
        self._number = str(number)
        self._held: list[bytes] = []
        self._open = False

    def add(self, data: bytes) -> bytes:
        """Take lines; gives what can be sent by now."""
        if self._open:
            return self._within(data)
        self._held.append(data)
        return b""

    def stream(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Any number of lines, which are not held back; an empty one stays empty."""
        yield self._begin()
        for data in lines:
            yield self._within(data)

    def close(self) -> bytes:
        """The end of it, or all of it, if nothing could be sent so far."""
        lines = b"".join(self._held).count(b"\n")
        if not self._open and lines == 0:
            return tagged(format_line("ACK", (), self._server), {"label": self._label})
        if not self._open and lines == 1:
            return tagged(self._held[0], {"label": self._label})
        return self._begin() + format_line("BATCH", (f"-{self._number}",), self._server)

    def _begin(self) -> bytes:
        """Open the batch with what was held back, unless it is open."""
        if self._open:
            return b""
        self._open = True
        opening = format_line("BATCH", (f"+{self._number}", TYPE), self._server)
        held, self._held = b"".join(self._held), []
        return tagged(opening, {"label": self._label}) + self._within(held)

    def _within(self, data: bytes) -> bytes:
        """Lines that belong to the batch, unless they belong to one within it."""
        lines = data.splitlines(keepends=True)
        mark = {"batch": self._number}
        return b"".join(
            line if line.startswith(b"@batch=") else tagged(line, mark) for line in lines
        )


def tagged(data: bytes, tags: Mapping[str, str]) -> bytes:
    """Lines with further tags, which stand before those that they have."""
    more = ";".join(f"{key}={escape(value)}" for key, value in tags.items())
    start = f"@{more}".encode("utf-8", "replace")
    return b"".join(
        start + (b";" + line[1:] if line.startswith(b"@") else b" " + line)
        for line in data.splitlines(keepends=True)
    )
