"""What was said in a room: from memory as far as that reaches, and before that from the store."""

from collections.abc import Iterable
from itertools import dropwhile

from twistedchat.core.events import Emoted, Kept, Said
from twistedchat.core.history import Page
from twistedchat.core.ports import Store
from twistedchat.core.records import MessageKind, MessageRecord, StoredPage
from twistedchat.core.rooms import Room


class Past:
    """Pages of what was said in rooms.

    Memory is asked first: it has the newest messages, also those that are being written or could
    not be. Only what it does not have is read from the store, and only of rooms that last: whoever
    makes a room anew whose people have all gone must not read what they said.

    Args:
        store: what lasts; None if nothing does.
    """

    def __init__(self, store: Store | None) -> None:
        self._store = store

    async def newest(self, room: Room, limit: int) -> Page:
        """The last ``limit`` messages."""
        page = room.history.newest(limit)
        if self._store is None or not room.lasting or len(page.events) == limit:
            return page
        return _joined(room, await self._store.newest(room.name.key, limit), page, limit)

    async def before(self, room: Room, id_: str, limit: int) -> Page:
        """The last ``limit`` messages older than an id."""
        page = room.history.before(id_, limit)
        if self._store is None or not room.lasting or len(page.events) == limit:
            return page
        return _joined(room, await self._store.before(room.name.key, id_, limit), page, limit)

    async def after(self, room: Room, id_: str, limit: int) -> Page:
        """The first ``limit`` messages newer than an id."""
        page = room.history.after(id_, limit)
        if self._store is None or not room.lasting or page.complete:
            return page
        stored = await self._store.after(room.name.key, id_, limit)
        events = _continued(_events(room, stored), page.events)
        return Page(events[:limit], stored.complete)

    async def since(self, room: Room, at: float, limit: int) -> Page:
        """The last ``limit`` messages since a time, in seconds since 1970."""
        page = room.history.since(at, limit)
        oldest = next(iter(room.history), None)
        reaches = oldest is not None and oldest.at < at
        if self._store is None or not room.lasting or reaches or len(page.events) == limit:
            return page
        return _joined(room, await self._store.since(room.name.key, at, limit), page, limit)


def _joined(room: Room, stored: StoredPage, page: Page, limit: int) -> Page:
    """The newest of what the store has and of what it may not have yet."""
    events = _continued(_events(room, stored), page.events)
    complete = stored.complete or len(_of(room, stored)) < len(stored.messages)
    return Page(events[-limit:] if limit else (), complete and len(events) <= limit)


def _continued(older: tuple[Kept, ...], newer: Iterable[Kept]) -> tuple[Kept, ...]:
    """Messages in order, those that are in both once."""
    last = older[-1].id if older else ""
    return (*older, *dropwhile(lambda event: event.id <= last, newer))


def _events(room: Room, page: StoredPage) -> tuple[Kept, ...]:
    return tuple(_event(room, record) for record in _of(room, page))


def _of(room: Room, page: StoredPage) -> list[MessageRecord]:
    """What was said since the room lasts: another of its name may have been there before."""
    return [record for record in page.messages if record.at >= room.created]


def _event(room: Room, record: MessageRecord) -> Kept:
    kind = Emoted if record.kind is MessageKind.EMOTED else Said
    return kind(
        record.id, record.at, room.name.shown, record.nick, record.text, account=record.account
    )
