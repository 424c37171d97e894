"""What somebody has missed in the places they come to, before what is said there from then on.

A replay is a long reply that stands in its place among the events. If memory does not have all of
it, nothing is made before its turn is out: then everything that was said before is in the store.
"""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from twistedchat.core.dates import day
from twistedchat.core.events import Notice
from twistedchat.core.ids import time_of
from twistedchat.core.reading import BOX
from twistedchat.core.reads import Missed
from twistedchat.core.users import User
from twistedchat.protocols.dialogue import Wire
from twistedchat.protocols.missed import COUNTED, Found, Missing
from twistedchat.protocols.replies import LongReply, Made, start, stream

UNREADABLE = "What you missed in {} can't be looked up now. You are shown it when you come again."


def catch_up(wire: Wire) -> LongReply | None:
    """Show a session what it has missed, behind all that it has heard so far."""
    session = wire.session
    missed, session.missed = session.missed, None
    if not missed or session.user is None:
        return None
    replay = Replay(wire, session.user, missed)
    begin = start if replay.at_hand else stream
    return begin(wire, replay.pieces())


class Replay:
    """What one session has missed, as lines.

    Args:
        wire: the session's connection.
        user: who the session is.
        missed: by place, what it has missed.
    """

    def __init__(self, wire: Wire, user: User, missed: dict[str, Missed]) -> None:
        self._state = wire.entrance.chat.state
        self._session = wire.session
        self._missing = Missing(wire, user)
        self._missed = missed
        self._now = wire.entrance.chat.clock.now()
        self._zone = wire.screen.style.zone

    @property
    def at_hand(self) -> bool:
        """Whether memory has all of it."""
        return all(self._missing.at_hand(*one) for one in self._missed.items())

    def pieces(self) -> Iterator[Made]:
        """All of it, place by place."""
        shown = False
        for key, missed in self._missed.items():
            found = yield from self._missing.look_up(key, missed)
            if found is None:
                what = "private" if key == BOX else self._name(key)
                yield self._line(UNREADABLE.format(what))
            elif found.events:
                shown = True
                self._note(key, found)
                yield from self._told(key, missed, found)
        if shown:
            yield self._line("Now:")

    def _note(self, key: str, found: Found) -> None:
        """A guest who logs in later has seen these; the last who wrote may be replied to."""
        if self._session.reading is None and self._session.began is not None:
            self._session.began[key] = found.events[0].id
        if key == BOX:
            self._session.peer = found.events[-1].account

    def _told(self, key: str, missed: Missed, found: Found) -> Iterator[bytes]:
        lens = self._session.lens.for_room(key in (BOX, self._session.current))
        yield self._line(self._heading(key, missed, found))
        last = day(self._now, self._zone)
        for event in found.events:
            its = day(event.at, self._zone)
            if its != last:
                last = its
                yield self._line(f"{its}:")
            yield lens.render(event)

    def _heading(self, key: str, missed: Missed, found: Found) -> str:
        shown, where = len(found.events), self._name(key)
        history = "/history" if key != BOX else "/history @NICK"
        if key != BOX and not missed.after:
            return f"The last {f'{shown} lines' if shown > 1 else 'line'} in {where}:"
        new = f"over {COUNTED}" if found.new >= COUNTED else str(found.new)
        plural = "" if found.new == 1 else "s"
        if key == BOX:
            what = f"{new} private message{plural} while you were away"
        else:
            since = _since(missed.after, self._now, self._zone)
            what = f"{new} new line{plural} in {where} since you were here ({since})"
        older = f"; the last {shown}, {history} has the others" if found.more else ""
        return f"{what}{older}:"

    def _name(self, key: str) -> str:
        room = self._state.rooms.get(key)
        return f"#{room.name.shown}" if room is not None else key

    def _line(self, text: str) -> bytes:
        return self._session.lens.for_room(True).render(Notice(text, "missed"))


def _since(id_: str, now: float, zone: tzinfo | None) -> str:
    """The time of an id: of today the time alone."""
    at = time_of(id_)
    there = datetime.fromtimestamp(at, zone)
    return f"{there:%H:%M}" if day(at, zone) == day(now, zone) else f"{there:%Y-%m-%d %H:%M}"
