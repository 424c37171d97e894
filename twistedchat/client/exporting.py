"""/export FILE: everything the server has stored about the person, written as it comes."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from twistedchat.client.conversation import Conversation
from twistedchat.client.items import Request, Tone
from twistedchat.client.text import safe, safe_json

NO_CONNECTION = "There is no connection just now, and nothing was exported."
UNDER_WAY = "An export is under way already."


class Sheet(Protocol):
    """A file that is written."""

    path: Path

    def write(self, text: str) -> None:
        """Add text."""

    def close(self) -> None:
        """All is written."""

    def discard(self) -> None:
        """Take it away."""


class Exporting:
    """Asks for everything and writes it down.

    Args:
        conversation: asks the server, and tells.
        make: makes a new file that nobody else can read.
    """

    def __init__(self, conversation: Conversation, make: Callable[[str], Sheet]) -> None:
        self._talk = conversation
        self._make = make
        self._sheet: Sheet | None = None
        self._count = 0

    def begin(self, path: str) -> None:
        """Write everything to a new file."""
        if not self._talk.online or self._sheet is not None:
            self._talk.remark(UNDER_WAY if self._sheet else NO_CONNECTION, Tone.ERROR)
            return
        try:
            self._sheet = self._make(path)
        except OSError as error:
            self._talk.remark(_why_not(path, error), Tone.ERROR)
            return
        self._count = 0
        self._talk.ask({"type": "export"}, self._ended, self._came)

    def give_up(self) -> str:
        """The program ends: what is not complete goes; what to tell about it."""
        if self._sheet is None:
            return ""
        self._discard()
        return "The export was not complete, and its file is taken away."

    def _came(self, part: Request) -> None:
        if self._sheet is None:
            return
        entries = part.get("entries") or []
        try:
            self._sheet.write("".join(f"{safe_json(entry)}\n" for entry in entries))
        except OSError as error:
            self._fail(f"It cannot be written: {error.strerror}.")
        else:
            self._count += len(entries)

    def _ended(self, reply: Request) -> None:
        if reply.get("type") == "error":
            self._fail(str(reply.get("text", "")))
        elif self._sheet is not None:
            self._finish(self._sheet)

    def _finish(self, sheet: Sheet) -> None:
        try:
            sheet.close()
        except OSError as error:
            self._fail(f"It cannot be written: {error.strerror}.")
            return
        self._sheet = None
        entries = "1 entry" if self._count == 1 else f"{self._count} entries"
        self._talk.remark(f"Everything stored about you is in {sheet.path}, {entries}, one a line.")

    def _fail(self, why: str) -> None:
        if self._sheet is not None:
            self._discard()
            self._talk.remark(f"{why} Nothing was exported.", Tone.ERROR)

    def _discard(self) -> None:
        sheet, self._sheet = self._sheet, None
        if sheet is not None:
            sheet.discard()


def _why_not(path: str, error: OSError) -> str:
    if isinstance(error, FileExistsError):
        return f"There is a file {safe(path)} already, and it stays as it is. Choose another name."
    return f"{safe(path)} cannot be written: {error.strerror}. Nothing was exported."
