"""Rooms: /join, /part, /rooms, /who, /topic, /invite."""

from collections.abc import Generator, Iterator
from heapq import merge
from itertools import islice

from twistedchat.commands.registry import Context, command
from twistedchat.core.chat import Chat, user_of
from twistedchat.core.events import Notice
from twistedchat.core.rooms import Member, Room
from twistedchat.core.users import Session

NAMES_IN_LINE = 40
# More members than this are not sorted in one turn.
AT_ONCE = 1000


@command(
    "join", "j", arguments="ROOM [PASSWORD]", family="rooms", speaks=True,
    help="Enter a room, or make it the current one; a new one is yours to run.",
)  # fmt: skip
async def join(context: Context, room: str, password: str) -> None:
    """Enter a room and talk in it."""
    chat, session = context.chat, context.session
    joined = await chat.join(session, room, password)
    chat.focus(session, joined)
    context.tell(now_talking(session, joined), "current-room")


def now_talking(session: Session, room: Room) -> str:
    """The sentence for somebody who came into a room or turned to it."""
    topic = f" (topic: {room.topic.text})" if room.topic else ""
    rooms = session.user.rooms.values() if session.user else ()
    others = [f"#{other.name.shown}" for other in rooms if other is not room]
    also = f" Also in: {', '.join(others)}." if others else ""
    return f"You are now talking in #{room.name.shown}{topic}.{also}"


@command(
    "part", "leave", arguments="[ROOM] [REASON...]", family="rooms", speaks=True,
    help="Leave a room.",
)  # fmt: skip
async def part(context: Context, room: str, reason: str) -> None:
    """Leave a room and turn to the one joined last."""
    chat, session = context.chat, context.session
    left = chat.room_of(session, room)
    await chat.part(session, left.name.key, reason)
    context.tell(
        f"You left #{left.name.shown}. {chat.hearing.whereabouts(session).text}", "current-room"
    )


@command("rooms", "list", family="rooms", help="List the rooms.")
async def rooms(context: Context) -> None:
    """List the rooms, the fullest first."""
    own = user_of(context.session).rooms.values()
    await context.pour(_listed(context.chat, [room for room in own if room.rules.private]))


def _listed(chat: Chat, private: list[Room]) -> Iterator[Notice | None]:
    """The rooms that everybody may know of, and one's own private ones."""
    found = yield from chat.listing.fullest()
    for room in (*found, *private):
        yield Notice(_described(room), "room")
    more = chat.state.listed - len(found)
    if more > 0:
        yield Notice(f"And {more} more {'room' if more == 1 else 'rooms'}.", "room")
    if not found and not private:
        yield Notice("There is no room yet. /join ROOM makes one.", "room")


def _described(room: Room) -> str:
    topic = f": {room.topic.text}" if room.topic else ""
    how = " (private)" if room.rules.private else ""
    how += " (asks for a password)" if room.rules.password else ""
    how += " (invite-only)" if room.rules.invite_only else ""
    return f"#{room.name.shown}, {people(len(room.members))}{how}{topic}"


def people(count: int) -> str:
    """A number of people, in words."""
    return "1 person" if count == 1 else f"{count} people"


@command("who", "names", arguments="[ROOM]", family="rooms", help="List who is in a room.")
async def who(context: Context, room: str) -> None:
    """List the members of a room, operators with an @ before, and who has a voice with a +."""
    chat = context.chat
    user, now = user_of(context.session), chat.clock.now()
    found = chat.state.room(room, user, now) if room else chat.room_of(context.session, "")
    await context.pour(_named(found))


def _named(room: Room) -> Iterator[Notice | None]:
    yield Notice(f"In #{room.name.shown}, {people(len(room.members))}:", "members")
    members = yield from _in_order(list(room.members.values()))
    while names := ", ".join(map(_member, islice(members, NAMES_IN_LINE))):
        yield Notice(names, "members")


def _in_order(members: list[Member]) -> Generator[None, None, Iterator[Member]]:
    """Members as they are listed; of a large room a part is sorted in each turn."""
    parts = []
    for start in range(0, len(members), AT_ONCE):
        if start:
            yield
        parts.append(sorted(members[start : start + AT_ONCE], key=_rank))
    return merge(*parts, key=_rank)


def _rank(member: Member) -> tuple[bool, str]:
    return not member.operator, member.user.name.key


def _member(member: Member) -> str:
    operator = "@" if member.operator else "+" if member.voiced else ""
    away = "" if member.user.away is None else " (away)"
    return f"{operator}{member.user.nick}{away}"


@command(
    "topic", arguments="[TEXT...]", family="rooms", speaks=True,
    help="Show what the room is about, or say it; a single - takes it away.",
)  # fmt: skip
async def topic(context: Context, text: str) -> None:
    """Show or set the topic of the current room."""
    chat, session = context.chat, context.session
    room = chat.room_of(session, "")
    if text:
        await chat.set_topic(session, room.name.key, "" if text == "-" else text)
    elif room.topic is None:
        context.tell(f"#{room.name.shown} has no topic. /topic TEXT sets it.", "topic")
    else:
        by = room.topic.nick
        context.tell(f"The topic of #{room.name.shown}, by {by}: {room.topic.text}", "topic")


@command(
    "invite", arguments="NICK", family="rooms", speaks=True, help="Ask somebody into this room."
)
async def invite(context: Context, nick: str) -> None:
    """Ask somebody into the current room."""
    room = context.chat.room_of(context.session, "")
    await context.chat.invite(context.session, room.name.key, nick)


def in_company(session: Session, room: Room) -> str:
    """Who else is in a room, in a few words: "with bob and 10 others"."""
    first = islice(room.members.values(), 3)
    others = [member.user.nick for member in first if member.user is not session.user]
    count = len(room.members) - (session.user is not None and session.user.id in room.members)
    match count:
        case 0:
            return "alone"
        case 1:
            return f"with {others[0]}"
        case 2:
            return f"with {others[0]} and {others[1]}"
        case _:
            return f"with {others[0]} and {count - 1} others"
