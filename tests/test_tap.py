"""``makeService`` checks what can be checked before the start, and wires the rest."""

import os
import pwd
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, succeed
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.logger import capturedLogs, formatEvent
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.python import usage

from twistedchat.config import Config, ConfigError, Limits
from twistedchat.core.rules import Retention
from twistedchat.protocols.certificates import CertificateError
from twistedchat.protocols.self_signed import self_signed_pair
from twistedchat.tap import Options, Parts, assemble, build, makeService


class Lines(Factory):
    """A door's factory that can say goodbye."""

    def shut_down(self, message):
        return succeed(message)

    def abort_all(self):
        pass


class Assembly:
    """Notes what the chat would be made of."""

    def __init__(self):
        self.reactor = MemoryReactorClock()
        self.parts = Parts(lambda config, motd: self.configured.append(motd), Lines(), Lines())
        self.configured = []
        self.made = []

    def __call__(self, config, motd, reactor):
        self.made.append((config, motd))
        return self.parts

    def build(self, *arguments, parent=None):
        options = Options()
        options.parent = parent
        options.parseOptions(arguments)
        return build(options, self.reactor, self)

    def run(self, *arguments):
        service = self.build(*arguments)
        service.privilegedStartService()
        return service


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Every server starts in an empty directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def assembly():
    return Assembly()


@pytest.fixture
def free():
    """Endpoint strings of ports that nobody uses."""
    with socket.socket() as one, socket.socket() as two, socket.socket() as three:
        ports = []
        for each in (one, two, three):
            each.bind(("127.0.0.1", 0))
            ports.append(each.getsockname()[1])
    return [f"tcp:{port}:interface=127.0.0.1" for port in ports]


def test_the_chat_is_made_of_the_settings(assembly, free, elsewhere):
    """Settings and MOTD reach the chat."""
    (elsewhere / "motd").write_text("hello")
    assembly.build("--port", free[0], "--motd", "motd", "--name", "here")
    ((config, motd),) = assembly.made
    assert (config.name, motd) == ("here", "hello")


def test_every_door_gets_its_factory(assembly, free):
    """Lines, telnet, and lines behind TLS, each with the long queue."""
    assembly.run("--port", free[0], "--telnet", free[1], "--tls", free[2], "--data", "memory")
    lines, telnet, tls = assembly.reactor.tcpServers
    assert (lines[1], telnet[1]) == (assembly.parts.lines, assembly.parts.telnet)
    assert isinstance(tls[1], TLSMemoryBIOFactory)
    assert tls[1].wrappedFactory is assembly.parts.lines
    assert [one[2] for one in assembly.reactor.tcpServers] == [4096] * 3


def test_tls_is_bounded_like_a_log_in(assembly, free):
    """An unfinished handshake is an unfinished log-in."""
    assembly.run(
        "--port", "none", "--tls", free[0], "--data", "memory",
        "--limit", "login-seconds=7", "--limit", "pending=1",
    )  # fmt: skip
    assert assembly.reactor.tcpServers[0][1].handshake_seconds == 7


def test_a_self_signed_pair_is_made_once(assembly, free, elsewhere):
    """The second start finds the first one's pair, for nobody else to read."""
    arguments = ["--port", "none", "--tls", free[0], "--data", "state"]
    assembly.build(*arguments)
    made = {path.name: path.read_bytes() for path in (elsewhere / "state").iterdir()}
    assembly.build(*arguments)
    assert made == {path.name: path.read_bytes() for path in (elsewhere / "state").iterdir()}
    assert len(made) == 2
    assert all(
        path.stat().st_mode & 0o077 == 0
        for path in (elsewhere / "state").iterdir()
        if "key" in path.name
    )


def test_in_memory_nothing_is_written(assembly, free, elsewhere):
    """--data memory leaves no file behind, not even for TLS."""
    assembly.run("--port", "none", "--tls", free[0], "--data", "memory")
    assert list(elsewhere.iterdir()) == []


def test_a_given_certificate_is_used(assembly, free, elsewhere):
    """--cert and --key take the place of the self-made pair."""
    cert, key = self_signed_pair(elsewhere / "given", ["chat.example.org"])
    assembly.run("--port", "none", "--tls", free[0], "--cert", str(cert), "--key", str(key))
    assert list((elsewhere / "twistedchat-data").iterdir()) == []


def test_a_broken_certificate_ends_the_start(assembly, free, elsewhere):
    """Before anything is opened."""
    (elsewhere / "broken.pem").write_text("nonsense")
    files = ["--cert", "broken.pem", "--key", "broken.pem"]
    with pytest.raises(CertificateError):
        assembly.build("--port", "none", "--tls", free[0], *files)
    assert assembly.made == []


def test_a_reload_reaches_the_chat(assembly, free, elsewhere):
    """The file is read again, through the same flags."""
    (elsewhere / "chat.toml").write_text('motd = "motd"')
    (elsewhere / "motd").write_text("one")
    service = assembly.build("--port", free[0], "--config", "chat.toml")
    (elsewhere / "motd").write_text("two")
    service.reload()
    assert assembly.configured == ["two"]


def test_a_taken_port_ends_the_start(assembly, elsewhere):
    """Nothing is made, not even the data directory."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        with pytest.raises(ConfigError, match="already in use"):
            assembly.build("--port", f"tcp:{other.getsockname()[1]}:interface=127.0.0.1")
    assert list(elsewhere.iterdir()) == []


def parent(**given):
    options = usage.Options()
    options.update(given)
    return options


@pytest.mark.parametrize("gid", [None, os.getgid()])
def test_the_data_directory_is_given_to_twistds_user(assembly, free, elsewhere, gid):
    """Started by root for somebody else, the server can write its state."""
    mine = pwd.getpwuid(os.getuid())
    assembly.build("--port", free[0], parent=parent(uid=mine.pw_uid, gid=gid))
    made = (elsewhere / "twistedchat-data").stat()
    assert (made.st_uid, made.st_gid) == (mine.pw_uid, mine.pw_gid if gid is None else gid)


@pytest.mark.parametrize("error", ["--port nosuchkind:1", "--motd none", "--data /dev/null/x"])
def test_what_cannot_start_says_so_in_one_line(error):
    """twistd chat ends with exit code 1, without help page or traceback."""
    options = Options()
    options.parseOptions(error.split())
    with pytest.raises(SystemExit) as caught:
        makeService(options)
    assert caught.value.code.startswith("twistd chat: ")
    assert "\n" not in caught.value.code


def test_the_plugin_names_this_module():
    """twistd finds the chat, and has not imported it for that."""
    root = Path(__file__).parent.parent
    text = (root / "twisted/plugins/twistedchat_plugin.py").read_text()
    assert '"twistedchat.tap"' in text
    assert "import twistedchat" not in text
    assert "from twistedchat" not in text


class Visitor:
    """Somebody at a door of the assembled chat, in memory."""

    def __init__(self, factory, reactor, *lines):
        self.reactor = reactor
        self.protocol = factory.buildProtocol(IPv4Address("TCP", "127.0.0.1", 5))
        self.transport = StringTransport()
        self.protocol.makeConnection(self.transport)
        self.say(*lines)

    def say(self, *lines):
        for line in lines:
            self.protocol.dataReceived(line.encode() + b"\n")
        self.reactor.pump([0.01] * 20)

    def read(self):
        text = self.transport.value().decode("utf-8", "replace")
        self.transport.clear()
        return text


@pytest.fixture
def chat():
    """The real chat, without a network."""
    reactor = MemoryReactorClock()
    config = Config(name="here", lobby="hall", data="memory", greeting_ms=1)
    return reactor, assemble(config, "Be kind.", reactor), config


def test_the_assembled_chat_lets_people_talk(chat):
    """Name, MOTD and lobby are those of the settings, and a line reaches the others."""
    reactor, parts, _ = chat
    ada = Visitor(parts.lines, reactor, "ada")
    greeting = ada.read()
    assert all(text in greeting for text in ("here", "Be kind.", "Hello ada", "#hall"))
    Visitor(parts.lines, reactor, "bob", "hello ada")
    assert "<bob> hello ada" in ada.read()


def test_rooms_of_the_settings_are_there(chat):
    """Everybody starts in some of them; nobody runs one for being first, or ends it."""
    reactor, parts, config = chat
    parts.configure(replace(config, start_rooms=("news",), rooms=("ops",)), "")
    ada = Visitor(parts.lines, reactor, "ada")
    assert "You are in #hall alone." in ada.read()
    ada.say("/who", "/rooms", "/part", "/rooms")
    text = ada.read()
    assert "*** ada" in text
    assert "#ops, 0 people" in text
    assert text.count("#news, 1 person") == 2
    assert "#hall, 0 people" in text
    parts.configure(config, "")
    ada.say("/rooms")
    assert "#ops" not in ada.read()


def test_how_long_messages_are_kept(elsewhere, monkeypatch):
    """From the start, and as soon as the settings say otherwise."""
    reactor, pruned = MemoryReactorClock(), []
    monkeypatch.setattr(reactor, "callFromThread", None, raising=False)
    config = Config(data=str(elsewhere), keep_days=2, keep_count=3, keep_private_days=1)
    parts = assemble(config, "", reactor)
    state, storage = parts.durable.chat.state, parts.durable.storage
    monkeypatch.setattr(storage, "prune_soon", lambda: pruned.append(state.retention))
    assert state.retention == Retention(172800, 3, 86400)
    parts.configure(replace(config, keep_days=0), "")
    assert pruned == [Retention(0, 3, 86400)] == [storage._options.retention()]
    storage._claim.lock.release()


def test_rooms_have_passwords(chat):
    """They are hashed and checked off the reactor."""
    reactor, parts, _ = chat
    pool = Pool()
    reactor.getThreadPool = lambda: pool
    reactor.callFromThread = lambda call, *arguments: call(*arguments)
    ada = Visitor(parts.lines, reactor, "ada", "/join cave", "/room set password sesame")
    assert "ada changed #cave: a password is on now." in ada.read()
    bob = Visitor(parts.lines, reactor, "bob", "/join cave wrong1", "/join cave sesame")
    text = bob.read()
    assert "That is not the password of #cave." in text
    assert "You are now talking in #cave." in text
    assert pool.used == 3


def test_the_telnet_door_negotiates_at_once(chat):
    """And the ordinary one does not, so that nc sees no garbage."""
    reactor, parts, _ = chat
    assert "\ufffd" in Visitor(parts.telnet, reactor).read()
    assert "\ufffd" not in Visitor(parts.lines, reactor).read()


def test_the_irc_door_leads_to_the_same_rooms(chat):
    """And its modules are loaded only when it is opened."""
    reactor, parts, _ = chat
    bob = Visitor(parts.lines, reactor, "bob")
    ada = Visitor(parts.irc(), reactor, "NICK ada", "USER a 0 * :Ada", "JOIN #hall")
    assert " 001 ada :Welcome to " in ada.read()
    assert "ada joined #hall." in bob.read()


def test_changed_settings_are_taken_up(chat):
    """Limits and MOTD change for those who are there, and nobody is dropped."""
    reactor, parts, config = chat
    ada = Visitor(parts.lines, reactor, "ada")
    ada.read()
    parts.configure(replace(config, limits=Limits(message=5)), "Be quiet.")
    ada.say("/motd", "too long a line")
    text = ada.read()
    assert "Be quiet." in text
    assert "5" in text
    assert not ada.transport.disconnecting


def test_operators_come_in_with_their_password(chat):
    """The password is checked against the settings, off the reactor."""
    reactor, parts, config = chat
    pool = Pool()
    reactor.getThreadPool = lambda: pool
    reactor.callFromThread = lambda call, *arguments: call(*arguments)
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    secret = hasher.hash("secret")
    parts.configure(replace(config, operators={"ada": secret}), "")
    assert outcome(parts.lines.entrance.is_operator("ada", "secret", "192.0.2.1")) is True
    assert outcome(parts.lines.entrance.is_operator("ada", "wrong", "192.0.2.1")) is False
    assert pool.used == 2


class ThreadsReactor(MemoryReactorClock):
    """Can be called from threads, which nobody does here."""

    def callFromThread(self, call, *arguments):
        raise AssertionError(call)


class Pool:
    """Runs at once what a thread would."""

    used = 0

    def callInThreadWithCallback(self, done, call, *arguments):
        self.used += 1
        done(True, call(*arguments))


def outcome(awaitable):
    results = []
    Deferred.fromCoroutine(awaitable).addBoth(results.append)
    return results[0]


def test_the_key_of_the_cloaks_outlives_a_restart(elsewhere):
    """The same visitor is known by the same cloak, so that a ban holds."""
    config = Config(data=str(elsewhere))
    first = assemble(config, "", ThreadsReactor())
    key = (elsewhere / "cloak.key").read_bytes()
    # As the end of the program would.
    first.durable.storage._claim.lock.release()
    assemble(config, "", ThreadsReactor())
    assert (elsewhere / "cloak.key").read_bytes() == key


def test_a_key_that_cannot_be_kept(elsewhere):
    """The start ends with a line that names the directory."""
    (elsewhere / "cloak.key").mkdir()
    with pytest.raises(ConfigError, match="cannot be used"):
        assemble(Config(data=str(elsewhere)), "", ThreadsReactor())


def test_a_data_directory_that_is_none(elsewhere):
    """The start ends with a line that names it, and leaves it alone."""
    (elsewhere / "file").write_text("mine")
    with pytest.raises(ConfigError, match="file cannot be used"):
        assemble(Config(data=str(elsewhere / "file")), "", ThreadsReactor())
    assert (elsewhere / "file").read_text() == "mine"


def test_two_servers_do_not_share_a_data_directory(elsewhere):
    """The second one does not start."""
    assemble(Config(data=str(elsewhere)), "", ThreadsReactor())
    with pytest.raises(ConfigError, match="Another program"):
        assemble(Config(data=str(elsewhere)), "", ThreadsReactor())


def test_turns_of_the_reactor_are_watched(elsewhere):
    """Whatever a connection does begins a turn, and the watch hears of it."""
    reactor = ThreadsReactor()
    parts = assemble(Config(data="memory"), "", reactor)
    with capturedLogs() as events:
        parts.lines.buildProtocol(None).makeConnection(StringTransport())
        parts.watch._began -= 1
        reactor.advance(0)
    assert "Slow turn" in formatEvent(events[-1])
