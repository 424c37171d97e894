"""Accounts: REGISTER, and NickServ for clients that know nothing else.

There is no user called NickServ, and nobody can be: what is said to it is a command.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from twistedchat.core.chat import user_of
from twistedchat.core.errors import ChatError, NotAllowed
from twistedchat.core.names import nick_key
from twistedchat.protocols.consumer import Cost
from twistedchat.protocols.irc.command import Params, command
from twistedchat.protocols.irc.logging_in import account_name, log_in
from twistedchat.protocols.irc.messages import format_line
from twistedchat.protocols.irc.sasl import WithPassword

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue

NICKSERV: Final = "NickServ"
HELP: Final = (
    "IDENTIFY [ACCOUNT] PASSWORD logs in. REGISTER PASSWORD makes an account of your nick."
    " Better is SASL: set it up in your client, and nobody can be you in the meantime."
)
# Codes of the specification for what the core refuses with.
_CODES: Final = {"bad-password": "WEAK_PASSWORD", "nick-taken": "ACCOUNT_EXISTS"}


@command("REGISTER", 3, cost=Cost.SPEAK)
async def register(dialogue: "IrcDialogue", params: Params) -> None:
    """Make an account of the nick: ``REGISTER * * PASSWORD``."""
    account, _, password = params[:3]
    nick = user_of(dialogue.session).nick
    if account != "*" and nick_key(account) != user_of(dialogue.session).name.key:
        text = f"An account has the name of your nick. To have {account} take that nick first."
        dialogue.line("FAIL", "REGISTER", "ACCOUNT_NAME_MUST_BE_NICK", account, text)
        return
    try:
        await _register(dialogue, password)
    except ChatError as error:
        code = _CODES.get(error.code, "TEMPORARILY_UNAVAILABLE")
        dialogue.line("FAIL", "REGISTER", code, nick, str(error))
    else:
        dialogue.line("REGISTER", "SUCCESS", account_name(dialogue), f"{nick} is yours now.")


async def _register(dialogue: "IrcDialogue", password: str) -> None:
    accounts = dialogue.chat.accounts
    if accounts is None:
        raise NotAllowed("There are no accounts on this server.")
    await accounts.register(dialogue.session, password)


@command("NICKSERV", cost=Cost.SPEAK)
async def nickserv(dialogue: "IrcDialogue", params: Params) -> None:
    """Say something to NickServ."""
    await told_nickserv(dialogue, " ".join(params))


@command("NS", cost=Cost.SPEAK)
async def ns(dialogue: "IrcDialogue", params: Params) -> None:
    """The same in short."""
    await told_nickserv(dialogue, " ".join(params))


async def told_nickserv(dialogue: "IrcDialogue", text: str) -> None:
    """Do what NickServ is told to do, and let it answer."""
    words = text.split(" ")
    act = _ACTS.get(words[0].upper())
    try:
        answer = await act(dialogue, [word for word in words[1:] if word]) if act else HELP
    except ChatError as error:
        answer = str(error)
    source = f"{NICKSERV}!{NICKSERV}@{dialogue.server}"
    dialogue.send(format_line("NOTICE", (dialogue.nick, answer), source))


async def _identify(dialogue: "IrcDialogue", words: list[str]) -> str:
    """A password alone is for the nick that was asked for."""
    if not words:
        return HELP
    session = dialogue.session
    if user_of(session).account:
        return f"You are logged in as {account_name(dialogue)} already."
    known = len(words) > 1 and dialogue.chat.state.owned.account_of(nick_key(words[0]) or "")
    account = words[0] if known else session.claimed or user_of(session).nick
    password = " ".join(words[1:] if known else words)
    await log_in(dialogue, WithPassword(account, password))
    return f"You are logged in as {account_name(dialogue)}."


async def _make(dialogue: "IrcDialogue", words: list[str]) -> str:
    """An address for mail behind the password, as other servers ask for, is left alone."""
    if not words:
        return HELP
    with_address = len(words) > 1 and "@" in words[-1]
    await _register(dialogue, " ".join(words[:-1] if with_address else words))
    return f"{account_name(dialogue)} is yours now. IDENTIFY PASSWORD proves that it is you."


_ACTS: Final[dict[str, Callable[["IrcDialogue", list[str]], Awaitable[str]]]] = {
    "IDENTIFY": _identify,
    "ID": _identify,
    "LOGIN": _identify,
    "REGISTER": _make,
}
