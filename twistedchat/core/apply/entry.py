"""Who comes into a room, and as what."""

from twistedchat.core.errors import Banned, ChatError, InviteOnly, TooMany, WrongPassword
from twistedchat.core.roles import RUNNING, Rank, Role
from twistedchat.core.rooms import Member, Room
from twistedchat.core.state import State
from twistedchat.core.users import User

PASSWORD_NEEDED = "#{0} asks for a password: /join {0} PASSWORD."  # noqa: S105 - it is none
PASSWORD_WRONG = "That is not the password of #{0}. Ask one of its operators."  # noqa: S105


def check(state: State, user: User, room: Room | None, at: float) -> None:
    """Whether somebody may come in, but for a password.

    Raises:
        ChatError: they may not.
    """
    _check_bounds(state, user, room)
    if room is None:
        return
    _check_bans(room, user, at)
    if room.rules.invite_only and not _belongs(room, user, at):
        raise InviteOnly(
            f"Only who is invited comes into #{room.name.shown}. Ask one of its operators."
        )


def check_password(room: Room, user: User, proved: str, at: float) -> None:
    """Whether somebody has shown to know the password that holds now, if there is one.

    Raises:
        WrongPassword: they have not.
    """
    if asks_for_password(room, user, at) and proved != room.rules.password:
        text = PASSWORD_WRONG if proved else PASSWORD_NEEDED
        raise WrongPassword(text.format(room.name.shown))


def asks_for_password(room: Room, user: User, at: float) -> bool:
    """Whether the room has a password and the user is not known there."""
    return room.rules.password != "" and not _belongs(room, user, at)


def lets_in(state: State, room: Room, user: User, at: float) -> bool:
    """Whether somebody could come in who knows of nothing but what everybody knows."""
    if room.rules.private or asks_for_password(room, user, at):
        return False
    try:
        check(state, user, room, at)
    except ChatError:
        return False
    return True


def may_stay(room: Room, user: User, at: float) -> bool:
    """Whether somebody who is in a room may be there as who they are now."""
    rules = room.rules
    closed = rules.private or rules.invite_only or asks_for_password(room, user, at)
    if closed and not _belongs(room, user, at):
        return False
    return room.role_of(user) is not Role.OUTCAST and room.ban_on(user, at) is None


def member_in(room: Room, user: User, at: float) -> Member:
    """The place that somebody takes in a room; the first in one that does not last runs it."""
    if not room.lasting:
        return Member(user, at, operator=not room.members)
    role = room.role_of(user)
    return Member(user, at, role in RUNNING, voiced=role is Role.VOICED)


def _belongs(room: Room, user: User, at: float) -> bool:
    """Whether neither a password nor an invitation has to be asked for."""
    return room.rank(user) >= Rank.MEMBER or room.is_invited(user, at)


def _check_bounds(state: State, user: User, room: Room | None) -> None:
    limits = state.limits
    if limits.rooms and len(user.rooms) >= limits.rooms:
        raise TooMany(f"You are in {limits.rooms} rooms, the most there can be. /part one first.")
    if room is not None and limits.members and len(room.members) >= limits.members:
        raise TooMany(f"#{room.name.shown} is full ({limits.members} people). Try again later.")


def _check_bans(room: Room, user: User, at: float) -> None:
    if room.role_of(user) is Role.OUTCAST and not user.operator:
        raise Banned(
            f"You are an outcast of #{room.name.shown}. Only its operators can change that."
        )
    ban = room.ban_on(user, at)
    if ban is None:
        return
    if ban.by_place(user):
        raise Banned(
            f"{ban.who}, a guest from the same place as you, is banned from #{room.name.shown} by"
            f" {ban.by}{ban.told(at)} Who has an account is let in: /login or /register."
        )
    raise Banned(f"You are banned from #{room.name.shown} by {ban.by}{ban.told(at)}")
