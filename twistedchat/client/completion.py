"""What Tab offers: commands, rooms and nicks, one after the other."""

from collections.abc import Callable
from dataclasses import dataclass

from twistedchat.client.rooms import RoomView


@dataclass(frozen=True, slots=True)
class Names:
    """What can be completed now, the likeliest first.

    Attributes:
        commands: names of slash commands, without the slash.
        rooms: room names, without the ``#``.
        nicks: nicks of those present.
    """

    commands: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    nicks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may stand in the text from ``start`` on up to the cursor."""

    start: int
    words: tuple[str, ...]


def nicks_of(room: RoomView | None, me: str) -> tuple[str, ...]:
    """Those in a room: who spoke last comes first, oneself not at all."""
    if room is None:
        return ()
    spoke = list(reversed(room.speakers))
    silent = sorted((nick for nick in room.members if nick not in room.speakers), key=str.casefold)
    return tuple(nick for nick in (*spoke, *silent) if nick != me)


def candidates(before: str, names: Names) -> Candidates:
    """What the word that ends at the cursor may become, each with what follows it."""
    start = before.rfind(" ") + 1
    word = before[start:]
    if start == 0 and word.startswith("/") and not word.startswith("//"):
        return Candidates(0, _fitting(names.commands, word, "/", " "))
    if word.startswith("#"):
        return Candidates(start, _fitting(names.rooms, word, "#", " "))
    if not word:
        return Candidates(start, ())
    nicks = _fitting(names.nicks, word, "", ": " if start == 0 else " ")
    is_argument = before.startswith("/")
    rooms = _fitting(names.rooms, f"#{word}", "#", " ") if is_argument else ()
    return Candidates(start, rooms + nicks if _takes_room(before) else nicks + rooms)


def _takes_room(before: str) -> bool:
    return before.startswith(("/j", "/part", "/leave", "/who ", "/names", "/history", "/room"))


def _fitting(names: tuple[str, ...], word: str, mark: str, after: str) -> tuple[str, ...]:
    start = word.casefold()
    return tuple(f"{mark}{n}{after}" for n in names if f"{mark}{n}".casefold().startswith(start))


class Tab:
    """The Tab key: the first press completes, further ones go through the candidates.

    Args:
        names: gives what can be completed now.
    """

    def __init__(self, names: Callable[[], Names]) -> None:
        self._names = names
        self._offered = Candidates(0, ())
        self._at = 0
        self._typed = ""
        self._shown: tuple[str, int] | None = None

    def press(self, text: str, cursor: int, step: int = 1) -> tuple[str, int]:
        """The text and the cursor after a press, forwards or backwards."""
        if self._shown == (text, cursor):
            self._at = (self._at + step) % len(self._offered.words)
        else:
            self._offered = candidates(text[:cursor], self._names())
            self._at = 0 if step > 0 else len(self._offered.words) - 1
            self._typed = text[cursor:]
        if not self._offered.words:
            self._shown = None
            return text, cursor
        start = text[: self._offered.start] + self._offered.words[self._at]
        self._shown = start + self._typed.removeprefix(" "), len(start)
        return self._shown

    def choices(self, text: str, cursor: int) -> tuple[tuple[str, ...], int]:
        """What is being gone through, and which of it is in the text; none without a choice."""
        if self._shown != (text, cursor) or len(self._offered.words) < 2:
            return (), 0
        return tuple(word.strip() for word in self._offered.words), self._at
