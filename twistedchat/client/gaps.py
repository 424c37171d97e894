"""What was said while nobody listened: gathered per room, put before what is new, shown once."""

from dataclasses import dataclass, field

from twistedchat.client.items import EarlierLines, Happened, Item, Remark

#: Pages of history asked for to fill one gap, 200 lines each; more is a matter for /history.
MAX_PAGES = 5

#: The most that one history request may ask for.
PAGE = 200


@dataclass(slots=True)
class Gap:
    """The lines of one room that were said during an outage and are still to come.

    Attributes:
        room: without its ``#``.
        after: id of the last line that was seen; empty if there was none.
    """

    room: str
    after: str
    complete: bool = True
    pages: int = 0
    more: bool = False
    earlier: dict[str, Happened] = field(default_factory=dict)
    held: list[Happened] = field(default_factory=list)

    def gather(self, items: list[Happened]) -> None:
        """Take in lines from the past, each once."""
        for item in items:
            self.earlier.setdefault(item.event.id, item)

    @property
    def newest(self) -> str:
        """Where the next page begins."""
        return max(self.earlier, default=self.after)

    def wants_page(self, *, more: bool) -> bool:
        """Whether to ask for another page, after one that says whether there is more."""
        self.pages += 1
        self.more = more
        return more and self.pages < MAX_PAGES

    def close(self) -> list[Item]:
        """Everything in order: a line that says what follows, the past, then what was held back."""
        earlier = sorted(self.earlier.values(), key=lambda item: item.event.id)
        live = [item for item in self.held if item.event.id not in self.earlier]
        return [*self._heading(earlier), *earlier, *self._ending(earlier), *live]

    def _heading(self, earlier: list[Happened]) -> list[Item]:
        if not earlier:
            return [] if self.complete else [_lost(self.room)]
        first, last, count = earlier[0].event.at, earlier[-1].event.at, len(earlier)
        return [EarlierLines(self.room, first, last, count, missed=True, complete=self.complete)]

    def _ending(self, earlier: list[Happened]) -> list[Item]:
        if not earlier:
            return []
        if self.more:
            return [Remark(f"There is more in #{self.room}: /history shows it.")]
        return [Remark(f"From here on #{self.room} is live again.")]


def _lost(room: str) -> Remark:
    return Remark(f"What was said in #{room} in between is no longer on the server.")
