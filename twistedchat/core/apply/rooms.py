"""Rooms: join, part, topic, invite."""

from twistedchat.core import intents
from twistedchat.core.apply import entry, speech
from twistedchat.core.apply.leaving import take_out
from twistedchat.core.errors import LooksAlike, NotAllowed
from twistedchat.core.events import Invited, Joined, Parted, TopicChanged
from twistedchat.core.names import Name
from twistedchat.core.roles import Rank, Role
from twistedchat.core.rooms import Member, Room, Topic
from twistedchat.core.state import Fact, Only, State
from twistedchat.core.users import User


def join(state: State, intent: intents.Join, id_: str, at: float) -> list[Fact]:
    """Into a room; the first to come makes it and is its operator."""
    user, key = state.user(intent.user), intent.name.key
    if key in user.rooms:
        return []
    room = state.rooms.get(key)
    entry.check(state, user, room, at)
    if room is None:
        _check_looks(state, intent)
        room = state.open_room(intent.name)
    else:
        entry.check_password(room, user, intent.proved, at)
    room.members[user.id] = entry.member_in(room, user, at)
    user.rooms[key] = room
    role = room.role_of(user) or ""
    joined = Joined(id_, at, room.name.shown, user.nick, user.cloak, user.account, role)
    return [(joined, key)]


def _check_looks(state: State, intent: intents.Join) -> None:
    other: Name | None = state.room_looks.find(intent.name)
    if other is not None and not intent.confirm:
        raise LooksAlike(
            f"There is no #{intent.name.shown} yet, but a #{other.shown} that looks like it. "
            f"To make a new room, send the same again; else /join #{other.shown}."
        )


def part(state: State, intent: intents.Part, id_: str, at: float) -> list[Fact]:
    """Out of a room."""
    user = state.user(intent.user)
    room, _ = state.member(user, intent.room)
    reason = speech.reason_in(room, user, intent.reason, at)
    heir = take_out(state, user, room, id_, at)
    parted = Parted(id_, at, room.name.shown, user.nick, reason)
    # The room may be gone with its last member, who hears of it all the same.
    return [(parted, intent.room), *heir]


def set_topic(state: State, intent: intents.SetTopic, id_: str, at: float) -> list[Fact]:
    """What the room is about."""
    user = state.user(intent.user)
    room, member = state.member(user, intent.room)
    _check_topic(room, member, intent.text, at)
    room.topic = Topic(intent.text, user.nick, at) if intent.text else None
    return [(TopicChanged(id_, at, room.name.shown, user.nick, intent.text), intent.room)]


def _check_topic(room: Room, member: Member, text: str, at: float) -> None:
    """A topic is speech, too."""
    if not member.operator and room.mute_on(member.user, at) is not None:
        raise NotAllowed(
            f"You are muted in #{room.name.shown} and can't set its topic. Ask an operator of it."
        )
    speech.check_words(room, member, text)


def invite(state: State, intent: intents.Invite, id_: str, at: float) -> list[Fact]:
    """Ask somebody into a room one is in; who is asked by an operator may come in."""
    user = state.user(intent.user)
    room, _ = state.member(user, intent.room)
    other = state.named(intent.nick)
    if other.id in room.members:
        raise NotAllowed(f"{other.nick} is in #{room.name.shown} already. Just talk.")
    _check_kept_out(room, other, at)
    _let_in(room, user, other, at)
    invited = Invited(id_, at, room.name.shown, other.nick, user.nick)
    hearers = (user,) if user.id in other.ignored else (user, other)
    return [(invited, Only(hearers))]


def _check_kept_out(room: Room, other: User, at: float) -> None:
    """Who could not come in is not asked in."""
    shown, ban = room.name.shown, room.ban_on(other, at)
    if room.role_of(other) is Role.OUTCAST and not other.operator:
        raise NotAllowed(
            f"{other.nick} is an outcast of #{shown} and could not come in. An operator can change"
            f" that: /room role {other.nick} none."
        )
    if ban is not None:
        raise NotAllowed(
            f"{other.nick} could not come in: the ban on {ban.who} in #{shown} holds them. An"
            f" operator can lift it: /unban {ban.who}."
        )


def _let_in(room: Room, user: User, other: User, at: float) -> None:
    """Remember an operator's invitation, where one is needed."""
    rules = room.rules
    if room.rank(user) >= Rank.OPERATOR:
        if rules.invite_only or rules.password or rules.private:
            room.remember_invited(other, at)
    elif rules.invite_only:
        raise NotAllowed(
            f"Only operators of #{room.name.shown} ask people in, because it is invite-only."
        )
