"""Roles: who is given one, what it changes at once, and what becomes of them with an account."""

from dataclasses import replace
from typing import TypeAlias

from twistedchat.core import intents
from twistedchat.core.apply.leaving import heir_of, put_out
from twistedchat.core.apply.powers import operator_of
from twistedchat.core.errors import NoSuchNick, NotAllowed, TooMany
from twistedchat.core.events import RoleChanged, RoomDropped, RoomTransferred
from twistedchat.core.names import nick_key
from twistedchat.core.roles import RUNNING, Rank, Role, rank_for
from twistedchat.core.rooms import Room
from twistedchat.core.state import QUOTED, Fact, State
from twistedchat.core.text import shorten
from twistedchat.core.users import User

ROLES_MOST = 1000
# Nobody can have this nick.
SERVER = "server"
# An account, "" for a guest, and its owner if they are here.
Whom: TypeAlias = tuple[str, User | None]


def set_role(state: State, intent: intents.SetRole, id_: str, at: float) -> list[Fact]:
    """Give somebody a role, or take it away with none."""
    actor, room = operator_of(state, intent.user, intent.room)
    account, user = whom = _whom(state, intent.nick)
    role = Role(intent.role) if intent.role else None
    if account and room.lasting and (role or account in room.roles):
        return change(state, room, actor, whom, role, id_, at)
    if user is None or user.id not in room.members:
        shown = shorten(intent.nick, QUOTED)
        raise NoSuchNick(f"{shown} is not in #{room.name.shown} and has no role there.")
    return _for_the_visit(room, actor, user, role, id_, at)


def _whom(state: State, nick: str) -> Whom:
    key = nick_key(nick) or ""
    user = state.nicks.get(key)
    account = user.account if user else state.owned.account_of(key)
    if not account and user is None:
        shown = shorten(nick, QUOTED)
        raise NoSuchNick(f"Nobody here is called {shown}, and no account either.")
    return account, user or state.owners.get(account)


def change(
    state: State, room: Room, actor: User, whom: Whom, role: Role | None, id_: str, at: float
) -> list[Fact]:
    """Let an account have another role in a room that lasts, or none.

    Raises:
        ChatError: it is not the actor's to decide.
    """
    account, user = whom
    nick = called(state, account, user)
    _check(room, actor, whom, nick, role)
    if role is None:
        del room.roles[account]
    else:
        room.roles[account] = role
    event = RoleChanged(id_, at, room.name.shown, nick, role or "", actor.nick, account)
    facts: list[Fact] = [(event, room.name.key)]
    if user is not None and user.id in room.members:
        member = room.members[user.id]
        member.operator, member.voiced = role in RUNNING, role is Role.VOICED
        if role is Role.OUTCAST:
            facts += put_out(state, room, user, actor.nick, "", id_, at)
    return facts


def called(state: State, account: str, user: User | None = None) -> str:
    """How the owner of an account is called."""
    name = state.owned.name_of(account)
    return name.shown if name else user.nick if user else "somebody"


def _check(room: Room, actor: User, whom: Whom, nick: str, role: Role | None) -> None:
    account, user = whom
    shown, old = room.name.shown, room.roles.get(account)
    if account == room.founder:
        raise NotAllowed(f"{nick} is the founder of #{shown}. /room transfer NICK changes that.")
    if old is role:
        raise NotAllowed(f"{nick} is that in #{shown} already.")
    if user is actor and role is None:
        return
    _check_power(room, actor, max(rank_for(one) for one in (old, role) if one))
    if role is Role.OUTCAST and (user is actor or (user and user.operator)):
        whose = "yourself" if user is actor else "a server operator"
        raise NotAllowed(f"That would be {whose}, who can't be an outcast.")
    if old is None and len(room.roles) >= ROLES_MOST:
        raise TooMany(f"#{shown} has {ROLES_MOST} roles, the most there can be. Take one away.")


def _check_power(room: Room, actor: User, rank: Rank) -> None:
    """Owners are made by the founder, operators by owners, the others by operators."""
    needed = Rank(rank + 1) if rank >= Rank.OPERATOR else Rank.OPERATOR
    if room.rank(actor) < needed:
        who = "the founder" if needed is Rank.FOUNDER else "owners"
        raise NotAllowed(f"Only {who} of #{room.name.shown} can change that.")


def _for_the_visit(
    room: Room, actor: User, user: User, role: Role | None, id_: str, at: float
) -> list[Fact]:
    """Give a member a voice, or take it back, which ends when they leave."""
    shown, member = room.name.shown, room.members[user.id]
    if role not in (None, Role.VOICED):
        if room.lasting:
            why = f"{user.nick} has no account, and that role lasts"
        else:
            why = f"#{shown} is not registered, and that role lasts"
        raise NotAllowed(f"{why}: only a voice can be given here. /op makes an operator.")
    voiced = role is Role.VOICED
    if member.voiced == voiced:
        raise NotAllowed(f"{user.nick} is that in #{shown} already.")
    member.voiced = voiced
    return [(RoleChanged(id_, at, shown, user.nick, role or "", actor.nick), room.name.key)]


def settle(state: State, user: User, id_: str, at: float) -> list[Fact]:
    """Let the roles of a user's account hold in the rooms they are in.

    For who has just logged in, or out: then nothing is left of the account's roles.
    """
    facts: list[Fact] = []
    for room in [room for room in user.rooms.values() if room.lasting]:
        role, member = room.role_of(user), room.members[user.id]
        before = member.operator, member.voiced
        keeps = user.account != ""
        member.operator = role in RUNNING or (keeps and member.operator)
        member.voiced = role is Role.VOICED or (keeps and member.voiced)
        if (member.operator, member.voiced) != before:
            event = RoleChanged(id_, at, room.name.shown, user.nick, role or "", "", user.account)
            facts.append((event, room.name.key))
        if role is Role.OUTCAST:
            facts += put_out(state, room, user, SERVER, "an outcast of this room", id_, at)
    return facts


def account_gone(state: State, account: str, id_: str, at: float) -> list[Fact]:
    """An account is no more: its roles end; a room of its own goes to the next owner or operator.

    A room in which nobody else has such a role belongs to nobody from now on.
    """
    facts: list[Fact] = []
    for room in list(state.rooms.values()):
        room.roles.pop(account, None)
        if room.founder == account:
            facts += _pass_on(state, room, id_, at)
    return facts


def _pass_on(state: State, room: Room, id_: str, at: float) -> list[Fact]:
    heirs = sorted(room.roles.items(), key=lambda one: -rank_for(one[1]))
    if not heirs or heirs[0][1] not in RUNNING:
        return drop(state, room, "", id_, at)
    account = heirs[0][0]
    facts = found(room, account, called(state, account), "", id_, at)
    user = state.owners.get(account)
    return facts + (settle(state, user, id_, at) if user else [])


def found(room: Room, account: str, nick: str, by: str, id_: str, at: float) -> list[Fact]:
    """Let a room belong to an account that is to be an owner of it."""
    room.founder = account
    room.roles[account] = Role.OWNER
    return [(RoomTransferred(id_, at, room.name.shown, nick, by, account), room.name.key)]


def drop(state: State, room: Room, by: str, id_: str, at: float) -> list[Fact]:
    """Let a room belong to nobody; who is an operator in it remains so."""
    room.founder = ""
    facts: list[Fact] = [(RoomDropped(id_, at, room.name.shown, by), room.name.key)]
    if room.permanent:
        return facts
    room.roles.clear()
    # What is said is kept as everywhere again.
    state.set_rules(room, replace(room.rules, keep_seconds=None, keep_count=None))
    facts += heir_of(room, id_, at)
    state.close_if_empty(room)
    return facts
