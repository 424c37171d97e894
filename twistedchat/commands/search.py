"""Finding what was said: /search and /context."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from twistedchat.commands.past import is_by, recall_of, show
from twistedchat.commands.registry import Context, Lines, command
from twistedchat.core.errors import BadArguments
from twistedchat.core.events import Notice, Recalled
from twistedchat.core.past import shown_name
from twistedchat.core.recall import Recall
from twistedchat.core.searching import Results, where_is
from twistedchat.core.text import shorten
from twistedchat.core.users import user_of

PAGE = 10
AROUND = 11
LINE_CHARS = 200
BEFORE_CHARS = 60
QUERY_CHARS = 500
_ELLIPSIS = "\u2026"
HOW = (
    'Write /search WORDS. "A phrase", wor*, from:NICK, in:#ROOM, in:@NICK, after:DATE and'
    " before:DATE narrow it down."
)


@command(
    "search", arguments="[WORDS...]", family="history",
    help='Find what was said where you may read: words, "a phrase", wor*, from:NICK, in:#ROOM,'
    " in:@NICK, after:2026-11-20, before:yesterday. /search alone shows older ones.",
)  # fmt: skip
async def search(context: Context, words: str) -> None:
    """Show the newest that was found, or the next page."""
    recall = recall_of(context)
    _check(recall, words)
    text, before = (words, "") if words else (recall.text, recall.older)
    chat, user = context.chat, user_of(context.session)
    results = await chat.search.find(user, text, before, PAGE, context.front.zone)
    if words:
        recall.search(words)
    recall.older = results.older
    if results.messages:
        await context.pour(_lines(context, recall, results))
    else:
        await context.pour(_nothing(recall, results))


def _check(recall: Recall, words: str) -> None:
    if len(words) > QUERY_CHARS:
        raise BadArguments(f"Search for at most {QUERY_CHARS} characters at once.")
    if not words and not recall.text:
        raise BadArguments(HOW)
    if not words and not recall.older:
        raise BadArguments(f"That was all that was found for {_quoted(recall)}. {HOW}")


def _quoted(recall: Recall) -> str:
    return shorten(recall.text, 60)


def _nothing(recall: Recall, results: Results) -> Lines:
    more = " more" if recall.numbered else ""
    if results.older:
        further = " so far, but from people whom you ignore. /search looks further back."
        yield Notice(f"Nothing{more} was found for {_quoted(recall)}{further}", "search")
    else:
        yield Notice(f"Nothing{more} was found for {_quoted(recall)}.", "search")
    yield from _behind(results)


def _lines(context: Context, recall: Recall, results: Results) -> Lines:
    yield Notice(f"Found for {_quoted(recall)}, the newest first:", "search")
    user, words = user_of(context.session), recall.text.split()
    for place, message in results.messages:
        number = recall.number(place, message.id)
        text = excerpt(message.text, words)
        yield Recalled(replace(message, text=text), is_by(user, message), number, dated=True)
    around = f"/context {recall.numbered} shows what was said around the last one."
    if results.older:
        yield Notice(f"/search shows older ones, {around}", "search")
    else:
        yield Notice(f"That is all. {around}", "search")
    yield from _behind(results)


def _behind(results: Results) -> Iterator[Notice]:
    if results.behind:
        yield Notice(
            f"The newest {results.behind:,} lines of this server can't be found yet. Try again"
            " in a minute.", "search",
        )  # fmt: skip


def excerpt(text: str, words: Sequence[str]) -> str:
    """A part of a long message, with the first of the words that is in it as written."""
    if len(text) <= LINE_CHARS:
        return text
    plain = text.casefold() if len(text.casefold()) == len(text) else text
    found = (plain.find(word.strip('"*').casefold()) for word in words if word.strip('"*'))
    at = next((place for place in found if place >= 0), 0)
    start = max(0, min(at - BEFORE_CHARS, len(text) - LINE_CHARS))
    part = text[start : start + LINE_CHARS]
    before = _ELLIPSIS if start else ""
    return f"{before}{part}{_ELLIPSIS if start + LINE_CHARS < len(text) else ''}"


@command(
    "context", arguments="NUMBER", family="history",
    help="Show what was said around a line that /search has found.",
)  # fmt: skip
async def context_(context: Context, number: str) -> None:
    """Show a message that was found, whole, among its neighbours."""
    recall, wanted = recall_of(context), number.rstrip(".)")
    known = wanted.isascii() and wanted.isdigit() and len(wanted) < 10
    place, id_ = recall.found.get(int(wanted) if known else 0, ("", ""))
    if not place:
        shown = shorten(number, 20)
        raise BadArguments(f"No line {shown} was found. /search WORDS finds and numbers some.")
    where = where_is(context.chat.state, user_of(context.session), place)
    page = await context.chat.past.around(where, id_, AROUND) if where is not None else None
    if where is None or page is None or not page.events:
        raise BadArguments("That line is no longer there for you to read. /search finds others.")
    head = f"Around line {wanted}, in {shown_name(where)}:"
    ending = "/history older and /history newer go on from here."
    await show(context, where, page.events, head, ending, {id_: int(wanted)})
