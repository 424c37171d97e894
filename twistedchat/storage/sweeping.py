"""Takes away in the background, a little at a time, what is not to be kept any longer."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeAlias

from sqlalchemy import Connection, func, select
from sqlalchemy.sql.expression import bindparam
from twisted.logger import Logger

from twistedchat.core.ids import first_at
from twistedchat.core.records import WITH_SERVER, DeleteMessages, NotStored, private_ends
from twistedchat.core.rules import Retention
from twistedchat.storage import bulk, reading
from twistedchat.storage.chores import EndErasing, EndForgetting, Prune, Work
from twistedchat.storage.connections import Reopening
from twistedchat.storage.tables import ended, forgotten, messages, rooms

Write: TypeAlias = Callable[[Sequence[Work]], bool]
# Changes that are written together, and how many messages are gone then.
Step: TypeAlias = tuple[Sequence[Work], int]

SLICE = 500
PLACES = 100
EVERY_SECONDS = 300.0
GATHER_SECONDS = 0.2
REST_SECONDS = 0.01
LOOK_SECONDS = 0.25

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
_ENDED = select(ended).where(ended.c.id != WITH_SERVER).limit(PLACES)
_SAID_THERE = bulk.gather(
    select(messages.c.id)
    .join(ended, (messages.c.place == ended.c.place) & (messages.c.id <= ended.c.id))
    .where(ended.c.place.in_(bulk.one_of("places")))
    .limit(_SLICE)
)


def erase(connection: Connection, write: Write) -> int:
    """Take away what accounts that are no more have said, and what was said in rooms that ended.

    Args:
        connection: to read with.
        write: writes changes and says whether they are stored; if not, the rest is left for later.

    Returns:
        How many messages are gone.
    """
    return _carry_out(chain(_forgotten(connection), _ended(connection)), write)


def prune(connection: Connection, write: Write, retention: Retention, now: float) -> int:
    """Take away what has been kept long enough.

    Args:
        connection: to read with.
        write: as for ``erase``.
        retention: what holds where a room says nothing.
        now: seconds since 1970.

    Returns:
        How many messages are gone.
    """
    return _carry_out(_due(connection, retention, now), write)


def _carry_out(steps: Iterable[Step], write: Write) -> int:
    gone = 0
    for changes, count in steps:
        if not write(changes):
            break
        gone += count
    return gone


def _forgotten(connection: Connection) -> Iterator[Step]:
    for account in connection.execute(select(forgotten.c.account)).scalars().all():
        yield from _erase_all_of(connection, account)


def _ended(connection: Connection) -> Iterator[Step]:
    """A hundred rooms at a time: most that end have hardly said anything."""
    while found := connection.execute(_ENDED).all():
        places = tuple((row.place, row.id) for row in found)
        values = {"places": bulk.encode([place for place, _ in places]), "slice": SLICE}
        while len(ids := bulk.gathered(connection, _SAID_THERE, **values)) == SLICE:
            yield [_delete(ids)], SLICE
        # One of them may have ended once more by now: that one stays for another time.
        yield [_delete(ids), EndErasing(places)], len(ids)


def _delete(ids: Sequence[Sequence[str]]) -> DeleteMessages:
    return DeleteMessages(tuple(id_ for (id_,) in ids))


def _due(connection: Connection, retention: Retention, now: float) -> Iterator[Step]:
    for place, seconds, count in _bounded_places(connection, retention):
        last = _last_to_go(connection, place, now - seconds if seconds else None, count)
        if last:
            yield from _prune(connection, place, last)


def _erase_all_of(connection: Connection, account: str) -> Iterator[Step]:
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
    last = first_at(until) if until is not None else ""
    if count:
        values = {"place": place, "count": count}
        last = max(last, connection.scalar(_FIRST_TOO_MANY, values) or "")
    return last


def _prune(connection: Connection, place: str, last: str) -> Iterator[Step]:
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
        self._closing = threading.Event()
        self._pruned = float("-inf")

    def wake(self) -> None:
        """Something is to be erased."""
        self._wanted.set()

    def close(self) -> None:
        """Let ``run`` return soon."""
        self._closing.set()
        self._wanted.set()

    def run(self) -> None:
        """Sweep until closed."""
        while not self._closing.is_set():
            self.round()
            self._wanted.wait(self._every)
            # Rooms end together, as when a network breaks.
            self._closing.wait(GATHER_SECONDS)
            self._wanted.clear()
        self._link.close()

    def round(self) -> int:
        """Sweep once; how many messages are gone."""
        try:
            with self._link.use() as connection:
                return erase(connection, self._write) + self._prune(connection)
        except Exception:  # noqa: BLE001 - whatever is wrong now may be right next time
            self.log.failure("What is not to be kept could not be taken away; tried again later.")
            return 0

    def _prune(self, connection: Connection) -> int:
        """Not each time that something is to be erased: every place has to be looked at."""
        now = self._now()
        if abs(now - self._pruned) < self._every:
            return 0
        # Before it begins: what changes meanwhile may come too late for this round.
        self._pruned = now
        return prune(connection, self._write, self._retention(), now)

    def prune_soon(self) -> None:
        """What is to be kept has changed."""
        self._pruned = float("-inf")
        self.wake()

    def _write(self, changes: Sequence[Work]) -> bool:
        if self._closing.is_set():
            return False
        answered = threading.Event()
        outcome: list[NotStored | None] = []

        def done(failure: NotStored | None) -> None:
            outcome.append(failure)
            answered.set()

        self._submit(changes, done, keep=False)
        while not answered.wait(LOOK_SECONDS):
            # A write that hangs must not keep the server from its end; it is done another time.
            if self._closing.is_set():
                return False
        # What people say goes first.
        self._closing.wait(REST_SECONDS)
        return outcome == [None]
