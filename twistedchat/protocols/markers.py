"""How far a program has shown its person what was said: read markers, and what is unread."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from twistedchat.core.chat import Chat, user_of
from twistedchat.core.conversations import conversation_with
from twistedchat.core.errors import BadArguments, NoSuchMessage, NotAllowed
from twistedchat.core.reading import Reading
from twistedchat.core.rooms import Room
from twistedchat.core.users import Session
from twistedchat.protocols import fields
from twistedchat.render.json import line

Request = Mapping[str, Any]
Carried = dict[str, Any]
Answer = Callable[[Chat, Session, Request], Awaitable[Carried]]
# By the key of a room.
Marks = Mapping[str, Carried]

UNREAD_MOST = 1000


async def marks(chat: Chat, session: Session, rooms: Iterable[Room]) -> Marks:
    """Up to where rooms have been read on this device, and how much there is behind it.

    Nothing for a guest. The store is asked for what memory does not reach back to, once for all.
    """
    reading = chat.reads.reading_of(session)
    if reading is None:
        return {}
    read = {room: reading.device.known(room.name.key) for room in rooms}
    far = {
        room: id_ for room, id_ in read.items() if not chat.recent.reaches(room, id_, UNREAD_MOST)
    }
    stored: Mapping[str, int] = {}
    upto = chat.progress.released.upto
    if far and chat.store is not None:
        after = {room.name.key: max(id_, room.begun) for room, id_ in far.items()}
        stored = await chat.store.unread(reading.account, after, UNREAD_MOST)
    marked: dict[str, Carried] = {}
    for room, id_ in read.items():
        key = room.name.key
        unread = stored.get(key, 0) + _newer(room, upto if key in stored else id_, reading)
        marked[key] = {"read": id_ or None, "unread": min(unread, UNREAD_MOST)}
    return marked


def _newer(room: Room, id_: str, reading: Reading) -> int:
    """How many messages of others in memory are newer than an id."""
    return sum(one.id > id_ and one.account != reading.account for one in room.history)


async def _read(chat: Chat, session: Session, request: Request) -> Carried:
    """What was said up to here has been shown to the person; it never goes back."""
    reading, id_ = chat.reads.reading_of(session), fields.message_id(request, "msgid")
    if reading is None:
        raise NotAllowed("Only for accounts the server notes what was read. /register makes one.")
    if id_ is None:
        raise BadArguments("msgid must be the msgid of a message.")
    if request.get("nick") is None:
        room = chat.room_of(session, fields.text(request, "room"))
        place, told = room.name.key, {"room": f"#{room.name.shown}"}
        known = any(one.id == id_ for one in room.history)
    else:
        other = conversation_with(chat.state, user_of(session), fields.text(request, "nick"))
        place, told, known = other.place, {"nick": other.nick}, False
    if id_ > reading.device.known(place):
        if not known and not await _is_stored(chat, place, id_):
            raise NoSuchMessage("No message there has this msgid. Send that of the last one shown.")
        _mark(chat, session, reading, place, id_, told)
    return {}


async def _is_stored(chat: Chat, place: str, id_: str) -> bool:
    found = await chat.store.by_ids([id_]) if chat.store is not None else ()
    return any(one.place == place for one in found)


def _mark(
    chat: Chat, session: Session, reading: Reading, place: str, id_: str, told: Carried
) -> None:
    """Note it, and tell the programs on the same device."""
    chat.reads.note(reading.device, place, id_)
    for other in chat.hearing.sessions_of(user_of(session)):
        same = other.reading is not None and other.reading.device is reading.device
        if same and other is not session and not other.replays:
            chat.fanout.send(other, line({"type": "read", **told, "msgid": id_}))


MARKER_REQUESTS: dict[str, Answer] = {"read": _read}
