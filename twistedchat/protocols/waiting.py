"""The private messages that have waited for somebody who comes back with a program."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from twistedchat.core.events import Whispered
from twistedchat.core.reading import BOX
from twistedchat.core.reads import Missed
from twistedchat.core.users import Session, user_of
from twistedchat.protocols.missed import Found, Missing
from twistedchat.protocols.replies import Asker, Made, cut, stream
from twistedchat.render.json import encode, line

AT_ONCE = 20


def hand_over_waiting(asker: Asker, shown: Callable[[Session, Found], Iterator[bytes]]) -> None:
    """Give a program what has waited for its person; of rooms it asks for what it wants.

    Args:
        asker: its connection.
        shown: how the messages look.
    """
    session = asker.session
    missed, session.missed = session.missed, None
    if missed and session.user is not None and BOX in missed:
        missing = Missing(asker, session.user)
        stream(asker, _pieces(session, missing, missed[BOX], shown))


def _pieces(
    session: Session,
    missing: Missing,
    missed: Missed,
    shown: Callable[[Session, Found], Iterator[bytes]],
) -> Iterator[Made]:
    found = yield from missing.look_up(BOX, missed)
    if found is not None:
        yield from shown(session, found)


def as_heard(session: Session, found: Found) -> Iterator[bytes]:
    """As if they had just been told, whatever one is called now."""
    lens, nick = session.lens.for_room(True), user_of(session).nick
    for event in found.events:
        yield lens.render(replace(event, to=nick) if isinstance(event, Whispered) else event)


def as_objects(_: Session, found: Found) -> Iterator[bytes]:
    """As ``missed`` objects."""
    complete, events = not found.more, found.events
    for first in range(0, len(events), AT_ONCE):
        piece, last = events[first : first + AT_ONCE], first + AT_ONCE >= len(events)
        told = {"complete": complete, "last": last, "events": list(map(encode, piece))}
        yield from cut(line({"type": "missed", "room": None, **told}))
        complete = True
