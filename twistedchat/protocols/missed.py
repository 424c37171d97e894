"""What a session has missed in the places that it has begun to hear, looked up."""

from collections.abc import Generator, Sequence
from typing import NamedTuple

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from twistedchat.core.chat import Chat
from twistedchat.core.events import Kept, Whispered
from twistedchat.core.reading import BOX
from twistedchat.core.reads import Missed
from twistedchat.core.records import MessageRecord
from twistedchat.core.rooms import Room
from twistedchat.core.users import User
from twistedchat.protocols.replies import Asker, Made, Until
from twistedchat.protocols.roomstate import heard

MISSED_MOST = 500
WHISPERS_MOST = 200
COUNTED = 10_000
STORE_SECONDS = 5.0


class Found(NamedTuple):
    """What was missed in a place.

    Attributes:
        events: the messages to show, oldest first.
        new: how many of others were missed; for who has never read there, how many are shown.
        more: whether there are older ones that were missed and are not shown.
    """

    events: Sequence[Kept]
    new: int
    more: bool = False


NOTHING = Found([], 0)


class Missing:
    """Looks up what a session has missed.

    Args:
        asker: the session's connection.
        user: who the session is.
    """

    _log = Logger()

    def __init__(self, asker: Asker, user: User) -> None:
        self._asker = asker
        self._chat = asker.entrance.chat
        self._user = user
        self._last = asker.entrance.config.replay

    def at_hand(self, key: str, missed: Missed) -> bool:
        """Whether memory has all of it."""
        room = self._user.rooms.get(key)
        if room is None:
            return key != BOX or self._chat.store is None
        return self._chat.recent.reaches(room, missed.after, self._last)

    def look_up(self, key: str, missed: Missed) -> Generator[Made, None, Found | None]:
        """What was missed in a place; None if it can't be had, and then it does not count as read.

        A part of a long reply, which waits here if the store has to be asked.
        """
        if self.at_hand(key, missed):
            return self._from_memory(key, missed)
        asked = Deferred.fromCoroutine(self._find(key, missed))
        asked.addTimeout(STORE_SECONDS, self._asker.entrance.reactor)
        results: list[Found | Failure | None] = []
        asked.addBoth(results.append)
        while not results:
            yield Until(asked)
        result = results[0]
        if isinstance(result, Found):
            return result
        if result is not None:
            self._log.failure("What was missed could not be looked up", result)
        reading = self._asker.session.reading
        if reading is not None:
            reading.give_up(key)
        return None

    def _from_memory(self, key: str, missed: Missed) -> Found:
        room = self._user.rooms.get(key)
        if room is None:
            return NOTHING
        most = MISSED_MOST if missed.after else self._last
        events = room.history.before(missed.before, len(room.history)).events
        return self._found(missed, self._chat.past.mark(events), most)

    async def _find(self, key: str, missed: Missed) -> Found | None:
        """None while the store lacks some of it, which is written when the disk works again."""
        if key == BOX:
            return await self._find_whispers(missed)
        room = self._user.rooms[key]
        await self._chat.recent.recall(room)
        if self.at_hand(key, missed):
            return self._from_memory(key, missed)
        if self._chat.recent.has_gap(room):
            return None
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

    async def _find_whispers(self, missed: Missed) -> Found | None:
        store, account = self._chat.store, self._user.account
        if store is None:
            return NOTHING
        if store.unstored:
            return None
        records = await store.whispers_after(account, missed.after, WHISPERS_MOST + 1)
        there = self._chat.past.taken.rest(records)
        events = [whispered(self._chat, one) for one in there if one.id < missed.before]
        return Found(events[-WHISPERS_MOST:], len(events), len(events) > WHISPERS_MOST)


def whispered(chat: Chat, record: MessageRecord) -> Whispered:
    """A stored private message, as it would be heard now."""
    user = chat.state.owner_id(record.account)
    return Whispered(
        record.id, record.at, record.nick, record.to, record.text, user, record.account
    )
