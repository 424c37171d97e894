"""Out of a room, and what becomes of the room then."""

from twistedchat.core.events import Kicked, Opped
from twistedchat.core.rooms import Room
from twistedchat.core.state import Fact, State
from twistedchat.core.users import User


def take_out(state: State, user: User, room: Room, id_: str, at: float) -> list[Fact]:
    """Take a user out of a room, and the room away with its last member unless it lasts.

    A room whose last operator goes is not left without one: who has been there longest follows.
    One that lasts waits for those who have a role in it.

    Returns:
        That somebody became the operator, if so.
    """
    operated = room.members[user.id].operator
    state.leave_room(user, room)
    return heir_of(room, id_, at) if operated and not room.lasting else []


def heir_of(room: Room, id_: str, at: float) -> list[Fact]:
    """Let who has been there longest run a room that nobody runs.

    Returns:
        That somebody became the operator, if so.
    """
    members = room.members.values()
    if not members or any(member.operator for member in members):
        return []
    heir = next(iter(members))
    heir.operator = True
    return [(Opped(id_, at, room.name.shown, heir.user.nick, by=""), room.name.key)]


def put_out(
    state: State, room: Room, target: User, by: str, reason: str, id_: str, at: float
) -> list[Fact]:
    """Put a member out, whose invitation holds no longer."""
    for whom in (target.account, target.id):
        room.invited.pop(whom, None)
    heir = take_out(state, target, room, id_, at)
    kicked = Kicked(id_, at, room.name.shown, target.nick, by, reason)
    return [(kicked, room.name.key), *heir]
