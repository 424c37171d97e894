"""What happened in a room in one turn, rendered once for all who see it alike."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import islice
from typing import Any

from twistedchat.core.events import Emoted, Output, Said
from twistedchat.core.names import nick_key
from twistedchat.core.ports import Lens
from twistedchat.core.users import Session

# Preparing a word that is no plain ASCII takes ten microseconds: a text must not be made of them.
WORDS_LOOKED_AT = 50


class RoomTurn:
    """What happened in a room in one turn; every lens renders it once."""

    __slots__ = ("_mentions", "_rendered", "faults", "outputs", "places")

    def __init__(self) -> None:
        # What went wrong when something was rendered.
        self.faults: list[Exception] = []
        self.outputs: list[Output] = []
        self.places: list[int] = []
        self._rendered: dict[Lens, list[bytes]] = {}
        self._mentions: dict[str, list[int]] | None = None

    def mark_unstored(self, lasting: Collection[str] = ()) -> None:
        """Let those who hear a message, or an act with one of these ids, know it is not stored."""
        self.outputs = [_marked(output, lasting) for output in self.outputs]

    def pieces(self, lens: Lens) -> list[bytes]:
        """The bytes for each output."""
        pieces = self._rendered.get(lens)
        if pieces is None:
            pieces = self._rendered[lens] = self._render(lens)
        return pieces

    def _render(self, lens: Lens) -> list[bytes]:
        try:
            return [lens.render(output) for output in self.outputs]
        except Exception:  # noqa: BLE001 - one output that can't be shown hides none of the others
            return [self._render_or_leave_out(lens, output) for output in self.outputs]

    def _render_or_leave_out(self, lens: Lens, output: Output) -> bytes:
        try:
            return lens.render(output)
        except Exception as fault:  # noqa: BLE001
            self.faults.append(fault)
            return b""

    def rings(self, session: Session, lens: Lens, start: int, stop: int) -> bool:
        """Whether somebody else spoke of the session's user, in what its reader gets to see."""
        user = session.user
        if not lens.bell or user is None:
            return False
        if self._mentions is None:
            self._mentions = self._find_mentions()
        at = self._mentions.get(user.name.key, ())
        pieces = self.pieces(lens)
        return any(start <= i < stop and pieces[i] and self._by(i) != user.id for i in at)

    def _by(self, index: int) -> str:
        output = self.outputs[index]
        return output.user if isinstance(output, Said | Emoted) else ""

    def _find_mentions(self) -> dict[str, list[int]]:
        """Where nicks may have been mentioned, by their keys."""
        found: dict[str, list[int]] = {}
        for index, output in enumerate(self.outputs):
            if isinstance(output, Said | Emoted):
                for key in set(_nicks_in(output.text)):
                    found.setdefault(key, []).append(index)
        return found


def _marked(output: Any, lasting: Collection[str]) -> Output:
    message = isinstance(output, Said | Emoted)
    acts = not message and hasattr(output, "stored") and output.id in lasting
    marked: Output = replace(output, stored=False) if message or acts else output
    return marked


def _nicks_in(text: str) -> Iterable[str]:
    words = (word.strip("@,.:;!?()'\"") for word in text.split())
    return filter(None, (nick_key(word) for word in islice(words, WORDS_LOOKED_AT) if word))
