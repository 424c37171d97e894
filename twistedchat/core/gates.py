"""Gates: where what is to be heard waits until nothing of it can be lost."""

from collections.abc import Callable, Sequence
from functools import partial

from twistedchat.core.ports import Releasable, Store
from twistedchat.core.records import Change, NotStored, weigh

Soon = Callable[[Callable[[], None]], None]


class _Gate:
    """Lets one turn out after the other, and each over as many turns of the event loop as it takes.

    Before it asks for the next turn, all that has arrived meanwhile is dealt with: who has just
    heard something answers, and that belongs into the next turn too. Else two halves of those who
    talk would take turns for ever, and every reader would be written to twice as often.

    Args:
        soon: calls back once all that has arrived is dealt with.
    """

    def __init__(self, soon: Soon) -> None:
        self._soon = soon
        self._busy = False
        self._again: Callable[[], None] | None = None

    def ready(self, again: Callable[[], None], /) -> bool:
        """Whether the last turn is out; if not, ``again`` is called when it is."""
        if self._busy:
            self._again = again
        return not self._busy

    def _let_out(self, turn: Releasable) -> None:
        self._busy = True
        done = True
        try:
            done = turn.release()
        finally:
            if done:
                self._is_out()
            else:
                self._soon(partial(self._let_out, turn))

    def _is_out(self) -> None:
        self._busy = False
        if self._again is not None:
            self._soon(self._ask_again)

    def _ask_again(self) -> None:
        again, self._again = self._again, None
        if again is not None:
            again()


class OpenGate(_Gate):
    """The gate that is always open: nothing is stored, so nothing has to wait."""

    keeps = False
    crowded = False

    def keep(self, changes: Sequence[Change]) -> None:
        """Forget the changes: nothing lasts here."""

    def take_along(self, rows: Callable[[], Sequence[Change]]) -> None:
        """Ask for nothing: nothing is written here."""

    def submit(self, turn: Releasable) -> None:
        """Release the turn."""
        self._let_out(turn)

    def relieved(self, call: Callable[[], None]) -> None:
        """Call at once: it is never crowded."""
        call()


class StoreGate(_Gate):
    """Releases a turn when the rows it speaks of are committed; meanwhile the next one gathers.

    So batches form by themselves: a quiet server commits every message on its own, a busy one as
    many as came while the disk was at work. What can't be stored is released marked as such.

    Before a turn is closed the sockets are looked at once more. That costs nothing beside a commit;
    and who has spoken first of many is not written, committed and heard alone, while all the others
    wait for that.

    Args:
        soon: calls back once all that has arrived is dealt with.
        store: commits rows.
        limit: bytes of rows that may wait; from half of it on nothing more should be published.
    """

    keeps = True

    def __init__(self, soon: Soon, store: Store, limit: int) -> None:
        super().__init__(soon)
        self.limit = limit
        self._store = store
        self._changes: list[Change] = []
        self._weight = 0
        self._unrelieved: list[Callable[[], None]] = []
        self._to_end: Callable[[], None] | None = None
        self._more: Callable[[], Sequence[Change]] = tuple
        self._looked = False

    @property
    def crowded(self) -> bool:
        """Whether so much waits that whoever publishes should not be read from."""
        return 2 * (self._weight + self._store.waiting) >= self.limit

    def keep(self, changes: Sequence[Change]) -> None:
        """Take the rows that the turn speaks of which is being gathered."""
        self._changes += changes
        self._weight += weigh(changes)

    def take_along(self, rows: Callable[[], Sequence[Change]]) -> None:
        """Ask for rows that nobody waits for, each time when others are written."""
        self._more = rows

    def ready(self, again: Callable[[], None], /) -> bool:
        """Whether a turn may be closed now; if not, ``again`` is called when it may."""
        if not super().ready(again):
            return False
        if self._looked or not self._changes:
            return True
        self._looked = True
        self._again = again
        self._soon(self._ask_again)
        return False

    def submit(self, turn: Releasable) -> None:
        """Release the turn once its rows are committed; at once if it has none."""
        if not self._changes:
            self._let_out(turn)
            return
        changes, self._changes, self._weight = self._changes, [], 0
        self._busy, self._looked = True, False
        try:
            changes += self._more()
        except Exception as fault:  # noqa: BLE001 - nobody waits for these rows, but for the others
            self._report(fault)
        self._store.submit(changes, partial(self._stored, turn))

    def _stored(self, turn: Releasable, failure: NotStored | None) -> None:
        try:
            if failure is not None:
                turn.mark_unstored()
        except Exception as fault:  # noqa: BLE001 - a turn that stays here holds all others for ever
            self._report(fault)
        # What the store calls comes before the sockets are read: `soon` has to be called behind.
        self._soon(partial(self._let_out, turn))

    def _report(self, fault: Exception) -> None:
        """Let whoever carries out what comes later log a fault, in a call of its own."""

        def fail() -> None:
            raise fault

        self._soon(fail)

    def _is_out(self) -> None:
        self._relieve()
        super()._is_out()
        self._end()

    def _ask_again(self) -> None:
        super()._ask_again()
        self._end()

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

    def end(self, call: Callable[[], None]) -> None:
        """Call once nothing waits here any more, before the store is closed."""
        self._to_end = call
        self._end()

    def _end(self) -> None:
        if self._to_end is not None and not (self._busy or self._again or self._changes):
            call, self._to_end = self._to_end, None
            call()
