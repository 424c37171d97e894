"""Taking messages back, and forgetting all that an account has said."""

from collections.abc import Iterable
from typing import Protocol

from twistedchat.core import intents
from twistedchat.core.apply.accounts import give_up_name
from twistedchat.core.apply.powers import around
from twistedchat.core.apply.roles import called
from twistedchat.core.errors import NotAllowed
from twistedchat.core.events import Deleted, Kept
from twistedchat.core.records import private_ends
from twistedchat.core.roles import Rank
from twistedchat.core.state import Fact, Only, State
from twistedchat.core.users import User


class _Message(Protocol):
    """What counts of a message."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def nick(self) -> str:
        """Its author's nick then."""

    @property
    def account(self) -> str:
        """Its author's account, or ""."""

    @property
    def user(self) -> str:
        """Its author's user id, or "" if that is not known any more."""


def said_by(user: User, message: _Message) -> bool:
    """Whether the user has said it: their account, or the guest that they still are."""
    return message.account == user.account if message.account else message.user == user.id


def delete(state: State, intent: intents.Delete, id_: str, at: float) -> list[Fact]:
    """Messages are gone for everybody; ids that nobody has are passed over.

    Raises:
        NotAllowed: one of them is somebody else's.
    """
    ends = private_ends(intent.place)
    if ends:
        return _private(state, intent, ends, id_, at)
    user, room = around(state, intent.user, intent.place)
    written = [one for one in intent.written if one.id > room.begun]
    found = _found(room.history, intent.ids, written)
    if room.rank(user) < Rank.OPERATOR:
        _check_own(user, found, f"its author and operators of #{room.name.shown}")
    if not found:
        return []
    ids = tuple(one.id for one in found)
    room.history.remove(ids)
    whose = _others(user, found)
    return [(Deleted(id_, at, room.name.shown, ids, user.nick, whose), room.name.key)]


def _private(
    state: State, intent: intents.Delete, ends: tuple[str, ...], id_: str, at: float
) -> list[Fact]:
    """The sender takes private messages back, for both ends."""
    user = state.user(intent.user)
    me = user.account or user.id
    if me not in ends:
        raise NotAllowed("Only who said it can take a private message back.")
    end = ends[0] if ends[1] == me else ends[1]
    other = state.owners.get(end) or state.users.get(end)
    found = _found(user.whispers, intent.ids, intent.written)
    _check_own(user, found, "its author")
    if not found:
        return []
    ids = tuple(one.id for one in found)
    hearers = [user]
    user.whispers.remove(ids)
    if other is not None and other is not user:
        other.whispers.remove(ids)
        if user.id not in other.ignored:
            hearers.append(other)
    nick = other.nick if other else called(state, end)
    return [(Deleted(id_, at, "", ids, user.nick, (), nick), Only(tuple(hearers)))]


def _found(
    kept: Iterable[Kept], ids: Iterable[str], written: Iterable[intents.Written]
) -> list[_Message]:
    """What is known of the messages with these ids, oldest first; memory knows best."""
    wanted = set(ids)
    known: dict[str, _Message] = {one.id: one for one in written}
    known.update((one.id, one) for one in kept if one.id in wanted)
    return [known[one] for one in sorted(wanted & known.keys())]


def _check_own(user: User, found: Iterable[_Message], who: str) -> None:
    if not all(said_by(user, one) for one in found):
        raise NotAllowed(f"Only {who} can take a message back. Nothing was taken back.")


def _others(user: User, found: list[_Message]) -> tuple[str, ...]:
    """The nicks of those who said them, in order; none if all are the user's own."""
    if all(said_by(user, one) for one in found):
        return ()
    return tuple(dict.fromkeys(one.nick for one in found))


def forget_account(state: State, intent: intents.ForgetAccount, id_: str, at: float) -> list[Fact]:
    """An account is no more, nor what it said; its owner goes on as a guest of the same nick."""
    account, owner = intent.account, state.owners.get(intent.account)
    nick = owner.nick if owner else called(state, account)
    facts = _all_said(state, account, nick, id_, at)
    if owner is not None:
        owner.operator = False
    return facts + give_up_name(state, intents.GiveUpName(account), id_, at)


def _all_said(state: State, account: str, nick: str, id_: str, at: float) -> list[Fact]:
    facts: list[Fact] = []
    for room in state.rooms.values():
        ids = _ids_by(account, room.history)
        if ids:
            room.history.remove(ids)
            facts.append((Deleted(id_, at, room.name.shown, ids, nick), room.name.key))
    for user in state.users.values():
        ids = _ids_by(account, user.whispers)
        if ids:
            user.whispers.remove(ids)
            if user.account != account:
                deleted = Deleted(id_, at, "", ids, nick, (), user.nick)
                facts.append((deleted, Only((user,))))
    return facts


def _ids_by(account: str, messages: Iterable[Kept]) -> tuple[str, ...]:
    return tuple(one.id for one in messages if one.account == account)
