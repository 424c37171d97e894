"""What somebody has missed in the places they come to, before what is said there from then on.

A replay is a long reply that stands in its place among the events. If memory does not have all of
it, nothing is made before its turn is out: then everything that was said before is in the store.
"""

from collections.abc import Generator, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from twistedchat.core.chat import Chat
from twistedchat.core.dates import day
from twistedchat.core.events import Kept, Notice, Whispered
from twistedchat.core.ids import time_of
from twistedchat.core.reading import BOX
from twistedchat.core.reads import Missed
from twistedchat.core.records import MessageRecord
from twistedchat.core.rooms import Room
from twistedchat.core.users import User
from twistedchat.protocols.dialogue import Wire
from twistedchat.protocols.replies import LongReply, Made, Until, start, stream
from twistedchat.protocols.roomstate import heard

MISSED_MOST = 500
WHISPERS_MOST = 200
COUNTED = 10_000
STORE_SECONDS = 5.0
UNREADABLE = "What you missed in {} can't be looked up now. You are shown it when you come again."


class Found(NamedTuple):
    """What was missed in a place.

    Attributes:
        events: the messages to show, oldest first.
        new: how many of others were missed; of those without a position, how many are shown.
        more: whether there are older ones that were missed and are not shown.
    """

    events: Sequence[Kept]
    new: int
    more: bool = False


NOTHING = Found([], 0)


def catch_up(wire: Wire) -> LongReply | None:
    """Show a session what it has missed, behind all that it has heard so far."""
    session = wire.session
    missed, session.missed = session.missed, None
    if not missed or session.user is None:
        return None
    replay = Replay(wire, session.user, missed)
    begin = start if replay.at_hand else stream
    return begin(wire, replay.pieces())


class Replay:
    """What one session has missed, on its way to it.

    Args:
        wire: the session's connection.
        user: who the session is.
        missed: by place, what it has missed.
    """

    _log = Logger()

    def __init__(self, wire: Wire, user: User, missed: dict[str, Missed]) -> None:
        self._wire = wire
        self._chat = wire.entrance.chat
        self._session = wire.session
        self._user = user
        self._last = wire.entrance.config.replay
        self._missed = missed

    @property
    def at_hand(self) -> bool:
        """Whether memory has all of it."""
        return all(self._has(key, missed) for key, missed in self._missed.items())

    def _has(self, key: str, missed: Missed) -> bool:
        room = self._user.rooms.get(key)
        if room is None:
            return key != BOX or self._chat.store is None
        return self._chat.recent.reaches(room, missed.after, self._last)

    def pieces(self) -> Iterator[Made]:
        """All of it, place by place."""
        shown = False
        for key, missed in self._missed.items():
            if self._has(key, missed):
                found: Found | None = self._from_memory(key, missed)
            else:
                found = yield from self._asked(key, missed)
            if found is not None and found.events:
                shown = True
                self._note(key, found)
                yield from self._told(key, missed, found)
        if shown:
            yield self._line("Now:")

    def _asked(self, key: str, missed: Missed) -> Generator[Made, None, Found | None]:
        """Wait for what is not in memory; None if it can't be had, which is said."""
        asked = Deferred.fromCoroutine(self._find(key, missed))
        asked.addTimeout(STORE_SECONDS, self._wire.entrance.reactor)
        results: list[Found | Failure] = []
        asked.addBoth(results.append)
        while not results:
            yield Until(asked)
        result = results[0]
        if isinstance(result, Found):
            return result
        self._log.failure("What was missed could not be looked up", result)
        reading = self._session.reading
        if reading is not None:
            reading.give_up(key)
        yield self._line(UNREADABLE.format(self._name(key)))
        return None

    # Where it comes from

    def _from_memory(self, key: str, missed: Missed) -> Found:
        room = self._user.rooms.get(key)
        if room is None:
            return NOTHING
        most = MISSED_MOST if missed.after else self._last
        events = room.history.before(missed.before, len(room.history)).events
        return self._found(missed, events, most)

    async def _find(self, key: str, missed: Missed) -> Found:
        if key == BOX:
            return await self._find_whispers(missed)
        room = self._user.rooms[key]
        await self._chat.recent.recall(room)
        if self._has(key, missed):
            return self._from_memory(key, missed)
        most = MISSED_MOST if missed.after else self._last
        page = await self._chat.past.before(room, missed.before, most + 1)
        found = self._found(missed, page.events, most)
        if not found.more:
            return found
        return found._replace(new=await self._count(room, missed))

    def _found(self, missed: Missed, events: Sequence[Kept], most: int) -> Found:
        """Of messages older than what is heard, those that are to be shown."""
        told = heard(self._user, (event for event in events if event.id > missed.after))
        if not missed.after:
            return Found(told[-most:] if most else [], min(most, len(told)))
        news = [number for number, one in enumerate(told) if one.account != self._user.account]
        if not news:
            return NOTHING
        # One's own lines are there only for what others said around them.
        shown = told[max(news[0], len(told) - most) : news[-1] + 1]
        return Found(shown, len(news), len(told) - news[0] > most)

    async def _count(self, room: Room, missed: Missed) -> int:
        """How many messages of others were missed."""
        store, key = self._chat.store, room.name.key
        if store is None:
            return 0
        after = {key: max(missed.after, room.begun)}
        return (await store.unread(self._user.account, after, COUNTED))[key]

    async def _find_whispers(self, missed: Missed) -> Found:
        store, account = self._chat.store, self._user.account
        if store is None:
            return NOTHING
        records = await store.whispers_after(account, missed.after, WHISPERS_MOST + 1)
        events = [whispered(self._chat, one) for one in records if one.id < missed.before]
        return Found(events[-WHISPERS_MOST:], len(events), len(events) > WHISPERS_MOST)

    # How it looks

    def _note(self, key: str, found: Found) -> None:
        """A guest who logs in later has seen these; a private message may be replied to."""
        if self._session.reading is None and self._session.began is not None:
            self._session.began[key] = found.events[0].id

    def _told(self, key: str, missed: Missed, found: Found) -> Iterator[bytes]:
        zone, now = self._wire.screen.style.zone, self._chat.clock.now()
        lens = self._session.lens.for_room(key in (BOX, self._session.current))
        yield self._line(self._heading(key, missed, found))
        last = day(now, zone)
        for event in found.events:
            its = day(event.at, zone)
            if its != last:
                last = its
                yield self._line(f"{its}:")
            yield lens.render(event)

    def _heading(self, key: str, missed: Missed, found: Found) -> str:
        shown, where = len(found.events), self._name(key)
        if key != BOX and not missed.after:
            return f"The last {shown} lines in {where}:" if shown > 1 else f"The last line in {where}:"
        new = f"over {COUNTED}" if found.new >= COUNTED else str(found.new)
        plural = "" if found.new == 1 else "s"
        if key == BOX:
            what = f"{new} private message{plural} while you were away"
        else:
            since = _since(missed.after, self._chat.clock.now(), self._wire.screen.style.zone)
            what = f"{new} new line{plural} in {where} since you were here ({since})"
        older = f"; the last {shown}, /history has the others" if found.more else ""
        return f"{what}{older}:"

    def _name(self, key: str) -> str:
        room = self._chat.state.rooms.get(key)
        return f"#{room.name.shown}" if room is not None else "private"

    def _line(self, text: str) -> bytes:
        return self._session.lens.for_room(True).render(Notice(text, "missed"))


def whispered(chat: Chat, record: MessageRecord) -> Whispered:
    """A stored private message, as it would be heard now."""
    user = chat.state.owner_id(record.account)
    return Whispered(
        record.id, record.at, record.nick, record.to, record.text, user, record.account
    )


def _since(id_: str, now: float, zone: tzinfo | None) -> str:
    """The time of an id: of today the time alone."""
    at = time_of(id_)
    there = datetime.fromtimestamp(at, zone)
    return f"{there:%H:%M}" if day(at, zone) == day(now, zone) else f"{there:%Y-%m-%d %H:%M}"
