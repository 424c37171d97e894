"""What stands in a room that comes into view for the first time.

Whoever has read there before on this device is shown what is new since then, at most the newest
200 lines; anybody else the room's last lines. Pages are asked for from the newest one backwards.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from twistedchat.client.gaps import MAX_PAGES, PAGE, Gap
from twistedchat.client.items import EarlierLines, Happened, Item, NewLines, Request
from twistedchat.client.rooms import Missed, RoomView
from twistedchat.core.ids import is_id

if TYPE_CHECKING:
    from twistedchat.client.conversation import Conversation

#: The most that is shown of what was missed.
MOST = 200

#: As many unread lines are counted by the server, and no more.
COUNTED = 1000

_AS_PYTHON_HAS_IT = str.maketrans("ABCDEFGHJKMNPQRSTVWXYZ", "abcdefghijklmnopqrstuv")


def time_of(id_: str) -> float:
    """When an id was given, in seconds since 1970: it begins with the milliseconds."""
    return int(id_[:10].translate(_AS_PYTHON_HAS_IT), 32) / 1000 if is_id(id_) else 0.0


@dataclass(slots=True)
class Arrival(Gap):
    """The lines to show in a room that is looked at for the first time.

    Attributes:
        missed: what is new there.
        limit: the most lines to show.
        since: nothing that was said before this time.
    """

    missed: Missed = field(default_factory=Missed)
    limit: int = MOST
    since: float = 0.0
    oldest: str = ""
    reached: bool = False

    @property
    def is_new(self) -> bool:
        """Whether this is what was said since the person last read here."""
        return bool(self.missed.after)

    def request(self) -> Request:
        """Ask for the next page."""
        wanted = self.limit - len(self.earlier)
        request: Request = {"type": "history", "room": f"#{self.room}", "limit": min(PAGE, wanted)}
        if self.oldest:
            request["before"] = self.oldest
        return request

    def take_page(self, page: list[Happened], *, oldest: str, more: bool) -> bool:
        """Take in a page; whether another one is wanted.

        Args:
            page: its lines that were not shown yet.
            oldest: the id of its first line; empty if it has none.
            more: whether there is something before it.
        """
        fitting = [one for one in page if one.event.id > self.missed.after]
        fitting = [one for one in fitting if one.event.at >= self.since]
        self.gather(fitting[-(self.limit - len(self.earlier)) :])
        self.pages, self.oldest = self.pages + 1, oldest
        # A line that is too old tells that all those behind it have come.
        self.reached = not (oldest and more) or len(fitting) < len(page)
        self.reached = self.reached or (self.is_new and oldest <= self.missed.after)
        bounded = self.is_new or bool(self.since) or self.limit > PAGE
        room = len(self.earlier) < self.limit and self.pages < MAX_PAGES
        return bounded and room and not self.reached

    def _heading(self, earlier: list[Happened]) -> list[Item]:
        if not earlier:
            return []
        if not self.is_new:
            first, last = earlier[0].event.at, earlier[-1].event.at
            return [EarlierLines(self.room, first, last, len(earlier), missed=False, complete=True)]
        others = sum(not one.own for one in earlier)
        count = others if self.reached else max(self.missed.unread, others)
        since = time_of(self.missed.after)
        return [NewLines(self.room, since, count, others, more=count >= COUNTED)]

    def _ending(self, earlier: list[Happened]) -> list[Item]:  # noqa: ARG002
        return []


class Arrivals:
    """Shows what stands in rooms as they come into view.

    Args:
        talk: asks the server, and shows.
    """

    def __init__(self, talk: "Conversation") -> None:
        self._talk = talk

    def enter(self, room: RoomView, state: dict[str, Any]) -> None:
        """The person is in a room now: what waits there until they look."""
        room.latest = max(room.latest, str(state.get("latest") or ""))
        self._talk.hearing.last = max(self._talk.hearing.last, room.latest)
        # A server that has just started may not know yet what is the latest of what it has stored.
        room.missed = self._missed(state)
        room.unread = room.missed.unread

    def log_in(self, room: RoomView, state: dict[str, Any]) -> None:
        """A room that one is in already has a place up to which the account has read it."""
        missed = self._missed(state)
        if missed.after:
            room.missed = missed

    def begin(self) -> None:
        """Ask for what is to be seen now."""
        current = self._talk.rooms.current
        for room in self._talk.rooms if self._talk.profile.sees_all else [current]:
            if room is not None and not self._talk.hearing.has_gap(room.name):
                self._begin(room)

    @property
    def pending(self) -> bool:
        """Whether something is still to come before what is new can be shown."""
        rooms = self._talk.rooms
        return any(self._talk.hearing.has_gap(room.name) for room in rooms)

    def _missed(self, state: dict[str, Any]) -> Missed:
        read, unread = str(state.get("read") or ""), int(state.get("unread") or 0)
        known = bool(self._talk.profile.device and read and unread)
        return Missed(read, unread) if known else Missed()

    def _begin(self, room: RoomView) -> None:
        missed, profile = room.missed, self._talk.profile
        room.missed = None
        room.read()
        if missed is None or not (missed.after or profile.backlog):
            return
        limit = MOST if missed.after else profile.backlog
        arrival = Arrival(room.name, room.latest, missed=missed, limit=limit, since=profile.since)
        self._talk.hearing.open(arrival)
        self._ask(arrival)

    def _ask(self, arrival: Arrival) -> None:
        self._talk.ask(arrival.request(), partial(self._answered, arrival))

    def _answered(self, arrival: Arrival, reply: Request) -> None:
        page = reply.get("events") or []
        oldest = str(page[0].get("msgid", "")) if page else ""
        items = self._talk.hearing.unheard(page)
        if arrival.take_page(items, oldest=oldest, more=bool(reply.get("more"))):
            self._ask(arrival)
            return
        self._talk.hearing.close_gap(arrival.room)
