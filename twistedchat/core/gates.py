"""Gates: where what is to be heard waits until nothing of it can be lost."""

from collections.abc import Callable, Sequence
from functools import partial

from twistedchat.core.ports import Releasable, Store
from twistedchat.core.records import Change, NotStored, weigh


class OpenGate:
    """The gate that is always open: nothing is stored, so nothing has to wait."""

    keeps = False
    crowded = False

    def keep(self, changes: Sequence[Change]) -> None:
        """Forget the changes: nothing lasts here."""

    def ready(self, _: Callable[[], None]) -> bool:
        """Always."""
        return True

    def submit(self, turn: Releasable) -> None:
        """Release the turn."""
        turn.release()

    def relieved(self, call: Callable[[], None]) -> None:
        """Call at once: it is never crowded."""
        call()


class StoreGate:
    """Releases a turn when the rows it speaks of are committed; meanwhile the next one gathers.

    So batches form by themselves: a quiet server commits every message on its own, a busy one as
    many as came while the disk was at work. What can't be stored is released marked as such.

    Args:
        store: commits rows.
        limit: bytes of rows that may wait; from half of it on nothing more should be published.
    """

    keeps = True

    def __init__(self, store: Store, limit: int) -> None:
        self.limit = limit
        self._store = store
        self._changes: list[Change] = []
        self._weight = 0
        self._closed = False
        self._again: Callable[[], None] | None = None
        self._unrelieved: list[Callable[[], None]] = []
        self._to_end: Callable[[], None] | None = None

    @property
    def crowded(self) -> bool:
        """Whether so much waits that whoever publishes should not be read from."""
        return 2 * (self._weight + self._store.waiting) >= self.limit

    def keep(self, changes: Sequence[Change]) -> None:
        """Take the rows that the turn speaks of which is being gathered."""
        self._changes += changes
        self._weight += weigh(changes)

    def ready(self, again: Callable[[], None]) -> bool:
        """Whether the last turn has been released; if not, ``again`` is called when it has."""
        if self._closed:
            self._again = again
        return not self._closed

    def submit(self, turn: Releasable) -> None:
        """Release the turn once its rows are committed; at once if it has none."""
        if not self._changes:
            turn.release()
            return
        changes, self._changes, self._weight = self._changes, [], 0
        self._closed = True
        self._store.submit(changes, partial(self._stored, turn))

    def _stored(self, turn: Releasable, failure: NotStored | None) -> None:
        self._closed = False
        if failure is not None:
            turn.mark_unstored()
        again, self._again = self._again, None
        try:
            turn.release()
        finally:
            self._relieve()
            if again is not None:
                again()
            self._end()

    def end(self, call: Callable[[], None]) -> None:
        """Call once nothing waits here any more, before the store is closed."""
        self._to_end = call
        self._end()

    def _end(self) -> None:
        if self._to_end is not None and not self._closed and not self._changes:
            call, self._to_end = self._to_end, None
            call()

    def relieved(self, call: Callable[[], None]) -> None:
        """Call once it is no longer crowded, or at once."""
        if self.crowded:
            self._unrelieved.append(call)
        else:
            call()

    def _relieve(self) -> None:
        calls, self._unrelieved = self._unrelieved, []
        for call in calls:
            self.relieved(call)
