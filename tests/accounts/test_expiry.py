"""Accounts that nobody uses."""

import pytest

from twistedchat.accounts.expiry import DAY, EVERY_SECONDS
from twistedchat.testing import enter, make_chat, run
from twistedchat.testing_accounts import open_accounts

GOOD = "correct horse"


def scene(**settings):
    """A chat with two accounts whose owners are away."""
    chat = make_chat()
    store = open_accounts(chat, **settings)
    for nick in ("ada", "bob"):
        session = enter(chat, nick)
        run(chat.accounts.register(session, GOOD))
        chat.disconnect(session, "bye")
    chat.accounts.expiry.begin()
    return chat, store


def test_without_the_setting_they_stay_for_ever():
    """However long."""
    chat, _ = scene()
    chat.clock.advance(3000 * DAY)
    assert len(chat.state.owned) == 2


def test_an_account_that_nobody_uses_is_given_up():
    """Its name is free then; one that is used is not, nor is one whose owner is here."""
    chat, store = scene(unused_days=30)
    chat.clock.advance(20 * DAY)
    bob = enter(chat, "guest")
    run(chat.accounts.log_in(bob, "bob", GOOD))
    cy = enter(chat, "cy")
    run(chat.accounts.register(cy, GOOD))
    chat.disconnect(cy, "bye")
    chat.clock.advance(10 * DAY + EVERY_SECONDS)
    assert enter(chat, "ada").user.nick == "ada"
    assert enter(chat, "cy").user.nick == "cy2"
    chat.clock.advance(100 * DAY)
    assert chat.state.owned.accounts() == [bob.user.account]
    assert store.account_named("ada").result is None
    assert store.account_named("bob").result is not None


def test_who_was_here_all_the_time_is_not_given_up_after_a_restart():
    """It is noted while they are here, for a server that is killed can note nothing."""
    chat, store = scene(unused_days=90)
    ada = enter(chat, "guest")
    run(chat.accounts.log_in(ada, "ada", GOOD))
    chat.clock.advance(100 * DAY)
    other = make_chat(clock=chat.clock)
    open_accounts(other, store, unused_days=90)
    run(other.accounts.expiry.sweep())
    assert store.account_named("ada").result is not None
    assert store.account_named("bob").result is None


@pytest.mark.parametrize("trouble", ["failing", "unreadable"])
def test_a_disk_that_fails_changes_nothing(trouble):
    """It is tried again later."""
    chat, store = scene(unused_days=1)
    setattr(store, trouble, OSError("no disk") if trouble == "unreadable" else "disk full")
    chat.clock.advance(3 * DAY)
    assert len(chat.state.owned) == 2
    store.failing, store.unreadable = "", None
    chat.clock.advance(EVERY_SECONDS)
    assert len(chat.state.owned) == 0
