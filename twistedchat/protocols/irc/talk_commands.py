"""PRIVMSG and NOTICE beyond one line in one room, and QUIT."""

from functools import partial
from typing import TYPE_CHECKING, Final

from twistedchat.core.chat import user_of
from twistedchat.core.errors import ChatError
from twistedchat.core.events import Whispered
from twistedchat.core.names import nick_key
from twistedchat.protocols.consumer import Cost
from twistedchat.protocols.irc import numerics
from twistedchat.protocols.irc.account_commands import NICKSERV, told_nickserv
from twistedchat.protocols.irc.command import Params, command, split_list
from twistedchat.protocols.irc.sight import wear_lens
from twistedchat.protocols.irc.welcome import TARGETS

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue

CTCP: Final = "\x01"
_NICKSERV = NICKSERV.casefold()
_ACTION = f"{CTCP}ACTION"
NO_CTCP: Final = "CTCP requests other than ACTION are not passed on here."


@command("PRIVMSG", cost=Cost.SPEAK)
async def privmsg(dialogue: "IrcDialogue", params: Params) -> None:
    """Say something in rooms or to people."""
    if not params or not params[0]:
        dialogue.numeric(numerics.ERR_NORECIPIENT, "No recipient given (PRIVMSG)")
    elif len(params) < 2 or not params[1]:
        dialogue.numeric(numerics.ERR_NOTEXTTOSEND)
    elif len(targets := split_list(params[0])) > TARGETS:
        text = f"A message has at most {TARGETS} targets. Send it in parts."
        dialogue.numeric(numerics.ERR_TOOMANYTARGETS, params[0], text)
    else:
        for target in targets:
            try:
                await _say(dialogue, target, params[1])
            except ChatError as error:
                dialogue.refuse(error, "PRIVMSG", target)


@command("NOTICE", cost=Cost.SPEAK)
async def notice(dialogue: "IrcDialogue", params: Params) -> None:
    """Say something to which nobody is to answer; no refusal is told either."""
    if len(params) < 2 or not params[1] or params[1].startswith(CTCP):
        return
    for target in split_list(params[0])[:TARGETS]:
        try:
            await _say(dialogue, target, params[1], "NOTICE")
        except ChatError:
            continue


async def _say(dialogue: "IrcDialogue", target: str, text: str, name: str = "PRIVMSG") -> None:
    """Say a text, or carry out an action, in a room or to somebody."""
    action = _action_in(text)
    if action is None and text.startswith(CTCP):
        dialogue.numeric(numerics.ERR_CANNOTSENDTOCHAN, target, NO_CTCP)
        return
    chat, session = dialogue.chat, dialogue.session
    if target.casefold() == _NICKSERV:
        await told_nickserv(dialogue, text)
        return
    if target.startswith("#"):
        room = chat.room_of(session, target).name.key
        said = partial(dialogue.said, name, target)
        if action is None:
            chat.say(session, room, text, said)
        else:
            chat.emote(session, room, action, said)
        return
    # A private message has no form for actions.
    told = text if action is None else f"* {user_of(session).nick} {action}"
    event = await _whisper(dialogue, target, told)
    to = chat.state.nicks.get(nick_key(event.to) or "")
    if event.absent and name == "PRIVMSG":
        dialogue.numeric(numerics.RPL_AWAY, event.to, "Not here, and gets that on coming back")
    elif to is not None and to.away is not None and name == "PRIVMSG":
        dialogue.numeric(numerics.RPL_AWAY, to.nick, to.away or "Away")


async def _whisper(dialogue: "IrcDialogue", nick: str, text: str) -> Whispered:
    """Tell one person something; an echo with a label is this client's own."""
    if not dialogue.out.labelled or "echo-message" not in dialogue.agreed:
        return await dialogue.chat.whisper(dialogue.session, nick, text)
    silent = dialogue.wire.lenses.of(dialogue.agreed - {"echo-message"})
    dialogue.chat.set_lens(dialogue.session, silent)
    try:
        event = await dialogue.chat.whisper(dialogue.session, nick, text)
    finally:
        wear_lens(dialogue)
    dialogue.echo(event)
    return event


def _action_in(text: str) -> str | None:
    r"""What somebody does, of ``\x01ACTION waves\x01``; the end may be missing."""
    if not text.startswith(f"{_ACTION} "):
        return None
    return text[len(_ACTION) + 1 :].removesuffix(CTCP)


@command("TAGMSG", 1, cost=Cost.SPEAK)
async def tagmsg(dialogue: "IrcDialogue", params: Params) -> None:
    """Tags alone: none that a client can send is passed on (CLIENTTAGDENY=*), so nothing is."""


@command("QUIT", cost=Cost.LEAVE, early=True)
async def quit_(dialogue: "IrcDialogue", params: Params) -> None:
    """Leave."""
    reason = params[0] if params else ""
    dialogue.wire.close("bye", f"Quit: {reason}" if reason else "Quit", reason)
