"""The service opens doors, reads its settings again, says goodbye, and answers to signals."""

import os
import signal
from dataclasses import replace

import pytest
from twisted.application.service import Service
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.endpoints import serverFromString
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from twisted.logger import capturedLogs, formatEvent

from twistedchat.config import Config, ConfigError, Limits
from twistedchat.service import ChatService, Door, Signals, read_motd


class Reactor(MemoryReactorClock):
    """Runs at once what a signal wants to have run."""

    def __init__(self):
        super().__init__()
        # Older versions of Twisted's fake begin as if they had ended.
        self.hasStopped = self.hasCrashed = False

    def callFromThread(self, call, *arguments):
        call(*arguments)


class People(Factory):
    """A door's factory that notes what it is told."""

    def __init__(self, answer=None):
        self.answer = answer or (lambda: succeed(None))
        self.told = []
        self.aborted = 0

    def shut_down(self, message):
        self.told.append(message)
        return self.answer()

    def abort_all(self):
        self.aborted += 1


class Endpoint:
    """Listens when and as the test wants it."""

    def __init__(self, result):
        self.result = result

    def listen(self, factory):
        return self.result


class Certificates:
    """Notes what is asked of it."""

    def __init__(self):
        self.asked = []

    def watch(self, clock):
        self.asked.append("watch")

    def reload(self):
        self.asked.append("reload")
        return False

    def stop(self):
        self.asked.append("stop")


class Server:
    """A service with everything around it."""

    def __init__(self, *endpoints, people=None, **more):
        self.reactor = Reactor()
        self.people = people or People()
        self.config = Config(name="here", data="memory")
        self.next = self.config
        self.applied = []
        doors = [
            Door("port", str(one), self.endpoint(one), self.people)
            for one in endpoints or ["tcp:5000"]
        ]
        self.service = ChatService(self.reactor, doors, self.config, self.load, self.apply, **more)

    def endpoint(self, one):
        return serverFromString(self.reactor, one) if isinstance(one, str) else one

    def load(self):
        if isinstance(self.next, Exception):
            raise self.next
        return self.next

    def apply(self, config, motd):
        self.applied.append((config, motd))

    def start(self):
        self.service.privilegedStartService()
        self.service.startService()


@pytest.fixture
def log():
    """What has been logged, as text."""
    with capturedLogs() as events:
        yield lambda: [formatEvent(event) for event in events]


@pytest.fixture(autouse=True)
def signals():
    """Signals are as they were, whatever a test has done."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def test_every_door_is_opened_and_logged(log):
    """One line per door says where it listens."""
    server = Server("tcp:5000:backlog=4096", "tcp:5001:interface=127.0.0.1")
    server.service.privilegedStartService()
    opened = [(port, factory, queue) for port, factory, queue, _ in server.reactor.tcpServers]
    assert opened == [(5000, server.people, 4096), (5001, server.people, 50)]
    assert "Listening on 0.0.0.0:5000 (port tcp:5000:backlog=4096)" in log()


def test_doors_are_opened_before_privileges_are_given_up():
    """startService opens nothing: by then ports below 1024 cannot be had."""
    server = Server()
    server.service.startService()
    assert server.reactor.tcpServers == []


def test_a_port_lost_between_trial_and_start_ends_the_start(log):
    """One line in the log, the same on the terminal, exit code 1."""
    error = CannotListenError("", 5000, OSError(98, "Address already in use"))
    server = Server(Endpoint(fail(error)))
    with pytest.raises(SystemExit) as caught:
        server.service.privilegedStartService()
    assert caught.value.code.startswith("twistd chat: port ")
    assert "Address already in use" in caught.value.code
    assert "\n" not in caught.value.code
    assert len([line for line in log() if "The server cannot start" in line]) == 1


def test_a_door_that_fails_later_stops_the_server(log):
    """An endpoint that took its time to fail is as bad as one that fails at once."""
    later = Deferred()
    server = Server(Endpoint(later))
    server.start()
    server.reactor.running = True
    later.errback(ValueError("no tunnel"))
    assert server.reactor.hasStopped
    assert any("cannot start" in line and "no tunnel" in line for line in log())


def test_settings_are_read_again(log):
    """What may change while people are connected is handed to the chat, with the MOTD."""
    server = Server()
    server.next = replace(server.config, limits=Limits(rate=1))
    server.service.reload()
    assert server.applied == [(server.next, "")]
    assert log()[-1] == "The settings have been read again."


def test_the_motd_is_read_again(tmp_path):
    """Its file may have changed without any setting having changed."""
    file = tmp_path / "motd"
    file.write_text("today")
    server = Server()
    server.next = replace(server.config, motd=str(file))
    server.service.reload()
    file.write_text("tomorrow")
    server.service.reload()
    assert [motd for _, motd in server.applied] == ["today", "tomorrow"]


@pytest.mark.parametrize("broken", ["settings", "motd"])
def test_a_broken_file_changes_nothing(log, broken):
    """Neither half of it is taken up; the log says in one line why."""
    server = Server()
    server.next = (
        ConfigError("chat.toml: there is no setting 'prot'")
        if broken == "settings"
        else replace(server.config, motd="/nonexistent", lobby="hall")
    )
    server.service.reload()
    assert server.applied == []
    (line,) = log()
    assert line.startswith("The settings stay as they were. ")
    assert "prot" in line or "/nonexistent" in line


def test_what_needs_a_restart_is_named_each_time(log):
    """A port cannot be changed by a reload, and whoever tries learns it."""
    server = Server()
    server.next = replace(server.config, port=("tcp:1",), data="/srv")
    server.service.reload()
    server.service.reload()
    lines = [line for line in log() if "needs a restart" in line]
    assert lines == ["port, data: the change needs a restart."] * 2


def test_certificates_are_watched_and_read_again():
    """Their files are looked at while the server runs, and at once on a reload."""
    certificates = Certificates()
    server = Server(certificates=certificates)
    server.start()
    server.next = ConfigError("broken")
    server.service.reload()
    server.service.stopService()
    assert certificates.asked == ["watch", "reload", "stop"]


def test_goodbye():
    """Everybody is told, once, and then the service has stopped."""
    server = Server("tcp:5000", "tcp:5001")
    server.start()
    stopped = server.service.stopService()
    assert stopped.called
    assert server.people.told == ["The server is shutting down. Come back later."]


def test_nobody_new_comes_in_during_the_goodbye():
    """The ports are closed before anything else."""
    order = []
    port = type("Port", (), {"stopListening": lambda self: order.append("closed")})()
    port.getHost = lambda: "here"
    people = People(lambda: order.append("goodbye"))
    server = Server(Endpoint(succeed(port)), people=people)
    server.start()
    server.service.stopService()
    assert order == ["closed", "goodbye"]


def test_goodbye_takes_five_seconds_at_most(log):
    """A peer that does not read cannot keep the server from ending."""
    server = Server(people=People(Deferred))
    server.start()
    stopped = server.service.stopService()
    server.reactor.advance(4)
    assert not stopped.called
    assert not server.people.aborted
    server.reactor.advance(1)
    assert stopped.called
    assert server.people.aborted == 1
    assert any("did not close in time" in line for line in log())


def test_goodbye_in_one_door_fails(log):
    """An error there is logged, and the server ends all the same."""
    server = Server(people=People(lambda: fail(ZeroDivisionError())))
    server.start()
    assert server.service.stopService().called
    assert server.people.aborted == 1
    assert "Saying goodbye failed" in log()


def coroutine_goodbye():
    async def nothing():
        return None

    return nothing()


def test_goodbye_as_a_coroutine():
    """A door may say goodbye with async def."""
    server = Server(people=People(coroutine_goodbye))
    server.start()
    assert server.service.stopService().called


class Ending:
    """A reactor that has installed its own treatment of signals."""

    def __init__(self, *, terminal=False):
        self.reactor = Reactor()
        self.first = []
        self.reloads = 0
        signal.signal(signal.SIGTERM, lambda number, _: self.first.append(number))
        signal.signal(signal.SIGINT, lambda number, _: self.first.append(number))
        self.signals = Signals(self.reactor, self.reload, terminal=terminal)

    def reload(self):
        self.reloads += 1


def test_the_first_signal_is_twisteds():
    """SIGTERM and SIGINT end the server in good order."""
    ending = Ending()
    ending.signals.install()
    os.kill(os.getpid(), signal.SIGTERM)
    assert ending.first == [signal.SIGTERM]
    assert not ending.reactor.hasCrashed


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_the_second_signal_ends_at_once(second):
    """Who asks twice does not wait for goodbyes; a third time not even for the reactor."""
    ending = Ending()
    ending.signals.install()
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), second)
    assert ending.reactor.hasCrashed
    assert ending.first == [signal.SIGTERM]
    assert signal.getsignal(second) == signal.SIG_DFL


def test_hang_up_reloads_a_daemon():
    """SIGHUP reads the settings again, as often as it comes."""
    ending = Ending()
    ending.signals.install()
    os.kill(os.getpid(), signal.SIGHUP)
    os.kill(os.getpid(), signal.SIGHUP)
    assert ending.reloads == 2
    assert not ending.reactor.hasStopped


def test_hang_up_ends_a_server_in_a_terminal():
    """A window that is closed takes its server along, in good order."""
    ending = Ending(terminal=True)
    ending.signals.install()
    os.kill(os.getpid(), signal.SIGHUP)
    os.kill(os.getpid(), signal.SIGHUP)
    assert ending.reactor.hasStopped
    assert ending.reloads == 0
    os.kill(os.getpid(), signal.SIGTERM)
    assert ending.reactor.hasCrashed


def test_nohup_is_respected():
    """Whoever started the server under nohup wants it to outlive the terminal."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    ending = Ending(terminal=True)
    ending.signals.install()
    os.kill(os.getpid(), signal.SIGHUP)
    assert not ending.reactor.hasStopped


def test_an_ignored_interrupt_stays_ignored():
    """A shell that starts a job in the background has it ignore Ctrl-C."""
    ending = Ending()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ending.signals.install()
    assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN


def test_signals_are_given_back():
    """After the service has stopped they are what they were."""
    server = Server()
    server.start()
    before = signal.getsignal(signal.SIGHUP)
    server.reactor.run()
    assert signal.getsignal(signal.SIGHUP) != before
    server.service.stopService()
    assert signal.getsignal(signal.SIGHUP) == before


def test_the_second_signal_works_during_the_goodbye():
    """The signals are held until the last connection is gone."""
    server = Server(people=People(Deferred))
    server.start()
    server.reactor.run()
    during = signal.getsignal(signal.SIGHUP)
    server.service.stopService()
    assert signal.getsignal(signal.SIGHUP) == during
    server.reactor.advance(5)
    assert signal.getsignal(signal.SIGHUP) != during


def test_no_motd():
    """Without the setting there is none."""
    assert read_motd(Config()) == ""


def test_a_motd_in_another_encoding(tmp_path):
    """It is shown as far as possible and keeps nobody from starting."""
    file = tmp_path / "motd"
    file.write_bytes(b"caf\xe9")
    assert read_motd(Config(motd=str(file))) == "caf\ufffd"


def test_a_motd_that_cannot_be_read(tmp_path):
    """The line says which and why."""
    with pytest.raises(ConfigError, match=r"motd '.*' cannot be read: Is a directory"):
        read_motd(Config(motd=str(tmp_path)))


def test_data_that_cannot_be_used_ends_the_start(capsys):
    """With one line; twistd has given its privileges up by then."""

    class Durable(Service):
        def startService(self):
            raise ConfigError("The disk is full.")

    with capturedLogs() as logs, pytest.raises(SystemExit, match="The disk is full"):
        Server(durable=Durable()).start()
    assert "The server cannot start. The disk is full." in [formatEvent(one) for one in logs]


def test_the_watch_runs_as_long_as_the_server():
    """It looks for slow turns until the last connection has been closed."""
    watch, left = Service(), Deferred()
    server = Server(people=People(lambda: left), watch=watch)
    server.start()
    assert watch.running
    server.service.stopService()
    assert watch.running
    left.callback(None)
    assert not watch.running
