"""The state as it was before the server stopped: registered rooms, and those of the settings."""

from collections.abc import Iterable, Sequence

from twistedchat.core.keeping_rooms import rows_of
from twistedchat.core.names import Name, known_name
from twistedchat.core.records import Change, Loaded, RoomRecord, SentenceKind
from twistedchat.core.rooms import Room
from twistedchat.core.rules import NAMES, Rules
from twistedchat.core.state import State


def restore(state: State, loaded: Loaded) -> None:
    """Let the names and the rooms that last be there, before anybody comes.

    What is in the store lies before all that this state hears: no history in memory reaches back
    behind the newest message that was stored.
    """
    if loaded.newest:
        state.started = loaded.newest
    for ended in loaded.ended:
        state.remember_ended(ended.place, ended.id)
    state.own_names(loaded.names)
    for record in loaded.rooms:
        _restore_room(state, record)
    for one in loaded.roles:
        if one.room in state.rooms:
            state.rooms[one.room].roles[one.account] = one.role
    for kept in loaded.sentences:
        if kept.room in state.rooms:
            room = state.rooms[kept.room]
            sentences = room.bans if kept.kind is SentenceKind.BAN else room.mutes
            sentences[kept.key] = kept.sentence


def _restore_room(state: State, record: RoomRecord) -> None:
    room = state.open_room(known_name(record.name, record.key))
    room.founder, room.created, room.topic = record.founder, record.created, record.topic
    # Until the settings say so again; without that it would end with nobody in it.
    room.permanent = not record.founder
    state.set_rules(room, Rules(**{name: getattr(record, name) for name in NAMES}))


def orphaned(state: State) -> Sequence[str]:
    """The accounts that are no more and to which rooms belong all the same.

    The server has ended after an account was given up and before its rooms were.
    """
    founders = {room.founder for room in state.rooms.values() if room.founder}
    return sorted(one for one in founders if state.owned.name_of(one) is None)


def make_permanent(state: State, names: Iterable[Name], at: float) -> Sequence[Change]:
    """Let the rooms of the server's settings be there for ever, and no others.

    Called at the start, behind ``restore``, and again when the settings have changed.

    Returns:
        The rows of rooms that were none before, to be stored before anything else of them.
    """
    wanted = {name.key: name for name in names}
    for room in list(state.rooms.values()):
        if room.permanent and room.name.key not in wanted:
            room.permanent = False
            # The host may think better of it; others may make a room of this name meanwhile.
            state.shelve(room)
    changes: list[Change] = []
    for name in wanted.values():
        changes += _make_permanent(state, name, at)
    return changes


def _make_permanent(state: State, name: Name, at: float) -> Sequence[Change]:
    room: Room = state.rooms.get(name.key) or state.open_room(name)
    lasted, room.permanent = room.lasting, True
    if lasted:
        return ()
    room.created = at
    return rows_of(room)
