"""People: /nick, /whois, /away, /back, /ignore, /unignore, /seen."""

from twistedchat.commands.registry import Context, command
from twistedchat.core.chat import user_of
from twistedchat.core.durations import spell
from twistedchat.core.errors import NoSuchNick
from twistedchat.core.names import nick_key
from twistedchat.core.text import shorten
from twistedchat.core.users import User


@command("nick", arguments="NAME", family="people", speaks=True, help="Take another nick.")
async def nick(context: Context, name: str) -> None:
    """Take another nick."""
    before = user_of(context.session).nick
    await context.chat.rename(context.session, name)
    if user_of(context.session).nick == before:
        context.tell(f"You are {before} already.")


@command("whois", arguments="NICK", family="people", help="Show who somebody is.")
async def whois(context: Context, nick: str) -> None:
    """Show what everybody may know of a person; server operators see the address."""
    user, asker = context.chat.named(nick), user_of(context.session)
    now = context.chat.clock.now()
    seen = [room for room in user.rooms.values() if room.seen_by(asker, now)]
    rooms = ", ".join(f"#{room.name.shown}" for room in seen) or "no room"
    operator = ", a server operator" if user.operator else ""
    context.tell(f"{user.nick}{operator}, from {user.cloak}, in {rooms}.", "whois")
    account = context.chat.state.owned.name_of(user.account)
    if account is not None:
        context.tell(f"{user.nick} is logged in as {account.shown}.", "whois")
    spent = f"here for {spell(now - user.since)}, silent for {spell(now - user.spoke)}"
    context.tell(f"{user.nick} is {spent}{_connection(user)}.", "whois")
    if user.away is not None:
        context.tell(f"{user.nick} is away" + (f": {user.away}" if user.away else "."), "whois")
    if asker.operator:
        context.tell(f"{user.nick}'s address is {user.address}.", "whois")


def _connection(user: User) -> str:
    if not user.sessions:
        return ", and has just lost the connection"
    program = f', uses "{user.client}"' if user.client else ""
    several = f", with {len(user.sessions)} connections" if len(user.sessions) > 1 else ""
    return program + several


@command(
    "away", arguments="[REASON...]", family="people", help="Say that you are not at the keyboard."
)
async def away(context: Context, reason: str) -> None:
    """Be away; whoever writes privately is told."""
    await context.chat.set_away(context.session, reason)
    context.tell("You are away. /back when you return.", "away")


@command("back", family="people", help="Say that you are here again.")
async def back(context: Context) -> None:
    """Be back."""
    was = user_of(context.session).away
    await context.chat.set_away(context.session, None)
    context.tell("You were not away." if was is None else "Welcome back.", "away")


@command(
    "ignore", arguments="[NICK]", family="people", help="Hear no more of somebody, or list them."
)
async def ignore(context: Context, nick: str) -> None:
    """Hear no more of somebody, whatever nick they take."""
    user = user_of(context.session)
    if nick:
        other = context.chat.named(nick).nick
        await context.chat.ignore(context.session, nick, ignore=True)
        context.tell(f"You hear no more of {other}. /unignore {other} ends it.", "ignore")
    elif user.ignored:
        context.tell("You ignore: " + ", ".join(sorted(user.ignored.values())), "ignore")
    else:
        context.tell("You ignore nobody. /ignore NICK begins it.", "ignore")


@command("unignore", arguments="NICK", family="people", help="Hear somebody again.")
async def unignore(context: Context, nick: str) -> None:
    """Hear somebody again."""
    user = user_of(context.session)
    before = len(user.ignored)
    await context.chat.ignore(context.session, nick, ignore=False)
    if len(user.ignored) == before:
        raise NoSuchNick(f"You do not ignore {shorten(nick, 40)}. /ignore lists whom you do.")
    context.tell(f"You hear {shorten(nick, 40)} again.", "ignore")


@command("seen", arguments="NICK", family="people", help="Tell when somebody was here last.")
async def seen(context: Context, nick: str) -> None:
    """Tell when somebody was here last."""
    state, now = context.chat.state, context.chat.clock.now()
    key = nick_key(nick) or ""
    if key in state.nicks:
        user = state.nicks[key]
        context.tell(f"{user.nick} is here, silent for {spell(now - user.spoke)}.", "seen")
    elif key in state.seen:
        last = state.seen[key]
        context.tell(f"{last.nick} was here {spell(now - last.at)} ago.", "seen")
    else:
        raise NoSuchNick(f"Nobody called {shorten(nick, 40)} was here lately.")
