"""What was said before: /history."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from twistedchat.commands.registry import Context, Lines, command
from twistedchat.core import dates, durations
from twistedchat.core.conversations import conversation_with
from twistedchat.core.errors import BadArguments
from twistedchat.core.events import Kept, Notice, Recalled
from twistedchat.core.history import Page
from twistedchat.core.past import Where, place_of, shown_name
from twistedchat.core.recall import Recall
from twistedchat.core.searching import where_is
from twistedchat.core.text import shorten
from twistedchat.core.users import User, user_of

DEFAULT = 20
MOST = 500
_COUNT = re.compile(r"\d+", re.ASCII)
USAGE = (
    "Write it like this: /history, /history 50, /history 2h, /history since 2026-11-20 18:30;"
    " behind it may stand a room or @NICK. /history older and /history newer go on."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see.

    Attributes:
        how: "last" so many, "within" so many seconds, "since" a time; "older" or "newer" than
            what was shown.
        count: how many messages at most.
        number: the seconds, or the time in seconds since 1970.
        place: a room, ``@NICK``, or "" for where the person is.
    """

    how: str
    count: int
    number: float = 0.0
    place: str = ""


def understand(text: str, now: float, zone: tzinfo | None) -> Asked:
    """Understand what somebody has typed behind /history.

    Args:
        text: as it was typed.
        now: seconds since 1970.
        zone: in which dates are meant.

    Raises:
        BadArguments: it means nothing; the sentence says what to write.
    """
    words = text.split()
    first = words[0].lower() if words else ""
    if first == "since":
        at, rest = _since(words[1:], now, zone)
        return Asked("since", MOST, at, _place(rest))
    if first in ("older", "newer"):
        count = _count(words[1]) if len(words) > 1 else DEFAULT
        _place(words[2:], most=0)
        return Asked(first, count)
    if not first[:1].isdigit():
        return Asked("last", DEFAULT, place=_place(words))
    span = durations.parse(first)
    if span is not None:
        return Asked("within", MOST, span, _place(words[1:]))
    return Asked("last", _count(first), place=_place(words[1:]))


def _since(words: list[str], now: float, zone: tzinfo | None) -> tuple[float, list[str]]:
    """The time, and the words behind it; a date and a time may stand for one."""
    for used in (2, 1):
        at = dates.read(" ".join(words[:used]), now, zone) if len(words) >= used else None
        if at is not None:
            return at, words[used:]
    wrong = f"{shorten(words[0], 20)} is no date" if words else "A date is missing"
    raise BadArguments(f"{wrong}. Write since and one of {dates.EXAMPLES}.")


def _count(word: str) -> int:
    if not _COUNT.fullmatch(word):
        shown = shorten(word, 20)
        raise BadArguments(f"{shown} is neither a number of lines nor a time such as 10m or 2h.")
    return min(MOST, max(1, int(word[:6])))


def _place(words: list[str], most: int = 1) -> str:
    if len(words) > most:
        raise BadArguments(USAGE)
    return words[0] if words else ""


@command(
    "history", arguments="[HOW-MUCH...]", family="history",
    help="Show what was said: the last 20 lines, 50, those of 10m or 2h, or since 2026-11-20 18:30;"
    " of a room or @NICK that is named behind it. /history older and newer go on.",
)  # fmt: skip
async def history(context: Context, how_much: str) -> None:
    """Show what was said in a room one is in, or in private."""
    asked = understand(how_much, context.chat.clock.now(), context.front.zone)
    if asked.how in ("older", "newer"):
        await _go_on(context, asked)
        return
    where = _where(context, asked.place)
    page = await _page(context, where, asked)
    if not page.events:
        told = _nothing(asked, context.front.zone)
        context.tell(f"Nothing was said in {shown_name(where)}{told}.", "history")
        return
    head = f"Earlier in {shown_name(where)}:"
    if asked.how == "since" and not page.complete:
        head = f"Earlier in {shown_name(where)}, of which not all is kept since then:"
    await show(context, where, page.events, head, _ending(page, asked))


def _where(context: Context, place: str) -> Where:
    if place.startswith("@"):
        user = user_of(context.session)
        return conversation_with(context.chat.state, user, place[1:])
    return context.chat.room_of(context.session, place)


async def _page(context: Context, where: Where, asked: Asked) -> Page:
    past = context.chat.past
    if asked.how == "within":
        return await past.since(where, context.chat.clock.now() - asked.number, asked.count)
    if asked.how == "since":
        return await past.beginning(where, asked.number, asked.count)
    return await past.newest(where, asked.count)


async def _go_on(context: Context, asked: Asked) -> None:
    """Show what stands before or behind what was shown last."""
    recall, user, past = context.session.recall, user_of(context.session), context.chat.past
    where = where_is(context.chat.state, user, recall.place) if recall else None
    if recall is None or where is None:
        raise BadArguments(f"Nothing was shown yet from which to go on. {USAGE}")
    if asked.how == "older":
        page = await past.before(where, recall.first, asked.count)
    else:
        page = await past.after(where, recall.last, asked.count)
    if not page.events:
        kept = "older is kept" if asked.how == "older" else "newer was said"
        context.tell(f"Nothing {kept} in {shown_name(where)}.", "history")
        return
    head = f"{asked.how.title()} in {shown_name(where)}:"
    await show(context, where, page.events, head, _ending(page, asked))


def _nothing(asked: Asked, zone: tzinfo | None) -> str:
    if asked.how == "within":
        return f" in the last {durations.spell(asked.number)}"
    return f" since {dates.minute(asked.number, zone)}" if asked.how == "since" else ""


def _ending(page: Page, asked: Asked) -> str:
    shown = len(page.events)
    lines = "End of 1 line." if shown == 1 else f"End of {shown} lines."
    if asked.how in ("since", "newer"):
        return f"{lines} /history newer goes on." if shown == asked.count else lines
    return lines if page.complete else f"{lines} /history older goes back further."


async def show(
    context: Context,
    where: Where,
    events: tuple[Kept, ...],
    head: str,
    ending: str,
    numbers: dict[str, int] | None = None,
) -> None:
    """Show messages of one place, with the days on which they were said.

    Args:
        context: to whom.
        where: the place.
        events: the messages, at least one.
        head: the line above them.
        ending: the line below them.
        numbers: by id, what some of them are shown with.
    """
    recall = recall_of(context)
    recall.shown(place_of(where), events[0].id, events[-1].id)
    user, zone = user_of(context.session), context.front.zone
    today = dates.day(context.chat.clock.now(), zone)
    recalled = (Recalled(e, is_by(user, e), (numbers or {}).get(e.id, 0)) for e in events)
    await context.pour(_lines(head, recalled, ending, today, zone))


def _lines(
    head: str, recalled: Iterator[Recalled], ending: str, today: str, zone: tzinfo | None
) -> Lines:
    yield Notice(head, "history")
    for one in recalled:
        day = dates.day(one.message.at, zone)
        if day != today:
            yield Notice(f"{day}:", "day")
        today = day
        yield one
    yield Notice(ending, "history")


def recall_of(context: Context) -> Recall:
    """What the session has looked back at."""
    recall = context.session.recall
    if recall is None:
        recall = context.session.recall = Recall()
    return recall


def is_by(user: User, message: Kept) -> bool:
    """Whether a user has said something, now or before they came back."""
    return message.user == user.id or (user.account != "" and message.account == user.account)
