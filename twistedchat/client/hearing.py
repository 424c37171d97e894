"""Events as they arrive -> items to show: each once, and what was missed before what is new."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from twistedchat.client.arrivals import Arrival
from twistedchat.client.gaps import Gap
from twistedchat.client.items import Happened, Item, Remark, Unknown
from twistedchat.client.mentions import mentions
from twistedchat.client.rooms import Rooms, key
from twistedchat.core import events
from twistedchat.core.events import Event, Notice
from twistedchat.render.json import decode

#: As many message ids are remembered so that no line is shown twice.
REMEMBERED = 8192


class Hearing:
    """What the person hears.

    Attributes:
        nick: the nick the person has.
        rooms: the joined rooms.
        highlight: words that count as a mention besides the nick.
        last: id of the newest event before which nothing is missing.
        items: what is to be shown, until somebody takes it.
    """

    def __init__(self, nick: str, highlight: tuple[str, ...]) -> None:
        self.nick = nick
        self.rooms = Rooms()
        self.last = ""
        self.items: list[Item] = []
        self.highlight = highlight
        self._gaps: dict[str, Gap] = {}
        self._seen: set[str] = set()
        self._order: deque[str] = deque()

    def lost(self) -> None:
        """The connection is gone: gaps that were not filled yet will be asked for again."""
        self.last = min([self.last, *(gap.after for gap in self._gaps.values())])
        for gap in self._gaps.values():
            room = self.rooms.find(gap.room)
            if isinstance(gap, Arrival) and room is not None:
                room.missed = gap.missed
        self._gaps.clear()

    def live(
        self, obj: dict[str, Any], is_told: Callable[[Event], bool] = lambda _event: False
    ) -> Happened | Unknown | None:
        """Take in an event that happens now.

        Args:
            obj: as the server sent it.
            is_told: whether another line tells of an act of one's own.

        Returns:
            The item made of it, None if it was heard before.
        """
        item = self._item(obj, replay=False)
        if isinstance(item, Unknown):
            self.items.append(item)
            return item
        if item.event.id in self._seen:
            return None
        if item.own and is_told(item.event):
            item = replace(item, told=True)
        self._place(item)
        return item

    def again(self, objs: list[dict[str, Any]]) -> list[Happened]:
        """Items for lines of the past, whether they were heard before or not."""
        items = [self._item(obj, replay=True) for obj in objs]
        return [item for item in items if isinstance(item, Happened)]

    def unheard(self, objs: list[dict[str, Any]]) -> list[Happened]:
        """Items for those lines of the past that were not heard yet."""
        return [item for item in self.again(objs) if item.event.id not in self._seen]

    def place_of(self, event: Event) -> str:
        """Where something was said: a room, or ``@`` and the nick of the other end."""
        if isinstance(event, events.Whispered):
            return f"@{event.to if event.nick == self.nick else event.nick}"
        return str(getattr(event, "room", ""))

    def private(self, objs: list[dict[str, Any]]) -> None:
        """Take in private messages that were missed."""
        items = list({item.event.id: item for item in self.unheard(objs)}.values())
        if items:
            count = "A private message" if len(items) == 1 else f"{len(items)} private messages"
            self.items.append(Remark(f"{count} came while you were away:"))
        for item in items:
            self._show(item)

    # Gaps

    def has_gap(self, room: str) -> bool:
        """Whether lines of this room are still to come from the past."""
        return key(room) in self._gaps

    def open_gap(self, room: str) -> Gap:
        """Hold back what is said in a room until it is known what was said during an outage."""
        view = self.rooms.find(room)
        gap = Gap(room, view.latest if view else "")
        self.open(gap)
        return gap

    def open(self, gap: Gap) -> None:
        """Hold back what is said in a room until its past is known."""
        self._gaps[key(gap.room)] = gap

    def gather(self, room: str, objs: list[dict[str, Any]], *, complete: bool) -> Gap | None:
        """Take in lines of a room's past."""
        gap = self._gaps.get(key(room))
        if gap is not None:
            gap.complete = gap.complete and complete
            gap.gather(self.unheard(objs))
        return gap

    def close_gap(self, room: str) -> list[Happened]:
        """Show a room's past and go on with what is said now; the lines of the past."""
        gap = self._gaps.pop(key(room), None)
        if gap is None:
            return []
        for item in gap.close():
            self._show(item)
        view = self.rooms.find(room)
        if gap.more and view is not None:
            # Something is left out before what is said now: paging back shows that first.
            view.oldest = min((item.event.id for item in gap.held), default="")
        past = list(gap.earlier.values())
        self._count_missed(gap, past)
        return past

    # Inside

    def _item(self, obj: dict[str, Any], *, replay: bool) -> Happened | Unknown:
        try:
            event = decode(obj)
        except ValueError:
            return Unknown(obj)
        if event is None or isinstance(event, Notice):
            return Unknown(obj)
        own = getattr(event, "nick", None) == self.nick
        mention = not own and self._mentions(event)
        return Happened(event, obj, own, mention, self._elsewhere(event), replay)

    def _mentions(self, event: Event) -> bool:
        match event:
            case events.Said() | events.Emoted():
                return mentions(event.text, (self.nick, *self.highlight))
            case events.Whispered():
                return True
            case events.Invited() | events.Kicked() | events.Muted():
                return event.nick == self.nick
            case _:
                return False

    def _elsewhere(self, event: Event) -> bool:
        room = getattr(event, "room", None)
        current = self.rooms.current
        return room is not None and (current is None or key(current.name) != key(room))

    def _place(self, item: Happened) -> None:
        gap = self._gaps.get(key(getattr(item.event, "room", "")))
        if gap is None:
            self._show(item)
        elif all(held.event.id != item.event.id for held in gap.held):
            gap.held.append(item)
        if not item.own:
            self._count(item)

    def _show(self, item: Item) -> None:
        if isinstance(item, Happened):
            if item.event.id in self._seen:
                return
            self._remember(item.event)
        self.items.append(item)

    def _remember(self, event: Event) -> None:
        self._seen.add(event.id)
        self._order.append(event.id)
        if len(self._order) > REMEMBERED:
            self._seen.discard(self._order.popleft())
        self.last = max(self.last, event.id)
        room = self.rooms.find(getattr(event, "room", ""))
        if room is not None:
            room.latest = max(room.latest, event.id)
            if isinstance(event, events.Said | events.Emoted):
                room.newest = max(room.newest, event.id)
                room.reach_back(event.id)

    def _count_missed(self, gap: Gap, past: list[Happened]) -> None:
        # What stood in a room before is counted by the server.
        for item in [] if isinstance(gap, Arrival) else past:
            if not item.own:
                self._count(item)

    def _count(self, item: Happened) -> None:
        room = self.rooms.find(getattr(item.event, "room", ""))
        spoken = isinstance(item.event, events.Said | events.Emoted)
        if room is not None and room is not self.rooms.current and spoken:
            room.unread += 1
            room.mentions += item.mention
