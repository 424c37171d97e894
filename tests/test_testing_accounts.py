"""The shipped fakes of accounts."""

import pytest

from twistedchat.core.errors import NotSaved
from twistedchat.core.records import ProofKind
from twistedchat.testing import enter, make_chat, run
from twistedchat.testing_accounts import FakeStore, open_accounts, proofs

GOOD = "correct horse"


def test_people_can_register_and_log_in():
    """In a chat in memory, without threads."""
    chat = make_chat()
    store = open_accounts(chat)
    ada = enter(chat, "ada")
    run(chat.accounts.register(ada, GOOD))
    second = enter(chat, "guest")
    run(chat.accounts.log_in(second, "ada", GOOD))
    assert second.user is ada.user
    assert len(proofs(store, ProofKind.PASSWORD)) == 1
    assert proofs(store, ProofKind.CERTIFICATE) == []


def test_the_store_fails_when_told_to():
    """And keeps what it had."""
    chat, store = make_chat(), FakeStore()
    assert open_accounts(chat, store) is store
    ada = enter(chat, "ada")
    store.failing = "disk full"
    with pytest.raises(NotSaved):
        run(chat.accounts.register(ada, GOOD))
    assert store.changes == []
    store.unreadable = ValueError("no")
    with pytest.raises(ValueError, match="no"):
        store.account_named("ada")


def test_settings_are_given_by_name():
    """Those of the accounts, and how many may register."""
    chat = make_chat()
    open_accounts(chat, unused_days=3, registrations=7)
    assert chat.accounts.config.unused_days == 3
    assert chat.accounts.config.limits.registrations == 7
