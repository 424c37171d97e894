"""The requests of programs about rooms that last: what their owners and operators set."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from twistedchat.core.apply.roles import called
from twistedchat.core.chat import Chat, user_of
from twistedchat.core.errors import BadArguments
from twistedchat.core.names import nick_key
from twistedchat.core.roles import Rank
from twistedchat.core.rules import SLOWEST
from twistedchat.core.users import Session
from twistedchat.protocols import fields
from twistedchat.protocols.roomstate import PAGE, PAGE_BYTES, fitting, settings
from twistedchat.render.json import timestamp

Request = Mapping[str, Any]
Carried = dict[str, Any]
Answer = Callable[[Chat, Session, Request], Awaitable[Carried]]


async def _register(chat: Chat, session: Session, request: Request) -> Carried:
    await chat.register_room(session, fields.room(request, "room"))
    return {}


async def _drop(chat: Chat, session: Session, request: Request) -> Carried:
    confirm = fields.flag(request, "confirm")
    await chat.drop_room(session, fields.room(request, "room"), confirm=confirm)
    return {}


async def _set(chat: Chat, session: Session, request: Request) -> Carried:
    """Truth values, numbers and lists may stand for what people write."""
    room, setting = fields.room(request, "room"), fields.text(request, "setting")
    value = _written(request.get("value"))
    confirm = fields.flag(request, "confirm")
    return {"changed": await chat.set_room(session, room, setting, value, confirm=confirm)}


def _written(value: Any) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case str() | int():
            return str(value)
        case list() if all(isinstance(one, str) for one in value):
            return " ".join(value) or "off"
        case _:
            raise BadArguments("value must be a text, true, false, a whole number or a list.")


async def _slow(chat: Chat, session: Session, request: Request) -> Carried:
    room = fields.room(request, "room")
    seconds = fields.whole(request, "seconds", 0, SLOWEST) or 0
    return {"changed": await chat.set_room(session, room, "slow", str(seconds))}


async def _info(chat: Chat, session: Session, request: Request) -> Carried:
    room = chat.room_of(session, fields.text(request, "room"))
    told: Carried = {
        "room": f"#{room.name.shown}",
        "founder": called(chat.state, room.founder) if room.founder else None,
        "permanent": room.permanent,
        "created": timestamp(room.created) if room.lasting else None,
        "keep_seconds": room.rules.keep_seconds,
        "keep_count": room.rules.keep_count,
        **settings(room),
    }
    if room.rank(user_of(session)) >= Rank.OPERATOR:
        told["filter"] = list(room.rules.filtered)
    return told


async def _transfer(chat: Chat, session: Session, request: Request) -> Carried:
    room, nick = fields.room(request, "room"), fields.text(request, "nick")
    confirm = fields.flag(request, "confirm")
    await chat.transfer_room(session, room, nick, confirm=confirm)
    return {}


async def _role(chat: Chat, session: Session, request: Request) -> Carried:
    room, nick = fields.room(request, "room"), fields.text(request, "nick")
    await chat.set_role(session, room, nick, fields.text(request, "role"))
    return {}


async def _roles(chat: Chat, session: Session, request: Request) -> Carried:
    room = chat.room_of(session, fields.text(request, "room"))
    after = nick_key(fields.optional(request, "after")) or ""
    named = [(called(chat.state, account), role) for account, role in room.roles.items()]
    keyed = sorted((nick_key(nick) or "", nick, role) for nick, role in named)
    found = [{"nick": nick, "role": role} for key, nick, role in keyed if key > after]
    roles = fitting(found[:PAGE], PAGE_BYTES)
    return {"roles": roles, "more": len(roles) < len(found)}


ROOM_REQUESTS: dict[str, Answer] = {
    "room_register": _register,
    "room_drop": _drop,
    "room_set": _set,
    "slow": _slow,
    "room_info": _info,
    "room_transfer": _transfer,
    "room_role": _role,
    "room_roles": _roles,
}
