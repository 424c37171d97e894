"""What was said before, looked at once more.

/history            the last 20 lines; the same again: those before them
/history 50 ops     the last 50 lines of another room
/history 2h         what was said in the last two hours
/history since 14:30, /history since 2026-11-20 14:30 ops
                    what was said since then
/history @bob       what was said between two people
"""

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from twistedchat.client.display import whereabouts
from twistedchat.client.gaps import PAGE
from twistedchat.client.items import EarlierLines, Happened, Remark, Request, Tone
from twistedchat.client.rooms import key
from twistedchat.core import dates
from twistedchat.core.durations import parse, spell

if TYPE_CHECKING:
    from twistedchat.client.conversation import Conversation

#: Lines shown when no number is given, and the most that can be asked for at once.
DEFAULT, MOST = 20, 500

#: Pages asked for in one look; a server may send short ones when lines are long.
MAX_PAGES = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to see again.

    Attributes:
        room: in any spelling, or ``@`` and somebody's nick; empty for the current one.
        count: so many lines, or 0 if the time says how many.
        seconds: what was said in so many last seconds.
        since: what was said since a time, in seconds since 1970.
    """

    room: str = ""
    count: int = DEFAULT
    seconds: float = 0.0
    since: float = 0.0


def read_wish(text: str, now: float) -> Wish | None:
    """Understand what stands behind ``/history``; None if it cannot be."""
    words = text.split()
    if words and words[0].lower() == "since":
        return _read_since(words[1:], now)
    how_much = words.pop(0) if words and words[0][0].isdigit() else ""
    if len(words) > 1:
        return None
    room, seconds = "".join(words), parse(how_much)
    if seconds:
        return Wish(room, 0, seconds)
    if not how_much:
        return Wish(room)
    if not (how_much.isascii() and how_much.isdigit()):
        return None
    return Wish(room, min(MOST, max(1, int(how_much[:6]))))


def _read_since(words: list[str], now: float) -> Wish | None:
    """A date, a time or both, then a room."""
    for length in (2, 1):
        since = dates.read(" ".join(words[:length]), now, None) if len(words) >= length else None
        if since is not None and len(words) <= length + 1:
            return Wish("".join(words[length:]), 0, since=since)
    return None


@dataclass(slots=True)
class _Look:
    wish: Wish
    room: str
    since: float
    before: str
    start: str
    objs: list[dict[str, Any]] = field(default_factory=list)
    pages: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class _Shown:
    wish: Wish
    room: str
    oldest: str


class Past:
    """Looks at what was said before.

    Args:
        talk: asks the server, and shows.
    """

    def __init__(self, talk: "Conversation") -> None:
        self._talk = talk
        self._shown: _Shown | None = None

    def look(self, wish: Wish, now: float) -> None:
        """Show lines again; the same wish once more shows those before them.

        Args:
            wish: what to show.
            now: the time in seconds since 1970.
        """
        room = wish.room or (self._talk.rooms.current.name if self._talk.rooms.current else "")
        if not self._talk.online or not room:
            why = "You are in no room. /join ROOM first." if self._talk.online else _OFFLINE
            self._talk.remark(why, Tone.ERROR)
            return
        since = now - wish.seconds if wish.seconds else wish.since
        self._look(wish, room, since, self._continued(wish, room))

    def look_further(self, now: float) -> None:
        """Show what stands before the lines that were shown last, or before all of the room's."""
        last = self._shown.wish if self._shown is not None else Wish()
        wish, current = Wish(last.room, last.count or DEFAULT), self._talk.rooms.current
        before = ""
        if current is not None and not wish.room:
            before = self._continued(wish, current.name) or current.oldest
        if before and current is not None and self._talk.online:
            self._look(wish, current.name, 0.0, before)
        else:
            self.look(wish, now)

    def go_on_before(self, room: str, oldest: str) -> None:
        """Lines of a room are shown: the next look goes on before the oldest of them."""
        self._shown = _Shown(Wish(room), key(room), oldest)

    def forget(self) -> None:
        """The person does something else: the next look begins with the newest lines."""
        self._shown = None

    def _look(self, wish: Wish, room: str, since: float, before: str) -> None:
        self._ask(_Look(wish, room.removeprefix("#"), since, before, start=before))

    def _continued(self, wish: Wish, room: str) -> str:
        """The line before which to go on; empty to begin with the newest."""
        last = self._shown
        if last is None or last.room != key(room) or not wish.count:
            return ""
        return last.oldest if wish.count in (DEFAULT, last.wish.count) else ""

    def _ask(self, look: _Look) -> None:
        limit = min(PAGE, look.wish.count - len(look.objs)) if look.wish.count else PAGE
        request: Request = {"type": "history", **_place(look.room), "limit": limit}
        if look.before:
            request["before"] = look.before
        self._talk.ask(request, partial(self._answered, look))

    def _answered(self, look: _Look, reply: Request) -> None:
        if reply.get("type") == "error":
            self._talk.remark(str(reply.get("text", "")), Tone.ERROR)
            return
        page = reply.get("events") or []
        look.objs[:0] = page
        look.pages, look.more = look.pages + 1, bool(page and reply.get("more"))
        if page:
            look.before = str(page[0].get("msgid", ""))
        if look.more and look.pages < MAX_PAGES and self._wants_more(look):
            self._ask(look)
        else:
            self._show(look)

    def _wants_more(self, look: _Look) -> bool:
        if look.wish.count:
            return len(look.objs) < look.wish.count
        items = self._talk.hearing.again(look.objs[:PAGE])
        return not items or items[0].event.at >= look.since

    def _show(self, look: _Look) -> None:
        items = self._talk.hearing.again(look.objs)
        shown = [item for item in items if item.event.at >= look.since]
        if not shown:
            self._talk.remark(_nothing(look))
            return
        further = look.more or len(shown) < len(items)
        oldest = shown[0].event.id
        self._shown = _Shown(look.wish, key(look.room), oldest)
        room = self._talk.rooms.find(look.room)
        if room is not None:
            room.reach_back(oldest, look.start)
        self._talk.show(_heading(look.room, shown))
        for item in shown:
            self._talk.show(replace(item, quote="|", elsewhere=False))
        self._talk.show(Remark(_ending(look, len(shown), further=further)))


_OFFLINE = "The history is the server's, and there is no connection just now."


def _place(room: str) -> Request:
    return {"nick": room[1:]} if room.startswith("@") else {"room": f"#{room}"}


def _heading(room: str, shown: list[Happened]) -> EarlierLines:
    first, last = shown[0].event.at, shown[-1].event.at
    return EarlierLines(room, first, last, len(shown), missed=False, complete=True, wished=True)


def _ending(look: _Look, count: int, *, further: bool) -> str:
    lines = "1 earlier line" if count == 1 else f"{count} earlier lines"
    if not further:
        return f"End of {lines}; nothing older is kept {whereabouts(look.room)}."
    return f"End of {lines}. Page Up or /older shows older ones."


def _nothing(look: _Look) -> str:
    if look.start:
        return f"Nothing older is kept {whereabouts(look.room)}."
    within = f" in the last {spell(look.wish.seconds)}" if look.wish.seconds else ""
    within = " since then" if look.wish.since else within
    return f"Nothing was said {whereabouts(look.room)}{within}."
