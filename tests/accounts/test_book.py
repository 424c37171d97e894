"""Accounts: registering, logging in, changing a password, and what a failing disk does to that."""

import pytest
from twisted.internet.defer import Deferred

from twistedchat.core.errors import (
    BadLogin,
    BadPassword,
    Failed,
    NickTaken,
    NotAllowed,
    NotSaved,
    TryLater,
)
from twistedchat.core.names import prepare_nick
from twistedchat.core.records import ProofKind, SetPassword, TouchAccount
from twistedchat.testing import connect, enter, make_chat, run
from twistedchat.testing_accounts import cheap_passwords, open_accounts, proofs

GOOD = "correct horse"


@pytest.fixture
def chat():
    return make_chat()


@pytest.fixture
def store(chat):
    return open_accounts(chat)


@pytest.fixture
def ada(chat, store):
    """Somebody who has just registered."""
    session = enter(chat, "ada", "lobby")
    run(chat.accounts.register(session, GOOD))
    return session


def log_in(chat, nick, password, **connection):
    """A guest who logs in."""
    session = enter(chat, "guest", **connection)
    run(chat.accounts.log_in(session, nick, password))
    return session


def test_who_registers_owns_the_name_and_is_logged_in(chat, store, ada):
    """Now, and after a restart."""
    assert ada.user.account == "account1"
    assert enter(chat, "ada").user.nick == "ada2"
    other = make_chat()
    open_accounts(other, store)
    assert enter(other, "ADA").user.nick == "ADA2"
    assert log_in(other, "Ada", GOOD).user.nick == "ada"


def test_the_password_itself_is_nowhere(store, ada):
    """Only its hash."""
    [proof] = proofs(store, ProofKind.PASSWORD)
    assert proof.value.startswith("$argon2id$")
    assert not any(GOOD in str(change) for change in store.changes)


@pytest.mark.parametrize("nick", ["ada", "ADA", "ada ", "nobody", "", "a b", "x" * 5000])
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(chat, store, ada, nick):
    """So nobody learns from the answer who has an account."""
    guest = enter(chat, "guest")
    with pytest.raises(BadLogin, match="do not belong together"):
        run(chat.accounts.log_in(guest, nick, "wrong"))
    assert guest.user.account == ""


def test_a_second_session_is_the_same_person(chat, ada):
    """And the account's use is noted."""
    second = log_in(chat, "ada", GOOD)
    assert second.user is ada.user


def test_use_is_noted(chat, store, ada):
    """When coming and when going."""
    chat.clock.advance(5)
    session = log_in(chat, "ada", GOOD)
    chat.clock.advance(5)
    run(chat.accounts.log_out(session))
    touched = [one for one in store.changes if isinstance(one, TouchAccount)]
    now = chat.clock.now()
    assert touched == [TouchAccount("account1", now - 5), TouchAccount("account1", now)]


def test_however_the_password_is_typed(chat, store):
    """Composed or not, with any blank."""
    session = enter(chat, "zoe")
    run(chat.accounts.register(session, "caf\u00e9 au lait"))
    assert log_in(chat, "zoe", "cafe\u0301\u00a0au lait").user is session.user


def test_a_bad_password_makes_no_account(chat, store):
    """Nothing is stored and the name stays free."""
    session = enter(chat, "zoe")
    with pytest.raises(BadPassword):
        run(chat.accounts.register(session, "zoe12345"))
    assert not store.changes
    assert session.user.account == ""


def test_registering_twice_is_refused(chat, ada):
    """The sentence says what may have been meant."""
    with pytest.raises(NotAllowed, match=r"logged in as ada\. /passwd"):
        run(chat.accounts.register(ada, GOOD))


def test_a_disk_that_fails_is_an_honest_no(chat, store):
    """There is no account, whatever was hashed; later there can be one."""
    session = enter(chat, "zoe")
    store.failing = "disk full"
    with pytest.raises(NotSaved, match="you are not registered"):
        run(chat.accounts.register(session, GOOD))
    assert session.user.account == ""
    assert enter(chat, "other").user.account == ""
    store.failing = ""
    run(chat.accounts.register(session, GOOD))
    assert session.user.account == "account2"


def test_a_store_that_cannot_be_read_is_said_so(chat, store, ada):
    """And nobody is let in."""
    guest = enter(chat, "guest")
    store.unreadable = OSError("no disk")
    with pytest.raises(Failed, match="could not look up accounts"):
        run(chat.accounts.log_in(guest, "ada", GOOD))
    assert guest.user.account == ""


def test_a_password_is_changed_by_who_knows_the_old_one(chat, store, ada):
    """The old one is of no use afterwards."""
    with pytest.raises(BadLogin, match="old password is wrong"):
        run(chat.accounts.change_password(ada, "wrong", "battery staple"))
    with pytest.raises(BadPassword):
        run(chat.accounts.change_password(ada, GOOD, "short"))
    run(chat.accounts.change_password(ada, GOOD, "battery staple"))
    with pytest.raises(BadLogin):
        log_in(chat, "ada", GOOD)
    assert log_in(chat, "ada", "battery staple").user is ada.user
    with pytest.raises(NotAllowed, match="not logged in"):
        run(chat.accounts.change_password(enter(chat, "bob"), "x", "battery staple"))


def test_a_password_that_could_not_be_stored_is_not_changed(chat, store, ada):
    """The old one still holds, and the answer says so."""
    store.failing = "disk full"
    with pytest.raises(NotSaved, match="the old password still holds"):
        run(chat.accounts.change_password(ada, GOOD, "battery staple"))
    store.failing = ""
    assert log_in(chat, "ada", GOOD).user is ada.user


def later(chat):
    """Let hashes be made one by one, as the test wants it; gives those that wait."""
    jobs = []

    def defer(function, *arguments):
        jobs.append((Deferred(), function, arguments))
        return jobs[-1][0]

    chat.accounts._passwords._defer = defer
    return jobs


def finish(job):
    done, function, arguments = job
    done.callback(function(*arguments))


def begin(doing):
    """What becomes of something that is begun now, in a list."""
    outcome = []
    Deferred.fromCoroutine(doing).addBoth(outcome.append)
    return outcome


def test_two_who_change_it_at_once_leave_one_password(chat, ada):
    """The last one holds, and no other."""
    other, jobs = log_in(chat, "ada", GOOD), later(chat)
    changes = [
        begin(chat.accounts.change_password(session, GOOD, new))
        for session, new in ((ada, "second horse"), (other, "third horse"))
    ]
    while jobs:
        finish(jobs.pop(0))
    assert changes == [[None], [None]]
    assert len(run(chat.accounts.rows.proofs(ada.user.account))) == 1
    chat.accounts._passwords = cheap_passwords(chat)
    assert log_in(chat, "ada", "third horse").user is ada.user
    for gone in (GOOD, "second horse"):
        with pytest.raises(BadLogin):
            log_in(chat, "ada", gone)


def test_a_password_that_is_changed_while_it_is_checked_is_wrong(chat, ada):
    """However long it has waited for its turn."""
    thief, jobs = enter(chat, "thief"), later(chat)
    tried = begin(chat.accounts.log_in(thief, "ada", GOOD))
    changed = begin(chat.accounts.change_password(ada, GOOD, "second horse"))
    first = jobs.pop(0)
    while not changed:
        finish(jobs.pop(0))
    finish(first)
    while jobs:
        finish(jobs.pop(0))
    assert changed == [None]
    assert tried[0].check(BadLogin)
    assert thief.user.account == ""


def test_an_outdated_hash_is_not_put_in_the_place_of_a_new_password(chat, store, ada):
    """Somebody changes it just when a log-in hashes the old one anew."""
    chat.accounts._passwords.outdated = lambda _: True
    jobs, other = later(chat), enter(chat, "other")
    log = begin(chat.accounts.log_in(other, "ada", GOOD))
    finish(jobs.pop(0))
    [renewing] = jobs
    chat.accounts.rows.note(SetPassword(ada.user.account, "another", 5.0))
    finish(renewing)
    assert isinstance(log[0], str)
    assert [one.value for one in run(chat.accounts.rows.proofs(ada.user.account))] == ["another"]


def test_an_outdated_hash_is_replaced_at_the_next_log_in(chat, store, ada):
    """Without anybody being asked."""
    chat.accounts._passwords._hasher = type(chat.accounts._passwords._hasher)(
        time_cost=2, memory_cost=8, parallelism=1
    )
    log_in(chat, "ada", GOOD)
    [new] = run(chat.accounts.rows.proofs(ada.user.account))
    assert "t=2" in new.value
    assert log_in(chat, "ada", GOOD).user is ada.user


def test_wrong_tries_have_to_wait_and_the_owner_elsewhere_does_not(chat, ada):
    """Nobody is shut out for good."""
    for _ in range(4):
        with pytest.raises(BadLogin):
            log_in(chat, "ada", "wrong", address="198.51.100.1")
    with pytest.raises(TryLater) as refusal:
        log_in(chat, "ada", GOOD, address="198.51.100.1")
    assert log_in(chat, "ada", GOOD, address="198.51.100.2").user is ada.user
    chat.clock.advance(refusal.value.carried["wait"])
    assert log_in(chat, "ada", GOOD, address="198.51.100.1").user is ada.user


def test_one_address_registers_so_many_and_no_more(chat):
    """But this machine's own; later it may again."""
    open_accounts(chat, registrations=2)
    for number in range(2):
        run(chat.accounts.register(enter(chat, f"user{number}"), GOOD))
    late = enter(chat, "late")
    with pytest.raises(TryLater):
        run(chat.accounts.register(late, GOOD))
    for number in range(5):
        session = enter(chat, f"local{number}", address="127.0.0.1")
        run(chat.accounts.register(session, GOOD))
    run(chat.accounts.register(enter(chat, "away", address="198.51.100.1"), GOOD))
    chat.clock.advance(1800)
    run(chat.accounts.register(late, GOOD))


@pytest.mark.parametrize("act", ["register", "log_in", "change_password"])
def test_passwords_in_the_open_are_refused_if_a_setting_says_so(chat, act):
    """With what to do; a safe connection is let through."""
    open_accounts(chat, plain_passwords="refuse")
    session = enter(chat, "ada")
    arguments = {"register": (GOOD,), "log_in": ("ada", GOOD), "change_password": (GOOD, GOOD)}
    with pytest.raises(NotAllowed, match="Connect with TLS"):
        run(getattr(chat.accounts, act)(session, *arguments[act]))
    session.secure = True
    run(chat.accounts.register(session, GOOD))
    assert session.user.account


@pytest.mark.parametrize(
    ("setting", "secure", "warned"),
    [("warn", False, True), ("warn", True, False), ("allow", False, False)],
)
def test_a_warning_comes_where_others_can_read(chat, setting, secure, warned):
    """And a setting switches it off."""
    open_accounts(chat, plain_passwords=setting)
    session = connect(chat)
    session.secure = secure
    assert bool(chat.accounts.warning(session)) is warned


def test_a_known_certificate_logs_in(chat, ada):
    """One that nobody has added does not, and neither does none."""
    ada.certificate = "ab:cd"
    run(chat.accounts.add_certificate(ada, "laptop"))
    session = connect(chat)
    assert run(chat.accounts.log_in_by_certificate(session)) is None
    session.certificate = "ef:01"
    assert run(chat.accounts.log_in_by_certificate(session)) is None
    assert session.user is None
    session.certificate = "ab:cd"
    token = run(chat.accounts.log_in_by_certificate(session, resumable=True))
    assert session.user is ada.user
    again = connect(chat)
    run(chat.resume(again, token))
    assert again.user is ada.user


def test_two_at_once_make_one_account(chat, store):
    """Whoever asks while an account of that name is being made is told to wait."""
    ada = enter(chat, "ada")
    book = chat.accounts
    book._being_made.add("ada")
    with pytest.raises(NotAllowed, match="just being made"):
        run(book.register(ada, GOOD))


def test_a_name_that_was_given_to_another_account_meanwhile(chat, store):
    """Is not registered twice."""
    ada = enter(chat, "ada")
    chat.state.owned.give(ada.user.name, "other")
    with pytest.raises(NickTaken, match="belongs to an account"):
        run(chat.accounts.register(ada, GOOD))


def test_an_account_can_be_renamed(chat, store, ada):
    """To a name that no other account has."""
    run(chat.accounts.rename("account1", prepare_nick("Lovelace")))
    assert ada.user.nick == "Lovelace"
    assert log_in(chat, "lovelace", GOOD).user is ada.user
    bob = enter(chat, "bob")
    run(chat.accounts.register(bob, GOOD))
    with pytest.raises(NickTaken, match="another account"):
        run(chat.accounts.rename("account1", prepare_nick("bob")))


def test_failures_are_logged_rarely_and_without_what_was_typed(chat, ada):
    """A password in the place of a name is not written down."""
    from twisted.logger import capturedLogs

    with capturedLogs() as logged:
        for nick in ("ada", "ada", "hunter2 secret"):
            with pytest.raises(BadLogin):
                log_in(chat, nick, "battery staple")
    told = [one for one in logged if one["log_level"].name == "warn"]
    assert [one["nick"] for one in told] == ["ada", "an unknown name"]
    assert "hunter2" not in str(logged)
    assert "battery" not in str(logged)


def test_cheap_passwords_are_real_ones(chat):
    """Only weaker."""
    passwords = cheap_passwords(chat)
    hash_ = run(passwords.hash(GOOD))
    assert run(passwords.check(hash_, GOOD, "ops", "192.0.2.1", "ada"))
    assert not run(passwords.check(hash_, "wrong", "ops", "192.0.2.1", "ada"))
