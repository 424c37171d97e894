"""Taking back what was said: /delete."""

from twistedchat.commands.registry import Context, command
from twistedchat.core.deleting import AT_ONCE, TakenBack
from twistedchat.core.errors import BadArguments
from twistedchat.core.text import shorten

USAGE = (
    "Write it like this: /delete, /delete COUNT, as an operator /delete NICK [COUNT],"
    " or for private messages /delete @NICK [COUNT]"
)


@command(
    "delete", arguments="[WHOSE] [COUNT]", family="history", speaks=True,
    help="Take back your last line here, or COUNT lines; /delete @NICK those you sent in private.",
)  # fmt: skip
async def delete(context: Context, whose: str, count: str) -> None:
    """Take back the last lines in the current room, or of a private conversation."""
    if whose[:1].isdigit():
        if count:
            raise BadArguments(USAGE)
        whose, count = "", whose
    number = _number(count)
    chat, session = context.chat, context.session
    if whose.startswith("@"):
        taken = await chat.delete_last_private(session, whose[1:], number)
        _tell(context, taken, f"You sent {shorten(whose[1:], 40)} nothing lately")
        return
    room = chat.room_of(session, "")
    taken = await chat.delete_last(session, room.name.key, number, whose)
    who = shorten(whose, 40) or "You"
    _tell(context, taken, f"{who} said nothing lately in #{room.name.shown}")


def _number(count: str) -> int:
    if not count:
        return 1
    if not (count.isascii() and count.isdigit() and 1 <= int(count[:6]) <= AT_ONCE):
        raise BadArguments(f"COUNT is a number from 1 to {AT_ONCE}. {USAGE}")
    return int(count)


def _tell(context: Context, taken: TakenBack, nothing: str) -> None:
    """What is gone, everybody concerned has heard."""
    if not taken.ids:
        context.tell(f"{nothing} that can be taken back. /history shows what was said.", "deleted")
