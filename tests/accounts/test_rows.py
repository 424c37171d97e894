"""What is stored of accounts, and what is said when that fails."""

import pytest
from twisted.logger import capturedLogs

from twistedchat.accounts.rows import AccountRows
from twistedchat.core.errors import Failed, NotSaved
from twistedchat.core.records import AccountRecord, ProofKind, ProofRecord, TouchAccount
from twistedchat.testing import run
from twistedchat.testing_accounts import FakeStore

ADA = AccountRecord("A", "ada", "ada", 0.0, 0.0)
PASSWORD = ProofRecord("A", ProofKind.PASSWORD, "hash", "", 0.0)
KEY = ProofRecord("A", ProofKind.CERTIFICATE, "ab:cd", "x", 0.0)


@pytest.fixture
def store():
    store = FakeStore()
    store.submit([ADA, KEY, PASSWORD], lambda _: None)
    return store


def test_what_is_stored_is_found(store):
    """The password among the other proofs."""
    rows = AccountRows(store)
    assert run(rows.named("ada")) == run(rows.having("A")) == ADA
    assert run(rows.proved(ProofKind.CERTIFICATE, "ab:cd")) == ADA
    assert run(rows.password("A")) == PASSWORD
    assert run(rows.password("B")) is None
    assert run(rows.unseen_since(1.0, 5)) == (ADA,)


def test_a_store_that_cannot_be_read(store):
    """Is no traceback for people."""
    store.unreadable = OSError("no disk")
    with pytest.raises(Failed, match="could not look up"):
        run(AccountRows(store).named("ada"))


def test_why_it_cannot_be_read_is_logged_once(store):
    """By the store that knows it; what it did not expect is logged with its traceback."""
    for error, logged in ((Failed("Try again."), 0), (OSError("no disk"), 1)):
        store.unreadable = error
        with capturedLogs() as logs, pytest.raises(Failed, match="could not look up"):
            run(AccountRows(store).named("ada"))
        assert len(logs) == logged


def test_what_cannot_be_stored_is_not_tried_again(store):
    """Whoever was told no must not find later that it was done."""
    kept = []
    store.failing = "disk full"
    submit = store.submit
    store.submit = lambda *given, keep=True: (kept.append(keep), submit(*given, keep=keep))
    with pytest.raises(NotSaved, match="nothing was done"):
        run(AccountRows(store).save([TouchAccount("A", 1.0)], "nothing was done"))
    assert kept == [False]


def test_notes_are_stored_without_waiting(store):
    """And whatever becomes of them."""
    AccountRows(store).note(TouchAccount("A", 9.0))
    assert run(AccountRows(store).having("A")).seen == 9.0
    store.failing = "disk full"
    AccountRows(store).note(TouchAccount("A", 10.0))
    assert run(AccountRows(store).having("A")).seen == 9.0
