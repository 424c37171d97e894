"""The requests of programs: one function each, from fields to a verb, and what ``ok`` carries."""

from collections.abc import Awaitable, Callable, Mapping
from operator import attrgetter
from typing import Any

from twistedchat.core import intents
from twistedchat.core.chat import REASON_CHARS, Chat, user_of
from twistedchat.core.durations import LONGEST
from twistedchat.core.names import nick_key, room_key
from twistedchat.core.rooms import Room, Sentence
from twistedchat.core.text import clean_or_empty
from twistedchat.core.users import Session
from twistedchat.protocols import fields
from twistedchat.protocols.account_requests import ACCOUNT_REQUESTS
from twistedchat.protocols.markers import MARKER_REQUESTS, marks
from twistedchat.protocols.own_requests import OWN_REQUESTS
from twistedchat.protocols.past_requests import PAST_REQUESTS
from twistedchat.protocols.room_requests import ROOM_REQUESTS
from twistedchat.protocols.roomstate import (
    PAGE,
    PAGE_BYTES,
    fitting,
    member_page,
    room_state,
    topic,
)
from twistedchat.render.json import timestamp

Request = Mapping[str, Any]
Carried = dict[str, Any]
Answer = Callable[[Chat, Session, Request], Awaitable[Carried]]


async def _whisper(chat: Chat, session: Session, request: Request) -> Carried:
    nick, text = fields.text(request, "nick"), fields.text(request, "text")
    event = await chat.whisper(session, nick, text)
    carried: Carried = {"msgid": event.id, "time": timestamp(event.at), "to": event.to}
    if event.absent:
        return {**carried, "absent": True}
    away = chat.named(event.to).away
    return carried if away is None else {**carried, "away": away}


async def _join(chat: Chat, session: Session, request: Request) -> Carried:
    room = await chat.join(
        session, fields.text(request, "room"), fields.optional(request, "password"),
        fields.flag(request, "confirm"),
    )  # fmt: skip
    marked = await marks(chat, session, [room])
    return {"room": room_state(room, user_of(session), chat.clock.now(), marks=marked)}


async def _part(chat: Chat, session: Session, request: Request) -> Carried:
    await chat.part(session, fields.room(request, "room"), fields.optional(request, "reason"))
    return {}


async def _topic(chat: Chat, session: Session, request: Request) -> Carried:
    room = chat.room_of(session, fields.text(request, "room"))
    if request.get("topic") is not None:
        await chat.set_topic(session, room.name.key, fields.text(request, "topic"))
    return {"topic": topic(room)}


async def _rooms(chat: Chat, session: Session, request: Request) -> Carried:
    after = room_key(fields.optional(request, "after")) or ""
    own = (room for room in user_of(session).rooms.values() if room.rules.private)
    found = chat.state.rooms_after(after, PAGE + 1)
    found += [room for room in own if room.name.key > after]
    found.sort(key=lambda room: room.name.key)
    rooms = fitting(map(_listed, found[:PAGE]), PAGE_BYTES)
    return {"rooms": rooms, "more": len(rooms) < len(found)}


def _listed(room: Room) -> Carried:
    return {"name": f"#{room.name.shown}", "count": len(room.members), "topic": topic(room)}


async def _who(chat: Chat, session: Session, request: Request) -> Carried:
    user, now = user_of(session), chat.clock.now()
    room = chat.state.room(fields.text(request, "room"), user, now)
    members, more = member_page(room, nick_key(fields.optional(request, "after")) or "")
    return {"members": members, "count": len(room.members), "more": more}


async def _whois(chat: Chat, session: Session, request: Request) -> Carried:
    user, asker = chat.named(fields.text(request, "nick")), user_of(session)
    now = chat.clock.now()
    seen = [room for room in user.rooms.values() if room.seen_by(asker, now)]
    owned = chat.state.owned.name_of(user.account)
    told: Carried = {
        "nick": user.nick,
        "cloak": user.cloak,
        "rooms": [f"#{room.name.shown}" for room in seen],
        "away": user.away,
        "since": timestamp(user.since),
        "idle": int(now - user.spoke),
        "sessions": len(user.sessions),
        "client": user.client,
        "operator": user.operator,
        "account": owned.shown if owned else None,
    }
    if asker.operator:
        told["address"] = user.address
    return told


async def _nick(chat: Chat, session: Session, request: Request) -> Carried:
    await chat.rename(session, fields.text(request, "nick"))
    return {"nick": user_of(session).nick}


async def _away(chat: Chat, session: Session, request: Request) -> Carried:
    away = request.get("reason") is not None
    await chat.set_away(session, fields.text(request, "reason") if away else None)
    return {}


async def _invite(chat: Chat, session: Session, request: Request) -> Carried:
    await chat.invite(session, fields.room(request, "room"), fields.text(request, "nick"))
    return {}


def _operator(operator: bool) -> Answer:
    async def answer(chat: Chat, session: Session, request: Request) -> Carried:
        room, nick = fields.room(request, "room"), fields.text(request, "nick")
        user = user_of(session).id
        await chat.ask(session, intents.SetOperator(user, room, nick, operator))
        return {}

    return answer


async def _kick(chat: Chat, session: Session, request: Request) -> Carried:
    room, nick = fields.room(request, "room"), fields.text(request, "nick")
    await chat.ask(session, intents.Kick(user_of(session).id, room, nick, _reason(request)))
    return {}


async def _ban(chat: Chat, session: Session, request: Request) -> Carried:
    room, who = fields.room(request, "room"), fields.target(request, "who")
    intent = intents.Ban(user_of(session).id, room, who, _seconds(request), _reason(request))
    await chat.ask(session, intent)
    return {}


async def _unban(chat: Chat, session: Session, request: Request) -> Carried:
    room, who = fields.room(request, "room"), fields.target(request, "who")
    await chat.ask(session, intents.Unban(user_of(session).id, room, who))
    return {}


async def _mute(chat: Chat, session: Session, request: Request) -> Carried:
    room, nick = fields.room(request, "room"), fields.text(request, "nick")
    intent = intents.Mute(user_of(session).id, room, nick, _seconds(request), _reason(request))
    await chat.ask(session, intent)
    return {}


async def _unmute(chat: Chat, session: Session, request: Request) -> Carried:
    room, nick = fields.room(request, "room"), fields.target(request, "nick")
    await chat.ask(session, intents.Unmute(user_of(session).id, room, nick))
    return {}


async def _bans(chat: Chat, session: Session, request: Request) -> Carried:
    room, now = chat.room_of(session, fields.text(request, "room")), chat.clock.now()
    after = fields.message_id(request, "after") or ""
    found = [ban for ban in room.bans.values() if ban.id > after and not ban.over(now)]
    bans = fitting(map(_banned, sorted(found, key=attrgetter("id"))), PAGE_BYTES)
    return {"bans": bans, "more": len(bans) < len(found)}


def _banned(ban: Sentence) -> Carried:
    return {
        "msgid": ban.id,
        "who": ban.who,
        "by": ban.by,
        "time": timestamp(ban.at),
        "until": None if ban.until is None else timestamp(ban.until),
        "reason": ban.reason,
    }


def _seconds(request: Request) -> float | None:
    return fields.number(request, "seconds", 1, LONGEST)


def _reason(request: Request) -> str:
    return clean_or_empty(fields.optional(request, "reason"), REASON_CHARS)


REQUESTS: dict[str, Answer] = {
    "whisper": _whisper,
    "join": _join,
    "part": _part,
    "topic": _topic,
    "rooms": _rooms,
    "who": _who,
    "whois": _whois,
    "nick": _nick,
    "away": _away,
    "invite": _invite,
    "op": _operator(operator=True),
    "deop": _operator(operator=False),
    "kick": _kick,
    "ban": _ban,
    "unban": _unban,
    "mute": _mute,
    "unmute": _unmute,
    "bans": _bans,
    **PAST_REQUESTS,
    **ROOM_REQUESTS,
    **ACCOUNT_REQUESTS,
    **MARKER_REQUESTS,
    **OWN_REQUESTS,
}
