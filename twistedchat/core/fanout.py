"""Who hears what: events of one turn are gathered per room and leave together.

At the flush every lens that looks at a room renders its events once and joins them, and every
reader behind that lens gets the same bytes object in one ``write``. ``Turn`` does so once the gate
says that the turn may be heard; who hears it is settled when it is closed.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any

from twistedchat.core.events import Output, Whispered
from twistedchat.core.ports import Gate, Lens, Pieces
from twistedchat.core.progress import Progress
from twistedchat.core.room_turn import RoomTurn
from twistedchat.core.turn import Long, Own, Private, Share, Span, Turn
from twistedchat.core.users import Session


class _Readers:
    """Those on this node who hear a room, and what there is to hear in this turn."""

    __slots__ = ("groups", "late", "turn")

    def __init__(self) -> None:
        self.groups: dict[Lens, dict[Session, None]] = {}
        self.turn = RoomTurn()
        # The output from which on a reader hears the room, if that is not the turn's first.
        self.late: dict[Session, int] = {}


class Fanout:
    """Gathers what is to be heard, and lets it go once a turn.

    Args:
        gate: where closed turns wait until they may be heard.
        soon: calls back once all that has arrived is dealt with.

    Attributes:
        progress: how far turns have come.
    """

    def __init__(self, gate: Gate, soon: Callable[[Callable[[], None]], None]) -> None:
        self.progress = Progress()
        self.progress.wake = self.wake
        self._gate = gate
        self._soon = soon
        self._rooms: dict[str, _Readers] = {}
        self._scheduled = False
        self._begin()

    def _begin(self) -> None:
        self._place = 0
        self._active: dict[str, _Readers] = {}
        self._spans: dict[Session, list[Span]] = {}
        self._own: dict[Session, Own] = {}
        self._long: dict[Session, Long] = {}
        self._private: list[Private] = []
        self._endings: list[Session] = []
        self._acts: dict[str, Session] = {}

    # Who listens

    def listen(self, session: Session, room: str) -> None:
        """From now on the session hears what happens in a room (by its key)."""
        if room in session.lenses:
            return
        readers = self._rooms.setdefault(room, _Readers())
        lens = session.lens.for_room(session.current == room)
        session.lenses[room] = lens
        readers.groups.setdefault(lens, {})[session] = None
        if readers.turn.outputs:
            readers.late[session] = len(readers.turn.outputs)

    def unlisten(self, session: Session, room: str) -> None:
        """The session hears the room no more, but all that has happened there until now."""
        lens = session.lenses.pop(room, None)
        if lens is None:
            return
        readers = self._rooms[room]
        self._set_apart(session, readers, lens)
        group = readers.groups[lens]
        del group[session]
        if not group:
            del readers.groups[lens]
            if not readers.groups and not readers.turn.outputs:
                del self._rooms[room]

    def refocus(self, session: Session, current: str | None, lens: Lens | None = None) -> None:
        """Make another room the current one of a session, or give it another lens."""
        session.current = current
        session.lens = lens or session.lens
        for room, seen in list(session.lenses.items()):
            if session.lens.for_room(room == current) is not seen:
                self.unlisten(session, room)
                self.listen(session, room)

    # What there is to hear

    def to_room(self, room: str, output: Output, without: Session | None = None) -> None:
        """Everybody who listens to the room hears it, but for one who does not hear themselves."""
        readers = self._rooms.get(room)
        if readers is None:
            return
        turn = readers.turn
        if not turn.outputs:
            self._active[room] = readers
            self.wake()
        if without is not None and room in without.lenses:
            self._set_apart(without, readers, without.lenses[room])
            readers.late[without] = len(turn.outputs) + 1
        turn.outputs.append(output)
        turn.places.append(self._place)
        self._place += 1

    def to_rooms(
        self, rooms: Iterable[str], output: Output, told: AbstractSet[Session] = frozenset()
    ) -> set[Session]:
        """Everybody who listens to any of the rooms hears it once; returns who that is.

        Args:
            rooms: their keys.
            output: what is to be heard.
            told: sessions that have heard it already.
        """
        listening = [(room, self._sessions(room)) for room in rooms if room in self._rooms]
        if not listening:
            return set()
        everybody = set[Session]().union(*(sessions for _, sessions in listening))
        if told:
            everybody -= told & everybody
            self.to_each(everybody, output)
            return everybody
        largest, sharing = max(listening, key=lambda pair: len(pair[1]))
        self.to_room(largest, output)
        self.to_each(everybody - sharing, output)
        return everybody

    def to_each(self, sessions: Iterable[Session], output: Output) -> None:
        """Each of these sessions hears it, behind all that it has heard so far."""
        rendered: dict[Lens, bytes] = {}
        for session in sessions:
            lens = session.lens.for_room(True)
            if lens not in rendered:
                rendered[lens] = lens.render(output)
            self.send(session, rendered[lens])

    def to_session(self, session: Session, output: Output, mine: bool = False) -> None:
        """One session hears it, behind all that it has heard so far."""
        self.send(session, session.lens.for_room(True).render(output, mine))

    def whisper(self, session: Session, event: Whispered, mine: bool) -> None:
        """One session hears a private message, which is marked if it can't be stored."""
        lens = session.lens.for_room(True)
        data = lens.render(event, mine)
        if data and event.to_account:
            place = len(self._own.get(session, ()))
            self._private.append((session, place, lens, event, mine))
        self.send(session, data)

    def acted(self, session: Session, facts: Sequence[tuple[Any, object]]) -> None:
        """What came of a session's act is to last; it is told if that can't be stored."""
        for event, _ in facts:
            if hasattr(event, "stored"):
                self._acts[event.id] = session

    def send(self, session: Session, data: bytes) -> None:
        """Hand bytes to one session, behind all that it has heard so far."""
        if data:
            self._own.setdefault(session, []).append((self._place, data))
            self.wake()

    def stream(self, session: Session, pieces: Pieces) -> None:
        """Hand a long reply to one session, behind all that it has heard so far."""
        own = self._own.setdefault(session, [])
        self._long.setdefault(session, []).append((len(own), self._place, pieces))
        self.wake()

    def owed(self, session: Session) -> int:
        """How many bytes that are one session's own wait for the end of this turn."""
        return sum(len(data) for _, data in self._own.get(session, ()))

    def end(self, session: Session) -> None:
        """Close the session's connection behind all that it has heard so far."""
        self._endings.append(session)
        self.wake()

    # The end of a turn

    def flush(self) -> None:
        """Close this turn and pass it to the gate; it goes on while the gate holds the last."""
        if not self._gate.ready(self.flush):
            return
        self._scheduled = False
        self._settle()
        shares = [self._share(room, readers) for room, readers in self._active.items()]
        out = partial(self.progress.release, self.progress.close())
        turn = Turn(
            shares, self._spans, self._own, self._long, self._endings, self._private, out,
            self._acts,
        )  # fmt: skip
        self._begin()
        self._gate.submit(turn)

    def _settle(self) -> None:
        """Settle what those hear who do not hear just one room from beginning to end."""
        apart = self._own.keys() | self._spans.keys() | self._in_several()
        for readers in self._active.values():
            apart.update(readers.late)
        for session in apart:
            spans = self._spans.setdefault(session, [])
            fewer = session.lenses if len(session.lenses) < len(self._active) else self._active
            for room in fewer:
                if room in session.lenses and room in self._active:
                    _add_rest(spans, session, self._active[room], session.lenses[room])

    def _in_several(self) -> set[Session]:
        """Sessions that listen to more than one room of this turn."""
        several: set[Session] = set()
        if len(self._active) > 1:
            seen: set[Session] = set()
            for readers in self._active.values():
                for group in readers.groups.values():
                    several |= group.keys() & seen
                    seen.update(group)
        return several

    def _share(self, room: str, readers: _Readers) -> Share:
        turn, apart = readers.turn, self._spans
        groups: list[tuple[Lens, Sequence[Session]]] = [
            (lens, [s for s in group if s not in apart] if apart else tuple(group))
            for lens, group in readers.groups.items()
        ]
        readers.turn, readers.late = RoomTurn(), {}
        if not readers.groups:
            del self._rooms[room]
        return turn, groups

    def count(self, room: str) -> int:
        """How many sessions listen to a room."""
        readers = self._rooms.get(room)
        return sum(map(len, readers.groups.values())) if readers else 0

    def _sessions(self, room: str) -> set[Session]:
        readers = self._rooms.get(room)
        return set[Session]().union(*readers.groups.values()) if readers else set()

    def _set_apart(self, session: Session, readers: _Readers, lens: Lens) -> None:
        """Note what the session has heard of a room so far; it goes another way from here."""
        if readers.turn.outputs:
            _add_rest(self._spans.setdefault(session, []), session, readers, lens)
            readers.late[session] = len(readers.turn.outputs)

    def wake(self) -> None:
        """See to it that this turn is closed, even if nobody here hears anything in it."""
        if not self._scheduled:
            self._scheduled = True
            self._soon(self.flush)


def _add_rest(spans: list[Span], session: Session, readers: _Readers, lens: Lens) -> None:
    start, stop = readers.late.get(session, 0), len(readers.turn.outputs)
    if start < stop:
        spans.append((readers.turn, lens, start, stop))
