"""Questions are answered off the reactor, in order, so many and no more."""

import pytest
from twisted.internet.defer import CancelledError

from twistedchat.core.errors import Failed, TooMany
from twistedchat.core.records import StoredPage
from twistedchat.storage import reading, sqlite
from twistedchat.storage.reader import Reader


@pytest.fixture
def reader(files, mailbox):
    made = Reader(lambda: sqlite.connect(files.database), mailbox, most=3)
    yield made
    made.close()
    made.run()


def run(reader):
    reader.close()
    reader.run()


def test_the_answer_comes_in_the_reactors_thread(reader, mailbox, in_thread):
    """The question is put to the database in the reader's."""
    asked = reader.ask(lambda connection: reading.newest(connection, "lobby", 5))
    in_thread(reader.run)
    assert mailbox.answer(asked) == StoredPage((), complete=True)
    reader.close()


def test_a_mistake_reaches_whoever_asked(reader, mailbox):
    """And the next question is answered."""
    wrong, right = reader.ask(lambda connection: 1 / 0), reader.ask(lambda connection: 7)
    run(reader)
    with pytest.raises(ZeroDivisionError):
        mailbox.answer(wrong)
    assert mailbox.answer(right) == 7


def test_a_database_that_cannot_be_read_is_said_plainly(reader, files, mailbox):
    """The person hears what to do, the log has the reason."""
    files.database.rename(files.directory / "elsewhere")
    asked = reader.ask(lambda connection: 1)
    run(reader)
    with pytest.raises(Failed, match="Try again later"):
        mailbox.answer(asked)


def test_so_many_may_wait(reader, mailbox):
    """One more is refused at once, and does not wait."""
    waiting = [reader.ask(lambda connection: 1) for _ in range(3)]
    refused = []
    reader.ask(lambda connection: 1).addErrback(lambda f: refused.append(f.check(TooMany)))
    assert refused == [TooMany]
    run(reader)
    assert [mailbox.answer(one) for one in waiting] == [1, 1, 1]


def test_whoever_gives_up_waiting_costs_nothing(reader, mailbox):
    """What nobody waits for is not asked; what is being answered then is dropped."""
    asked = []
    early = reader.ask(asked.append)
    early.addErrback(lambda failure: failure.trap(CancelledError))
    early.cancel()

    def cancel(connection):
        late.cancel()

    late = reader.ask(cancel)
    late.addErrback(lambda failure: failure.trap(CancelledError))
    run(reader)
    mailbox.until(mailbox.calls.empty)
    assert asked == []
