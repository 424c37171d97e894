"""What room operators do: /op, /deop, /kick, /ban, /unban, /bans, /mute, /unmute."""

from twistedchat.commands.registry import Context, command
from twistedchat.core import intents
from twistedchat.core.chat import REASON_CHARS, user_of
from twistedchat.core.durations import parse, spell
from twistedchat.core.errors import BadArguments
from twistedchat.core.events import Notice
from twistedchat.core.rooms import Room, Sentence
from twistedchat.core.text import clean_or_empty

FAMILY = "room operators"
TARGET_CHARS = 100


def _here(context: Context) -> tuple[str, Room]:
    return user_of(context.session).id, context.chat.room_of(context.session, "")


def as_target(who: str) -> str:
    """Somebody as an operator writes them, fit to be shown to everybody in the room.

    Raises:
        BadArguments: it is no nick, mask or cloak, of which none has white space.
    """
    if len(who) > TARGET_CHARS or who.split() != [who] or clean_or_empty(who) != who:
        raise BadArguments("That is no nick, no mask such as bob* and no cloak. /who shows nicks.")
    return who


@command("op", arguments="NICK", family=FAMILY, speaks=True, help="Make somebody an operator here.")
async def op(context: Context, nick: str) -> None:
    """Make a member an operator of the current room."""
    user, room = _here(context)
    intent = intents.SetOperator(user, room.name.key, nick, operator=True)
    await context.chat.ask(context.session, intent)


@command("deop", arguments="NICK", family=FAMILY, speaks=True, help="Make an operator one no more.")
async def deop(context: Context, nick: str) -> None:
    """Take from a member what operators may do."""
    user, room = _here(context)
    intent = intents.SetOperator(user, room.name.key, nick, operator=False)
    await context.chat.ask(context.session, intent)


@command(
    "kick", arguments="NICK [REASON...]", family=FAMILY, speaks=True,
    help="Put somebody out; they may come back.",
)  # fmt: skip
async def kick(context: Context, nick: str, reason: str) -> None:
    """Put a member out of the current room."""
    user, room = _here(context)
    intent = intents.Kick(user, room.name.key, nick, clean_or_empty(reason, REASON_CHARS))
    await context.chat.ask(context.session, intent)


@command(
    "ban", arguments="WHO [DURATION] [REASON...]", family=FAMILY, speaks=True,
    help="Keep a nick, mask (bob*) or cloak out, for good or for a time such as 10m or 2d.",
)  # fmt: skip
async def ban(context: Context, who: str, duration: str, reason: str) -> None:
    """Keep somebody out of the current room, and put them out."""
    user, room = _here(context)
    seconds, reason = _length(duration, reason)
    intent = intents.Ban(user, room.name.key, as_target(who), seconds, reason)
    await context.chat.ask(context.session, intent)


@command("unban", arguments="WHO", family=FAMILY, speaks=True, help="Lift a ban.")
async def unban(context: Context, who: str) -> None:
    """Lift a ban of the current room."""
    user, room = _here(context)
    await context.chat.ask(context.session, intents.Unban(user, room.name.key, as_target(who)))


@command(
    "mute", arguments="NICK [DURATION] [REASON...]", family=FAMILY, speaks=True,
    help="Let somebody read but not speak, for good or for a time.",
)  # fmt: skip
async def mute(context: Context, nick: str, duration: str, reason: str) -> None:
    """Take away a member's voice in the current room."""
    user, room = _here(context)
    seconds, reason = _length(duration, reason)
    intent = intents.Mute(user, room.name.key, nick, seconds, reason)
    await context.chat.ask(context.session, intent)


@command("unmute", arguments="NICK", family=FAMILY, speaks=True, help="Give the voice back.")
async def unmute(context: Context, nick: str) -> None:
    """Give a member the voice back in the current room."""
    user, room = _here(context)
    await context.chat.ask(context.session, intents.Unmute(user, room.name.key, as_target(nick)))


@command("bans", arguments="[ROOM]", family=FAMILY, help="List who is kept out or silent.")
async def bans(context: Context, room: str) -> None:
    """List the bans and mutes of a room one is in."""
    found = context.chat.room_of(context.session, room)
    now = context.chat.clock.now()
    lines = [_told("banned", ban, now) for ban in found.bans.values() if not ban.over(now)]
    lines += [_told("muted", mute, now) for mute in found.mutes.values() if not mute.over(now)]
    lines = lines or [f"Nobody is banned from #{found.name.shown} or muted in it."]
    await context.pour(Notice(line, "bans") for line in lines)


def _told(what: str, sentence: Sentence, now: float) -> str:
    until = sentence.until
    left = "for good" if until is None else f"for another {spell(until - now)}"
    reason = f": {sentence.reason}" if sentence.reason else "."
    too = " (and guests who come later from the same place)" if sentence.cloaks else ""
    return f"{sentence.who}{too} is {what} {left}, by {sentence.by}{reason}"


def _length(duration: str, reason: str) -> tuple[float | None, str]:
    """Tell a span of time from the first word of a reason."""
    seconds = parse(duration)
    if seconds is None:
        reason = f"{duration} {reason}".strip()
    return seconds, clean_or_empty(reason, REASON_CHARS)
