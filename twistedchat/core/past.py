"""What was said before: from memory as far as that reaches, and before that from the store."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from twistedchat.core.conversations import Conversation
from twistedchat.core.events import Emoted, Kept, Said, Whispered
from twistedchat.core.history import History, Page
from twistedchat.core.ids import first_at
from twistedchat.core.ports import Store
from twistedchat.core.records import MessageKind, MessageRecord
from twistedchat.core.rooms import Room
from twistedchat.core.rules import Retention
from twistedchat.core.taken import Taken

# It sorts behind every id: of private messages memory has nothing.
_NO_MEMORY = History(0, "~")


Where: TypeAlias = Room | Conversation


def shown_name(where: Where) -> str:
    """What people call a place."""
    return f"#{where.name.shown}" if isinstance(where, Room) else f"@{where.nick}"


def place_of(where: Where) -> str:
    """Where its messages are stored."""
    return where.name.key if isinstance(where, Room) else where.place


class Past:
    """Pages of what was said, oldest message first.

    Memory has the newest messages of a room, also those that are being written or could not be,
    and none that was deleted: as far as it reaches, the store is not asked. Private messages are
    read from the store alone.

    Args:
        store: what lasts; None if nothing does.
        now: seconds since 1970.
        retention: says how long messages are kept where a room says nothing of its own.
        user_of: the id of the user who is an account's owner, if they are here, else "".

    Attributes:
        taken: what nobody is to see any more, whatever the store answers.
    """

    def __init__(
        self,
        store: Store | None,
        now: Callable[[], float],
        retention: Callable[[], Retention] = Retention,
        user_of: Callable[[str], str] = lambda _: "",
    ) -> None:
        self._store = store
        self._now = now
        self._retention = retention
        self._user_of = user_of
        self.taken = Taken()

    async def newest(self, where: Where, limit: int) -> Page:
        """The last ``limit`` messages."""
        history = self._memory(where)
        page = history.newest(limit)
        return self._marked(await self._older(where, page, _behind(history.reach), limit))

    async def before(self, where: Where, id_: str, limit: int) -> Page:
        """The last ``limit`` messages older than an id."""
        history = self._memory(where)
        end = min(id_, _behind(history.reach))
        page = history.before(id_, limit)
        return self._marked(await self._older(where, page, end, limit))

    async def after(self, where: Where, id_: str, limit: int) -> Page:
        """The first ``limit`` messages newer than an id."""
        history = self._memory(where)
        page = history.after(id_, limit)
        if self._store is None or page.complete:
            return self._marked(page)
        # Memory may reach back further or less far when the store has answered.
        begun, reach = _begun(where), _behind(history.reach)
        stored = await self._store.after(place_of(where), max(id_, begun), limit)
        older = self._events(where, _between(stored.messages, begun, reach))
        events = self.taken.rest((*older, *page.events))
        return self._marked(Page(events[:limit], stored.complete and id_ >= begun))

    async def since(self, where: Where, at: float, limit: int) -> Page:
        """The last ``limit`` messages since a time, in seconds since 1970."""
        page = await self.newest(where, limit)
        recent = tuple(event for event in page.events if event.at >= at)
        return Page(recent, page.complete or len(recent) < len(page.events))

    async def beginning(self, where: Where, at: float, limit: int) -> Page:
        """The first ``limit`` messages from a time on; ``after`` goes on behind them."""
        return await self.after(where, first_at(at), limit)

    async def around(self, where: Where, id_: str, limit: int) -> Page:
        """A message with what was said before and after it; nothing if it is not there."""
        older = await self.before(where, id_, max(1, limit // 2))
        rest = max(1, limit - len(older.events))
        newer = await self.after(where, _just_before(id_), rest)
        if not newer.events or newer.events[0].id != id_:
            return Page((), complete=False)
        return Page((*older.events, *newer.events)[-limit:], older.complete)

    async def _older(self, where: Where, page: Page, end: str, limit: int) -> Page:
        """What memory has, and before that what is stored, all of it older than an id."""
        begun = _begun(where)
        if self._store is None or not page.complete or self._memory(where).reach <= begun:
            return page
        missing = limit - len(page.events)
        # One more, to know whether there is anything older.
        stored = await self._store.before(place_of(where), end, missing + 1)
        found = _between(stored.messages, begun, end)
        older = self._events(where, self.taken.rest(found))
        shown = older[-missing:] if missing else ()
        whole = stored.complete or len(found) < len(stored.messages)
        events = (*shown, *self.taken.rest(page.events))
        return Page(events, whole and len(shown) == len(older))

    def mark(self, events: Sequence[Kept]) -> Sequence[Kept]:
        """Let those show it that are not stored, because the disk fails."""
        unstored = self._store.unstored if self._store is not None else ""
        if not unstored or not events or events[-1].id < unstored:
            return events
        return [replace(one, stored=False) if one.id >= unstored else one for one in events]

    def _marked(self, page: Page) -> Page:
        return replace(page, events=tuple(self.mark(page.events)))

    def _memory(self, where: Where) -> History:
        if isinstance(where, Conversation):
            return _NO_MEMORY
        where.trim(self._now(), self._retention())
        return where.history

    def _events(self, where: Where, records: Iterable[MessageRecord]) -> tuple[Kept, ...]:
        return tuple(self.event(where, one) for one in records)

    def event(self, where: Where, record: MessageRecord) -> Kept:
        """A stored message of a place, as it would be heard now."""
        id_, at, nick, text, account = (
            record.id, record.at, record.nick, record.text, record.account
        )  # fmt: skip
        user = self._user_of(account) if account else ""
        if isinstance(where, Conversation):
            return Whispered(id_, at, nick, record.to, text, user, account)
        kind = Emoted if record.kind is MessageKind.EMOTED else Said
        return kind(id_, at, where.name.shown, nick, text, user, account)


def _begun(where: Where) -> str:
    return where.begun if isinstance(where, Room) else ""


def _between(records: Iterable[MessageRecord], begun: str, end: str) -> list[MessageRecord]:
    return [one for one in records if begun < one.id < end]


def _behind(id_: str) -> str:
    """What sorts behind an id, and before all greater ones."""
    return f"{id_}0"


def _just_before(id_: str) -> str:
    """What sorts before an id, and behind all ids that are not of its very moment."""
    return id_[:-1]
