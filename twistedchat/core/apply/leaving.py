"""Out of a room, and what becomes of the room then."""

from twistedchat.core.events import Opped
from twistedchat.core.rooms import Room
from twistedchat.core.state import Fact, State
from twistedchat.core.users import User


def take_out(state: State, user: User, room: Room, id_: str, at: float) -> list[Fact]:
    """Take a user out of a room, and the room away with its last member.

    A room whose last operator goes is not left without one: who has been there longest follows.

    Returns:
        That somebody became the operator, if so.
    """
    operated = room.members[user.id].operator
    state.leave_room(user, room)
    members = room.members.values()
    if not operated or not members or any(member.operator for member in members):
        return []
    heir = next(iter(members))
    heir.operator = True
    return [(Opped(id_, at, room.name.shown, heir.user.nick, by=""), room.name.key)]
