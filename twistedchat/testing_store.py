"""A store in memory that keeps what was said, for chats in memory.

store = ShelfStore()
chat = make_chat(store=store, gate=StoreGate(lambda call: call(), store, 1 << 20))
ada = enter(chat, "ada", "lobby")
chat.say(ada, "lobby", "hi", ignore_outcome)
chat.clock.turn()
store.messages                    # [MessageRecord(place="lobby", text="hi", ...)]
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, tzinfo

from twisted.internet.defer import Deferred, succeed

from twistedchat.core.names import nick_key
from twistedchat.core.records import (
    WITH_SERVER,
    Change,
    DeleteMessages,
    EndPlace,
    Found,
    MessageRecord,
    NotStored,
    SearchedPlace,
    StoredPage,
    private_ends,
)
from twistedchat.storage.memory import MemoryStore
from twistedchat.storage.search.finding import chosen
from twistedchat.storage.search.query import Query, parse
from twistedchat.testing import START


class ShelfStore(MemoryStore):
    """Keeps messages as well, and erases at once what is to be erased some time.

    Attributes:
        messages: what is stored, in the order of their ids.
        behind: how many of the newest messages a search does not find.
        now: the time, for searches.
    """

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[MessageRecord] = []
        self.behind = 0
        self.now = START

    def submit(
        self,
        changes: Sequence[Change],
        done: Callable[[NotStored | None], None],
        *,
        keep: bool = True,
    ) -> None:
        """Write changes."""
        for change in changes:
            if isinstance(change, MessageRecord):
                self.messages.append(change)
            elif isinstance(change, DeleteMessages):
                self.messages = [one for one in self.messages if one.id not in change.ids]
            elif isinstance(change, EndPlace):
                self._end(change)
        super().submit(changes, done, keep=keep)

    def _end(self, end: EndPlace) -> None:
        if end.id != WITH_SERVER:
            left = (one for one in self.messages if one.place != end.place or one.id > end.id)
            self.messages = list(left)

    def _of(self, place: str) -> list[MessageRecord]:
        return [one for one in self.messages if one.place == place]

    def newest(self, place: str, limit: int) -> "Deferred[StoredPage]":
        """The last messages of a place."""
        return self.before(place, "~", limit)

    def before(self, place: str, id_: str, limit: int) -> "Deferred[StoredPage]":
        """The last messages older than an id."""
        found = [one for one in self._of(place) if one.id < id_]
        return succeed(StoredPage(tuple(found[-limit:] if limit else ()), len(found) <= limit))

    def after(self, place: str, id_: str, limit: int) -> "Deferred[StoredPage]":
        """The first messages newer than an id."""
        found = [one for one in self._of(place) if one.id > id_]
        return succeed(StoredPage(tuple(found[:limit]), complete=True))

    def by_ids(self, ids: Sequence[str]) -> "Deferred[tuple[MessageRecord, ...]]":
        """The messages with these ids, oldest first."""
        return succeed(tuple(one for one in self.messages if one.id in ids))

    def conversations_of(self, account: str) -> "Deferred[tuple[str, ...]]":
        """The places of an account's private messages."""
        private = (one.place for one in self.messages if account in private_ends(one.place))
        return succeed(tuple(dict.fromkeys(private)))

    def search(
        self,
        text: str,
        within: Mapping[str, SearchedPlace],
        *,
        before: str = "",
        limit: int = 20,
        zone: tzinfo | None = UTC,
    ) -> "Deferred[Found]":
        """Search, newest first; a word is found wherever its letters are."""
        query = parse(text, self.now, zone)
        begun = {one.place: one.begun for one in chosen(query, within)}
        known = self.messages[: len(self.messages) - self.behind]
        found = [
            one
            for one in reversed(known)
            if one.place in begun and begun[one.place] < one.id < (before or "~")
            if _fits(query, one)
        ]
        older = found[limit - 1].id if len(found) > limit else ""
        return succeed(Found(tuple(found[:limit]), older, self.behind))


def _fits(query: Query, one: MessageRecord) -> bool:
    said = one.text.casefold()
    return (
        all(term.text.casefold() in said for term in query.terms)
        and (not query.nicks or nick_key(one.nick) in query.nicks)
        and (query.since is None or one.at >= query.since)
        and (query.until is None or one.at < query.until)
    )
