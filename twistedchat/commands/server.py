"""The server itself: /help, /motd, /version, /uptime, /quit; /oper and /wall for its operators."""

from functools import partial
from itertools import groupby

from twistedchat.commands.accounts import warn
from twistedchat.commands.registry import COMMANDS, Context, command
from twistedchat.commands.rooms import people
from twistedchat.core import intents
from twistedchat.core.chat import user_of
from twistedchat.core.durations import spell
from twistedchat.core.errors import BadLogin
from twistedchat.core.text import clean, shorten


@command("help", arguments="[COMMAND]", family="server", help="List the commands, or explain one.")
async def help_(context: Context, name: str) -> None:
    """List the commands by family, or explain one."""
    if name:
        found = COMMANDS.find(name.removeprefix("/"))
        aliases = "".join(f", /{alias}" for alias in found.aliases)
        context.tell(f"{found.usage}{aliases and f' (also{aliases[1:]})'}: {found.help}", "help")
        return
    context.tell("A line is said in the current room; //x says /x. The commands:", "help")
    for family, found_ in groupby(COMMANDS.allowed(context.session), lambda c: c.family):
        usages = "  ".join(one.usage for one in found_)
        context.tell(f"{family}: {usages}", "help")
    context.tell("/help COMMAND explains one. The beginning of a name is enough.", "help")


@command("motd", family="server", help="Show the message of the day.")
async def motd(context: Context) -> None:
    """Show the message of the day."""
    for line in context.chat.about.motd or ("There is no message of the day.",):
        context.tell(line, "motd")


@command("version", family="server", help="Show what program this is.")
async def version(context: Context) -> None:
    """Show the server's program and version."""
    about = context.chat.about
    context.tell(f"{about.name} runs twistedchat {about.version}.", "version")


@command("uptime", family="server", help="Show how long the server has been running.")
async def uptime(context: Context) -> None:
    """Show how long the server has been running, and who is there."""
    chat = context.chat
    running = spell(chat.clock.now() - chat.about.started)
    rooms = chat.state.listed
    context.tell(
        f"Running for {running}, with {people(len(chat.state.users))} in "
        f"{rooms} {'room' if rooms == 1 else 'rooms'}.", "uptime",
    )  # fmt: skip


@command("quit", arguments="[REASON...]", family="server", help="Leave.")
async def quit_(context: Context, reason: str) -> None:
    """Leave, with all that was said before delivered."""
    context.front.quit(reason)


@command(
    "oper", arguments="NAME [PASSWORD]", family="server", speaks=True, secret=True,
    help="Become a server operator, if the host has written your name into the settings.",
)  # fmt: skip
async def oper(context: Context, name: str, password: str) -> None:
    """Prove to be a server operator."""
    warn(context)
    if password:
        await _elevate(context, name, password)
    else:
        context.front.ask(f"Password for {shorten(name, 40)}:", partial(_elevate, context, name))


async def _elevate(context: Context, name: str, password: str) -> None:
    if not await context.front.is_operator(name, password):
        raise BadLogin("This name and password do not belong together. Try again.")
    await context.chat.ask(context.session, intents.Elevate(user_of(context.session).id))
    context.tell("You are a server operator now.", "operator")


@command(
    "wall", arguments="TEXT...", family="server", speaks=True, operator=True,
    help="Tell everybody on the server something.",
)  # fmt: skip
async def wall(context: Context, text: str) -> None:
    """Tell everybody on the server something."""
    text = clean(text, context.chat.state.limits.message)
    await context.chat.ask(context.session, intents.Announce(user_of(context.session).id, text))
