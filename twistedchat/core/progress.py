"""How far the order of all that happens has come on this node."""

from collections.abc import Callable
from typing import NamedTuple


def _nothing() -> None:
    """Nobody wants to know."""


class Released(NamedTuple):
    """How much has been handed to all who heard it.

    Attributes:
        turns: how many turns.
        upto: the newest id of what happened in them.
    """

    turns: int
    upto: str


class Progress:
    """What has been applied, and what has been released of it.

    Attributes:
        latest: id of the last intent that was applied.
        turn: number of the turn that is being gathered.
        released: how far turns are out.
        wake: sees to it that the turn is closed, even if nobody hears anything in it.
        on_release: called each time a turn is out.
    """

    __slots__ = ("latest", "on_release", "released", "turn", "wake")

    def __init__(self) -> None:
        self.latest = ""
        self.turn = 1
        self.released = Released(0, "")
        self.wake: Callable[[], None] = _nothing
        self.on_release: Callable[[], None] = _nothing

    def close(self) -> Released:
        """The turn is closed; what will have been released when it is out."""
        self.turn += 1
        return Released(self.turn - 1, self.latest)

    def release(self, released: Released) -> None:
        """A turn is out."""
        self.released = released
        self.on_release()
