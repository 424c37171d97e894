"""MODE: what holds for a room or for oneself, changed and told."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from twistedchat.core import intents
from twistedchat.core.chat import user_of
from twistedchat.core.errors import ChatError, NotInRoom
from twistedchat.core.names import nick_key
from twistedchat.core.roles import Role
from twistedchat.core.rooms import Room
from twistedchat.protocols.consumer import Cost
from twistedchat.protocols.irc import numerics
from twistedchat.protocols.irc.acts import MUTE, Act, Ban, Give, Mute, Op, Set, act_of
from twistedchat.protocols.irc.command import Params, command
from twistedchat.protocols.irc.modes import (
    MODES_PER_LINE,
    ROOM_MODES,
    USER_MODES,
    Asked,
    Change,
    Mode,
    read_modes,
)
from twistedchat.protocols.irc.roomlines import modes

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue

ALWAYS_SO = "+{} says what the room is; no mode changes that."


@command("MODE", 1, cost=Cost.ASK)
async def mode(dialogue: "IrcDialogue", params: Params) -> None:
    """Show or change modes."""
    if params[0].startswith("#"):
        await _of_room(dialogue, params[0], params[1:])
    elif nick_key(params[0]) != user_of(dialogue.session).name.key:
        dialogue.chat.named(params[0])
        dialogue.numeric(numerics.ERR_USERSDONTMATCH)
    else:
        _of_oneself(dialogue, params[1:])


def _of_oneself(dialogue: "IrcDialogue", words: Params) -> None:
    """What one is changes by other means; what is not known is told."""
    if not words:
        dialogue.numeric(numerics.RPL_UMODEIS, user_modes(dialogue))
    elif read_modes(words, USER_MODES).unknown:
        dialogue.numeric(numerics.ERR_UMODEUNKNOWNFLAG)


def user_modes(dialogue: "IrcDialogue") -> str:
    """What somebody is, in letters."""
    user = user_of(dialogue.session)
    held = {"i": True, "o": user.operator, "r": user.account != "", "Z": dialogue.session.secure}
    return "+" + "".join(letter for letter, holds in held.items() if holds)


async def _of_room(dialogue: "IrcDialogue", name: str, words: Params) -> None:
    chat, user = dialogue.chat, user_of(dialogue.session)
    room = chat.state.room(name, user, chat.clock.now())
    inside = user.id in room.members
    if not words:
        await dialogue.reply(modes(dialogue, room, inside=inside))
        return
    asked = read_modes(words)
    _tell_faults(dialogue, room, asked)
    for one in asked.lists:
        if not inside and not user.operator:
            raise NotInRoom(f"You are not in #{room.name.shown}. /join it first.")
        await dialogue.reply(_listing(dialogue, room, one))
    for change in asked.changes:
        try:
            await _change(dialogue, room, change)
        except ChatError as error:
            dialogue.refuse(error, "MODE", f"#{room.name.shown}")


def _tell_faults(dialogue: "IrcDialogue", room: Room, asked: Asked) -> None:
    shown = f"#{room.name.shown}"
    for letter in asked.unknown:
        dialogue.numeric(numerics.ERR_UNKNOWNMODE, letter)
    for one in asked.lacking:
        text = "This mode needs a parameter."
        dialogue.numeric(numerics.ERR_INVALIDMODEPARAM, shown, one.letter, "*", text)
    if asked.over:
        count = len(asked.over)
        text = f"{count} changes were not made: a line has at most {MODES_PER_LINE}."
        dialogue.numeric(numerics.ERR_UNKNOWNERROR, "MODE", text)


async def _change(dialogue: "IrcDialogue", room: Room, change: Change) -> None:
    act = act_of(change)
    if act is None:
        text = ALWAYS_SO.format(change.mode.letter)
        if not (change.add and change.mode == ROOM_MODES["n"]):
            dialogue.numeric(numerics.ERR_UNKNOWNERROR, "MODE", text)
        return
    await carry_out(dialogue, room, act)


async def carry_out(dialogue: "IrcDialogue", room: Room, act: Act) -> None:
    """Ask the core for what a change of modes means."""
    chat, session = dialogue.chat, dialogue.session
    user, key = user_of(session).id, room.name.key
    match act:
        case Set(setting=setting, value=value):
            await chat.set_room(session, key, setting, value)
        case Give(nick=nick, role=role):
            await chat.set_role(session, key, nick, role)
        case Op(nick=nick, operator=operator):
            await chat.ask(session, intents.SetOperator(user, key, nick, operator))
        case Ban(who=who, on=True):
            await chat.ask(session, intents.Ban(user, key, who, None, ""))
        case Ban(who=who):
            await chat.ask(session, intents.Unban(user, key, who))
        case Mute(nick=nick, on=True):
            await chat.ask(session, intents.Mute(user, key, nick, None, ""))
        case Mute(nick=nick):
            await chat.ask(session, intents.Unmute(user, key, nick))


def _listing(dialogue: "IrcDialogue", room: Room, asked: Mode) -> Iterator[bytes]:
    """Who is on a list, by whom and since when."""
    tell, shown = dialogue.numeric_bytes, f"#{room.name.shown}"
    if asked.means == Role.MEMBER:
        for account, role in list(room.roles.items()):
            name = dialogue.chat.state.owned.name_of(account)
            if role is Role.MEMBER and name is not None:
                words = (shown, name.shown, dialogue.server, str(int(room.created)))
                yield tell(numerics.RPL_INVITELIST, *words)
        yield tell(numerics.RPL_ENDOFINVITELIST, shown)
        return
    now = dialogue.chat.clock.now()
    for before, sentences in (("", room.bans), (MUTE, room.mutes)):
        for one in list(sentences.values()):
            if not one.over(now):
                words = (shown, before + one.who, one.by, str(int(one.at)))
                yield tell(numerics.RPL_BANLIST, *words)
    yield tell(numerics.RPL_ENDOFBANLIST, shown)
