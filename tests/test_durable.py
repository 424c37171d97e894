"""The storage of a server: from the lock to the last row, with a real database in a directory."""

import threading
from queue import Empty, Queue

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.testing import MemoryReactorClock
from twisted.logger import capturedLogs, formatEvent

from twistedchat.config import Config, ConfigError, Limits
from twistedchat.core.intents import Ban, Register
from twistedchat.core.keeping_rooms import rows_of
from twistedchat.core.records import AccountRecord, DropAccount, Forget, RoleRecord, RoomRecord
from twistedchat.core.roles import Role
from twistedchat.durable import FAILING, WORKING, Durable
from twistedchat.protocols.clock import ReactorClock
from twistedchat.testing import VirtualClock, enter, heard, ignore_outcome, make_chat, run


def rows_of_room(key):
    """A room that belongs to the account A."""
    return [RoomRecord(key, key, "A", 1.0), RoleRecord(key, "A", Role.OWNER)]


# It has another owner.
SHARED = [
    AccountRecord("B", "bob", "bob", 1.0, 1.0),
    *rows_of_room("ops"),
    RoleRecord("ops", "B", Role.OWNER),
]


class Reactor(MemoryReactorClock):
    """Takes calls from threads and makes them when it is told to wait for one."""

    def __init__(self):
        super().__init__()
        self.asked = Queue()

    def callFromThread(self, call, *arguments):
        self.asked.put((call, arguments))

    def wait_until(self, condition):
        """Carry out what threads ask for until something is true."""
        while not condition():
            try:
                call, arguments = self.asked.get(timeout=20)
            except Empty:
                pytest.fail(f"nothing came of {condition}")
            call(*arguments)
            self.advance(0)


class Server:
    """A chat that lasts, as far as this is about it."""

    def __init__(self, directory, start=1_800_000_000.0):
        self.reactor = Reactor()
        clock = ReactorClock(self.reactor, lambda: start + self.reactor.seconds())
        self.durable = Durable(Config(data=str(directory)), self.reactor, clock)
        self.chat = make_chat(clock=clock, gate=self.durable.gate, store=self.durable.storage)
        self.durable.chat = self.chat
        self.durable.startService()

    def say(self, session, text):
        self.chat.say(session, "lobby", text, ignore_outcome)
        self.reactor.advance(0)

    def stored(self):
        page = self.durable.storage.newest("lobby", 10)
        assert isinstance(page, Deferred)
        self.reactor.wait_until(lambda: page.called)
        return [message.text for message in page.result.messages]

    def store(self, *changes):
        outcome = []
        self.durable.storage.submit(changes, outcome.append)
        self.reactor.wait_until(lambda: outcome)
        assert outcome == [None]

    def stop(self):
        ended = []
        self.durable.stopService().addCallback(ended.append)
        self.reactor.wait_until(lambda: ended)


@pytest.fixture
def start(tmp_path):
    running = []

    def start(**more):
        running.append(Server(tmp_path / "data", **more))
        return running[-1]

    yield start
    for server in running:
        if server.durable.running:
            server.stop()
    assert not [t for t in threading.enumerate() if t.name.startswith("storage")]


def test_what_was_said_is_there_after_a_restart(start):
    """And what comes then has ids behind it, also if the clock went back."""
    server = start()
    ada = enter(server.chat, "ada", "lobby")
    server.say(ada, "one")
    server.say(ada, "two")
    last = server.chat.state.rooms["lobby"].history.latest
    server.stop()
    again = start(start=1_700_000_000.0)
    assert again.stored() == ["one", "two"]
    bob = enter(again.chat, "bob", "lobby")
    again.say(bob, "three")
    assert again.chat.state.rooms["lobby"].history.latest > last
    again.reactor.wait_until(lambda: not again.durable.storage.waiting)
    assert again.stored() == ["one", "two", "three"]


def test_nobody_hears_what_is_not_committed(start):
    """The disk comes first."""
    server = start()
    ada, bob = enter(server.chat, "ada", "lobby"), enter(server.chat, "bob", "lobby")
    server.reactor.advance(0)
    heard(bob)
    server.say(ada, "hi")
    assert heard(bob) == []
    texts = []
    server.reactor.wait_until(lambda: texts.extend(heard(bob)) or texts)
    assert [event.text for event in texts] == ["hi"]
    assert server.stored() == ["hi"]


def test_rooms_are_there_after_a_restart(start):
    """With their founder, topic, settings, roles and bans; those of the settings, too."""
    server = start()
    chat, written = server.chat, []
    account = AccountRecord("A", "ada", "ada", 1.0, 1.0)
    server.durable.storage.submit([account], written.append)
    server.reactor.wait_until(lambda: written)
    ada = enter(chat, "ada", "ops")
    chat.state.set_account(ada.user, "A")
    registered = Deferred.fromCoroutine(chat.register_room(ada, "ops"))
    server.reactor.wait_until(lambda: registered.called)
    run(chat.set_room(ada, "ops", "slow", "5"))
    run(chat.set_topic(ada, "ops", "ship it"))
    run(chat.ask(ada, Ban(ada.user.id, "ops", "eve*")))
    server.reactor.advance(0)
    was = rows_of(chat.state.rooms["ops"])
    server.stop()
    state = start().chat.state
    assert list(state.rooms) == ["lobby", "ops"]
    assert rows_of(state.rooms["ops"]) == was
    assert state.rooms["lobby"].permanent
    assert state.owned.account_of("ada") == "A"


@pytest.mark.parametrize("gone", [DropAccount("A"), Forget("A")])
def test_rooms_of_an_account_that_is_no_more(start, gone):
    """The server may have been killed before they were given to others: that is done then."""
    server = start()
    server.store(AccountRecord("A", "ada", "ada", 1.0, 1.0), *SHARED, *rows_of_room("den"))
    server.store(gone)
    server.stop()
    for _ in range(2):
        again = start()
        rooms = again.chat.state.rooms
        assert list(rooms) == ["lobby", "ops"]
        assert rooms["ops"].founder == "B"
        again.reactor.advance(0)
        again.stop()


def past_of(server, room):
    page = Deferred.fromCoroutine(server.chat.past.newest(room, 9))
    server.reactor.wait_until(lambda: page.called)
    return [event.text for event in page.result.events]


def test_a_room_that_was_interrupted_goes_on(start):
    """Whoever comes back finds what was said, though nobody had registered it."""
    server = start()
    server.chat.say(enter(server.chat, "ada", "den"), "den", "hi", ignore_outcome)
    server.reactor.advance(0)
    server.chat.stopping = True
    server.stop()
    again = start()
    room = run(again.chat.join(enter(again.chat, "bob"), "den"))
    assert past_of(again, room) == ["hi"]


@pytest.mark.parametrize("closed", [False, True])
def test_a_room_that_ended_is_another_the_next_time(start, closed):
    """With its last member, or with the server if not everybody was let in."""
    server = start()
    ada = enter(server.chat, "ada", "den")
    if closed:
        run(server.chat.set_room(ada, "den", "private", "on"))
    server.chat.say(ada, "den", "hi", ignore_outcome)
    server.reactor.advance(0)
    server.chat.stopping = closed
    server.chat.disconnect(ada, "bye")
    server.reactor.wait_until(lambda: not server.durable.storage.waiting)
    server.stop()
    again = start()
    bob = enter(again.chat, "bob", "den")
    assert past_of(again, bob.user.rooms["den"]) == []
    page = again.durable.storage.before("den", "~", 9)
    again.reactor.wait_until(lambda: page.called)
    again.chat.say(bob, "den", "ho", ignore_outcome)
    again.reactor.advance(0)
    again.reactor.wait_until(lambda: not again.durable.storage.waiting)
    assert past_of(again, bob.user.rooms["den"]) == ["ho"]


def test_data_that_cannot_be_read_is_one_line(tmp_path):
    """Also when that comes out only behind the lock, as the user whom twistd has switched to."""
    reactor = Reactor()
    clock = ReactorClock(reactor, lambda: 0.0)
    durable = Durable(Config(data=str(tmp_path)), reactor, clock)
    (tmp_path / "chat.sqlite").write_bytes(b"rubbish" * 1000)
    with pytest.raises(ConfigError, match="cannot be used: the database is damaged"):
        durable.startService()


def test_what_waits_at_the_end_is_written(start):
    """Stopping loses nothing."""
    server = start()
    ada = enter(server.chat, "ada", "lobby")
    for number in range(100):
        server.say(ada, str(number))
    server.stop()
    assert start().stored() == [str(number) for number in range(90, 100)]


def test_a_directory_is_one_servers(start, tmp_path):
    """The next one is told so, in one line."""
    start()
    with pytest.raises(ConfigError, match="Another program"):
        Durable(Config(data=str(tmp_path / "data")), Reactor(), VirtualClock())


def test_trouble_is_told_to_operators_and_the_log(start):
    """Once when it begins, with what to do, and once when it is over."""
    server = start()
    ada, bob = enter(server.chat, "ada", "lobby"), enter(server.chat, "bob", "lobby")
    ada.user.operator = True
    server.reactor.advance(0)
    heard(ada), heard(bob)
    with capturedLogs() as logged:
        server.durable._trouble("the disk is full")
        server.durable._trouble(None)
    server.reactor.advance(0)
    assert [notice.text for notice in heard(ada)] == [
        f"The storage fails: the disk is full. {FAILING}", WORKING,
    ]  # fmt: skip
    assert heard(bob) == []
    assert [formatEvent(event) for event in logged] == [
        f"The storage fails: the disk is full. {FAILING}", WORKING,
    ]  # fmt: skip


def test_the_bounds_are_the_settings(tmp_path):
    """Of what waits at the gate, and for how long the disk is waited for."""
    config = Config(data=str(tmp_path), limits=Limits(gate=123_456), hang_seconds=7)
    durable = Durable(config, Reactor(), VirtualClock())
    assert durable.gate.limit == 123_456
    assert durable.storage._options.bounds.hang == 7
    assert durable.storage._options.bounds.waiting == 123_456


def test_how_far_people_have_read_is_there_at_the_next_start(start):
    """They need not have left in an orderly way: the server ends, and all has been noted."""
    first = start()
    ada = enter(first.chat, "ada", "lobby")
    ada.replays = True
    first.store(AccountRecord("A", "ada", "ada", 1.0, 1.0))
    first.chat.bus.publish(Register(ada.user.id, "A", ada.user.name), ada.id, 0)
    first.chat.say(ada, "lobby", "hi", ignore_outcome)
    first.reactor.advance(0)
    progress = first.chat.progress
    first.reactor.wait_until(lambda: progress.released.upto == progress.latest)
    first.chat.stopping = True
    first.chat.disconnect(ada, "The server is shutting down")
    upto = first.chat.progress.latest
    first.stop()
    second = start()
    asked = second.durable.storage.positions_on("A", "test", 9)
    second.reactor.wait_until(lambda: asked.called)
    rows, _ = asked.result
    assert {(one.device, one.place): (one.id, one.follows) for one in rows} == {
        ("test", "lobby"): (upto, False), ("", "@"): (upto, False),
    }  # fmt: skip


def test_a_gate_that_never_gets_empty_does_not_hold_up_the_end(tmp_path):
    """After a while the rest is written, and the directory is let go of."""
    server = Server(tmp_path)
    server.durable.gate.end = lambda call: None
    ended = []
    with capturedLogs() as logs:
        server.durable.stopService().addCallback(ended.append)
        server.reactor.advance(10)
    server.reactor.wait_until(lambda: ended)
    assert "had not been heard" in formatEvent(logs[0])
    Server(tmp_path).stop()
