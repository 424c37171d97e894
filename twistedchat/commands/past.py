"""What was said before: /history."""

from itertools import chain

from twistedchat.commands.registry import Context, command
from twistedchat.core.durations import parse, spell
from twistedchat.core.errors import BadArguments
from twistedchat.core.events import Notice
from twistedchat.core.history import Page
from twistedchat.core.rooms import Room
from twistedchat.core.text import shorten

DEFAULT = 20
MOST = 500


@command(
    "history", arguments="[COUNT] [ROOM]", family="history",
    help="Show what was said: the last 20 lines, COUNT lines, or those of 10m or 2h.",
)  # fmt: skip
async def history(context: Context, how_much: str, room: str) -> None:
    """Show what was said in a room one is in."""
    if how_much and not room and not how_much[0].isdigit():
        how_much, room = "", how_much
    found = context.chat.room_of(context.session, room)
    page = await _page(context, found, how_much)
    if not page.events:
        context.tell(f"Nothing was said in #{found.name.shown}{_within(how_much)}.", "history")
        return
    heading = Notice(f"Earlier in #{found.name.shown}:", "history")
    ending = Notice(_ending(page, len(page.events)), "history")
    await context.pour(chain((heading,), page.events, (ending,)))


def _ending(page: Page, shown: int) -> str:
    lines = "1 line" if shown == 1 else f"{shown} lines"
    if page.complete or shown >= MOST:
        return f"End of {lines}."
    return f"End of {lines}. Older ones: /history with a larger number."


async def _page(context: Context, room: Room, how_much: str) -> Page:
    past, seconds = context.chat.past, parse(how_much)
    if seconds is not None:
        return await past.since(room, context.chat.clock.now() - seconds, MOST)
    if not how_much:
        return await past.newest(room, DEFAULT)
    if not (how_much.isascii() and how_much.isdigit()):
        shown = shorten(how_much, 20)
        raise BadArguments(f"{shown} is neither a number of lines nor a time such as 10m or 2h.")
    return await past.newest(room, min(MOST, max(1, int(how_much[:6]))))


def _within(how_much: str) -> str:
    seconds = parse(how_much)
    return "" if seconds is None else f" in the last {spell(seconds)}"
