"""Takes away in the background, a little at a time, what is not to be kept any longer."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, func, select
from sqlalchemy.sql.expression import bindparam
from twisted.logger import Logger

from twistedchat.core.records import DeleteMessages, NotStored, private_ends
from twistedchat.storage import bulk, reading
from twistedchat.storage.chores import EndForgetting, Prune, Work
from twistedchat.storage.connections import Reopening
from twistedchat.storage.tables import forgotten, messages, rooms

Write: TypeAlias = Callable[[Sequence[Work]], bool]

SLICE = 500
EVERY_SECONDS = 300.0

_PLACE = messages.c.place == bindparam("place")
_NEXT_PLACE = select(func.min(messages.c.place)).where(messages.c.place > bindparam("place"))
_NTH: Any = bindparam("count")
_FIRST_TOO_MANY = (
    select(messages.c.id).where(_PLACE).order_by(messages.c.id.desc()).limit(1).offset(_NTH)
)
_SLICE: Any = bindparam("slice")
_DUE = bulk.gather(
    select(messages.c.id, messages.c.at)
    .where(_PLACE, messages.c.id <= bindparam("last"))
    .order_by(messages.c.id)
    .limit(_SLICE)
)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long messages are kept where a room says nothing of its own.

    Attributes:
        seconds: for how long; 0 for ever.
        count: how many of a place; 0 for all.
        private_seconds: for how long private messages are; 0 for ever.
    """

    seconds: int = 0
    count: int = 0
    private_seconds: int = 0


def sweep(connection: Connection, write: Write, retention: Retention, now: float) -> int:
    """Take away everything that is due.

    Args:
        connection: to read with.
        write: writes changes and says whether they are stored; if not, the rest is left for later.
        retention: what holds where a room says nothing.
        now: seconds since 1970.

    Returns:
        How many messages are gone.
    """
    gone = 0
    for changes, count in _due(connection, retention, now):
        if not write(changes):
            break
        gone += count
    return gone


def _due(
    connection: Connection, retention: Retention, now: float
) -> Iterator[tuple[Sequence[Work], int]]:
    for account in connection.execute(select(forgotten.c.account)).scalars().all():
        yield from _erase_all_of(connection, account)
    for place, seconds, count in _bounded_places(connection, retention):
        last = _last_to_go(connection, place, now - seconds if seconds else None, count)
        if last:
            yield from _prune(connection, place, last)


def _erase_all_of(connection: Connection, account: str) -> Iterator[tuple[Sequence[Work], int]]:
    while said := reading.written_by(connection, account, "", SLICE):
        yield [DeleteMessages(tuple(one.id for one in said))], len(said)
    yield [EndForgetting(account)], 0


def _bounded_places(connection: Connection, retention: Retention) -> Iterator[tuple[str, int, int]]:
    """The places in which something may have to go, with the seconds and the count that hold."""
    query = select(rooms.c.key, rooms.c.keep_seconds, rooms.c.keep_count)
    own = {row.key: (row.keep_seconds, row.keep_count) for row in connection.execute(query)}
    everywhere = retention != Retention()
    for place in _places(connection) if everywhere else sorted(own):
        seconds, count = own.get(place, (None, None))
        if private_ends(place):
            seconds, count = retention.private_seconds, 0
        seconds = retention.seconds if seconds is None else seconds
        count = retention.count if count is None else count
        if seconds or count:
            yield place, seconds, count


def _places(connection: Connection) -> Iterator[str]:
    place = connection.scalar(_NEXT_PLACE, {"place": ""})
    while place is not None:
        yield place
        place = connection.scalar(_NEXT_PLACE, {"place": place})


def _last_to_go(connection: Connection, place: str, until: float | None, count: int) -> str:
    """No id of the place up to this one is to be kept; "" if all are."""
    last = reading.id_at(until) if until is not None else ""
    if count:
        values = {"place": place, "count": count}
        last = max(last, connection.scalar(_FIRST_TOO_MANY, values) or "")
    return last


def _prune(connection: Connection, place: str, last: str) -> Iterator[tuple[Sequence[Work], int]]:
    while found := bulk.gathered(connection, _DUE, place=place, last=last, slice=SLICE):
        ids = tuple(id_ for id_, _ in found)
        yield [Prune(place, ids, bulk.seconds(found[-1][1]))], len(found)


class Sweeper:
    """Sweeps now and then, in a thread of its own.

    Args:
        open_: opens its connection.
        submit: takes changes, as ``Writer.submit`` does.
        retention: says what holds at the moment.
        now: seconds since 1970.
        every: seconds between two rounds.
    """

    log = Logger()

    def __init__(
        self,
        open_: Callable[[], Connection],
        submit: Callable[..., None],
        retention: Callable[[], Retention],
        now: Callable[[], float],
        every: float = EVERY_SECONDS,
    ) -> None:
        self._link = Reopening(open_)
        self._submit = submit
        self._retention = retention
        self._now = now
        self._every = every
        self._wanted = threading.Event()
        self._closing = False

    def wake(self) -> None:
        """Do the next round now."""
        self._wanted.set()

    def close(self) -> None:
        """Let ``run`` return soon."""
        self._closing = True
        self._wanted.set()

    def run(self) -> None:
        """Sweep until closed."""
        while not self._closing:
            self.round()
            self._wanted.wait(self._every)
            self._wanted.clear()
        self._link.close()

    def round(self) -> int:
        """Sweep once; how many messages are gone."""
        try:
            with self._link.use() as connection:
                return sweep(connection, self._write, self._retention(), self._now())
        except Exception:  # noqa: BLE001 - whatever is wrong now may be right next time
            self.log.failure("What is too old could not be taken away; tried again later.")
            return 0

    def _write(self, changes: Sequence[Work]) -> bool:
        if self._closing:
            return False
        answered = threading.Event()
        outcome: list[NotStored | None] = []

        def done(failure: NotStored | None) -> None:
            outcome.append(failure)
            answered.set()

        self._submit(changes, done, keep=False)
        answered.wait()
        return outcome == [None]
