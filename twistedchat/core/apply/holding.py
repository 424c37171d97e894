"""Rooms that belong to accounts: registered, given back, changed, handed on."""

from dataclasses import replace

from twistedchat.core import intents, rules
from twistedchat.core.apply import roles
from twistedchat.core.apply.powers import founder_of, member_called, operator_of, owner_of
from twistedchat.core.errors import NotAllowed, TooMany
from twistedchat.core.events import RoomChanged, RoomRegistered
from twistedchat.core.roles import Role
from twistedchat.core.rooms import Room
from twistedchat.core.state import Fact, State
from twistedchat.core.users import User


def check_register(state: State, user: str, room: str) -> tuple[User, Room]:
    """The user and the room, if the one can register the other.

    Raises:
        ChatError: they can't.
    """
    actor, found = operator_of(state, user, room)
    shown = found.name.shown
    if found.permanent:
        raise NotAllowed(f"#{shown} belongs to the server and lasts already.")
    if found.founder:
        raise NotAllowed(f"#{shown} is registered already. /room info says by whom.")
    if not actor.account:
        raise NotAllowed("Only who has an account can register a room. /register makes one.")
    _check_number(state, actor, "You have")
    return actor, found


def _check_number(state: State, user: User, who: str) -> None:
    most = state.limits.registered
    if most and sum(room.founder == user.account for room in state.rooms.values()) >= most:
        raise TooMany(f"{who} registered {most} rooms, the most there can be. /room drop one.")


def register(state: State, intent: intents.RegisterRoom, id_: str, at: float) -> list[Fact]:
    """The room belongs to the user's account; those who run it now go on doing so."""
    user, room = check_register(state, intent.user, intent.room)
    for member in room.members.values():
        if member.operator and member.user.account:
            room.roles[member.user.account] = Role.OPERATOR
    room.founder, room.created = user.account, at
    room.roles[user.account] = Role.OWNER
    if user.id in room.members:
        room.members[user.id].operator = True
    return [(RoomRegistered(id_, at, room.name.shown, user.nick, user.account), intent.room)]


def drop(state: State, intent: intents.DropRoom, id_: str, at: float) -> list[Fact]:
    """The room belongs to nobody any more."""
    user, room = founder_of(state, intent.user, intent.room)
    return roles.drop(state, room, user.nick, id_, at)


def change(state: State, intent: intents.SetRoom, id_: str, at: float) -> list[Fact]:
    """A setting has another value; slow mode is the operators' business, all else the owners'."""
    may = operator_of if intent.setting == "slow" else owner_of
    user, room = may(state, intent.user, intent.room)
    if intent.setting == "history" and not room.lasting:
        raise NotAllowed(
            f"Only a registered room has a history of its own. /room register makes"
            f" #{room.name.shown} one."
        )
    changed = replace(room.rules, **dict(intent.changed))
    if changed == room.rules:
        return []
    state.set_rules(room, changed)
    room.trim(at)
    value = rules.told(intent.setting, changed)
    event = RoomChanged(id_, at, room.name.shown, intent.setting, value, user.nick)
    return [(event, intent.room)]


def transfer(state: State, intent: intents.TransferRoom, id_: str, at: float) -> list[Fact]:
    """The room belongs to somebody else who is in it; the founder stays an owner."""
    target, room = check_transfer(state, intent.user, intent.room, intent.nick)
    member = room.members[target.id]
    member.operator, member.voiced = True, False
    by = state.user(intent.user).nick
    return roles.found(room, target.account, target.nick, by, id_, at)


def check_transfer(state: State, user: str, room_key: str, nick: str) -> tuple[User, Room]:
    """The one who is to have a room, and the room, if the user can hand it on to them.

    Raises:
        ChatError: they can't.
    """
    _, room = founder_of(state, user, room_key)
    target = member_called(state, room, nick)
    if not target.account:
        raise NotAllowed(f"{target.nick} has no account. /register makes one.")
    if target.account == room.founder:
        raise NotAllowed(f"#{room.name.shown} belongs to {target.nick} already.")
    _check_number(state, target, f"{target.nick} has")
    return target, room
