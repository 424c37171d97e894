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


def test_a_turn_waits_for_its_rows(store, gate):
    """And is released when they are committed."""
    log = []
    gate.keep([row("one"), row("two")])
    gate.submit(Recorded(log, "turn"))
    assert log == []
    assert [change.text for change in store.batches[0][0]] == ["one", "two"]
    store.settle()
    assert log == ["turn"]


def test_a_turn_without_rows_does_not_wait(gate):
    """What is not stored can't be lost."""
    log = []
    gate.submit(Recorded(log, "turn"))
    assert log == ["turn"]


def test_the_next_turn_gathers_while_one_is_written(store, gate):
    """It is asked for when the last one is out, and only then."""
    log = []
    gate.keep([row()])
    gate.submit(Recorded(log, "first"))
    assert not gate.ready(lambda: log.append("again"))
    gate.keep([row(), row()])
    store.settle()
    assert log == ["first", "again"]
    assert gate.ready(lambda: log.append("never"))
    gate.submit(Recorded(log, "second"))
    assert len(store.batches[0][0]) == 2
    store.settle()
    assert log == ["first", "again", "second"]


def test_what_cannot_be_stored_is_marked_and_released(store, gate):
    """Nobody waits for a disk that does not work."""
    log = []
    gate.keep([row()])
    gate.submit(Recorded(log, "turn"))
    store.settle(NotStored("the disk is full", kept=True))
    assert log == ["turn not stored", "turn"]


def test_a_fault_of_a_turn_does_not_hold_the_next(store, gate):
    """It is for the caller to log."""
    log = []

    class Broken(Recorded):
        def release(self):
            raise ZeroDivisionError

    gate.keep([row()])
    gate.submit(Broken(log, "turn"))
    gate.ready(lambda: log.append("again"))
    with pytest.raises(ZeroDivisionError):
        store.settle()
    assert log == ["again"]


def test_from_half_of_the_bound_on_it_is_crowded(store, gate):
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
    assert log == ["at once", "turn", "relieved"]


def test_the_end_waits_for_all_that_was_gathered(store, gate):
    """Also for what gathered while the last turn was being written."""
    log = []
    gate.keep([row()])
    gate.submit(Recorded(log, "first"))
    gate.ready(lambda: gate.submit(Recorded(log, "second")))
    gate.keep([row()])
    gate.end(lambda: log.append("end"))
    store.settle()
    assert log == ["first"]
    store.settle()
    assert log == ["first", "second", "end"]
    gate.end(lambda: log.append("at once"))
    assert log[-1] == "at once"


class Large(Recorded):
    """A turn with so many readers that three turns of the event loop are needed."""

    left = 3

    def release(self):
        self.left -= 1
        self.log.append(f"{self.name} {self.left}")
        return not self.left


def test_a_large_turn_is_let_out_in_parts(later):
    """What happens meanwhile goes with the next one."""
    log, gate = [], OpenGate(later.append)
    gate.submit(Large(log, "large"))
    assert not gate.ready(lambda: log.append("again"))
    later.pop()()
    assert log == ["large 2", "large 1"]
    later.pop()()
    assert log == ["large 2", "large 1", "large 0", "again"]
    assert later == []
    assert gate.ready(lambda: None)


def test_a_large_stored_turn_is_let_out_in_parts(store, gate, later):
    """The end waits for that too."""
    log = []
    gate.keep([row()])
    gate.submit(Large(log, "large"))
    gate.end(lambda: log.append("end"))
    store.settle()
    assert not gate.ready(lambda: None)
    later.pop()()
    later.pop()()
    assert log == ["large 2", "large 1", "large 0", "end"]
