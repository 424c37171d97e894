"""What somebody has looked back at, so that they can go on from there."""

from dataclasses import dataclass, field

FOUND_KEPT = 500


@dataclass(slots=True)
class Recall:
    """Where one session is in the past; where it may read is looked at each time anew.

    Attributes:
        place: the room's key or the place of the private messages that were shown last, or "".
        first: id of the first of them.
        last: id of the last of them.
        text: what was searched for last, or "".
        older: the id from which to search on, or "" when there is no more.
        found: the place and id of what was found, by the number it was shown with.
        numbered: the greatest of these numbers.
    """

    place: str = ""
    first: str = ""
    last: str = ""
    text: str = ""
    older: str = ""
    found: dict[int, tuple[str, str]] = field(default_factory=dict)
    numbered: int = 0

    def shown(self, place: str, first: str, last: str) -> None:
        """Some messages of a place were shown."""
        self.place, self.first, self.last = place, first, last

    def search(self, text: str) -> None:
        """Another search begins."""
        self.text, self.older, self.numbered = text, "", 0
        self.found.clear()

    def number(self, place: str, id_: str) -> int:
        """The number of the next message that was found."""
        self.numbered += 1
        self.found[self.numbered] = place, id_
        self.found.pop(self.numbered - FOUND_KEPT, None)
        return self.numbered
