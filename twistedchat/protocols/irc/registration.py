"""Coming in: PASS, NICK, USER, CAP and AUTHENTICATE, and the welcome.

A client is in once it has given a nick and a user name, and has ended the negotiation if it began
one. It joins the rooms that it asks for, and no others.
"""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from twistedchat.core.errors import BadNick, ChatError
from twistedchat.core.names import prepare_nick
from twistedchat.protocols.irc import numerics
from twistedchat.protocols.irc.capabilities import (
    Answer,
    InvalidSubcommand,
    MissingSubcommand,
    Negotiation,
    Offer,
    sasl_value,
)
from twistedchat.protocols.irc.command import Params, command
from twistedchat.protocols.irc.logging_in import log_in
from twistedchat.protocols.irc.sasl import (
    EXTERNAL,
    FAILED,
    PLAIN,
    Continue,
    Exchange,
    Refused,
    Step,
    WithCertificate,
    WithPassword,
)
from twistedchat.protocols.irc.sight import brought_in, wear_lens
from twistedchat.protocols.irc.welcome import welcome
from twistedchat.protocols.replies import start, taken

if TYPE_CHECKING:
    from twistedchat.core.ports import Accounts
    from twistedchat.protocols.irc.dialogue import IrcDialogue

OFFERED = (
    "account-tag",
    "away-notify",
    "batch",
    "cap-notify",
    "draft/chathistory",
    "draft/message-redaction",
    "echo-message",
    "extended-join",
    "labeled-response",
    "message-tags",
    "multi-prefix",
    "server-time",
    "standard-replies",
    "userhost-in-names",
)
"""The capabilities that work without further conditions."""

WITH_ACCOUNTS = ("draft/account-registration", "draft/read-marker")
"""Those that need accounts, besides ``sasl``, which needs a way to log in on the connection."""


class Registration:
    """What a client has said about itself so far.

    Args:
        dialogue: the client.

    Attributes:
        negotiation: the capabilities.
        exchange: the log-in by SASL.
        nick: that it wants; "" until it has given one that can be had.
        named: whether it has given a user name.
        password: of PASS.
        done: whether it is in.
    """

    def __init__(self, dialogue: "IrcDialogue") -> None:
        mechanisms = tuple(_mechanisms(dialogue))
        offer = _offer(mechanisms, accounts=dialogue.chat.accounts is not None)
        self.negotiation = Negotiation(offer)
        self.exchange = Exchange(mechanisms)
        self.nick = ""
        self.named = False
        self.password = ""
        self.done = False

    @property
    def ready(self) -> bool:
        """Whether nothing is missing any more."""
        return not self.done and self.nick != "" and self.named and not self.negotiation.holds


def _mechanisms(dialogue: "IrcDialogue") -> Iterator[str]:
    accounts, session = dialogue.chat.accounts, dialogue.session
    if accounts is not None and _takes_passwords(accounts, dialogue):
        yield PLAIN
    if accounts is not None and session.certificate:
        yield EXTERNAL


def _takes_passwords(accounts: "Accounts", dialogue: "IrcDialogue") -> bool:
    try:
        accounts.warning(dialogue.session)
    except ChatError:
        return False
    return True


def _offer(mechanisms: tuple[str, ...], *, accounts: bool) -> Offer:
    offer = dict.fromkeys((*OFFERED, *(WITH_ACCOUNTS if accounts else ())), "")
    return offer | {"sasl": sasl_value(mechanisms)} if mechanisms else offer


# Commands


@command("PASS", 1, early=True)
async def pass_(dialogue: "IrcDialogue", params: Params) -> None:
    """Give a password: of the account that the nick belongs to, or ``account:password``."""
    if dialogue.registration.done:
        dialogue.numeric(numerics.ERR_ALREADYREGISTERED)
        return
    dialogue.registration.password = params[0]


@command("USER", 4, early=True)
async def user(dialogue: "IrcDialogue", _: Params) -> None:
    """Give a user name and a real name; nobody is shown either."""
    registration = dialogue.registration
    if registration.done:
        dialogue.numeric(numerics.ERR_ALREADYREGISTERED)
        return
    registration.named = True
    await come_in(dialogue)


@command("NICK", early=True)
async def nick(dialogue: "IrcDialogue", params: Params) -> None:
    """Give a nick, or another one."""
    registration = dialogue.registration
    if not params or not params[0]:
        dialogue.numeric(numerics.ERR_NONICKNAMEGIVEN)
    elif registration.done:
        await dialogue.chat.rename(dialogue.session, params[0])
    else:
        registration.nick = params[0]
        await come_in(dialogue)


@command("CAP", early=True)
async def cap(dialogue: "IrcDialogue", params: Params) -> None:
    """Agree on capabilities."""
    negotiation = dialogue.registration.negotiation
    before = negotiation.enabled
    outcome = negotiation.take(params)
    if negotiation.enabled is not before:
        wear_lens(dialogue)
    match outcome:
        case InvalidSubcommand(subcommand=subcommand):
            dialogue.numeric(numerics.ERR_INVALIDCAPCMD, subcommand)
        case MissingSubcommand():
            dialogue.numeric(numerics.ERR_NEEDMOREPARAMS, "CAP")
        case _:
            _tell(dialogue, outcome)
    await come_in(dialogue)


def _tell(dialogue: "IrcDialogue", answers: tuple[Answer, ...]) -> None:
    for answer in answers:
        dialogue.line("CAP", dialogue.nick, *answer.params, text=True)


@command("AUTHENTICATE", 1, early=True)
async def authenticate(dialogue: "IrcDialogue", params: Params) -> None:
    """Log in by SASL, before registration or later."""
    who = dialogue.session.user
    if who is not None and (who.account or not dialogue.registration.done):
        dialogue.numeric(numerics.ERR_SASLALREADY)
        return
    step = dialogue.registration.exchange.take(params[0])
    if isinstance(step, WithPassword | WithCertificate):
        try:
            await log_in(dialogue, step)
        except ChatError as error:
            dialogue.notice(str(error))
            step = FAILED
        else:
            dialogue.numeric(numerics.RPL_SASLSUCCESS)
            return
    _answer(dialogue, step)


def _answer(dialogue: "IrcDialogue", step: Step) -> None:
    match step:
        case Continue(text=text) if text:
            dialogue.send(b"AUTHENTICATE " + text.encode() + b"\r\n")
        case Refused(numerics=told):
            for numeric, words in told:
                dialogue.numeric(numeric, *words)


# The end of it


async def come_in(dialogue: "IrcDialogue") -> None:
    """Let the client in, if nothing is missing any more."""
    registration, session = dialogue.registration, dialogue.session
    if not registration.ready:
        return
    await _be_somebody(dialogue)
    if session.user is None:
        return
    registration.done = True
    registration.negotiation.registered()
    dialogue.wire.entrance.settled(dialogue.wire)
    wear_lens(dialogue)
    session.show_missed = partial(brought_in, dialogue)
    told = start(dialogue.wire, dialogue.out.stream(welcome(dialogue)))
    dialogue.chat.arrive(session)
    await taken(dialogue.wire, told)


async def _be_somebody(dialogue: "IrcDialogue") -> None:
    """Log in by what the client has shown, or come in as a guest."""
    registration, session = dialogue.registration, dialogue.session
    if session.user is None and session.certificate and dialogue.chat.accounts is not None:
        await dialogue.chat.accounts.log_in_by_certificate(session)
    if session.user is None and registration.password:
        await _log_in_by_pass(dialogue)
    if session.user is None and _can_have(dialogue, registration.nick):
        await dialogue.chat.enter(session, registration.nick, resumable=False)


async def _log_in_by_pass(dialogue: "IrcDialogue") -> None:
    registration = dialogue.registration
    account, colon, password = registration.password.partition(":")
    if not colon:
        account, password = registration.nick, registration.password
    registration.password = ""
    try:
        await log_in(dialogue, WithPassword(account, password))
    except ChatError as error:
        dialogue.refuse(error, "PASS", "")


def _can_have(dialogue: "IrcDialogue", wanted: str) -> bool:
    """Whether a guest can have this nick; else the client is told and may try another."""
    state = dialogue.chat.state
    limits = state.limits
    try:
        name = prepare_nick(wanted, limits.nick, limits.nick_bytes, frozenset())
    except BadNick as error:
        dialogue.registration.nick = ""
        dialogue.refuse(error, "NICK", wanted)
        return False
    if not state.nick_is_taken(name):
        return True
    dialogue.registration.nick = ""
    dialogue.numeric(numerics.ERR_NICKNAMEINUSE, name.shown)
    if state.owned.owner(name):
        dialogue.notice(
            f"{name.shown} belongs to an account. Log in by SASL, or take another nick."
        )
    return False
