"""People: WHO, WHOIS, AWAY, ISON, USERHOST."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from twistedchat.core.chat import user_of
from twistedchat.core.errors import ChatError
from twistedchat.core.names import nick_key
from twistedchat.core.rooms import Room
from twistedchat.core.users import User
from twistedchat.protocols.consumer import Cost
from twistedchat.protocols.irc import numerics
from twistedchat.protocols.irc.command import Params, command
from twistedchat.protocols.irc.masks import USER, WILD, matches
from twistedchat.protocols.irc.roomlines import signs_of
from twistedchat.protocols.irc.whox import who_flags, whox_line

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue

NICKS_MOST = 100
# Looked at in one turn.
AT_ONCE = 200

Found: TypeAlias = tuple[User, Room | None] | None


@command("AWAY", cost=Cost.SPEAK)
async def away(dialogue: "IrcDialogue", params: Params) -> None:
    """Be away, or back without a reason."""
    reason = params[0] if params and params[0] else None
    if (reason, user_of(dialogue.session).away) != (None, None):
        await dialogue.chat.set_away(dialogue.session, reason)
    dialogue.numeric(numerics.RPL_UNAWAY if reason is None else numerics.RPL_NOWAWAY)


@command("ISON", 1)
async def ison(dialogue: "IrcDialogue", params: Params) -> None:
    """Say who of some people is here."""
    found = (user.nick for user in _named(dialogue, params))
    dialogue.numeric(numerics.RPL_ISON, " ".join(found))


@command("USERHOST", 1)
async def userhost(dialogue: "IrcDialogue", params: Params) -> None:
    """Say where some people are, behind their cloaks."""
    found = (
        f"{user.nick}{'*' if user.operator else ''}={'+' if user.away is None else '-'}"
        f"{USER}@{user.cloak}"
        for user in _named(dialogue, params[:5])
    )
    dialogue.numeric(numerics.RPL_USERHOST, " ".join(found))


def _named(dialogue: "IrcDialogue", params: Iterable[str]) -> list[User]:
    """Those of these people who are here."""
    nicks = [nick for words in params for nick in words.split()][:NICKS_MOST]
    found = (dialogue.chat.state.nicks.get(nick_key(nick) or "") for nick in nicks)
    return [user for user in found if user is not None]


@command("WHO")
async def who(dialogue: "IrcDialogue", params: Params) -> None:
    """Show people: those in a room, somebody, or those of a mask with whom one shares a room."""
    mask = params[0] if params else "*"
    flags, percent, fields = (params[1] if len(params) > 1 else "").partition("%")
    line = partial(whox_line, dialogue, fields) if percent else partial(_who_line, dialogue)
    await dialogue.reply(_who(dialogue, mask, line, operators="o" in flags))


def _who(
    dialogue: "IrcDialogue",
    mask: str,
    line: Callable[[User, Room | None], bytes],
    *,
    operators: bool,
) -> Iterator[bytes]:
    for found in _found(dialogue, mask):
        if found is None:
            yield b""
        elif found[0].operator or not operators:
            yield line(*found)
    yield dialogue.numeric_bytes(numerics.RPL_ENDOFWHO, mask)


def _found(dialogue: "IrcDialogue", mask: str) -> Iterator[Found]:
    """Whom a mask means, each with a room in which they are seen; None where others have a turn."""
    chat, asker = dialogue.chat, user_of(dialogue.session)
    if mask.startswith("#"):
        try:
            room = chat.state.room(mask, asker, chat.clock.now())
        except ChatError:
            return
        for member in list(room.members.values()):
            yield member.user, room
    elif any(sign in mask for sign in WILD):
        yield from _sharing(asker, mask)
    elif found := chat.state.nicks.get(nick_key(mask) or ""):
        shared = (room for key, room in found.rooms.items() if key in asker.rooms)
        yield found, next(shared, None)


def _sharing(asker: User, mask: str) -> Iterator[Found]:
    """Those with whom one shares a room, each once, oneself among them."""
    looked_at = set[str]()
    for room in list(asker.rooms.values()):
        for number, member in enumerate(list(room.members.values()), 1):
            user = member.user
            if number % AT_ONCE == 0:
                yield None
            if user.id not in looked_at:
                looked_at.add(user.id)
                if matches(mask, user.nick) or matches(mask, user.cloak):
                    yield user, room


def _who_line(dialogue: "IrcDialogue", user: User, room: Room | None) -> bytes:
    flags = who_flags(dialogue, user, room)
    return dialogue.numeric_bytes(
        numerics.RPL_WHOREPLY, f"#{room.name.shown}" if room else "*", USER, user.cloak,
        dialogue.server, user.nick, flags, f"0 {user.nick}",
    )  # fmt: skip


@command("WHOIS")
async def whois(dialogue: "IrcDialogue", params: Params) -> None:
    """Show what is known of somebody."""
    if not params:
        dialogue.numeric(numerics.ERR_NONICKNAMEGIVEN)
        return
    nick = params[-1].partition(",")[0]
    found = dialogue.chat.state.nicks.get(nick_key(nick) or "")
    if found is None:
        dialogue.numeric(numerics.ERR_NOSUCHNICK, nick)
        dialogue.numeric(numerics.RPL_ENDOFWHOIS, nick)
        return
    await dialogue.reply(_whois(dialogue, found))


def _whois(dialogue: "IrcDialogue", user: User) -> Iterator[bytes]:
    tell, nick, chat = dialogue.numeric_bytes, user.nick, dialogue.chat
    yield tell(numerics.RPL_WHOISUSER, nick, USER, user.cloak, "*", nick)
    yield from _whois_rooms(dialogue, user)
    info = f"twistedchat {chat.about.version}"
    yield tell(numerics.RPL_WHOISSERVER, nick, dialogue.server, info)
    if user.operator:
        yield tell(numerics.RPL_WHOISOPERATOR, nick)
    account = chat.state.owned.name_of(user.account)
    if account is not None:
        yield tell(numerics.RPL_WHOISACCOUNT, nick, account.shown)
    if user_of(dialogue.session).operator:
        yield tell(numerics.RPL_WHOISHOST, nick, f"is connecting from {user.address}")
    if user.away is not None:
        yield tell(numerics.RPL_AWAY, nick, user.away or "Away")
    idle = str(int(chat.clock.now() - user.spoke))
    yield tell(numerics.RPL_WHOISIDLE, nick, idle, str(int(user.since)))
    yield tell(numerics.RPL_ENDOFWHOIS, nick)


def _whois_rooms(dialogue: "IrcDialogue", user: User) -> Iterator[bytes]:
    """The rooms that the asker may know of, some to a line."""
    asker, now = user_of(dialogue.session), dialogue.chat.clock.now()
    seen = [
        f"{signs_of(room, room.members[user.id], every=False)}#{room.name.shown}"
        for room in user.rooms.values()
        if room.seen_by(asker, now)
    ]
    for start in range(0, len(seen), ROOMS_PER_LINE):
        rooms = " ".join(seen[start : start + ROOMS_PER_LINE])
        yield dialogue.numeric_bytes(numerics.RPL_WHOISCHANNELS, user.nick, rooms)


# Of the longest names so many fit a line.
ROOMS_PER_LINE = 3
