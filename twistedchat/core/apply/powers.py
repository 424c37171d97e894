"""Who has which power in a room."""

from twistedchat.core.errors import NoSuchNick, NotAllowed
from twistedchat.core.roles import Rank
from twistedchat.core.rooms import Room
from twistedchat.core.state import State
from twistedchat.core.users import User


def operator_of(state: State, user: str, room: str) -> tuple[User, Room]:
    """The user with this id and the room with this key, of which they are an operator.

    Raises:
        NotAllowed: they are none.
    """
    actor, found = around(state, user, room)
    if found.rank(actor) < Rank.OPERATOR:
        raise NotAllowed(f"Only operators of #{found.name.shown} can do that. /who shows them (@).")
    return actor, found


def owner_of(state: State, user: str, room: str) -> tuple[User, Room]:
    """The same for an owner; a room that does not last is its operators' own.

    Raises:
        NotAllowed: they are none.
    """
    actor, found = operator_of(state, user, room)
    if found.lasting and found.rank(actor) < Rank.OWNER:
        raise NotAllowed(f"Only owners of #{found.name.shown} can do that. /room role lists them.")
    return actor, found


def founder_of(state: State, user: str, room: str) -> tuple[User, Room]:
    """The same for the founder of a registered room, or a server operator.

    Raises:
        NotAllowed: they are not.
    """
    actor, found = around(state, user, room)
    if not found.founder:
        raise NotAllowed(_not_registered(found))
    if found.rank(actor) < Rank.FOUNDER:
        raise NotAllowed(
            f"Only the founder of #{found.name.shown} can do that. /room info says who that is."
        )
    return actor, found


def _not_registered(room: Room) -> str:
    if room.permanent:
        return f"#{room.name.shown} belongs to the server: it is in the server's settings."
    return f"#{room.name.shown} is not registered. /room register does that."


def around(state: State, user: str, room: str) -> tuple[User, Room]:
    """A member and their room; a server operator need not be in it.

    Raises:
        NotInRoom: somebody else is not in it.
    """
    actor = state.user(user)
    if actor.operator and room in state.rooms:
        return actor, state.rooms[room]
    return actor, state.member(actor, room)[0]


def member_called(state: State, room: Room, nick: str) -> User:
    """The member of this nick.

    Raises:
        NoSuchNick: there is none.
    """
    user = state.named(nick)
    if user.id not in room.members:
        raise NoSuchNick(f"{user.nick} is not in #{room.name.shown}. /who lists who is.")
    return user
