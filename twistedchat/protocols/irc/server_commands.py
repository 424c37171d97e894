"""Server operators and help: OPER, WALLOPS, INFO, HELP."""

from typing import TYPE_CHECKING, Final

from twistedchat.core import intents
from twistedchat.core.chat import user_of
from twistedchat.core.text import clean
from twistedchat.protocols.consumer import Cost
from twistedchat.protocols.irc import numerics
from twistedchat.protocols.irc.command import COMMANDS, Params, command

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue

NO_SUCH_OPERATOR: Final = "This name and password do not belong together. Try again."


@command("OPER", 2, cost=Cost.SPEAK)
async def oper(dialogue: "IrcDialogue", params: Params) -> None:
    """Become a server operator."""
    name, password = params[:2]
    wire = dialogue.wire
    if dialogue.chat.accounts is not None:
        # Where passwords are not taken from whoever can be overheard, neither is this one.
        dialogue.chat.accounts.warning(dialogue.session)
    if not await wire.entrance.is_operator(name, password, wire.address):
        dialogue.numeric(numerics.ERR_PASSWDMISMATCH)
        return
    await dialogue.chat.ask(dialogue.session, intents.Elevate(user_of(dialogue.session).id))
    dialogue.numeric(numerics.RPL_YOUREOPER)


@command("WALLOPS", 1, cost=Cost.SPEAK)
async def wallops(dialogue: "IrcDialogue", params: Params) -> None:
    """Tell everybody on the server something."""
    if not user_of(dialogue.session).operator:
        dialogue.numeric(numerics.ERR_NOPRIVILEGES)
        return
    text = clean(params[0], dialogue.chat.state.limits.message)
    user = user_of(dialogue.session).id
    await dialogue.chat.ask(dialogue.session, intents.Announce(user, text))


@command("INFO")
async def info(dialogue: "IrcDialogue", _: Params) -> None:
    """Say what this is."""
    about = dialogue.chat.about
    text = f"twistedchat {about.version}: the same rooms by nc, telnet, TLS, JSON lines and IRC."
    dialogue.numeric(numerics.RPL_INFO, text)
    dialogue.numeric(numerics.RPL_ENDOFINFO)


@command("HELP")
async def help_(dialogue: "IrcDialogue", params: Params) -> None:
    """Explain a command, or list all."""
    subject = params[0].upper() if params else "*"
    found = COMMANDS.get(subject)
    if found is None and params:
        dialogue.numeric(numerics.ERR_HELPNOTFOUND, subject)
        return
    dialogue.numeric(numerics.RPL_HELPSTART, subject, "Help of this server")
    told = (found.run.__doc__ or "").splitlines()[0] if found else " ".join(sorted(COMMANDS))
    dialogue.numeric(numerics.RPL_HELPTXT, subject, told)
    dialogue.numeric(numerics.RPL_ENDOFHELP, subject)
