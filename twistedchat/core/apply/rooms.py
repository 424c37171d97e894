"""Rooms: join, part, topic, invite."""

from twistedchat.core import intents
from twistedchat.core.apply.leaving import take_out
from twistedchat.core.errors import Banned, LooksAlike, NotAllowed, TooMany
from twistedchat.core.events import Invited, Joined, Parted, TopicChanged
from twistedchat.core.names import Name
from twistedchat.core.rooms import Member, Room, Topic
from twistedchat.core.state import Fact, Only, State
from twistedchat.core.users import User


def join(state: State, intent: intents.Join, id_: str, at: float) -> list[Fact]:
    """Into a room; the first to come makes it and is its operator."""
    user, key = state.user(intent.user), intent.name.key
    if key in user.rooms:
        return []
    room = state.rooms.get(key)
    _check_bounds(state, user, room)
    if room is None:
        _check_looks(state, intent)
        room = state.open_room(intent.name)
    else:
        _check_ban(room, user, at)
    room.members[user.id] = Member(user, at, operator=not room.members)
    user.rooms[key] = room
    return [(Joined(id_, at, room.name.shown, user.nick, user.cloak, user.account), key)]


def _check_bounds(state: State, user: User, room: Room | None) -> None:
    limits = state.limits
    if limits.rooms and len(user.rooms) >= limits.rooms:
        raise TooMany(f"You are in {limits.rooms} rooms, the most there can be. /part one first.")
    if room is not None and limits.members and len(room.members) >= limits.members:
        raise TooMany(f"#{room.name.shown} is full ({limits.members} people). Try again later.")


def _check_looks(state: State, intent: intents.Join) -> None:
    other: Name | None = state.room_looks.find(intent.name)
    if other is not None and not intent.confirm:
        raise LooksAlike(
            f"There is no #{intent.name.shown} yet, but a #{other.shown} that looks like it. "
            f"To make a new room, send the same again; else /join #{other.shown}."
        )


def _check_ban(room: Room, user: User, at: float) -> None:
    ban = room.ban_on(user, at)
    if ban is not None:
        raise Banned(f"You are banned from #{room.name.shown} by {ban.by}{ban.told(at)}")


def part(state: State, intent: intents.Part, id_: str, at: float) -> list[Fact]:
    """Out of a room."""
    user = state.user(intent.user)
    room, _ = state.member(user, intent.room)
    # A reason is speech.
    reason = "" if room.mute_on(user, at) else intent.reason
    heir = take_out(state, user, room, id_, at)
    parted = Parted(id_, at, room.name.shown, user.nick, reason)
    # The room may be gone with its last member, who hears of it all the same.
    return [(parted, intent.room), *heir]


def set_topic(state: State, intent: intents.SetTopic, id_: str, at: float) -> list[Fact]:
    """What the room is about."""
    user = state.user(intent.user)
    room, member = state.member(user, intent.room)
    if not member.operator and room.mute_on(user, at) is not None:
        raise NotAllowed(
            f"You are muted in #{room.name.shown} and can't set its topic. Ask an operator of it."
        )
    room.topic = Topic(intent.text, user.nick, at) if intent.text else None
    return [(TopicChanged(id_, at, room.name.shown, user.nick, intent.text), intent.room)]


def invite(state: State, intent: intents.Invite, id_: str, at: float) -> list[Fact]:
    """Ask somebody into a room one is in."""
    user = state.user(intent.user)
    room, _ = state.member(user, intent.room)
    other = state.named(intent.nick)
    if other.id in room.members:
        raise NotAllowed(f"{other.nick} is in #{room.name.shown} already. Just talk.")
    invited = Invited(id_, at, room.name.shown, other.nick, user.nick)
    hearers = (user,) if user.id in other.ignored else (user, other)
    return [(invited, Only(hearers))]
