"""What was said long ago, found by its words.

/search deploy from:bob    what fits, newest first, numbered
/search                    the next results of the same search
/context 3                 what stood around the third result
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from twistedchat.client.items import EarlierLines, Happened, Request, Results, Tone
from twistedchat.core.events import Whispered

if TYPE_CHECKING:
    from twistedchat.client.conversation import Conversation

#: Results in one page, and lines around one of them.
PAGE, AROUND = 15, 11

#: As many results can be looked at again by their number.
REMEMBERED = 1000

NO_CONNECTION = "The search is the server's, and there is no connection just now."


@dataclass(slots=True)
class _Found:
    """One search and what it has found so far."""

    text: str
    cursor: Any = None
    results: list[Happened] = field(default_factory=list)


class Search:
    """Asks the server for what was said.

    Args:
        talk: asks the server, and shows.
    """

    def __init__(self, talk: "Conversation") -> None:
        self._talk = talk
        self._found: _Found | None = None

    @property
    def can_go_on(self) -> bool:
        """Whether something was searched for already."""
        return self._found is not None

    def look(self, text: str) -> None:
        """Search for words, or show the next results when there are none."""
        if text:
            self._found = _Found(text)
        found = self._found
        if found is None or not self._is_online():
            return
        if found.results and found.cursor is None:
            self._talk.remark(f"There is nothing more for {found.text}.")
            return
        request: Request = {"type": "search", "text": found.text, "limit": PAGE}
        request |= {"before": found.cursor} if found.cursor is not None else {}
        zone = self._talk.profile.zone
        request |= {"zone": zone} if zone else {}
        self._ask(request, partial(self._answered, found))

    def look_around(self, number: int) -> None:
        """Show what stood around a result."""
        results = self._found.results if self._found else []
        if not 0 < number <= len(results):
            there = f"There are results 1 to {len(results)}" if results else "Nothing was found yet"
            self._talk.remark(f"{there}; /search WORDS finds some.", Tone.ERROR)
        elif self._is_online():
            item = results[number - 1]
            request = {"type": "history", **self._place(item), "limit": AROUND}
            self._ask({**request, "around": item.event.id}, partial(self._around, item))

    def _is_online(self) -> bool:
        if not self._talk.online:
            self._talk.remark(NO_CONNECTION, Tone.ERROR)
        return self._talk.online

    def _ask(self, request: Request, done: Callable[[Request], None]) -> None:
        def replied(reply: Request) -> None:
            if reply.get("type") == "error":
                self._talk.remark(str(reply.get("text", "")), Tone.ERROR)
            else:
                done(reply)

        self._talk.ask(request, replied)

    def _answered(self, found: _Found, reply: Request) -> None:
        known = len(found.results)
        items = self._talk.hearing.again(reply.get("messages") or [])
        found.results = [*found.results, *items][:REMEMBERED]
        found.cursor = reply.get("before") if len(found.results) < REMEMBERED else None
        self._tell_behind(int(reply.get("behind") or 0), first=not known)
        if not items and not known:
            self._talk.remark(f"Nothing was found for {found.text}.")
            return
        self._talk.show(Results(found.text, known + 1))
        for number, item in enumerate(found.results[known:], start=known + 1):
            self._talk.show(replace(item, quote=f"{number:>2} |", elsewhere=True))
        self._talk.remark(_ending(found))

    def _tell_behind(self, behind: int, *, first: bool) -> None:
        if behind and first:
            lines = "The newest message is" if behind == 1 else f"The newest {behind} messages are"
            self._talk.remark(f"{lines} not in the search yet; /history shows what was said last.")

    def _around(self, found: Happened, reply: Request) -> None:
        items = self._talk.hearing.again(reply.get("events") or [])
        if not items:
            self._talk.remark("It is no longer kept.")
            return
        where = self._talk.hearing.place_of(found.event)
        first, last = items[0].event, items[-1].event
        wished = {"missed": False, "complete": True, "wished": True}
        self._talk.show(EarlierLines(where, first.at, last.at, len(items), **wished))
        for item in items:
            quote = ">" if item.event.id == found.event.id else "|"
            self._talk.show(replace(item, quote=quote, elsewhere=False))
        self._talk.remark("Page Up shows what was said before.")
        self._talk.past.go_on_before(where, first.id)

    def _place(self, item: Happened) -> Request:
        if isinstance(item.event, Whispered):
            return {"nick": self._talk.hearing.place_of(item.event).removeprefix("@")}
        return {"room": f"#{getattr(item.event, 'room', '')}"}


def _ending(found: _Found) -> str:
    around = "/context NUMBER shows what stood around one."
    return f"/search shows more. {around}" if found.cursor is not None else f"That is all. {around}"
