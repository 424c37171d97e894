"""Logging in to an account: by SASL, PASS or NickServ, before a client is in or later."""

from typing import TYPE_CHECKING

from twistedchat.core.chat import user_of
from twistedchat.core.errors import BadLogin
from twistedchat.core.events import Parted, Renamed
from twistedchat.core.users import User
from twistedchat.protocols.irc import numerics
from twistedchat.protocols.irc.masks import source_of
from twistedchat.protocols.irc.roomlines import entered
from twistedchat.protocols.irc.sasl import WithCertificate, WithPassword

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue


async def log_in(dialogue: "IrcDialogue", claim: WithPassword | WithCertificate) -> None:
    """Let the owner of an account in, if the client has proved to be it.

    Raises:
        ChatError: it has not.
    """
    before = dialogue.session.user
    rooms = {room.name.key: room.name.shown for room in before.rooms.values()} if before else {}
    await _prove(dialogue, claim)
    _say_who(dialogue)
    if before is not None and dialogue.session.user is not before:
        await _move(dialogue, before, rooms)


async def _prove(dialogue: "IrcDialogue", claim: WithPassword | WithCertificate) -> None:
    accounts, session = dialogue.chat.accounts, dialogue.session
    if accounts is None:
        raise BadLogin("There are no accounts on this server.")
    if isinstance(claim, WithPassword):
        await accounts.log_in(session, claim.account, claim.password)
    elif await accounts.log_in_by_certificate(session) is None:
        raise BadLogin("This certificate is nobody's. Log in with the password and add it.")


def _say_who(dialogue: "IrcDialogue") -> None:
    account = account_name(dialogue)
    who = user_of(dialogue.session)
    mask = source_of(who.nick, who.cloak)
    text = f"You are now logged in as {account}"
    dialogue.numeric(numerics.RPL_LOGGEDIN, mask, account, text)


def account_name(dialogue: "IrcDialogue") -> str:
    """The name of the account that the client is logged in to."""
    who = user_of(dialogue.session)
    name = dialogue.chat.state.owned.name_of(who.account)
    return name.shown if name else who.nick


async def _move(dialogue: "IrcDialogue", before: User, rooms: dict[str, str]) -> None:
    """The client is another user now: tell it what it is called, and where it is.

    The core lets a session that moves hear nothing of what becomes of its guest.
    """
    now, lens, user = dialogue.chat.clock.now(), dialogue.lens, user_of(dialogue.session)
    if before.nick != user.nick:
        dialogue.send(lens.render(Renamed("", now, before.nick, user.nick)))
    for key, shown in rooms.items():
        if key not in user.rooms:
            dialogue.send(lens.render(Parted("", now, shown, user.nick)))
    for room in list(user.rooms.values()):
        if room.name.key not in rooms:
            await dialogue.reply(entered(dialogue, room))
