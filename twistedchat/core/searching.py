"""Searching in what was said, wherever the person may read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo

from twistedchat.core.conversations import Conversation, called
from twistedchat.core.errors import NotAllowed
from twistedchat.core.events import Kept
from twistedchat.core.past import Past, Where
from twistedchat.core.ports import Store
from twistedchat.core.records import Found, SearchedPlace, private_ends
from twistedchat.core.state import State
from twistedchat.core.users import User

NOTHING_STORED = (
    "Nothing is stored on this server, so there is nothing to search. /history shows the last"
    " lines."
)
# How often the store is asked for one search, as long as nothing is found that may be shown.
ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Results:
    """What a search has found, newest first; it may be nothing, though there is more.

    Attributes:
        messages: the messages, each with the place where it was said.
        older: the id from which to search on, or "" when there is no more.
        behind: how many of the newest messages of all can't be found yet.
    """

    messages: tuple[tuple[str, Kept], ...]
    older: str
    behind: int


class Search:
    """Finds what was said.

    Args:
        store: what lasts; None if nothing does.
        state: who is where, and who is who.
        past: knows how stored messages are heard.
    """

    def __init__(self, store: Store | None, state: State, past: Past) -> None:
        self._store = store
        self._state = state
        self._past = past

    async def find(
        self, user: User, text: str, before: str, limit: int, zone: tzinfo | None = UTC
    ) -> Results:
        """Search the user's rooms and private conversations.

        Args:
            user: who may read there.
            text: as the person has typed it.
            before: where the last page ended (``Results.older``), or "".
            limit: how many messages at most.
            zone: in which dates are meant; None for the machine's own.

        Raises:
            ChatError: the text is no query, or names a place where the person may not read.
        """
        if self._store is None:
            raise NotAllowed(NOTHING_STORED)
        within = {
            room.name.key: SearchedPlace(room.name.key, room.begun) for room in user.rooms.values()
        }
        within |= await self._conversations(self._store, user)
        for _ in range(ROUNDS):
            found = await self._store.search(text, within, before=before, limit=limit, zone=zone)
            results = self._results(user, found)
            if results.messages or not results.older:
                break
            # All of it is from people whom the reader ignores.
            before = results.older
        return results

    async def _conversations(self, store: Store, user: User) -> Mapping[str, SearchedPlace]:
        if not user.account:
            return {}
        return {
            self._name_of(user, place): SearchedPlace(place)
            for place in await store.conversations_of(user.account)
        }

    def _name_of(self, user: User, place: str) -> str:
        """What ``in:`` calls a conversation; nobody can mean one with an account that is gone."""
        name = self._state.owned.name_of(_other_end(user, place))
        return f"@{name.key}" if name is not None else f"@ {place}"

    def _results(self, user: User, found: Found) -> Results:
        heard: list[tuple[str, Kept]] = []
        for one in self._past.taken.rest(found.messages):
            where = where_is(self._state, user, one.place)
            if where is not None:
                event = self._past.event(where, one)
                if event.user not in user.ignored:
                    heard.append((one.place, event))
        return Results(tuple(heard), found.older, found.behind)


def where_is(state: State, user: User, place: str) -> Where | None:
    """The place in which a user may read at the moment, or None."""
    ends = private_ends(place)
    if not ends:
        return user.rooms.get(place)
    if not user.account or user.account not in ends:
        return None
    other = _other_end(user, place)
    return Conversation(user.account, other, called(state, other))


def _other_end(user: User, place: str) -> str:
    one, other = private_ends(place)
    return other if one == user.account else one
