"""CHATHISTORY: what was said before, as much as a client asks for.

Specification: ircv3.net/specs/extensions/chathistory. A message is named by its id or by a time;
neither end of a span is part of it. What is answered is a batch, oldest message first::

    CHATHISTORY LATEST #room * 50
    CHATHISTORY BEFORE #room msgid=01H... 50
    CHATHISTORY AFTER #room timestamp=2027-01-15T08:00:00.000Z 50
    CHATHISTORY AROUND nick msgid=01H... 50
    CHATHISTORY BETWEEN #room timestamp=... timestamp=... 50
    CHATHISTORY TARGETS timestamp=... timestamp=... 50
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from twistedchat.core.chat import Chat, user_of
from twistedchat.core.conversations import Conversation, conversation_with
from twistedchat.core.errors import ChatError
from twistedchat.core.events import Kept, Recalled
from twistedchat.core.ids import is_id, time_of
from twistedchat.core.past import Past, Where
from twistedchat.core.rooms import Room
from twistedchat.core.searching import where_is
from twistedchat.core.timestamps import timestamp
from twistedchat.core.users import User
from twistedchat.protocols.irc.command import Params, command
from twistedchat.protocols.irc.messages import format_line
from twistedchat.protocols.irc.times import read_time

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue

MOST: Final = 100
"""How many messages one answer has; clients know it by the ISUPPORT token CHATHISTORY."""

REFERENCES: Final = "msgid,timestamp"
"""How messages can be named, the better way first (ISUPPORT token MSGREFTYPES)."""

# How many references each subcommand has between the target and the limit.
_REFERENCES: Final = {"LATEST": 1, "BEFORE": 1, "AFTER": 1, "AROUND": 1, "BETWEEN": 2}


class Reference(NamedTuple):
    """A message, or a time.

    Attributes:
        first: what sorts before it.
        last: what sorts behind it.
        exact: whether it is a message's own id.
    """

    first: str
    last: str
    exact: bool = False


class _FaultError(Exception):
    """What is wrong with the request: a code, what it is about, and a sentence."""

    def __init__(self, code: str, context: Sequence[str], text: str) -> None:
        super().__init__(text)
        self.code = code
        self.context = context


@command("CHATHISTORY")
async def chathistory(dialogue: "IrcDialogue", params: Params) -> None:
    """Tell what was said before."""
    try:
        await _answer(dialogue, params)
    except _FaultError as fault:
        dialogue.line("FAIL", "CHATHISTORY", fault.code, *fault.context, str(fault))


async def _answer(dialogue: "IrcDialogue", params: Params) -> None:
    subcommand = params[0].upper() if params else ""
    if subcommand == "TARGETS":
        await _targets(dialogue, params[1:])
        return
    references = _REFERENCES.get(subcommand)
    if references is None:
        shown = params[0] if params else "*"
        raise _FaultError("INVALID_PARAMS", (shown,), "There is no such subcommand.")
    if len(params) < references + 3:
        text = "A target, messages or times, and a limit are needed."
        raise _FaultError("INVALID_PARAMS", (subcommand,), text)
    target, limit = params[1], _limit(subcommand, params[references + 2])
    named = [_reference(subcommand, one) for one in params[2 : references + 2]]
    where = _where(dialogue, subcommand, target)
    found = await _find(dialogue.chat.past, where, subcommand, named, limit)
    user = user_of(dialogue.session)
    if isinstance(where, Room):
        found = [event for event in found if event.user not in user.ignored]
    await dialogue.reply(_batch(dialogue, target, found))


def _limit(subcommand: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9])):
        raise _FaultError("INVALID_PARAMS", (subcommand, text), "The limit is a number from 1 on.")
    return min(int(text[:9]), MOST)


def _reference(subcommand: str, text: str) -> Reference | None:
    """What a message or a time is called by; None for ``*``."""
    kind, _, value = text.partition("=")
    if text == "*" and subcommand == "LATEST":
        return None
    if kind == "msgid" and is_id(value):
        return Reference(value, value, exact=True)
    if kind == "timestamp" and (moment := read_time(value)) is not None:
        return Reference(*moment)
    shown = "A message is named by msgid=ID or timestamp=YYYY-MM-DDThh:mm:ss.sssZ."
    raise _FaultError("INVALID_PARAMS", (subcommand, text), shown)


def _where(dialogue: "IrcDialogue", subcommand: str, target: str) -> Where:
    chat, session = dialogue.chat, dialogue.session
    try:
        if target.startswith("#"):
            return chat.room_of(session, target)
        return conversation_with(chat.state, user_of(session), target)
    except ChatError as error:
        raise _FaultError("INVALID_TARGET", (subcommand, target), str(error)) from None


async def _find(
    past: Past, where: Where, subcommand: str, named: list[Reference | None], limit: int
) -> list[Kept]:
    """The messages that a request means, oldest first."""
    one = named[0]
    if one is None or subcommand == "LATEST":
        page = await past.newest(where, limit)
        return [event for event in page.events if one is None or event.id > one.last]
    if subcommand == "BEFORE":
        return [*(await past.before(where, one.first, limit)).events]
    if subcommand == "AFTER":
        return [*(await past.after(where, one.last, limit)).events]
    if subcommand == "AROUND":
        return await _around(past, where, one, limit)
    other = named[1] or one
    if one.last <= other.first:
        page = await past.after(where, one.last, limit)
        return [event for event in page.events if event.id < other.first]
    page = await past.before(where, one.first, limit)
    return [event for event in page.events if event.id > other.last]


async def _around(past: Past, where: Where, one: Reference, limit: int) -> list[Kept]:
    if one.exact:
        return [*(await past.around(where, one.first, limit)).events]
    older = await past.before(where, one.first, max(1, limit // 2))
    newer = await past.after(where, one.first, max(1, limit - len(older.events)))
    return [*older.events, *newer.events][:limit]


def _batch(dialogue: "IrcDialogue", target: str, found: Sequence[Kept]) -> Iterator[bytes]:
    """Messages as they would be heard, marked as belonging together."""
    lens = dialogue.lens
    return dialogue.out.batch("chathistory", (target,), (lens.render(Recalled(e)) for e in found))


# Where something was said


async def _targets(dialogue: "IrcDialogue", params: Params) -> None:
    """Rooms and people with whom something was said between two times, the newest last."""
    if len(params) < 3:
        text = "Two times and a limit are needed."
        raise _FaultError("INVALID_PARAMS", ("TARGETS",), text)
    limit = _limit("TARGETS", params[2])
    one, other = (_reference("TARGETS", text) for text in params[:2])
    ends = sorted(end for end in (one, other) if end is not None)
    latest = await _latest(dialogue, user_of(dialogue.session))
    within = sorted((id_, name) for name, id_ in latest if ends[0].last < id_ < ends[-1].first)
    lines = (
        format_line("CHATHISTORY", ("TARGETS", name, timestamp(time_of(id_))), dialogue.server)
        for id_, name in within[:limit]
    )
    await dialogue.reply(dialogue.out.batch("draft/chathistory-targets", (), lines))


async def _latest(dialogue: "IrcDialogue", user: User) -> list[tuple[str, str]]:
    """Where something was said last: the name of the place, and the id of the message."""
    found = []
    for where in [*user.rooms.values(), *await _conversations(dialogue.chat, user)]:
        page = await dialogue.chat.past.newest(where, 1)
        if page.events:
            name = f"#{where.name.shown}" if isinstance(where, Room) else where.nick
            found.append((name, page.events[-1].id))
    return found


async def _conversations(chat: Chat, user: User) -> list[Where]:
    """The private conversations of an account, but for those with accounts that are no more."""
    if chat.store is None or not user.account:
        return []
    places = (await chat.store.conversations_of(user.account))[:MOST]
    found = (where_is(chat.state, user, place) for place in places)
    return [where for where in found if isinstance(where, Conversation) and where.nick]
