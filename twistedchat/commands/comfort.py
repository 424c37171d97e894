"""How it looks: /set, /clear, /telnet."""

from twistedchat.commands.registry import Context, command
from twistedchat.core.errors import BadArguments
from twistedchat.core.text import shorten


@command(
    "set", arguments="[NAME] [VALUE...]", family="comfort",
    help="Show or change how things look: times, colours, bell, quiet joins, screen reader.",
)  # fmt: skip
async def set_(context: Context, name: str, value: str) -> None:
    """Show the session's settings, or change one."""
    if name and value:
        context.front.change(name.lower(), value)
    found = [one for one in context.front.settings() if name.lower() in ("", one[0])]
    if not found:
        raise BadArguments(f"There is no setting {shorten(name, 20)}. /set lists them.")
    for known, now, allowed in found:
        context.tell(f"{known} is {now} ({allowed})", "setting")
    if not name:
        context.tell("/set NAME VALUE changes one.", "setting")


@command("clear", family="comfort", help="Empty the screen.")
async def clear(context: Context) -> None:
    """Empty the screen."""
    context.front.clear()


@command(
    "telnet", family="comfort",
    help="Tell the server that this is a telnet client: hidden passwords, colours, width.",
)  # fmt: skip
async def telnet(context: Context) -> None:
    """Begin telnet negotiation."""
    context.front.negotiate()
    context.tell("Negotiating. If you see odd characters now, your client does not speak telnet.")
