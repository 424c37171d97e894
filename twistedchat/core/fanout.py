"""From events to bytes: who hears what, rendered once, handed over once.

Events of one turn are gathered per room. At the flush every lens that looks at a room renders its
events once and joins them, and every reader behind that lens gets the same bytes object in one
``write``. What is one reader's own (a reply, a whisper) goes into that reader's own list, behind
whatever they have heard by then: so each reader sees one order. A reader who leaves the common
path (spoke and does not hear themselves, came or went in the middle of a turn) gets pieces of the
same rendering.

A turn is closed when it is full and released when the gate says so; who hears it is settled when
it is closed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from twistedchat.core.events import Emoted, Output, Said
from twistedchat.core.names import nick_key
from twistedchat.core.ports import Gate, Lens
from twistedchat.core.users import Session

# A piece of a reader's own: bytes, or events of a room from one index to another.
_Own = bytes | tuple[list[Output], int, int]


class _Readers:
    """Those on this node who hear a room, and what they are to hear in this turn."""

    __slots__ = ("groups", "late", "outputs")

    def __init__(self) -> None:
        self.groups: dict[Lens, dict[Session, None]] = {}
        self.outputs: list[Output] = []
        # From which index on a reader still has to be served from the common list.
        self.late: dict[Session, int] = {}


@dataclass(slots=True)
class _RoomShare:
    outputs: list[Output]
    late: dict[Session, int]
    groups: list[tuple[Lens, tuple[Session, ...]]]


class Turn:
    """What is heard of one turn, by whom; nothing that happens later changes it."""

    __slots__ = ("_endings", "_own", "_rendered", "_shares")

    def __init__(
        self,
        shares: list[_RoomShare],
        own: "dict[Session, list[tuple[Lens, _Own]]]",
        endings: list[Session],
    ) -> None:
        self._shares = shares
        self._own = own
        self._endings = endings
        self._rendered: dict[tuple[int, Lens], list[bytes]] = {}

    def release(self) -> None:
        """Render, join, and hand every reader what they hear, in one piece each."""
        if len(self._shares) == 1 and not self._own and not self._shares[0].late:
            self._release_plainly(self._shares[0])
        else:
            self._release_together()
        for session in self._endings:
            session.sink.finish()

    def _release_plainly(self, share: _RoomShare) -> None:
        for lens, sessions in share.groups:
            whole = b"".join(self._render(share.outputs, lens))
            if lens.bell:
                for session, data in self._with_bells(share, lens, sessions, whole):
                    session.sink.write(data)
            elif whole:
                for session in sessions:
                    session.sink.write(whole)

    def _release_together(self) -> None:
        ready: dict[Session, bytes] = {}
        for session, pieces in self._own.items():
            ready[session] = b"".join(self._piece(lens, own) for lens, own in pieces)
        for session, data in chain.from_iterable(map(self._shared, self._shares)):
            ready[session] = ready[session] + data if session in ready else data
        for session, data in ready.items():
            if data:
                session.sink.write(data)

    def _shared(self, share: _RoomShare) -> Iterable[tuple[Session, bytes]]:
        late = share.late
        for lens, sessions in share.groups:
            pieces = self._render(share.outputs, lens)
            whole = b"".join(pieces)
            if lens.bell:
                yield from self._with_bells(share, lens, sessions, whole)
            elif not late:
                for session in sessions:
                    yield session, whole
            else:
                for session in sessions:
                    start = late.get(session, 0)
                    yield session, b"".join(pieces[start:]) if start else whole

    def _with_bells(
        self, share: _RoomShare, lens: Lens, sessions: tuple[Session, ...], whole: bytes
    ) -> Iterable[tuple[Session, bytes]]:
        mentions = [_mentioned(output) for output in share.outputs]
        for session in sessions:
            start = share.late.get(session, 0)
            key = session.user.name.key if session.user else ""
            data = b"".join(self._render(share.outputs, lens)[start:]) if start else whole
            rings = any(key in names for names in mentions[start:])
            yield session, data + lens.bell if rings else data

    def _piece(self, lens: Lens, own: _Own) -> bytes:
        if isinstance(own, bytes):
            return own
        outputs, start, stop = own
        return b"".join(self._render(outputs, lens)[start:stop])

    def _render(self, outputs: list[Output], lens: Lens) -> list[bytes]:
        pieces = self._rendered.get((id(outputs), lens))
        if pieces is None:
            pieces = [lens.render(output) for output in outputs]
            self._rendered[id(outputs), lens] = pieces
        return pieces


def _mentioned(output: Output) -> frozenset[str]:
    """Keys of the nicks that a message may speak of."""
    if not isinstance(output, Said | Emoted):
        return frozenset()
    words = (word.strip("@,.:;!?()'\"") for word in output.text.split())
    return frozenset(nick_key(word) or "" for word in words if word)


class Fanout:
    """Gathers what is to be heard, and lets it go once a turn.

    Args:
        gate: where closed turns wait until they may be heard.
        soon: calls back once all that has arrived is dealt with.
    """

    def __init__(self, gate: Gate, soon: Callable[[Callable[[], None]], None]) -> None:
        self._gate = gate
        self._soon = soon
        self._rooms: dict[str, _Readers] = {}
        self._active: dict[str, _Readers] = {}
        self._own: dict[Session, list[tuple[Lens, _Own]]] = {}
        self._endings: list[Session] = []
        self._scheduled = False

    def listen(self, session: Session, room: str) -> None:
        """From now on the session hears what happens in a room (by its key)."""
        readers = self._rooms.setdefault(room, _Readers())
        lens = session.lens.for_room(session.current == room)
        session.lenses[room] = lens
        readers.groups.setdefault(lens, {})[session] = None
        if readers.outputs:
            readers.late[session] = len(readers.outputs)

    def unlisten(self, session: Session, room: str) -> None:
        """The session hears the room no more, but all that has happened there until now."""
        lens = session.lenses.pop(room, None)
        readers = self._rooms.get(room)
        if lens is None or readers is None:
            return
        self._settle(session, readers, lens)
        group = readers.groups[lens]
        del group[session]
        if not group:
            del readers.groups[lens]
            if not readers.groups and not readers.outputs:
                del self._rooms[room]

    def refocus(self, session: Session, current: str | None, lens: Lens | None = None) -> None:
        """Make another room the current one of a session, or give it another lens."""
        rooms = list(session.lenses)
        old, session.current = session.current, current
        if lens is None:
            rooms = [room for room in rooms if room in (old, current)]
        else:
            session.lens = lens
        for room in rooms:
            self.unlisten(session, room)
            self.listen(session, room)

    def to_room(self, room: str, output: Output, without: Session | None = None) -> None:
        """Everybody who listens to the room hears it, but for one who does not hear themselves."""
        readers = self._rooms.get(room)
        if readers is None:
            return
        if not readers.outputs:
            self._active[room] = readers
            self._wake()
        if without is not None and room in without.lenses:
            self._settle(without, readers, without.lenses[room])
            readers.late[without] = len(readers.outputs) + 1
        readers.outputs.append(output)

    def to_rooms(self, rooms: Iterable[str], output: Output) -> set[Session]:
        """Everybody who listens to any of the rooms hears it once; returns who that is."""
        readers = [(room, self._sessions(room)) for room in rooms]
        readers.sort(key=lambda pair: len(pair[1]), reverse=True)
        told: set[Session] = set()
        for room, sessions in readers:
            if not told:
                self.to_room(room, output)
            else:
                for session in sessions - told:
                    self.to_session(session, output)
            told |= sessions
        return told

    def to_session(self, session: Session, output: Output, mine: bool = False) -> None:
        """One session hears it, behind all that it has heard so far."""
        data = session.lens.for_room(True).render(output, mine)
        if data:
            self.send(session, data)

    def send(self, session: Session, data: bytes) -> None:
        """Hand bytes to one session, behind all that it has heard so far."""
        self._settle_all(session)
        self._own.setdefault(session, []).append((session.lens, data))
        self._wake()

    def end(self, session: Session) -> None:
        """Close the session's connection behind all that it has heard so far."""
        self._endings.append(session)
        self._wake()

    def flush(self) -> None:
        """Close this turn and pass it to the gate."""
        self._scheduled = False
        shares = [self._share(room, readers) for room, readers in self._active.items()]
        turn = Turn(shares, self._own, self._endings)
        self._active, self._own, self._endings = {}, {}, []
        self._gate.submit(turn)

    def _share(self, room: str, readers: _Readers) -> _RoomShare:
        groups = [(lens, tuple(sessions)) for lens, sessions in readers.groups.items()]
        share = _RoomShare(readers.outputs, readers.late, groups)
        readers.outputs, readers.late = [], {}
        if not readers.groups:
            del self._rooms[room]
        return share

    def _sessions(self, room: str) -> set[Session]:
        readers = self._rooms.get(room)
        return set(chain.from_iterable(readers.groups.values())) if readers else set()

    def _settle_all(self, session: Session) -> None:
        for room, lens in session.lenses.items():
            readers = self._rooms[room]
            if readers.outputs:
                self._settle(session, readers, lens)

    def _settle(self, session: Session, readers: _Readers, lens: Lens) -> None:
        """Move what the session has still to hear of a room into its own list."""
        start, stop = readers.late.get(session, 0), len(readers.outputs)
        if start < stop:
            piece = (readers.outputs, start, stop)
            self._own.setdefault(session, []).append((lens, piece))
            readers.late[session] = stop

    def _wake(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._soon(self.flush)
