"""The storage put together: what the server talks to."""

import os
import sqlite3
import threading
import time
from contextlib import closing

import pytest

from twistedchat.core.errors import BadArguments
from twistedchat.core.ports import Store
from twistedchat.core.records import (
    DeleteMessages,
    EndPlace,
    Forget,
    MessageKind,
    ProofKind,
    ProofRecord,
    ReadRecord,
    Role,
    RoleRecord,
    SearchedPlace,
    StoredPage,
    private_place,
)
from twistedchat.core.rules import Retention
from twistedchat.storage import sqlite, store, upkeep
from twistedchat.storage.errors import StorageError
from twistedchat.storage.files import log_of, remove
from twistedchat.storage.opening import claim
from twistedchat.storage.store import Options, Storage
from twistedchat.storage.writer import Bounds
from twistedchat.testing import VirtualClock

LOBBY = {"lobby": SearchedPlace("lobby")}


class House:
    """A storage in a directory, and the test in place of the server."""

    def __init__(self, directory, mailbox, options=None, steady=time.monotonic):
        self.mailbox = mailbox
        self.clock = VirtualClock()
        self.told = []
        self.storage: Store | Storage = Storage(
            claim(directory), mailbox, self.clock, steady, self.told.append, options
        )
        self.loaded = self.storage.start()

    def write(self, *changes, keep=True):
        """Submit, and wait until it is committed; what it failed with."""
        outcome = []
        self.storage.submit(changes, outcome.append, keep=keep)
        self.mailbox.until(lambda: outcome)
        return outcome[0]

    def ask(self, deferred):
        return self.mailbox.answer(deferred)

    def stop(self):
        self.ask(self.storage.stop())


@pytest.fixture
def open_house(files, mailbox):
    opened = []

    def open_(**options):
        opened.append(House(files.directory, mailbox, **options))
        return opened[-1]

    yield open_
    for house in opened:
        if not house.storage._stopping:
            house.stop()
    storing = [one for one in threading.enumerate() if one.name.startswith("storage")]
    for thread in storing:
        thread.join(20)
    assert not [one for one in storing if one.is_alive()]


@pytest.fixture
def house(open_house):
    return open_house()


def test_what_was_committed_is_there_after_a_restart(house, open_house, account, room, said):
    """All that a server must know first, and every message."""
    role = RoleRecord("lobby", "A", Role.OWNER)
    assert house.loaded.newest == ""
    assert house.write(account(), room(), role, said(1)) is None
    house.stop()
    again = open_house()
    assert again.loaded.newest == said(1).id
    assert again.loaded.rooms == (room(),)
    assert again.loaded.roles == (role,)
    assert [name.nick for name in again.loaded.names] == ["ada"]
    assert again.ask(again.storage.newest("lobby", 5)) == StoredPage((said(1),), complete=True)


def test_everything_that_waits_is_written_before_the_end(house, files, said):
    """SIGTERM loses nothing, and leaves one file that is whole."""
    for number in range(500):
        house.storage.submit([said(number)], lambda failure: None)
    assert house.storage.waiting > 0
    house.stop()
    assert house.storage.waiting == 0
    assert not log_of(files.database).exists()
    with closing(sqlite3.connect(files.database)) as plain:
        assert plain.execute("SELECT count(*) FROM messages").fetchone() == (500,)
    assert upkeep.check(files) == []


def test_a_second_server_is_refused(house, files):
    """As long as the first one runs."""
    with pytest.raises(StorageError, match=f"process {os.getpid()}"):
        claim(files.directory)
    house.stop()
    claim(files.directory).lock.release()


def test_every_question_is_answered(house, account, room, said, id_of):
    """Each by the function of ``reading`` that it is named for."""
    place = private_place("A", "B")
    proof = ProofRecord("A", ProofKind.CERTIFICATE, "ab:cd", "", 1.0)
    role, read = RoleRecord("lobby", "A", Role.OWNER), ReadRecord("A", "phone", "lobby", id_of(2))
    whisper = said(9, place=place, kind=MessageKind.WHISPERED, to="bob")
    talk = [said(number) for number in range(5)]
    house.write(account(), room(), proof, role, read, *talk, whisper)
    ask, storage = house.ask, house.storage
    assert ask(storage.newest("lobby", 2)).messages == tuple(talk[3:])
    assert ask(storage.before("lobby", id_of(2), 9)).messages == tuple(talk[:2])
    assert ask(storage.after("lobby", id_of(2), 9)).messages == tuple(talk[3:])
    assert ask(storage.by_ids([id_of(1)])) == (said(1),)
    assert ask(storage.unread("B", {"lobby": id_of(2)}, 9)) == {"lobby": 2}
    assert ask(storage.conversations_of("A")) == (place,)
    assert ask(storage.account_named("ada")) == account()
    assert ask(storage.account_with("A")) == account()
    assert ask(storage.account_proved(ProofKind.CERTIFICATE, "ab:cd")) == account()
    assert ask(storage.proofs_of("A")) == (proof,)
    assert ask(storage.positions_of("A")) == (read,)
    assert ask(storage.roles_of("A")) == (role,)
    first = ask(storage.export("A"))
    assert [one["type"] for one in first.entries] == ["account", "proof", "room", "role", "read"]
    assert len(ask(storage.export("A", first.next)).entries) == 6


def searched(house, text, behind=0):
    """What is found once the index is no further behind."""
    while True:
        found = house.ask(house.storage.search(text, LOBBY))
        if found.behind <= behind:
            return [one.text for one in found.messages]


def test_what_was_said_is_found(house, said):
    """A moment later, without anybody asking the index to be fed."""
    house.write(said(1, "ship it"), said(2, "not yet"))
    assert searched(house, "ship") == ["ship it"]
    house.write(DeleteMessages((said(1).id,)))
    assert searched(house, "ship") == []


def test_a_search_that_is_none_is_refused_at_once(house):
    """With the sentence that the person reads."""
    with pytest.raises(BadArguments, match="no date"):
        house.storage.search("after:soon", LOBBY)


def test_after_a_crash_the_index_catches_up(house, open_house, files, said):
    """It compares itself with the database; an index that is lost is made anew."""
    house.write(said(1, "ship it"))
    house.stop()
    remove(files.search)
    assert searched(open_house(), "ship") == ["ship it"]


def test_who_wants_to_be_forgotten_is(house, account, said):
    """Soon, although the next round would come much later."""
    house.write(account(), *(said(number) for number in range(5)), said(9, account="B"))
    house.write(Forget("A"))
    while house.ask(house.storage.newest("lobby", 9)).messages != (said(9, account="B"),):
        pass


def test_messages_are_pruned_as_the_setting_says(open_house, said):
    """From the start on."""
    house = open_house()
    house.write(*(said(number) for number in range(5)))
    house.stop()
    house = open_house(options=Options(retention=lambda: Retention(count=2)))
    while house.ask(house.storage.newest("lobby", 9)).messages != (said(3), said(4)):
        pass


def test_other_bounds_are_kept_to_soon(house, open_house, said, room):
    """Those of the settings when they have changed, those of a room when they are set."""
    bounds = [Retention()]
    house.stop()
    house = open_house(options=Options(retention=lambda: bounds[-1]))
    house.write(*(said(number) for number in range(5)))
    bounds.append(Retention(count=3))
    house.storage.prune_soon()
    while len(house.ask(house.storage.newest("lobby", 9)).messages) != 3:
        pass
    house.write(room("lobby", keep_count=1))
    while len(house.ask(house.storage.newest("lobby", 9)).messages) != 1:
        pass


def test_what_was_said_in_a_room_that_ended_is_erased(house, said):
    """Soon, and found no more."""
    house.write(*(said(number, "ship it") for number in range(5)), EndPlace("lobby", said(2).id))
    while len(house.ask(house.storage.newest("lobby", 9)).messages) != 2:
        pass
    assert searched(house, "ship") == ["ship it", "ship it"]


def test_a_request_that_does_not_fit_says_no(house, account):
    """A name that has gone to another in the meantime."""
    assert house.write(account("A", "ada"), keep=False) is None
    failure = house.write(account("B", "ada"), keep=False)
    assert failure is not None
    assert not failure.kept


def test_a_locked_database_is_waited_out(open_house, files, said):
    """The operators hear of it once, and of its end; nothing is lost."""
    bounds = Bounds(hang=0.2, first_delay=0.001, last_delay=0.01)
    house = open_house(options=Options(bounds=bounds))
    with closing(sqlite.connect(files.database)) as other, sqlite.transaction(other):
        failure = house.write(said(1))
        assert failure is not None
        assert failure.kept
    house.mailbox.until(lambda: None in house.told)
    assert house.told == ["another program holds the database locked", None]
    assert house.ask(house.storage.newest("lobby", 9)).messages == (said(1),)
    assert house.storage.lost == 0


def test_the_writer_outwaits_a_checkpoint(house):
    """Both want the same lock: what is said must not be marked because of that."""
    waits = []
    for link in (house.storage._link, *(one._link for one in house.storage._checkpoints)):
        with link.use() as connection:
            waits.append(connection.exec_driver_sql("PRAGMA busy_timeout").scalar())
    assert waits == [1800, 50, 50]


def test_a_disk_that_hangs_is_noticed(open_house, said, monkeypatch):
    """By looking now and then, on the reactor's clock."""
    ahead = [0.0]
    hold, begun = threading.Event(), threading.Event()
    plain = store.writing.write

    def hanging(connection, work):
        begun.set()
        assert hold.wait(20)
        plain(connection, work)

    house = open_house(steady=lambda: time.monotonic() + ahead[0])
    monkeypatch.setattr(store.writing, "write", hanging)
    outcome = []
    house.storage.submit([said(1)], outcome.append)
    assert begun.wait(20)
    ahead[0] = 3.0
    house.clock.advance(0.5)
    house.mailbox.until(lambda: outcome)
    assert outcome[0].kept
    hold.set()
    house.mailbox.until(lambda: None in house.told)
    assert house.ask(house.storage.newest("lobby", 9)).messages == (said(1),)


def test_a_disk_that_never_answers_does_not_keep_the_server(open_house, said, monkeypatch):
    """It stops after a while; the lock goes with the program."""
    hold, begun = threading.Event(), threading.Event()

    def hanging(connection, work):
        begun.set()
        assert hold.wait(20)

    monkeypatch.setattr(store.writing, "write", hanging)
    monkeypatch.setattr(store, "_PATIENCE_SECONDS", 0.01)
    house = open_house()
    house.storage.submit([said(1)], lambda failure: None)
    assert begun.wait(20)
    house.stop()
    hold.set()


def test_who_waits_for_a_write_that_hangs_does_not_keep_the_server(
    open_house, account, said, monkeypatch
):
    """The sweeper gives up what can wait; the writer has the time for what cannot."""
    hold, begun = threading.Event(), threading.Event()
    plain = store.writing.write

    def hanging(connection, work):
        if not any(isinstance(one, Forget) for one in work):
            begun.set()
            assert hold.wait(20)
        plain(connection, work)

    house = open_house()
    house.write(account(), *(said(number) for number in range(5)))
    monkeypatch.setattr(store.writing, "write", hanging)
    monkeypatch.setattr(store, "_PATIENCE_SECONDS", 100.0)
    house.write(Forget("A"))
    assert begun.wait(20)
    stopped = house.storage.stop()
    house.storage._threads[house.storage._sweeper].join(5)
    assert not house.storage._threads[house.storage._sweeper].is_alive()
    hold.set()
    house.ask(stopped)


def test_no_log_goes_while_the_server_runs(house, files):
    """Whoever closes a connection after trouble: on a full disk it could not be made again."""
    feeder = house.storage._feeder
    feeder.close()
    house.storage._threads[feeder].join(20)
    assert log_of(files.search).exists()
    house.stop()
    assert not log_of(files.search).exists()


def test_every_file_is_private(house, files):
    """The index too, and a database that was copied there by hand and was not."""
    modes = {path.name: path.stat().st_mode & 0o777 for path in files.directory.iterdir()}
    assert set(modes.values()) == {0o600}
    assert "search.sqlite" in modes


def test_a_disk_that_is_full_is_waited_out(open_house, said):
    """Tried with a file that may not grow, which is what a full disk is to SQLite."""
    house = open_house(options=Options(bounds=Bounds(first_delay=0.001, last_delay=0.01)))
    link = house.storage._link
    plain = link._open
    full = threading.Event()

    def bounded():
        connection = plain()
        if full.is_set():
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        return connection

    link._open = bounded
    full.set()
    batch = [said(number, "x" * 2000) for number in range(100)]
    failure = house.write(*batch)
    assert failure is not None
    assert str(failure) == "the disk is full"
    assert house.write(said(500), keep=False) is not None
    full.clear()
    house.mailbox.until(lambda: None in house.told)
    assert house.told == ["the disk is full", None]
    assert house.ask(house.storage.newest("lobby", 999)).messages == tuple(batch)
