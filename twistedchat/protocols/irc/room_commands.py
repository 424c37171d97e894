"""Rooms: JOIN, PART, TOPIC, NAMES, LIST, INVITE, KICK."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from twistedchat.core import intents
from twistedchat.core.chat import REASON_CHARS, user_of
from twistedchat.core.errors import ChatError
from twistedchat.core.events import Parted
from twistedchat.core.names import room_key
from twistedchat.core.rooms import Room
from twistedchat.core.text import clean_or_empty
from twistedchat.protocols.consumer import Cost
from twistedchat.protocols.irc import numerics
from twistedchat.protocols.irc.command import Params, command, split_list
from twistedchat.protocols.irc.roomlines import entered, names, topic
from twistedchat.protocols.irc.sight import joined

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue

ROOMS_AT_ONCE = 200


@command("JOIN", 1, cost=Cost.SPEAK)
async def join(dialogue: "IrcDialogue", params: Params) -> None:
    """Come into rooms; ``0`` leaves all."""
    if params[0] == "0":
        for room in list(user_of(dialogue.session).rooms.values()):
            await _leave(dialogue, room, "")
        return
    keys = params[1].split(",") if len(params) > 1 else []
    rooms = split_list(params[0])
    for name, key in zip_longest(rooms, keys[: len(rooms)], fillvalue=""):
        try:
            await _join(dialogue, name, key)
        except ChatError as error:
            dialogue.refuse(error, "JOIN", name)


async def _join(dialogue: "IrcDialogue", name: str, key: str) -> None:
    chat, session = dialogue.chat, dialogue.session
    if not name.startswith("#"):
        dialogue.numeric(numerics.ERR_NOSUCHCHANNEL, name)
    elif (room_key(name) or "") not in user_of(session).rooms:
        room = await chat.join(session, name, key)
        joined(dialogue, room)
        await dialogue.reply(entered(dialogue, room))


@command("PART", 1, cost=Cost.SPEAK)
async def part(dialogue: "IrcDialogue", params: Params) -> None:
    """Leave rooms."""
    reason = clean_or_empty(params[1], REASON_CHARS) if len(params) > 1 else ""
    for name in split_list(params[0]):
        try:
            await _leave(dialogue, dialogue.chat.room_of(dialogue.session, name), reason)
        except ChatError as error:
            dialogue.refuse(error, "PART", name)


async def _leave(dialogue: "IrcDialogue", room: Room, reason: str) -> None:
    chat, session = dialogue.chat, dialogue.session
    nick, shown = user_of(session).nick, room.name.shown
    await chat.part(session, room.name.key, reason)
    dialogue.send(dialogue.lens.render(Parted("", chat.clock.now(), shown, nick, reason), True))


@command("TOPIC", 1, cost=Cost.SPEAK)
async def topic_(dialogue: "IrcDialogue", params: Params) -> None:
    """Show or set what a room is about."""
    chat, session = dialogue.chat, dialogue.session
    if len(params) > 1:
        room = chat.room_of(session, params[0])
        await chat.set_topic(session, room.name.key, params[1])
        return
    room = chat.state.room(params[0], user_of(session), chat.clock.now())
    await dialogue.reply(topic(dialogue, room))


@command("NAMES")
async def names_(dialogue: "IrcDialogue", params: Params) -> None:
    """Show who is in a room."""
    found = _seen(dialogue, params[0].partition(",")[0]) if params else None
    if found is None:
        shown = params[0] if params else "*"
        dialogue.numeric(numerics.RPL_ENDOFNAMES, shown)
        return
    await dialogue.reply(names(dialogue, found))


def _seen(dialogue: "IrcDialogue", name: str) -> Room | None:
    """A room, if there is one that the client may know of."""
    chat = dialogue.chat
    try:
        return chat.state.room(name, user_of(dialogue.session), chat.clock.now())
    except ChatError:
        return None


@command("LIST")
async def list_(dialogue: "IrcDialogue", params: Params) -> None:
    """Show rooms: those that are named, or all that everybody may know of."""
    named = (
        [room for name in split_list(params[0]) if (room := _seen(dialogue, name))]
        if (params and params[0].startswith("#"))
        else None
    )
    await dialogue.reply(_listing(dialogue, named))


def _listing(dialogue: "IrcDialogue", named: list[Room] | None) -> Iterator[bytes]:
    yield dialogue.numeric_bytes(numerics.RPL_LISTSTART, "Channel")
    rooms, last = named, ""
    while rooms is not None or (rooms := dialogue.chat.state.rooms_after(last, ROOMS_AT_ONCE)):
        yield from (_listed(dialogue, room) for room in rooms)
        if named is not None:
            break
        last, rooms = rooms[-1].name.key, None
        yield b""
    yield dialogue.numeric_bytes(numerics.RPL_LISTEND)


def _listed(dialogue: "IrcDialogue", room: Room) -> bytes:
    topic = room.topic.text if room.topic else ""
    count = str(len(room.members))
    return dialogue.numeric_bytes(numerics.RPL_LIST, f"#{room.name.shown}", count, topic)


@command("INVITE", 2, cost=Cost.SPEAK)
async def invite(dialogue: "IrcDialogue", params: Params) -> None:
    """Ask somebody into a room."""
    nick, name = params[:2]
    chat, session = dialogue.chat, dialogue.session
    room = chat.room_of(session, name)
    await chat.invite(session, room.name.key, nick)
    to = chat.named(nick)
    dialogue.numeric(numerics.RPL_INVITING, to.nick, f"#{room.name.shown}")
    if to.away is not None:
        dialogue.numeric(numerics.RPL_AWAY, to.nick, to.away or "Away")


@command("KICK", 2, cost=Cost.SPEAK)
async def kick(dialogue: "IrcDialogue", params: Params) -> None:
    """Put somebody out of a room."""
    name, nick = params[:2]
    chat, session = dialogue.chat, dialogue.session
    room = chat.room_of(session, name).name.key
    reason = clean_or_empty(params[2], REASON_CHARS) if len(params) > 2 else ""
    await chat.ask(session, intents.Kick(user_of(session).id, room, nick, reason))
