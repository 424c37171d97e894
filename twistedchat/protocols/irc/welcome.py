"""What a client is told once it is in: 001 to 005, who is there, the MOTD, and its rooms."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from twistedchat.core.chat import user_of
from twistedchat.core.timestamps import timestamp
from twistedchat.protocols.irc import numerics
from twistedchat.protocols.irc.chathistory import MOST, REFERENCES
from twistedchat.protocols.irc.command import Params, command
from twistedchat.protocols.irc.isupport import isupport_lines, tokens
from twistedchat.protocols.irc.masks import source_of
from twistedchat.protocols.irc.modes import ROOM_MODES, USER_MODES, Kind, letters
from twistedchat.protocols.irc.roomlines import entered

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue

TARGETS = 4
"""How many targets a message may have."""


def welcome(dialogue: "IrcDialogue") -> Iterator[bytes]:
    """All of it, in the order that clients expect."""
    yield from _greeting(dialogue)
    yield from _isupport(dialogue)
    yield from _counts(dialogue)
    yield from _motd(dialogue)
    # An owner who is here with another device is in rooms already.
    for room in list(user_of(dialogue.session).rooms.values()):
        yield from entered(dialogue, room)


def _greeting(dialogue: "IrcDialogue") -> Iterator[bytes]:
    about, user, tell = dialogue.chat.about, user_of(dialogue.session), dialogue.numeric_bytes
    program = f"twistedchat-{about.version}"
    mask = source_of(user.nick, user.cloak)
    yield tell(numerics.RPL_WELCOME, f"Welcome to {about.name}, {mask}")
    yield tell(numerics.RPL_YOURHOST, f"Your host is {about.name}, running version {program}")
    yield tell(numerics.RPL_CREATED, f"This server was created {timestamp(about.started)}")
    with_parameter = letters(ROOM_MODES, Kind.LIST, Kind.KEY, Kind.VALUE, Kind.PREFIX)
    yield tell(
        numerics.RPL_MYINFO, about.name, program, letters(USER_MODES), letters(ROOM_MODES),
        with_parameter,
    )  # fmt: skip


def _isupport(dialogue: "IrcDialogue") -> Iterator[bytes]:
    limits = dialogue.wire.entrance.config.limits
    more = ["CLIENTTAGDENY=*", "WHOX", f"CHATHISTORY={MOST}", f"MSGREFTYPES={REFERENCES}"]
    more += [f"TARGMAX=JOIN:,KICK:1,NAMES:1,NOTICE:{TARGETS},PART:,PRIVMSG:{TARGETS},WHOIS:1"]
    told = tokens(dialogue.server, limits, more)
    yield from isupport_lines(dialogue.server, dialogue.nick, told)


def _counts(dialogue: "IrcDialogue") -> Iterator[bytes]:
    state, tell = dialogue.chat.state, dialogue.numeric_bytes
    users = len(state.users)
    yield tell(numerics.RPL_LUSERCLIENT, f"There are {users} users and 0 invisible on 1 servers")
    yield tell(numerics.RPL_LUSERCHANNELS, str(state.listed))
    yield tell(numerics.RPL_LUSERME, f"I have {users} clients and 0 servers")


def _motd(dialogue: "IrcDialogue") -> Iterator[bytes]:
    about, tell = dialogue.chat.about, dialogue.numeric_bytes
    if not about.motd:
        yield tell(numerics.ERR_NOMOTD)
        return
    yield tell(numerics.RPL_MOTDSTART, f"- {about.name} Message of the day - ")
    for line in about.motd:
        yield tell(numerics.RPL_MOTD, f"- {line}")
    yield tell(numerics.RPL_ENDOFMOTD)


@command("MOTD")
async def motd(dialogue: "IrcDialogue", _: Params) -> None:
    """Show the message of the day."""
    await dialogue.reply(_motd(dialogue))


@command("LUSERS")
async def lusers(dialogue: "IrcDialogue", _: Params) -> None:
    """Say how many are here."""
    await dialogue.reply(_counts(dialogue))


@command("VERSION")
async def version(dialogue: "IrcDialogue", _: Params) -> None:
    """Say what program this is, and what it can do."""
    about = dialogue.chat.about
    dialogue.numeric(numerics.RPL_VERSION, f"twistedchat-{about.version}", about.name, "Twisted")
    await dialogue.reply(_isupport(dialogue))


@command("TIME")
async def time(dialogue: "IrcDialogue", _: Params) -> None:
    """Say what time it is."""
    now = timestamp(dialogue.chat.clock.now())
    dialogue.numeric(numerics.RPL_TIME, dialogue.server, now)
