"""The one writer: batches form while one is being written, and wait out a disk that fails.

What has been submitted is *fresh* until it is committed or its sender was told that it is not.
After that it is *kept* if the sender wanted that: a bounded backlog which is written, in order,
before anything else, as soon as writing works again.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

from twisted.logger import Logger

from twistedchat.core.records import MessageRecord, NotStored, weigh
from twistedchat.storage import sqlite
from twistedchat.storage.chores import Work

Done: TypeAlias = Callable[[NotStored | None], None]
InReactor: TypeAlias = Callable[..., Any]

_STOPPING = "the server is about to stop"
_TOO_MUCH = "too much is waiting to be stored"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may wait, and for how long.

    Attributes:
        waiting: bytes of what nobody was told about yet.
        backlog: bytes of what could not be written and will be.
        batch: bytes that are written at once.
        hang: seconds after which a write that has not ended is told of.
        first_delay: seconds until the first new try.
        last_delay: the longest time between two tries.
    """

    waiting: int = 8 << 20
    backlog: int = 64 << 20
    batch: int = 2 << 20
    hang: float = 2.0
    first_delay: float = 0.25
    last_delay: float = 10.0


@dataclass(slots=True, eq=False)
class _Submission:
    changes: Sequence[Work]
    done: Done
    keep: bool
    size: int
    told: bool = False


class Writer:
    """Writes what is submitted, in order, in a thread of its own.

    Attributes:
        waiting: bytes that are not committed and whose senders wait.
        kept: bytes of the backlog.
        lost: how many changes were given up, because the backlog was full or at the end.

    Args:
        write: writes changes in one transaction.
        in_reactor: calls a function in the reactor's thread, as ``callFromThread`` does.
        trouble: is told, in the reactor's thread, once what is wrong and once (None) that it is
            over.
        now: a steady clock.
        bounds: how much may wait.
    """

    log = Logger()

    def __init__(
        self,
        write: Callable[[Sequence[Work]], None],
        in_reactor: InReactor,
        trouble: Callable[[str | None], None],
        now: Callable[[], float],
        bounds: Bounds,
    ) -> None:
        self._write = write
        self._in_reactor = in_reactor
        self._tell_trouble = trouble
        self._now = now
        self._bounds = bounds
        self._changed = threading.Condition()
        self._fresh: deque[_Submission] = deque()
        self._backlog: deque[_Submission] = deque()
        self._writing: list[_Submission] = []
        self._began = 0.0
        self._hanging = False
        self._trouble: str | None = None
        self._delay = bounds.first_delay
        self._retry_at = 0.0
        self._closing = False
        self._outcomes: list[tuple[Done, NotStored | None]] = []
        self.waiting = 0
        self.kept = 0
        self.lost = 0

    # From any thread

    def submit(self, changes: Sequence[Work], done: Done, *, keep: bool = True) -> None:
        """Write changes, all or none.

        Args:
            changes: in the order in which they count.
            done: called in the reactor's thread: with None when they are committed, or with why
                they are not.
            keep: whether they are still to be written when ``done`` was told that they are not;
                if not, that they are not is certain, however long a write takes.
        """
        one = _Submission(changes, done, keep, weigh(changes))
        with self._changed:
            if self._closing:
                self._report(one, NotStored(_STOPPING))
            else:
                self._take_in(one)
            self._changed.notify()
        self._flush_outcomes()

    @property
    def unstored(self) -> str:
        """The id of the first message of the backlog; "" if there is none."""
        with self._changed:
            if not self.kept:
                return ""
            kept = (one for one in chain(self._writing, self._backlog) if one.told and one.keep)
            changes = (change for one in kept for change in one.changes)
            return next((one.id for one in changes if isinstance(one, MessageRecord)), "")

    def watch(self) -> None:
        """Look whether a write takes too long; to be called now and then."""
        with self._changed:
            if (
                self._writing
                and not self._hanging
                and self._now() - self._began > self._bounds.hang
            ):
                self._hanging = True
                self._meet_trouble(f"a write has not ended after {self._bounds.hang:g} s")
                # What is never to be written late may be written just now: its sender waits, for a
                # "no" would be untrue if the disk is only slow.
                for one in self._writing:
                    if one.keep:
                        self._put_off(one)
                self._put_off_fresh()
        self._flush_outcomes()

    def close(self) -> None:
        """Take nothing new; ``run`` returns when everything has been tried once more."""
        with self._changed:
            self._closing = True
            self._changed.notify()

    # In the writer's thread

    def run(self) -> None:
        """Write until closed."""
        while batch := self._next():
            self._settle(batch, *self._try(batch))
            self._flush_outcomes()
        if self.lost:
            self.log.error("{lost} changes could not be stored and are lost.", lost=self.lost)

    def _next(self) -> list[_Submission]:
        with self._changed:
            while True:
                wait = self._until_next()
                if wait is not None and wait <= 0:
                    break
                if self._closing and wait is None:
                    return []
                self._changed.wait(wait)
            self._began = self._now()
            self._writing = self._cut(self._backlog or self._fresh)
            return self._writing

    def _until_next(self) -> float | None:
        """Seconds until there is something to write; None if nobody knows."""
        if self._backlog:
            return 0.0 if self._closing else self._retry_at - self._now()
        return 0.0 if self._fresh else None

    def _cut(self, queue: deque[_Submission]) -> list[_Submission]:
        found: list[_Submission] = []
        size = 0
        while queue and (not found or size + queue[0].size <= self._bounds.batch):
            size += queue[0].size
            found.append(queue.popleft())
        return found

    def _try(self, batch: Sequence[_Submission]) -> tuple[int, str | None]:
        """Write a batch; how many submissions are settled, and what stands before the others."""
        try:
            self._write([change for one in batch for change in one.changes])
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for the answer
            reason = sqlite.trouble(error)
            if reason is not None:
                return 0, reason
            if len(batch) == 1:
                self._refuse(batch[0], error)
                return 1, None
            return self._try_each(batch)
        with self._changed:
            for one in batch:
                self._report(one, None)
        return len(batch), None

    def _try_each(self, batch: Sequence[_Submission]) -> tuple[int, str | None]:
        """One of them cannot be written: that must not be to the others' harm."""
        for settled, one in enumerate(batch):
            _, reason = self._try([one])
            if reason is not None:
                return settled, reason
        return len(batch), None

    def _refuse(self, one: _Submission, error: Exception) -> None:
        self.log.warn("Changes cannot be stored: {reason}", reason=sqlite.reason(error))
        with self._changed:
            if one.told:
                self._lose(one)
            self._report(one, NotStored("it does not fit what is stored"))

    def _settle(self, batch: list[_Submission], settled: int, reason: str | None) -> None:
        with self._changed:
            self._writing = []
            self._hanging = False
            if reason is None:
                self._retry_at = self._now()
                self._delay = self._bounds.first_delay
                if not self._backlog:
                    self._end_trouble()
                return
            self._meet_trouble(reason)
            left = [one for one in batch[settled:] if self._put_off(one)]
            self._backlog.extendleft(reversed(left))
            self._put_off_fresh()
            self._retry_at = self._now() + self._delay
            self._delay = min(2 * self._delay, self._bounds.last_delay)
            if self._closing:
                self._drop_backlog()

    # With the lock held

    def _take_in(self, one: _Submission) -> None:
        self.waiting += one.size
        if self._backlog or self._hanging:
            if self._put_off(one):
                self._backlog.append(one)
        elif self.waiting > self._bounds.waiting and self.waiting > one.size:
            self._lose(one)
            self._report(one, NotStored(_TOO_MUCH))
        else:
            self._fresh.append(one)

    def _put_off(self, one: _Submission) -> bool:
        """Tell that it is not stored; whether it is to be written later."""
        if one.told:
            return one.keep
        if one.keep and self.kept + one.size > self._bounds.backlog:
            self._lose(one)
            one.keep = False
        self._report(one, NotStored(self._trouble or _TOO_MUCH, kept=one.keep))
        return one.keep

    def _put_off_fresh(self) -> None:
        self._backlog.extend([one for one in self._fresh if self._put_off(one)])
        self._fresh.clear()

    def _lose(self, one: _Submission) -> None:
        self.lost += len(one.changes) if one.keep else 0

    def _drop_backlog(self) -> None:
        for one in self._backlog:
            self._lose(one)
        self._backlog.clear()
        self.kept = 0

    def _report(self, one: _Submission, failure: NotStored | None) -> None:
        """Settle a submission, or move it among those that are kept."""
        if not one.told:
            one.told = True
            self.waiting -= one.size
            self._outcomes.append((one.done, failure))
            if failure is not None and failure.kept:
                self.kept += one.size
        elif one.keep:
            self.kept -= one.size

    def _meet_trouble(self, reason: str) -> None:
        if self._trouble is None:
            self._in_reactor(self._tell_trouble, reason)
        self._trouble = reason

    def _end_trouble(self) -> None:
        if self._trouble is not None:
            self._trouble = None
            self._in_reactor(self._tell_trouble, None)

    def _flush_outcomes(self) -> None:
        with self._changed:
            outcomes, self._outcomes = self._outcomes, []
        if outcomes:
            self._in_reactor(self._tell, outcomes)

    def _tell(self, outcomes: Sequence[tuple[Done, NotStored | None]]) -> None:
        for done, failure in outcomes:
            try:
                done(failure)
            except Exception:  # noqa: BLE001 - one sender must not keep the others from hearing
                self.log.failure("What waited for a batch failed.")
