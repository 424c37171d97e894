"""A chat in memory and in virtual time, for our own tests and for other people's.

    chat = make_chat()
    ada, bob = enter(chat, "ada", "lobby"), enter(chat, "bob", "lobby")
    chat.say(ada, "lobby", "hi", ignore_outcome)
    chat.clock.turn()
    heard(bob)                    # [..., Said(room="lobby", nick="ada", text="hi", ...)]

No reactor runs and no socket is opened. ``chat.clock`` is a ``VirtualClock`` unless another clock
is given, such as a ``ReactorClock`` over ``twisted.internet.task.Clock`` for tests of a door.
"""

import json
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from itertools import count
from typing import Any, TypeVar

from twisted.internet.defer import Deferred

from twistedchat.bus.local import LocalBus
from twistedchat.config import Limits
from twistedchat.core.chat import About, Chat, Outcome
from twistedchat.core.events import Output
from twistedchat.core.gates import OpenGate
from twistedchat.core.ids import Ids
from twistedchat.core.names import RESERVED
from twistedchat.core.ports import Clock, Gate, Journal, Lens, Store
from twistedchat.core.state import State
from twistedchat.core.users import Session
from twistedchat.render.json import JSON_LENS, decode
from twistedchat.testing_parts import START as START
from twistedchat.testing_parts import HoldingGate as HoldingGate
from twistedchat.testing_parts import RecordingJournal as RecordingJournal
from twistedchat.testing_parts import RecordingSink as RecordingSink
from twistedchat.testing_parts import SharedLog as SharedLog
from twistedchat.testing_parts import VirtualClock as VirtualClock

T = TypeVar("T")


def make_chat(
    *,
    clock: Clock | None = None,
    gate: Gate | None = None,
    journal: Journal | None = None,
    about: About | None = None,
    limits: Limits | None = None,
    reserved: frozenset[str] = RESERVED,
    store: Store | None = None,
    **bounds: int,
) -> Chat:
    """A chat on one node, all of it in memory.

    Args:
        clock: time; a ``VirtualClock`` if not given.
        gate: holds output back; an ``OpenGate`` if not given.
        journal: where operators' acts go; a ``RecordingJournal`` if not given.
        about: what the server says of itself.
        limits: the bounds; the real defaults if not given.
        reserved: nicks that nobody can have.
        store: what lasts; nothing does if not given.
        bounds: single bounds that differ from ``limits``, by name: ``history=0``.
    """
    clock = clock or VirtualClock()
    ids = Ids(seed=1)
    started, now = ids.next(clock.now())
    secrets = (f"secret{number}" for number in count(1))
    chat = Chat(
        State(replace(limits or Limits(), **bounds), started, reserved),
        about or About("chat.example.org", version="1.0", started=now),
        gate or OpenGate(clock.soon),
        clock,
        journal or RecordingJournal(),
        node="",
        secret=lambda: next(secrets),
        promise=Deferred[Outcome],
        store=store,
    )
    chat.bus = LocalBus(chat, ids, clock)
    return chat


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a verb that need not wait for anything, as none does on one node.

    Raises:
        RuntimeError: it waits for something.
    """
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise RuntimeError("The verb waits for something that has not happened.")


def connect(
    chat: Chat,
    *,
    lens: Lens = JSON_LENS,
    door: str = "test",
    address: str = "192.0.2.1",
    cloak: str = "cloak",
) -> Session:
    """A connection of which nobody knows whose it is; its sink is a ``RecordingSink``."""
    return chat.connect(RecordingSink(), lens, door, address, cloak)


def enter(chat: Chat, nick: str, *rooms: str, **connection: Any) -> Session:
    """Somebody new, in these rooms, the first of which is current; hears from now on.

    Args:
        chat: where.
        nick: the nick wanted.
        rooms: names of rooms to join.
        connection: arguments for ``connect``.
    """
    session = connect(chat, **connection)
    run(chat.enter(session, nick))
    for room in rooms:
        run(chat.join(session, room))
    chat.arrive(session)
    return session


def sink_of(session: Session) -> RecordingSink:
    """The sink of a session that ``connect`` or ``enter`` made."""
    sink = session.sink
    if not isinstance(sink, RecordingSink):
        raise TypeError("This session does not write to a RecordingSink.")
    return sink


def heard(session: Session) -> list[Output]:
    """The events and notices that a session with the JSON lens was sent since the last time."""
    outputs = (decode(message) for message in heard_objects(session))
    return [output for output in outputs if output is not None]


def heard_objects(session: Session) -> list[Mapping[str, Any]]:
    """The JSON objects that a session was sent since the last time."""
    return [json.loads(line) for line in sink_of(session).take().splitlines()]


def ignore_outcome(outcome: Outcome) -> None:
    """For ``Chat.say`` and ``Chat.emote`` where nobody asks what became of it."""
