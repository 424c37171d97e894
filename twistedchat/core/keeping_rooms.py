"""Which rows rooms that last are: their settings, roles, bans and mutes."""

from collections.abc import Callable, Sequence
from typing import Any

from twistedchat.core.apply.operators import pattern_of
from twistedchat.core.events import (
    Banned,
    Muted,
    RoleChanged,
    RoomChanged,
    RoomDropped,
    RoomRegistered,
    RoomTransferred,
    TopicChanged,
    Unbanned,
    Unmuted,
)
from twistedchat.core.names import room_key
from twistedchat.core.records import (
    WITH_SERVER,
    Change,
    DropRole,
    DropRoom,
    DropSentence,
    EndPlace,
    RoleRecord,
    RoomRecord,
    SentenceKind,
    SentenceRecord,
)
from twistedchat.core.rooms import Room
from twistedchat.core.rules import NAMES
from twistedchat.core.state import Fact, State

_NOTHING: Sequence[Change] = ()


def room_changes(state: State, fact: Fact) -> Sequence[Change]:
    """The rows that a fact about a room that lasts means; none for other facts."""
    event: Any = fact[0]
    keep = _KEEP.get(type(event))
    return keep(state, room_key(event.room) or "", event) if keep is not None else _NOTHING


def room_record(room: Room) -> RoomRecord:
    """A room that lasts, as it is now."""
    rules = {name: getattr(room.rules, name) for name in NAMES}
    name = room.name
    return RoomRecord(name.key, name.shown, room.founder, room.created, room.topic, **rules)


def rows_of(room: Room) -> Sequence[Change]:
    """A room that lasts, with all that belongs to it, in place of whatever was stored of it."""
    key = room.name.key
    roles = [RoleRecord(key, account, role) for account, role in room.roles.items()]
    kinds = ((SentenceKind.BAN, room.bans), (SentenceKind.MUTE, room.mutes))
    sentences = [
        SentenceRecord(key, kind, pattern, sentence)
        for kind, sentences in kinds
        for pattern, sentence in sentences.items()
    ]
    return (DropRoom(key), room_record(room), *roles, *sentences)


def room_now(state: State, key: str) -> Sequence[Change]:
    """What is true of a room now: all of it if it lasts, else that it does not."""
    room = state.rooms.get(key)
    return rows_of(room) if room is not None and room.lasting else (DropRoom(key),)


def _all(state: State, key: str, _: Any) -> Sequence[Change]:
    room = state.rooms.get(key)
    fate = _fate(room) if room is not None and room.closed else _NOTHING
    return (*room_now(state, key), *fate)


def _fate(room: Room) -> Sequence[Change]:
    """Whether a room of this name may be found as it was after a restart.

    Who may come in is stored of rooms that last alone. Without it whoever asks for another room
    first would read what was said behind closed doors.
    """
    ends = room.closed and not room.lasting
    return (EndPlace(room.name.key, WITH_SERVER if ends else room.begun),)


def _topic(state: State, key: str, _: Any) -> Sequence[Change]:
    room = state.rooms.get(key)
    return (room_record(room),) if room is not None and room.lasting else _NOTHING


def _settings(state: State, key: str, _: Any) -> Sequence[Change]:
    room = state.rooms.get(key)
    if room is None:
        return _NOTHING
    return (room_record(room),) if room.lasting else _fate(room)


def _role(state: State, key: str, event: RoleChanged) -> Sequence[Change]:
    """Nothing for a guest, nor where it lasts only as long as the visit."""
    room = state.rooms.get(key)
    if room is None or not room.lasting or not event.account:
        return _NOTHING
    role = room.roles.get(event.account)
    if role is None:
        return (DropRole(key, event.account),)
    return (RoleRecord(key, event.account, role),)


def _transferred(state: State, key: str, event: RoomTransferred) -> Sequence[Change]:
    room = state.rooms.get(key)
    if room is None:
        return _NOTHING
    return (room_record(room), RoleRecord(key, event.account, room.roles[event.account]))


def _passed(state: State, key: str, event: Banned | Muted) -> Sequence[Change]:
    """A ban or a mute."""
    room = state.rooms.get(key)
    if room is None or not room.lasting:
        return _NOTHING
    banned = isinstance(event, Banned)
    kind, sentences = (SentenceKind.BAN, room.bans) if banned else (SentenceKind.MUTE, room.mutes)
    found = [(pattern, one) for pattern, one in sentences.items() if one.id == event.id]
    return [SentenceRecord(key, kind, pattern, one) for pattern, one in found]


def _lifted(state: State, key: str, event: Unbanned | Unmuted) -> Sequence[Change]:
    room = state.rooms.get(key)
    if room is None or not room.lasting:
        return _NOTHING
    if isinstance(event, Unbanned):
        return (DropSentence(key, SentenceKind.BAN, pattern_of(event.who)),)
    return (DropSentence(key, SentenceKind.MUTE, pattern_of(event.nick)),)


_KEEP: dict[type, Callable[[State, str, Any], Sequence[Change]]] = {
    RoomRegistered: _all,
    RoomDropped: _all,
    RoomChanged: _settings,
    RoleChanged: _role,
    RoomTransferred: _transferred,
    TopicChanged: _topic,
    Banned: _passed,
    Muted: _passed,
    Unbanned: _lifted,
    Unmuted: _lifted,
}
