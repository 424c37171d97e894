"""One turn's output on its way to the readers: rendered once a lens, handed over once a reader.

Whatever is heard in a turn has a place in it. Most readers hear one room and nothing else: they
share the bytes. The others (who got a reply, spoke and does not hear themselves, came or went in
the middle of the turn, are in several rooms that talk) stand apart: theirs is put together piece
by piece, so that every reader hears everything in the one order of the places.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from operator import itemgetter
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from twistedchat.core.events import Notice, Whispered
from twistedchat.core.ports import Lens, Pieces
from twistedchat.core.room_turn import RoomTurn
from twistedchat.core.users import Session

# What one lens shows of a room, from one output to another.
Span: TypeAlias = tuple[RoomTurn, Lens, int, int]
# Bytes for one reader alone, each with its place.
Own: TypeAlias = list[tuple[int, bytes]]
# Long replies: how many of the reader's own bytes stand before each, its place, what it says.
Long: TypeAlias = list[tuple[int, int, Pieces]]
# Private messages that are to be stored: whose, which of the reader's own bytes, how they are seen.
Private: TypeAlias = tuple[Session, int, Lens, Whispered, bool]
# A room, and the readers who hear all of it and nothing else.
Share: TypeAlias = tuple[RoomTurn, list[tuple[Lens, Sequence[Session]]]]

Data = TypeVar("Data")
_by_place = itemgetter(0)
# A system call for each of them takes some ten milliseconds, inside TLS some thirty.
AT_ONCE = 1500
NOT_YET = Notice(
    "Not stored yet: what you just did holds, but not if the server ends before its disk works"
    " again. Until then it is tried again and again.",
    "not-stored-yet",
)


def _nothing() -> None:
    """Nobody wants to know."""


class Turn:
    """What is heard of one turn, by whom; nothing that happens later changes it.

    Args:
        shares: what many hear alike.
        apart: for everybody else, what they hear of rooms.
        own: what only one of those hears.
        long: the long replies among that, which are made as their readers take them.
        endings: who is closed behind it.
        private: the private messages among that.
        out: called when all have got theirs.
        acts: who did what lasts, by its id; messages are none of that.
    """

    def __init__(
        self,
        shares: list[Share],
        apart: dict[Session, list[Span]],
        own: dict[Session, Own],
        long: dict[Session, Long],
        endings: list[Session],
        private: Sequence[Private] = (),
        out: Callable[[], None] = _nothing,
        acts: Mapping[str, Session] = MappingProxyType({}),
    ) -> None:
        self._shares = shares
        self._apart = apart
        self._own = own
        self._long = long
        self._endings = endings
        self._private = private
        self._out = out
        self._acts = acts
        self._unstored = False
        self._alike: dict[tuple[Span, ...], bytes] = {}
        self._faults: list[Exception] = []
        self._shares_out = self._hand_out()

    def mark_unstored(self) -> None:
        """Let those who hear a message know that it is not stored; before anything is rendered.

        So is whoever did what lasts.
        """
        self._unstored = True
        spans = chain.from_iterable(self._apart.values())
        for room in {room for room, _ in self._shares} | {room for room, *_ in spans}:
            room.mark_unstored(self._acts)
        for private in self._private:
            try:
                self._mark_private(*private)
            except Exception as fault:  # noqa: BLE001 - one that can't be marked is shown as it is
                self._faults.append(fault)

    def _mark_private(
        self, session: Session, index: int, lens: Lens, event: Whispered, mine: bool
    ) -> None:
        own = self._own[session]
        own[index] = (own[index][0], lens.render(replace(event, stored=False), mine))

    def release(self) -> bool:
        """Hand readers what they hear, in one piece each; of very many, as many as it has time for.

        Returns:
            Whether all have got theirs; if not, it is to be called again, in a later turn of the
            event loop.

        Raises:
            ExceptionGroup: sinks or lenses failed; all others got theirs.
        """
        try:
            for _ in self._shares_out:
                return False
        except Exception as fault:  # noqa: BLE001 - whoever is to be closed behind it must be
            self._faults.append(fault)
        self._end()
        self._out()
        if self._faults:
            raise ExceptionGroup("A turn could not be released in full", self._faults)
        return True

    def _hand_out(self) -> Iterator[None]:
        """Hand everything out, with a pause after every so many readers."""
        left = AT_ONCE
        for sessions, data in self._alike_shares():
            for start in range(0, len(sessions), AT_ONCE):
                if left <= 0:
                    yield
                    left = AT_ONCE
                some = sessions[start : start + AT_ONCE]
                self._write(some, data)
                left -= len(some)
        for session, long in self._long.items():
            self._release_long(session, self._apart.pop(session), long)
        for session, spans in self._apart.items():
            if left <= 0:
                yield
                left = AT_ONCE
            self._write((session,), self._for_one(session, spans))
            left -= 1

    def _end(self) -> None:
        """Close whoever leaves with this turn, and note what could not be rendered."""
        if self._unstored:
            for session in dict.fromkeys(self._acts.values()):
                self._tell_unstored(session)
        for session in self._endings:
            self._finish(session)
        for room, _ in self._shares:
            if room.faults:
                self._faults += room.faults

    def _tell_unstored(self, session: Session) -> None:
        try:
            self._write((session,), session.lens.for_room(True).render(NOT_YET, mine=True))
        except Exception as fault:  # noqa: BLE001
            self._faults.append(fault)

    def _alike_shares(self) -> Iterator[tuple[Sequence[Session], bytes]]:
        """Those who hear the same, and what that is."""
        for room, groups in self._shares:
            for lens, sessions in groups:
                whole = b"".join(room.pieces(lens))
                if lens.bell:
                    stop = len(room.outputs)
                    ringing = {s for s in sessions if room.rings(s, lens, 0, stop)}
                    yield list(ringing), whole + lens.bell
                    yield [s for s in sessions if s not in ringing], whole
                else:
                    yield sessions, whole

    def _write(self, sessions: Iterable[Session], data: bytes) -> None:
        if not data:
            return
        for session in sessions:
            try:
                session.sink.write(data)
            except Exception as fault:  # noqa: BLE001 - one reader's fault is nobody else's
                self._faults.append(fault)

    def _release_long(self, session: Session, spans: list[Span], long: Long) -> None:
        """Hand over what one hears who is given long replies: these, and what lies between."""
        own: list[tuple[int, bytes | Pieces]] = list(self._own[session])
        for before, place, pieces in reversed(long):
            own.insert(before, (place, pieces))
        short: list[bytes] = []
        for _, data in _by_places(spans, own):
            if isinstance(data, bytes):
                short.append(data)
            else:
                self._write((session,), b"".join(short))
                short.clear()
                self._stream(session, data)
        self._write((session,), b"".join(short) + _bell(session, spans))

    def _stream(self, session: Session, pieces: Pieces) -> None:
        try:
            session.sink.stream(pieces)
        except Exception as fault:  # noqa: BLE001
            self._faults.append(fault)

    def _finish(self, session: Session) -> None:
        try:
            session.sink.finish()
        except Exception as fault:  # noqa: BLE001
            self._faults.append(fault)

    def _for_one(self, session: Session, spans: list[Span]) -> bytes:
        data = self._in_order(spans, self._own.get(session))
        bell = _bell(session, spans)
        return data + bell if bell else data

    def _in_order(self, spans: list[Span], own: Own | None) -> bytes:
        if own is None and _in_one_room(spans):
            return _in_a_row(spans)
        if own is None:
            # Others may well be in the same rooms.
            alike = tuple(spans)
            data = self._alike.get(alike)
            if data is None:
                data = self._alike[alike] = _joined(spans)
            return data
        if not spans:
            return b"".join(data for _, data in own)
        if _in_one_room(spans):
            return b"".join(_interleaved(spans, own))
        return _joined(spans, own)


def _in_one_room(spans: list[Span]) -> bool:
    if len(spans) < 2:
        return True
    first = spans[0][0]
    for span in spans:  # noqa: SIM110 - half the price, for every speaker in every turn
        if span[0] is not first:
            return False
    return True


def _in_a_row(spans: list[Span]) -> bytes:
    pieces: list[bytes] = []
    for room, lens, start, stop in spans:
        pieces += room.pieces(lens)[start:stop]
    return b"".join(pieces)


def _joined(spans: list[Span], own: Own | None = None) -> bytes:
    """Spans of any rooms, in the order of the places."""
    return b"".join(data for _, data in _by_places(spans, list(own or ())))


def _by_places(
    spans: list[Span], pieces: list[tuple[int, bytes | Data]]
) -> list[tuple[int, bytes | Data]]:
    """One's own pieces and those of any rooms, in the order of the places."""
    for room, lens, start, stop in spans:
        pieces.extend(zip(room.places[start:stop], room.pieces(lens)[start:stop], strict=True))
    # What is one's own was there before the output that has the same place.
    pieces.sort(key=_by_place)
    return pieces


def _bell(session: Session, spans: list[Span]) -> bytes:
    """What rings if somebody spoke of the session's user."""
    for room, lens, start, stop in spans:
        if lens.bell and room.rings(session, lens, start, stop):
            return lens.bell
    return b""


def _interleaved(spans: list[Span], own: Own) -> Iterable[bytes]:
    """Spans of one room, in order, with bytes of one's own between: no output is looked at."""
    waiting = iter(own)
    place, data = next(waiting)
    for room, lens, start, stop in spans:
        pieces = room.pieces(lens)
        while data and (cut := bisect_left(room.places, place)) < stop:
            yield from pieces[start:cut]
            yield data
            start = max(start, cut)
            place, data = next(waiting, (0, b""))
        yield from pieces[start:stop]
    if data:
        yield data
    yield from (data for _, data in waiting)
