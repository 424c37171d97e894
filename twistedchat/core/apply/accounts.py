"""Accounts: register, log in, log out; whose name it is, and who has to give it up."""

from dataclasses import replace

from twistedchat.core import intents
from twistedchat.core.apply.entry import lets_in, may_stay, member_in
from twistedchat.core.apply.leaving import take_out
from twistedchat.core.apply.people import attach_session, free_name, leave
from twistedchat.core.apply.roles import account_gone, settle
from twistedchat.core.errors import BadLogin, NotAllowed
from twistedchat.core.events import Joined, Parted, Renamed
from twistedchat.core.names import Name
from twistedchat.core.roles import Role
from twistedchat.core.rooms import Member, Room
from twistedchat.core.state import Among, Fact, State
from twistedchat.core.users import User

LOGGED_OUT = "logged out"


def register(state: State, intent: intents.Register, id_: str, at: float) -> list[Fact]:
    """A name belongs to an account; so does the user who asked for it, if they are still here."""
    state.owned.give(intent.name, intent.account)
    user = state.users.get(intent.user)
    if user is None or user.account:
        return _put_aside(state, intent.name, None, id_, at)
    facts = _become(state, user, intent.account, intent.name, id_, at)
    return facts + settle(state, user, id_, at)


def log_in(state: State, intent: intents.LogIn, id_: str, at: float) -> list[Fact]:
    """The session is the owner's: of the one who is here, or of the guest that it was.

    Raises:
        NotAllowed: it is another owner's already.
        BadLogin: the account was given up while its owner proved to be it.
    """
    guest = state.sessions.get(intent.session)
    if guest is not None and guest.account not in ("", intent.account):
        name = state.owned.name_of(guest.account) or guest.name
        raise NotAllowed(f"You are logged in as {name.shown}. /logout first.")
    if state.owned.name_of(intent.account) is None:
        raise BadLogin("This account is no more: it was erased just now. /register makes another.")
    owner = state.owners.get(intent.account)
    facts: list[Fact] = []
    if owner is None:
        owner = guest or _newcomer(intent, id_, at)
        facts = _become(state, owner, intent.account, intent.name, id_, at)
    elif guest is not None and guest is not owner:
        facts = _move(state, intent.session, guest, owner, id_, at)
    attach_session(state, owner, intent.session)
    owner.operator = owner.operator or intent.operator
    if intent.token:
        state.add_token(owner, intent.token)
    return facts + settle(state, owner, id_, at)


def _newcomer(intent: intents.LogIn, id_: str, at: float) -> User:
    return User(
        id_, intent.name, intent.cloak, intent.address, "", at, at,
        client=intent.client, account=intent.account,
    )  # fmt: skip


def _become(state: State, user: User, account: str, name: Name, id_: str, at: float) -> list[Fact]:
    """Make a user, new or a guest so far, the owner of an account, under the account's name."""
    facts = _put_aside(state, name, user, id_, at)
    if user.id not in state.users:
        state.add_user(user)
        return facts
    state.set_account(user, account)
    if user.name.key != name.key:
        facts += _rename(state, user, name, id_, at)
    return facts


def _put_aside(state: State, name: Name, owner: User | None, id_: str, at: float) -> list[Fact]:
    """Give whoever holds the name, or one that looks like it, the nearest free one."""
    facts: list[Fact] = []
    while (holder := _holder(state, name, owner)) is not None:
        facts += _rename(state, holder, free_name(state, holder.name), id_, at, forced=True)
    return facts


def _holder(state: State, name: Name, owner: User | None) -> User | None:
    holder = state.nicks.get(name.key)
    if holder is None or holder is owner:
        alike = state.nick_looks.find(name, apart_from=owner.name if owner else None)
        holder = state.nicks[alike.key] if alike else None
    return None if holder is owner else holder


def _rename(
    state: State, user: User, name: Name, id_: str, at: float, *, forced: bool = False
) -> list[Fact]:
    old = user.name
    state.rename_user(user, name)
    renamed = Renamed(id_, at, old.shown, name.shown, forced)
    return [(renamed, Among(user, tuple(user.rooms)))]


def _move(state: State, session: str, guest: User, owner: User, id_: str, at: float) -> list[Fact]:
    """Let a session change from a guest to the owner, who comes into the guest's rooms.

    The guest leaves, unless they have other sessions.
    """
    facts: list[Fact] = []
    for room in guest.rooms.values():
        facts += _bring(state, room, guest, owner, id_, at)
    guest.sessions.discard(session)
    if not guest.sessions:
        facts += leave(state, guest, f"logged in as {owner.nick}", id_, at)
    return facts


def _bring(state: State, room: Room, guest: User, owner: User, id_: str, at: float) -> list[Fact]:
    """Let the owner into a room that the guest is in, as what the guest is there."""
    key, was = room.name.key, room.members[guest.id]
    for pattern, mute in room.mutes.items():
        if guest.id in mute.users:
            room.mutes[pattern] = replace(mute, users=mute.users | {owner.id})
    if owner.id in room.members:
        _share(room.members[owner.id], was)
        return []
    role = room.role_of(owner)
    kept_out = role is Role.OUTCAST or room.ban_on(owner, at) is not None
    if kept_out or not _has_place(state, room, guest, owner):
        return []
    room.members[owner.id] = _share(member_in(room, owner, at), was)
    owner.rooms[key] = room
    shown, account = room.name.shown, owner.account
    return [(Joined(id_, at, shown, owner.nick, owner.cloak, account, role or ""), key)]


def _has_place(state: State, room: Room, guest: User, owner: User) -> bool:
    """Whether the bounds let the owner in; a guest who has no other session makes place."""
    limits = state.limits
    members = len(room.members) - (len(guest.sessions) == 1)
    return not (limits.rooms and len(owner.rooms) >= limits.rooms) and not (
        limits.members and members >= limits.members
    )


def _share(member: Member, was: Member) -> Member:
    """Let somebody have what another one has in a room, besides their own."""
    member.operator |= was.operator
    member.voiced |= was.voiced
    return member


def log_out(state: State, intent: intents.LogOut, id_: str, at: float) -> list[Fact]:
    """The session is a guest's from now on, in the same rooms and under the nearest free nick.

    Raises:
        NotAllowed: it is no owner's.
    """
    owner = state.sessions.get(intent.session)
    if owner is None or not owner.account:
        raise NotAllowed("You are not logged in. /login NICK does it.")
    if len(owner.sessions) > 1:
        return _part_ways(state, intent, owner, id_, at)
    account = owner.account
    state.set_account(owner, "")
    owner.operator = False
    for token in owner.more_tokens:
        state.tokens.pop(token, None)
    owner.more_tokens = ()
    if intent.token:
        state.add_token(owner, intent.token)
    facts = settle(state, owner, id_, at)
    if state.owned.owner(owner.name) == account:
        facts += _rename(state, owner, free_name(state, owner.name), id_, at)
    return facts + _leave_closed(state, owner, id_, at)


def _leave_closed(state: State, guest: User, id_: str, at: float) -> list[Fact]:
    """Take somebody out of the rooms that were open to the account alone."""
    facts: list[Fact] = []
    for key, room in list(guest.rooms.items()):
        if not may_stay(room, guest, at):
            heir = take_out(state, guest, room, id_, at)
            facts += [(Parted(id_, at, room.name.shown, guest.nick, LOGGED_OUT), key), *heir]
    return facts


def _part_ways(
    state: State, intent: intents.LogOut, owner: User, id_: str, at: float
) -> list[Fact]:
    """Make a guest of one session; the owner stays with the others."""
    guest = User(
        id_, free_name(state, owner.name), intent.cloak, intent.address, intent.token, at, at,
        client=intent.client,
    )  # fmt: skip
    state.add_user(guest)
    owner.sessions.discard(intent.session)
    attach_session(state, guest, intent.session)
    facts: list[Fact] = []
    for room in owner.rooms.values():
        if lets_in(state, room, guest, at):
            room.members[guest.id] = Member(guest, at)
            guest.rooms[room.name.key] = room
            joined = Joined(id_, at, room.name.shown, guest.nick, guest.cloak)
            facts.append((joined, room.name.key))
    return facts


def rename_account(state: State, intent: intents.RenameAccount, id_: str, at: float) -> list[Fact]:
    """An account has another name; its owner takes it, the old one is free."""
    state.owned.give(intent.name, intent.account)
    owner = state.owners.get(intent.account)
    facts = _put_aside(state, intent.name, owner, id_, at)
    if owner is not None and owner.name != intent.name:
        facts += _rename(state, owner, intent.name, id_, at)
    return facts


def give_up_name(state: State, intent: intents.GiveUpName, id_: str, at: float) -> list[Fact]:
    """An account is no more: its owner, if here, goes on as a guest of the same nick.

    Its rooms go to others who run them, or to nobody.
    """
    state.owned.take_back(intent.account)
    facts = account_gone(state, intent.account, id_, at)
    owner = state.owners.get(intent.account)
    if owner is not None:
        state.set_account(owner, "")
        facts += settle(state, owner, id_, at)
    return facts
