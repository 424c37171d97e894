"""MARKREAD: up to where an account has read (ircv3.net/specs/extensions/read-marker).

``MARKREAD #room`` asks, ``MARKREAD #room timestamp=2027-01-15T08:00:00.000Z`` sets, forward only.
All clients of IRC that an account has are one device, and hear of each other's marks.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from twistedchat.core.chat import user_of
from twistedchat.core.conversations import conversation_with
from twistedchat.core.errors import ChatError
from twistedchat.core.ids import time_of
from twistedchat.core.past import Where, place_of
from twistedchat.core.rooms import Room
from twistedchat.core.timestamps import timestamp
from twistedchat.protocols.irc.command import Params, command
from twistedchat.protocols.irc.lens import IrcLens
from twistedchat.protocols.irc.messages import format_line
from twistedchat.protocols.irc.times import read_time

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue

CAPABILITY: Final = "draft/read-marker"
NO_ACCOUNT: Final = "Only for accounts it is noted what was read. REGISTER makes one."


@command("MARKREAD")
async def markread(dialogue: "IrcDialogue", params: Params) -> None:
    """Tell or set up to where something was read."""
    target = params[0] if params else ""
    if not target:
        dialogue.line("FAIL", "MARKREAD", "NEED_MORE_PARAMS", "A target is needed.")
    elif dialogue.chat.reads.reading_of(dialogue.session) is None:
        dialogue.line("FAIL", "MARKREAD", "ACCOUNT_REQUIRED", target, NO_ACCOUNT)
    else:
        try:
            where = _where(dialogue, target)
        except ChatError as error:
            dialogue.line("FAIL", "MARKREAD", "INVALID_PARAMS", target, str(error))
            return
        await _mark(dialogue, where, target, params[1] if len(params) > 1 else "")


def _where(dialogue: "IrcDialogue", target: str) -> Where:
    chat, session = dialogue.chat, dialogue.session
    if target.startswith("#"):
        return chat.room_of(session, target)
    return conversation_with(chat.state, user_of(session), target)


async def _mark(dialogue: "IrcDialogue", where: Where, target: str, wanted: str) -> None:
    """Set the mark, if it goes forward, and tell it in any case."""
    kind, _, value = wanted.partition("=")
    moment = read_time(value) if kind == "timestamp" else None
    if wanted and moment is None:
        text = "A time is written timestamp=YYYY-MM-DDThh:mm:ss.sssZ."
        dialogue.line("FAIL", "MARKREAD", "INVALID_PARAMS", target, wanted, text)
        return
    news = moment is not None and await _note(dialogue, where, moment.last)
    line = _line(dialogue, where)
    dialogue.send(line)
    if news:
        _tell_others(dialogue, line)


async def _note(dialogue: "IrcDialogue", where: Where, behind: str) -> bool:
    """Note that the last message up to there has been read; whether that is news."""
    page = await dialogue.chat.past.before(where, behind, 1)
    reading = dialogue.chat.reads.reading_of(dialogue.session)
    if reading is None or not page.events:
        return False
    place, id_ = place_of(where), page.events[-1].id
    return id_ > reading.device.known(place) and dialogue.chat.reads.note(
        reading.device, place, id_
    )


def _line(dialogue: "IrcDialogue", where: Where) -> bytes:
    reading = dialogue.chat.reads.reading_of(dialogue.session)
    read = reading.device.known(place_of(where)) if reading is not None else ""
    name = f"#{where.name.shown}" if isinstance(where, Room) else where.nick
    mark = f"timestamp={timestamp(time_of(read))}" if read else "*"
    return format_line("MARKREAD", (name, mark), dialogue.server)


def _tell_others(dialogue: "IrcDialogue", line: bytes) -> None:
    chat = dialogue.chat
    for other in chat.hearing.sessions_of(user_of(dialogue.session)):
        lens = other.chosen
        knows = isinstance(lens, IrcLens) and CAPABILITY in lens.capabilities
        if knows and other is not dialogue.session:
            chat.fanout.send(other, line)


def mark_on_joining(dialogue: "IrcDialogue", room: Room) -> Iterator[bytes]:
    """What a client is told behind its own JOIN, if it knows of marks."""
    reading = dialogue.chat.reads.reading_of(dialogue.session)
    if CAPABILITY in dialogue.agreed and reading is not None:
        yield _line(dialogue, room)
