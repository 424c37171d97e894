"""What is put before the person's eyes: items drawn, and many comings and goings in few lines."""

from collections.abc import Callable
from typing import Protocol

from twistedchat.client.command_list import shortened
from twistedchat.client.display import Display, Line
from twistedchat.client.entries import local_help
from twistedchat.client.items import Happened, Item, Remark, Settled, Tone
from twistedchat.core.events import Joined, Left, Parted

#: Seconds in which comings and goings are gathered, and the most that are gathered.
HOLD, MOST_HELD = 0.4, 1000


class Surface(Protocol):
    """Where lines are written."""

    def write(self, lines: list[Line]) -> None:
        """Put lines above the prompt."""

    def ring(self) -> None:
        """Ring the bell."""

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call something in a while."""


class Board:
    """Shows items, in the order in which they come.

    Args:
        surface: where lines are written.
        display: draws them.
    """

    def __init__(self, surface: Surface, display: Display) -> None:
        self._surface = surface
        self._display = display
        self._held: list[Happened] = []

    def show(self, items: list[Item]) -> None:
        """Show what happened; who comes and goes, in a moment."""
        for item in items:
            if isinstance(item, Happened) and _is_coming(item):
                self._hold(item)
            else:
                self._show(item)

    def tell(self, text: str, tone: Tone = Tone.CLIENT) -> None:
        """Show a line of the client's own."""
        self._show(Remark(text, tone))

    def release(self) -> None:
        """Show who came and went so far."""
        held, self._held = self._held, []
        if held:
            self._surface.write(self._display.draw_crowd(held))

    def _hold(self, item: Happened) -> None:
        if not self._held:
            self._surface.later(HOLD, self.release)
        self._held.append(item)
        if len(self._held) >= MOST_HELD:
            self.release()

    def _show(self, item: Item) -> None:
        lines = self._drawn(item)
        if not lines:
            return
        # Nobody speaks before having come.
        self.release()
        self._surface.write(lines)
        if self._display.rings(item):
            self._surface.ring()

    def _drawn(self, item: Item) -> list[Line]:
        match item:
            case Remark(raw=dict(notice)):
                text = shortened(notice)
                return [] if text is None else self._display.draw(Remark(text, item.tone))
            case Settled() if item.done and item.draft.text.strip() == "/help":
                own = ["This client itself knows:", *local_help()]
                return [line for text in own for line in self._display.draw(Remark(text))]
            case _:
                return self._display.draw(item)


def _is_coming(item: Happened) -> bool:
    return isinstance(item.event, Joined | Parted | Left) and not item.own
