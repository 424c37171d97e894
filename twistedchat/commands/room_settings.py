"""/room: rooms that last, what their owners set, and who is what in them; /slow."""

from twistedchat.commands.registry import Context, command
from twistedchat.commands.roles import role
from twistedchat.core.durations import spell
from twistedchat.core.errors import BadArguments
from twistedchat.core.roles import Rank
from twistedchat.core.rooms import Room
from twistedchat.core.rules import SETTINGS, told
from twistedchat.core.text import shorten
from twistedchat.core.users import user_of

FAMILY = "room operators"
ACTS = (
    "/room register makes this room last, /room drop ends that, /room info shows how it is set,"
    " /room set KEY VALUE changes it, /room transfer NICK hands it on,"
    " /room role NICK ROLE gives somebody a role, /room role lists them."
)
KEYS = (
    "private on or off; password WORD or off; invite-only on or off; moderated on or off;"
    " slow SECONDS or off; history COUNT, a time such as 30d, all or default;"
    " filter WORDS or off."
)


@command(
    "room", arguments="[ACT] [REST...]", family=FAMILY,
    speaks=True, help=f"Care for the current room: {ACTS} Settings: {KEYS}",
)  # fmt: skip
async def room(context: Context, act: str, rest: str) -> None:
    """Do one of the acts on the current room."""
    here = context.chat.room_of(context.session, "")
    match act.casefold(), rest.split():
        case "" | "info", []:
            _inform(context, here)
        case "info", [other]:
            raise BadArguments(
                f"/room info tells of the room you are in. /join {other} first, then /room info."
            )
        case "register", []:
            await context.chat.register_room(context.session, here.name.key)
        case "drop", []:
            await context.chat.drop_room(context.session, here.name.key)
        case "set", [key, *words] if words:
            await _set(context, here, key, " ".join(words))
        case "set", _:
            context.tell(f"Write /room set KEY VALUE: {KEYS}", "room-settings")
        case "transfer", [nick]:
            await context.chat.transfer_room(context.session, here.name.key, nick)
        case "role", words:
            await role(context, here, words)
        case _:
            raise BadArguments(ACTS)


@command(
    "slow", arguments="SECONDS", family=FAMILY, speaks=True,
    help="Let everybody speak only once in so many seconds; off ends it.",
)  # fmt: skip
async def slow(context: Context, seconds: str) -> None:
    """Set slow mode of the current room."""
    await _set(context, context.chat.room_of(context.session, ""), "slow", seconds)


async def _set(context: Context, here: Room, key: str, value: str) -> None:
    if not await context.chat.set_room(context.session, here.name.key, key, value):
        name = key.casefold().replace("_", "-")
        now = told(name, here.rules)
        context.tell(f"Nothing changed: {name} is {now} in #{here.name.shown}.", "room-settings")


def _inform(context: Context, here: Room) -> None:
    """Whose a room is, how long it lasts, and how it is set."""
    for line in (_whose(context, here), _settings(here)):
        context.tell(line, "room-info")
    rank = here.rank(user_of(context.session))
    if here.rules.filtered and rank >= Rank.OPERATOR:
        context.tell(f"Filtered words: {', '.join(here.rules.filtered)}", "room-info")


def _whose(context: Context, here: Room) -> str:
    shown, now = here.name.shown, context.chat.clock.now()
    if here.founder:
        name = context.chat.state.owned.name_of(here.founder)
        by = name.shown if name else "an account"
        return f"#{shown} belongs to {by}. It was registered {spell(now - here.created)} ago."
    if here.permanent:
        return f"#{shown} belongs to the server and lasts."
    return f"#{shown} ends with its last member. /room register makes it last."


def _settings(here: Room) -> str:
    listed = ", ".join(f"{key} {told(key, here.rules)}" for key in SETTINGS)
    return f"Set are: {shorten(listed, 500)}. /room set KEY VALUE changes them."
