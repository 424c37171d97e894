"""The requests of programs about what was said before: pages of it, and searching."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from twistedchat.core.chat import Chat, user_of
from twistedchat.core.conversations import conversation_with
from twistedchat.core.errors import BadArguments, NoSuchMessage, TooLong
from twistedchat.core.events import Kept
from twistedchat.core.history import Page
from twistedchat.core.ids import first_at
from twistedchat.core.past import Past, Where, shown_name
from twistedchat.core.rooms import Room
from twistedchat.core.users import Session, User
from twistedchat.protocols import fields
from twistedchat.protocols.roomstate import heard, newest, oldest
from twistedchat.render.json import encode

Request = Mapping[str, Any]
Carried = dict[str, Any]
Answer = Callable[[Chat, Session, Request], Awaitable[Carried]]

HISTORY_MOST = 200
HISTORY_DEFAULT = 50
FOUND_MOST = 100
FOUND_DEFAULT = 20
QUERY_CHARS = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """From where a page is wanted; at most one of these is given.

    Attributes:
        after: the id behind which the page begins, or "".
        before: the id before which it ends, or "".
        around: the id that is to be in the middle of it, or "".
    """

    after: str = ""
    before: str = ""
    around: str = ""


async def _history(chat: Chat, session: Session, request: Request) -> Carried:
    user, where, asked = user_of(session), _where(chat, session, request), _asked(request)
    limit = fields.whole(request, "limit", 1, HISTORY_MOST) or HISTORY_DEFAULT
    if asked.around:
        page = await _around(chat.past, where, asked.around, limit)
        told = _heard(user, where, page)
        return _carried(where, told, page.complete, more=not page.complete)
    page, told = await _page(chat.past, where, user, asked, limit)
    events = (oldest if asked.after else newest)(told, limit)
    whole = len(events) == len(told)
    # After an id the page ends before what is new, else it begins after what is old.
    complete = page.complete and (whole or bool(asked.after))
    ends = _reaches(where, page, limit) if asked.after else complete
    return _carried(where, events, complete, more=not (whole and ends))


def _carried(where: Where, events: list[Kept], complete: bool, *, more: bool) -> Carried:
    name = {"room": shown_name(where)} if isinstance(where, Room) else {"nick": where.nick}
    told = [encode(event) for event in events]
    return {**name, "events": told, "complete": complete, "more": more}


def _reaches(where: Where, page: Page, limit: int) -> bool:
    """Whether there is nothing newer behind a page."""
    if isinstance(where, Room):
        return not page.events or page.events[-1].id == where.history.latest
    return len(page.events) < limit


def _where(chat: Chat, session: Session, request: Request) -> Where:
    if request.get("nick") is None:
        return chat.room_of(session, fields.text(request, "room"))
    if request.get("room") is not None:
        raise BadArguments("Give room or nick, not both.")
    return conversation_with(chat.state, user_of(session), fields.text(request, "nick"))


def _asked(request: Request) -> Asked:
    after, before, around = (
        fields.message_id(request, name) or "" for name in ("after", "before", "around")
    )
    since = fields.moment(request, "since")
    if sum(map(bool, (after, before, around, since is not None))) > 1:
        raise BadArguments("Give one of after, before, since and around.")
    return Asked(after if since is None else first_at(since), before, around)


async def _around(past: Past, where: Where, id_: str, limit: int) -> Page:
    page = await past.around(where, id_, limit)
    if not page.events:
        raise NoSuchMessage(f"There is no such message in {shown_name(where)}. It may be gone.")
    return page


async def _page(
    past: Past, where: Where, user: User, asked: Asked, limit: int
) -> tuple[Page, list[Kept]]:
    """A page of which the reader gets to see something, if there is anything for them."""
    after, before = asked.after, asked.before
    while True:
        if after:
            page = await past.after(where, after, limit)
        else:
            older = past.before(where, before, limit) if before else past.newest(where, limit)
            page = await older
        told = _heard(user, where, page)
        if told or not page.events:
            return page, told
        # All of it is from people whom the reader ignores.
        limit = HISTORY_MOST
        after, before = (page.events[-1].id, "") if after else ("", page.events[0].id)


def _heard(user: User, where: Where, page: Page) -> list[Kept]:
    """Without people whom the reader ignores, but for one whose words are asked for."""
    return heard(user, page.events) if isinstance(where, Room) else list(page.events)


async def _search(chat: Chat, session: Session, request: Request) -> Carried:
    text, before = fields.text(request, "text"), fields.message_id(request, "before") or ""
    if len(text) > QUERY_CHARS:
        raise TooLong(f"A search has at most {QUERY_CHARS} characters.")
    limit = fields.whole(request, "limit", 1, FOUND_MOST) or FOUND_DEFAULT
    zone = fields.zone(request, UTC)
    results = await chat.search.find(user_of(session), text, before, limit, zone)
    found = [message for _, message in results.messages]
    messages = oldest(found, limit)
    older = results.older if len(messages) == len(found) else messages[-1].id
    told = [encode(message) for message in messages]
    return {"messages": told, "before": older or None, "behind": results.behind}


PAST_REQUESTS: dict[str, Answer] = {"history": _history, "search": _search}
