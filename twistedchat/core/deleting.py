"""The verbs that take messages back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from twistedchat.core.apply.deleting import said_by
from twistedchat.core.apply.powers import around
from twistedchat.core.errors import NoSuchNick, NotAllowed, TooMany
from twistedchat.core.events import Deleted, Kept, Whispered
from twistedchat.core.intents import Delete, Written
from twistedchat.core.names import nick_key
from twistedchat.core.records import Change, private_place
from twistedchat.core.roles import Rank
from twistedchat.core.room_verbs import RoomVerbs
from twistedchat.core.rooms import Room
from twistedchat.core.state import QUOTED
from twistedchat.core.text import shorten
from twistedchat.core.users import Session, User, user_of

AT_ONCE = 100
# How far back somebody's last messages are looked for.
PAGE = 200
PAGES = 10


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of messages that somebody wanted to take back.

    Attributes:
        ids: of those that are gone now.
        unknown: of those that are not there, or not where they were looked for.
    """

    ids: tuple[str, ...]
    unknown: tuple[str, ...]


class DeletingVerbs(RoomVerbs):
    """What any door can ask of the chat about messages that are to go."""

    async def delete(self, session: Session, room: str, ids: Sequence[str]) -> TakenBack:
        """Take messages back that were said in a room (its key).

        Raises:
            NotAllowed: one of them is somebody else's, in a room that the user does not run.
        """
        wanted = _few(ids)
        _, found = around(self.state, user_of(session).id, room)
        written = await self._written(room, wanted, found.history)
        return await self._delete(session, wanted, room, written)

    async def delete_private(self, session: Session, nick: str, ids: Sequence[str]) -> TakenBack:
        """Take private messages back that were sent to somebody, who need not be here.

        Raises:
            NotAllowed: one of them is not the user's own.
        """
        user, wanted = user_of(session), _few(ids)
        place = self._conversation(user, nick)
        written = await self._written(place, wanted, user.whispers)
        return await self._delete(session, wanted, place, written)

    async def delete_last(
        self, session: Session, room: str, count: int, nick: str = ""
    ) -> TakenBack:
        """Take the last messages in a room (its key) back: one's own, or those of a nick.

        Raises:
            NotAllowed: they are somebody else's, and the user does not run the room.
        """
        user, found = around(self.state, user_of(session).id, room)
        if nick and nick_key(nick) != user.name.key and found.rank(user) < Rank.OPERATOR:
            raise NotAllowed(
                f"Only operators of #{found.name.shown} can take back what others have said."
            )
        fits = self._by_nick(nick) if nick else partial(said_by, user)
        ids = await self._last(found, min(count, AT_ONCE), fits)
        return await self.delete(session, room, ids)

    async def delete_last_private(self, session: Session, nick: str, count: int) -> TakenBack:
        """Take one's last private messages to somebody back."""
        user, key = user_of(session), nick_key(nick)
        place = self._conversation(user, nick)
        ids = {
            one.id
            for one in user.whispers
            if isinstance(one, Whispered) and said_by(user, one) and nick_key(one.to) == key
        }
        if self.store is not None and user.account:
            page = await self.store.newest(place, PAGE)
            there = self.past.taken.rest(page.messages)
            ids.update(one.id for one in there if one.account == user.account)
        return await self.delete_private(session, nick, sorted(ids)[-min(count, AT_ONCE) :])

    async def _delete(
        self, session: Session, wanted: frozenset[str], place: str, written: Iterable[Written]
    ) -> TakenBack:
        user, ids = user_of(session), tuple(sorted(wanted))
        intent = Delete(user.id, place, ids, tuple(written))
        facts = await self.ask(session, intent) if ids else []
        taken: tuple[str, ...] = ()
        for event, _ in facts:
            if isinstance(event, Deleted):
                taken = event.ids
                if event.of:
                    self._journal.operator_acted(event)
        return TakenBack(taken, tuple(id_ for id_ in ids if id_ not in taken))

    def keep(self, changes: Sequence[Change]) -> None:
        """Have changes stored behind all that has happened so far."""
        self.gate.keep(changes)
        self.fanout.wake()

    # Finding them

    async def _written(
        self, place: str, ids: frozenset[str], kept: Iterable[Kept]
    ) -> Iterable[Written]:
        """Who said the messages with these ids, in memory or stored in a place."""
        known = {o.id: Written(o.id, o.nick, o.account, o.user) for o in kept if o.id in ids}
        absent = ids - known.keys()
        if absent and self.store is not None:
            stored = await self.store.by_ids(sorted(absent))
            for one in self.past.taken.rest(stored):
                if one.place == place:
                    known[one.id] = Written(one.id, one.nick, one.account)
        return known.values()

    async def _last(self, room: Room, count: int, fits: Callable[[Kept], bool]) -> list[str]:
        """The ids of the last messages that fit, as far back as one looks."""
        page, ids = await self.past.newest(room, PAGE), list[str]()
        for _ in range(PAGES):
            ids += [one.id for one in reversed(page.events) if fits(one)]
            if len(ids) >= count or not page.events:
                break
            page = await self.past.before(room, page.events[0].id, PAGE)
        return ids[:count]

    def _by_nick(self, nick: str) -> Callable[[Kept], bool]:
        """Who was called so then, or is now."""
        key = nick_key(nick)
        now = self.state.nicks.get(key or "")
        return lambda one: nick_key(one.nick) == key or (now is not None and said_by(now, one))

    def _conversation(self, user: User, nick: str) -> str:
        """The place of the private messages with somebody.

        Raises:
            NoSuchNick: nobody here is called so, and no account.
        """
        key = nick_key(nick) or ""
        other = self.state.nicks.get(key)
        end = other.account or other.id if other else self.state.owned.account_of(key)
        if not end:
            shown = shorten(nick, QUOTED)
            raise NoSuchNick(f"Nobody here is called {shown}, and no account either.")
        return private_place(user.account or user.id, end)


def _few(ids: Sequence[str]) -> frozenset[str]:
    if len(ids) > AT_ONCE:
        raise TooMany(f"{AT_ONCE} messages can be taken back at once. Send the rest after these.")
    return frozenset(ids)
