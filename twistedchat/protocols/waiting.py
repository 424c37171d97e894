"""The private messages that have waited for somebody who comes back with a program."""

from collections.abc import Iterator

from twistedchat.core.reading import BOX
from twistedchat.core.reads import Missed
from twistedchat.protocols.dialogue import Wire
from twistedchat.protocols.missed import Found, Missing
from twistedchat.protocols.replies import Made, cut, stream
from twistedchat.render.json import encode, line

AT_ONCE = 20


def hand_over_waiting(wire: Wire) -> None:
    """Give a program what has waited for its person, as ``missed`` objects; rooms it asks for."""
    session = wire.session
    missed, session.missed = session.missed, None
    if missed and session.user is not None and BOX in missed:
        stream(wire, _pieces(Missing(wire, session.user), missed[BOX]))


def _pieces(missing: Missing, missed: Missed) -> Iterator[Made]:
    found = yield from missing.look_up(BOX, missed)
    if found is not None:
        yield from _told(found)


def _told(found: Found) -> Iterator[bytes]:
    complete, events = not found.more, found.events
    for first in range(0, len(events), AT_ONCE):
        piece, last = events[first : first + AT_ONCE], first + AT_ONCE >= len(events)
        told = {"complete": complete, "last": last, "events": list(map(encode, piece))}
        yield from cut(line({"type": "missed", "room": None, **told}))
        complete = True
