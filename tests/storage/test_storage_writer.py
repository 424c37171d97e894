"""The writer: batches form by themselves, order is kept, trouble is waited out."""

import sqlite3
import threading
import time

import pytest

from twistedchat.core.records import TouchAccount, weigh
from twistedchat.storage.writer import Bounds, Writer

QUICK = Bounds(first_delay=0.001, last_delay=0.002)
SIZE = weigh([TouchAccount("A", 0)])


class Disk:
    """Writes to a list, and fails when it is told to.

    Attributes:
        written: the batches, each a list of numbers.
        errors: what the next writes fail with; None for one that works.
        broken: what all writes fail with.
        hold: cleared, it lets a write hang.
        begun: set when a write has begun.
    """

    def __init__(self):
        self.written = []
        self.errors = []
        self.broken = None
        self.refused = set()
        self.hold = threading.Event()
        self.hold.set()
        self.begun = threading.Event()

    def __call__(self, work):
        self.begun.set()
        assert self.hold.wait(20)
        numbers = [int(getattr(one, "seen", 0)) for one in work]
        error = self.errors.pop(0) if self.errors else self.broken
        if error is not None:
            raise error
        if self.refused.intersection(numbers):
            raise sqlite3.IntegrityError("UNIQUE constraint failed")
        self.written.append(numbers)

    @property
    def numbers(self):
        return [number for batch in self.written for number in batch]


def full():
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


class Stage:
    """A writer on such a disk, with what it has told."""

    def __init__(self, mailbox, bounds=QUICK, now=time.monotonic):
        self.disk = Disk()
        self.mailbox = mailbox
        self.outcomes = {}
        self.told = []
        self.writer = Writer(self.disk, mailbox, self.told.append, now, bounds)

    def submit(self, *numbers, keep=True):
        changes = [TouchAccount("A", number) for number in numbers]
        self.writer.submit(changes, lambda f: self.outcomes.setdefault(numbers, f), keep=keep)

    def until(self, condition):
        self.mailbox.until(condition)

    def failed(self, *numbers):
        """What the sender was told of a failure."""
        self.until(lambda: numbers in self.outcomes)
        assert self.outcomes[numbers] is not None
        return str(self.outcomes[numbers]), self.outcomes[numbers].kept

    def finish(self):
        """Run all that was submitted, in this thread, and tell the senders."""
        self.writer.close()
        self.writer.run()
        self.mailbox("end".strip)
        while not self.mailbox.calls.empty():
            function, arguments = self.mailbox.calls.get()
            function(*arguments)


@pytest.fixture
def stage(mailbox):
    return Stage(mailbox)


@pytest.fixture
def running(stage, in_thread):
    in_thread(stage.writer.run)
    yield stage
    stage.disk.hold.set()
    stage.writer.close()


def test_what_gathers_is_one_batch(stage):
    """Everything that waits goes in one write, and everybody is told."""
    stage.submit(1, 2)
    stage.submit(3)
    assert stage.writer.waiting == 3 * SIZE
    assert not stage.outcomes
    stage.finish()
    assert stage.disk.written == [[1, 2, 3]]
    assert stage.outcomes == {(1, 2): None, (3,): None}
    assert stage.writer.waiting == 0


def test_while_one_is_written_the_next_gathers(running):
    """The first goes alone, at once; what came meanwhile goes together."""
    running.disk.hold.clear()
    running.submit(1)
    assert running.disk.begun.wait(20)
    running.submit(2)
    running.submit(3)
    running.disk.hold.set()
    running.until(lambda: (3,) in running.outcomes)
    assert running.disk.written == [[1], [2, 3]]


def test_a_batch_is_bounded(mailbox):
    """One that takes seconds would be told of as hanging; a large submission goes alone."""
    stage = Stage(mailbox, Bounds(batch=2 * SIZE))
    for number in (1, 2, 3):
        stage.submit(number)
    stage.submit(4, 5, 6, 7)
    stage.finish()
    assert stage.disk.written == [[1, 2], [3], [4, 5, 6, 7]]


def test_too_much_is_refused(mailbox):
    """The bound holds for what waits; what is within it is written."""
    stage = Stage(mailbox, Bounds(waiting=2 * SIZE))
    for number in (1, 2, 3):
        stage.submit(number)
    assert stage.writer.waiting == 2 * SIZE
    stage.finish()
    assert stage.disk.numbers == [1, 2]
    assert stage.failed(3) == ("too much is waiting to be stored", False)
    assert stage.writer.lost == 1


def test_one_that_is_larger_than_the_bound_is_written_alone(mailbox):
    """Else it never could be."""
    stage = Stage(mailbox, Bounds(waiting=SIZE))
    stage.submit(1, 2, 3)
    stage.finish()
    assert stage.disk.numbers == [1, 2, 3]


def test_one_that_does_not_fit_harms_no_other(stage):
    """Who is refused is told, all others are written, in order."""
    stage.disk.refused = {2}
    for number in (1, 2, 3):
        stage.submit(number)
    stage.finish()
    assert stage.disk.numbers == [1, 3]
    assert stage.outcomes[1,] is stage.outcomes[3,] is None
    assert stage.failed(2) == ("it does not fit what is stored", False)
    assert stage.told == []
    assert stage.writer.waiting == 0


def test_a_full_disk_is_waited_out(running):
    """Who wants it kept is told so; it is written in order before what comes later."""
    running.disk.broken = full()
    running.submit(1)
    assert running.failed(1) == ("the disk is full", True)
    running.submit(2)
    assert running.failed(2) == ("the disk is full", True)
    assert (running.writer.waiting, running.writer.kept) == (0, 2 * SIZE)
    running.disk.broken = None
    running.until(lambda: None in running.told)
    running.submit(3)
    running.until(lambda: (3,) in running.outcomes)
    assert running.outcomes[3,] is None
    assert running.disk.numbers == [1, 2, 3]
    assert (running.writer.kept, running.writer.lost) == (0, 0)


def test_trouble_is_told_once_and_its_end_once(running):
    """However many writes fail meanwhile."""
    running.disk.errors = [full() for _ in range(5)]
    running.submit(1)
    running.until(lambda: None in running.told)
    assert running.told == ["the disk is full", None]


def test_a_request_that_must_not_be_late_is_given_up(running):
    """Who was told "no" must not find it done later; the trouble is over when a write works."""
    running.disk.errors = [full()]
    running.submit(1, keep=False)
    assert running.failed(1) == ("the disk is full", False)
    running.submit(2, keep=False)
    running.until(lambda: (2,) in running.outcomes)
    assert running.disk.numbers == [2]
    assert running.told == ["the disk is full", None]
    assert running.writer.lost == 0


def test_during_trouble_a_request_fails_at_once(running):
    """It need not wait for a disk that is known to be full."""
    running.disk.broken = full()
    running.submit(1)
    running.failed(1)
    running.submit(2, keep=False)
    assert running.failed(2) == ("the disk is full", False)
    running.disk.broken = None
    running.until(lambda: None in running.told)
    assert running.disk.numbers == [1]


def test_what_waits_while_a_write_fails_is_told_too(running):
    """The gate must open for everything behind it, in order."""
    running.disk.hold.clear()
    running.disk.errors = [full()]
    running.submit(1)
    assert running.disk.begun.wait(20)
    running.submit(2)
    running.submit(3, keep=False)
    running.disk.hold.set()
    assert running.failed(1)[1]
    assert running.failed(2)[1]
    assert not running.failed(3)[1]
    running.until(lambda: None in running.told)
    assert running.disk.numbers == [1, 2]


def test_the_backlog_is_bounded(mailbox, in_thread):
    """What does not fit is lost, and counted; what was first stays."""
    stage = Stage(mailbox, Bounds(backlog=2 * SIZE, first_delay=0.001, last_delay=0.001))
    in_thread(stage.writer.run)
    stage.disk.broken = full()
    for number in (1, 2, 3):
        stage.submit(number)
        stage.until(lambda number=number: (number,) in stage.outcomes)
    assert stage.failed(3) == ("the disk is full", False)
    assert (stage.writer.lost, stage.writer.kept) == (1, 2 * SIZE)
    stage.disk.broken = None
    stage.until(lambda: None in stage.told)
    assert stage.disk.numbers == [1, 2]
    stage.writer.close()


def test_the_first_message_that_could_not_be_written_is_known(mailbox, in_thread, said, id_of):
    """Whether it waits for the next try or hangs; other rows do not count."""
    ahead = [0.0]
    stage = Stage(mailbox, now=lambda: time.monotonic() + ahead[0])
    writer, outcomes = stage.writer, []
    stage.disk.hold.clear()
    for changes in ([TouchAccount("A", 1)], [TouchAccount("A", 2), said(3)], [said(4)]):
        writer.submit(changes, outcomes.append)
    assert writer.unstored == ""
    in_thread(writer.run)
    assert stage.disk.begun.wait(20)
    assert writer.unstored == ""
    ahead[0] = 2.5
    writer.watch()
    assert writer.unstored == id_of(3)
    stage.disk.hold.set()
    stage.until(lambda: None in stage.told)
    assert writer.unstored == ""
    writer.close()


def test_part_of_a_batch_that_was_written_one_by_one_is_not_written_again(running):
    """The disk may become full between two of them."""
    running.disk.hold.clear()
    running.submit(0)
    assert running.disk.begun.wait(20)
    for number in (1, 2, 3):
        running.submit(number)
    # The first write, the whole second batch, its first and its second part.
    integrity = sqlite3.IntegrityError("UNIQUE constraint failed")
    running.disk.errors = [None, integrity, None, full()]
    running.disk.hold.set()
    assert running.failed(2)[1]
    running.until(lambda: None in running.told)
    assert running.disk.numbers == [0, 1, 2, 3]
    assert running.outcomes[1,] is None


def test_one_of_the_backlog_that_does_not_fit_is_lost(running):
    """Its sender was told that it is kept: it counts as lost."""
    running.disk.errors = [full(), full()]
    running.disk.refused = {1}
    running.submit(1)
    running.failed(1)
    running.until(lambda: None in running.told)
    assert (running.writer.lost, running.writer.kept) == (1, 0)


def test_a_write_that_hangs_is_told_of(mailbox, in_thread):
    """Whoever waits hears that it is not known; what is written at last is written once."""
    ahead = [0.0]
    stage = Stage(mailbox, now=lambda: time.monotonic() + ahead[0])
    in_thread(stage.writer.run)
    stage.disk.hold.clear()
    stage.submit(1)
    assert stage.disk.begun.wait(20)
    stage.submit(2)
    stage.submit(3, keep=False)
    stage.writer.watch()
    assert not stage.told
    ahead[0] = 2.5
    stage.writer.watch()
    stage.writer.watch()
    reason = "a write has not ended after 2 s"
    assert stage.failed(1) == stage.failed(2) == (reason, True)
    assert stage.failed(3) == (reason, False)
    stage.submit(4)
    stage.submit(5, keep=False)
    assert stage.failed(4) == (reason, True)
    assert stage.failed(5) == (reason, False)
    assert stage.writer.kept == 3 * SIZE
    stage.disk.hold.set()
    stage.until(lambda: None in stage.told)
    assert stage.told == [reason, None]
    assert stage.disk.numbers == [1, 2, 4]
    assert (stage.writer.kept, stage.writer.waiting) == (0, 0)
    stage.writer.close()


def test_a_request_in_a_write_that_hangs_is_told_the_truth(mailbox, in_thread):
    """It is told nothing until it is known: a "no" would be untrue if the disk is only slow."""
    ahead = [0.0]
    stage = Stage(mailbox, now=lambda: time.monotonic() + ahead[0])
    in_thread(stage.writer.run)
    stage.disk.hold.clear()
    stage.submit(1, keep=False)
    assert stage.disk.begun.wait(20)
    ahead[0] = 2.5
    stage.writer.watch()
    stage.submit(2)
    assert stage.failed(2)[1]
    assert (1,) not in stage.outcomes
    stage.disk.hold.set()
    stage.until(lambda: (1,) in stage.outcomes)
    assert stage.outcomes[1,] is None
    stage.until(lambda: None in stage.told)
    assert stage.disk.numbers == [1, 2]
    assert (stage.writer.kept, stage.writer.waiting) == (0, 0)
    stage.writer.close()


def test_a_write_that_hangs_and_then_fails_is_tried_again(mailbox, in_thread):
    """A request that must not be late is not, and only then its sender is told so."""
    ahead = [0.0]
    stage = Stage(mailbox, now=lambda: time.monotonic() + ahead[0])
    in_thread(stage.writer.run)
    stage.disk.hold.clear()
    stage.disk.errors = [full()]
    stage.submit(1, keep=False)
    assert stage.disk.begun.wait(20)
    stage.submit(2)
    ahead[0] = 2.5
    stage.writer.watch()
    stage.disk.hold.set()
    assert not stage.failed(1)[1]
    stage.submit(3)
    stage.until(lambda: None in stage.told)
    assert stage.disk.numbers == [2, 3]
    stage.writer.close()


def test_at_the_end_everything_is_written(stage):
    """And what comes too late is refused."""
    stage.submit(1)
    stage.writer.close()
    stage.submit(2)
    stage.finish()
    assert stage.disk.numbers == [1]
    assert stage.failed(2) == ("the server is about to stop", False)


def test_at_the_end_a_full_disk_is_tried_once_more(stage):
    """What cannot be written then is lost, and counted; the server stops."""
    stage.disk.errors = [full()]
    stage.submit(1)
    stage.submit(2)
    stage.finish()
    assert stage.disk.numbers == []
    assert stage.writer.lost == 2


def test_the_backlog_is_tried_at_the_end_before_its_time(mailbox, in_thread):
    """Nobody waits for the delay to be over."""
    stage = Stage(mailbox, Bounds(first_delay=1000.0))
    thread = in_thread(stage.writer.run)
    stage.disk.errors = [full()]
    stage.submit(1)
    stage.failed(1)
    stage.writer.close()
    thread.join(20)
    assert stage.disk.numbers == [1]


def test_a_sender_that_fails_keeps_no_other_from_hearing(stage, caplog):
    """Its mistake is logged."""
    stage.writer.submit([TouchAccount("A", 1)], lambda failure: 1 / 0)
    stage.submit(2)
    stage.finish()
    assert stage.outcomes == {(2,): None}
