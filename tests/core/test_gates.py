"""Gates: open ones, and those that wait until what is heard can't be lost."""

import pytest

from twistedchat.core.gates import OpenGate, StoreGate
from twistedchat.core.records import MessageKind, MessageRecord, NotStored, weigh


def row(text="hi"):
    return MessageRecord("01", 0.0, "lobby", MessageKind.SAID, "ada", "", text)


class Recorded:
    """A turn that notes what becomes of it."""

    def __init__(self, log, name):
        self.log, self.name = log, name

    def mark_unstored(self):
        self.log.append(f"{self.name} not stored")

    def release(self):
        self.log.append(self.name)
        return True


class SlowStore:
    """A store that commits when it is told to."""

    def __init__(self):
        self.waiting = 0
        self.batches = []

    def submit(self, changes, done, *, keep=True):
        self.waiting += weigh(changes)
        self.batches.append((list(changes), done))

    def settle(self, failure=None):
        changes, done = self.batches.pop(0)
        self.waiting -= weigh(changes)
        done(failure)


@pytest.fixture
def store():
    return SlowStore()


@pytest.fixture
def later():
    """What is to be called in a later turn of the event loop."""
    return []


@pytest.fixture
def next_turn(later):
    """Carries out what was to be called in the next turn; what that causes is another's."""

    def carry_out():
        calls, later[:] = later[:], []
        for call in calls:
            call()

    return carry_out


@pytest.fixture
def gate(store, later):
    return StoreGate(later.append, store, 10_000)


def test_an_open_gate_releases_at_once():
    """Nothing waits where nothing is stored."""
    log, gate = [], OpenGate(None)
    gate.keep([row()])
    assert gate.ready(lambda: log.append("again"))
    gate.submit(Recorded(log, "turn"))
    gate.relieved(lambda: log.append("relieved"))
    assert log == ["turn", "relieved"]
    assert not gate.keeps
    assert not gate.crowded


def test_a_turn_waits_for_its_rows(store, gate, next_turn):
    """And is released when they are committed."""
    log = []
    gate.keep([row("one"), row("two")])
    gate.submit(Recorded(log, "turn"))
    assert log == []
    assert [change.text for change in store.batches[0][0]] == ["one", "two"]
    next_turn()
    assert log == []
    store.settle()
    next_turn()
    assert log == ["turn"]


def test_a_turn_without_rows_does_not_wait(gate):
    """What is not stored can't be lost."""
    log = []
    gate.submit(Recorded(log, "turn"))
    assert log == ["turn"]


def test_the_next_turn_gathers_while_one_is_written(store, gate, next_turn):
    """It is asked for when the last one is out, and what came of that has been dealt with."""
    log = []
    gate.keep([row()])
    gate.submit(Recorded(log, "first"))
    assert not gate.ready(lambda: log.append("again"))
    gate.keep([row(), row()])
    store.settle()
    next_turn()
    assert log == ["first"]
    gate.keep([row()])
    next_turn()
    assert log == ["first", "again"]
    gate.submit(Recorded(log, "second"))
    assert len(store.batches[0][0]) == 3
    store.settle()
    next_turn()
    next_turn()
    assert log == ["first", "again", "second"]


def test_a_turn_is_closed_when_the_sockets_have_been_looked_at_once_more(store, gate, next_turn):
    """Whoever speaks at the same time is in the same batch; once is enough."""
    log = []
    for batch in (1, 2):
        gate.keep([row()])
        assert not gate.ready(lambda: log.append("again"))
        gate.keep([row()])
        assert len(log) == batch - 1
        next_turn()
        assert len(log) == batch
        assert gate.ready(lambda: log.append("never"))
        gate.submit(Recorded([], "turn"))
        assert len(store.batches[0][0]) == 2
        store.settle()
        next_turn()
    assert log == ["again", "again"]


def test_what_needs_no_row_is_not_held_up(gate):
    """There is no commit that could be shared."""
    assert gate.ready(lambda: None)


def test_what_cannot_be_stored_is_marked_and_released(store, gate, next_turn):
    """Nobody waits for a disk that does not work."""
    log = []
    gate.keep([row()])
    gate.submit(Recorded(log, "turn"))
    store.settle(NotStored("the disk is full", kept=True))
    next_turn()
    assert log == ["turn not stored", "turn"]


def test_a_fault_of_a_turn_does_not_hold_the_next(store, gate, next_turn):
    """It is for the caller to log."""
    log = []

    class Broken(Recorded):
        def release(self):
            raise ZeroDivisionError

    gate.keep([row()])
    gate.submit(Broken(log, "turn"))
    gate.ready(lambda: log.append("again"))
    store.settle()
    with pytest.raises(ZeroDivisionError):
        next_turn()
    next_turn()
    assert log == ["again"]


def test_faults_on_the_way_to_the_store_hold_nobody(store, later, gate):
    """Neither of rows that are taken along, nor of marks: all else goes its way."""
    log = []

    def broken():
        raise ZeroDivisionError

    class Broken(Recorded):
        mark_unstored = staticmethod(broken)

    gate.take_along(broken)
    gate.keep([row("one")])
    gate.submit(Broken(log, "turn"))
    assert [change.text for change in store.batches[0][0]] == ["one"]
    store.settle(NotStored("the disk is full", kept=True))
    faults = 0
    while later:
        try:
            later.pop(0)()
        except ZeroDivisionError:
            faults += 1
    assert (log, faults) == (["turn"], 2)
    assert gate.ready(lambda: None)


def test_from_half_of_the_bound_on_it_is_crowded(store, gate, next_turn):
    """Also with what has not been submitted yet; relieved when it is committed."""
    log = []
    gate.keep([row("x" * 3000)])
    assert not gate.crowded
    gate.relieved(lambda: log.append("at once"))
    gate.keep([row("x" * 1000)])
    assert gate.crowded
    gate.relieved(lambda: log.append("relieved"))
    gate.submit(Recorded(log, "turn"))
    assert gate.crowded
    store.settle()
    next_turn()
    assert log == ["at once", "turn", "relieved"]


def test_the_end_waits_for_all_that_was_gathered(store, gate, next_turn):
    """Also for what gathered while the last turn was being written."""
    log = []
    gate.keep([row()])
    gate.submit(Recorded(log, "first"))
    gate.ready(lambda: gate.submit(Recorded(log, "second")))
    gate.keep([row()])
    gate.end(lambda: log.append("end"))
    store.settle()
    next_turn()
    next_turn()
    assert log == ["first"]
    store.settle()
    next_turn()
    assert log == ["first", "second", "end"]
    gate.end(lambda: log.append("at once"))
    assert log[-1] == "at once"


def test_the_end_waits_for_what_needs_no_row(store, gate, next_turn):
    """Somebody is to hear it nevertheless, and it stands behind a row."""
    log = []
    gate.keep([row()])
    gate.submit(Recorded(log, "first"))
    gate.ready(lambda: gate.submit(Recorded(log, "second")))
    gate.end(lambda: log.append("end"))
    store.settle()
    next_turn()
    assert log == ["first"]
    next_turn()
    assert log == ["first", "second", "end"]


class Large(Recorded):
    """A turn with so many readers that three turns of the event loop are needed."""

    left = 3

    def release(self):
        self.left -= 1
        self.log.append(f"{self.name} {self.left}")
        return not self.left


def test_a_large_turn_is_let_out_in_parts(later, next_turn):
    """What happens meanwhile goes with the next one."""
    log, gate = [], OpenGate(later.append)
    gate.submit(Large(log, "large"))
    assert not gate.ready(lambda: log.append("again"))
    next_turn()
    assert log == ["large 2", "large 1"]
    next_turn()
    assert log == ["large 2", "large 1", "large 0"]
    next_turn()
    assert log == ["large 2", "large 1", "large 0", "again"]
    assert later == []
    assert gate.ready(lambda: None)


def test_a_large_stored_turn_is_let_out_in_parts(store, gate, next_turn):
    """The end waits for that too."""
    log = []
    gate.keep([row()])
    gate.submit(Large(log, "large"))
    gate.end(lambda: log.append("end"))
    store.settle()
    for _ in range(2):
        next_turn()
        assert log[-1] != "end"
        assert not gate.ready(lambda: None)
    next_turn()
    next_turn()
    assert log == ["large 2", "large 1", "large 0", "end"]


def test_rows_that_nobody_waits_for_go_with_others(store, gate):
    """They are asked for when a batch is written, and none is written for their sake."""
    log, asked = [], []

    def rows():
        asked.append(1)
        return [row("more")]

    gate.take_along(rows)
    gate.submit(Recorded(log, "first"))
    assert asked == []
    gate.keep([row()])
    gate.submit(Recorded(log, "second"))
    [(changes, _)] = store.batches
    assert [change.text for change in changes] == ["hi", "more"]
    assert log == ["first"]


def test_an_open_gate_asks_for_nothing(later):
    """Nothing is written there."""
    gate = OpenGate(later.append)
    gate.take_along(lambda: 1 / 0)
    gate.keep([row()])
    gate.submit(Recorded([], "turn"))
