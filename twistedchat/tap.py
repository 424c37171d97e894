"""``makeService``: the one place where the server is put together.

``twistd chat --help`` comes here too, so nothing heavy is imported at the top; the global reactor
least of all, which would take the choice of a reactor from twistd.
"""

import secrets
import socket
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from twistedchat.command_line import Options, fail
from twistedchat.config import Config, ConfigError

if TYPE_CHECKING:
    from twistedchat.accounts.book import AccountBook
    from twistedchat.accounts.passwords import Passwords
    from twistedchat.core.chat import About, Chat
    from twistedchat.core.rules import Retention
    from twistedchat.durable import Durable
    from twistedchat.protocols.cloaks import Cloaks
    from twistedchat.protocols.clock import ReactorClock
    from twistedchat.protocols.entrance import Entrance
    from twistedchat.protocols.server_certificates import ServerCertificates
    from twistedchat.service import ChatService, Door
    from twistedchat.watch import Watch

__all__ = ["Options", "makeService"]

DAY = 86400


def makeService(options: Options) -> "ChatService":
    """Put the server together, or end the program with one line that says why not."""
    from twisted.internet import reactor

    from twistedchat.protocols.certificates import CertificateError

    try:
        return build(options, reactor, assemble)
    except (ConfigError, CertificateError) as error:
        fail(error)


class Parts(NamedTuple):
    """The chat, as far as the service has to do with it.

    Attributes:
        configure: takes up changed settings and the MOTD.
        lines: the factory of an ordinary door.
        telnet: the factory of a door for telnet only.
        watch: notices slow turns of the reactor.
        durable: keeps what lasts, if anything does.
        irc: makes the factory of a door for IRC.
    """

    configure: Callable[[Config, str], None]
    lines: Any
    telnet: Any
    watch: "Watch | None" = None
    durable: "Durable | None" = None
    irc: Callable[[], Any] = lambda: None


def assemble(config: Config, motd: str, reactor: Any) -> Parts:
    """Make the chat, the entrance that its doors share, and their factories."""
    from twistedchat.protocols.clock import ReactorClock
    from twistedchat.protocols.entrance import Entrance
    from twistedchat.protocols.line import LineFactory
    from twistedchat.watch import Watch

    watch = Watch(reactor)
    clock = ReactorClock(reactor, time.time, watch)
    durable = _durable(config, reactor, clock)
    chat = _chat(config, motd, clock, durable)
    passwords = _passwords(reactor)
    chat.hashing = passwords
    book = _accounts(chat, config, passwords)
    entrance = Entrance(chat, config, reactor, _cloaks(config), passwords.is_operator, clock)

    if durable is None:
        chat.make_permanent(config.permanent_rooms)

    def configure(config: Config, motd: str) -> None:
        chat.about = _about(config, motd, chat.about.started)
        chat.state.limits = config.limits
        chat.state.retention = _retention(config)
        if durable:
            durable.gate.limit = config.limits.gate
            durable.storage.prune_soon()
        chat.make_permanent(config.permanent_rooms)
        entrance.configure(config)
        book.config = config

    lines, telnet = LineFactory(entrance), LineFactory(entrance, telnet=True)
    return Parts(configure, lines, telnet, watch, durable, partial(_irc, entrance))


def _irc(entrance: "Entrance") -> Any:
    """The factory of a door for IRC, which is loaded only if one is opened."""
    from twistedchat.protocols.irc.door import IrcFactory

    return IrcFactory(entrance)


def _durable(config: Config, reactor: Any, clock: "ReactorClock") -> "Durable | None":
    if config.data == "memory":
        return None
    from twistedchat.durable import Durable

    return Durable(config, reactor, clock)


def _chat(config: Config, motd: str, clock: "ReactorClock", durable: "Durable | None") -> "Chat":
    from twisted.internet.defer import Deferred

    from twistedchat.bus.local import LocalBus
    from twistedchat.core.chat import Chat
    from twistedchat.core.gates import OpenGate
    from twistedchat.core.ids import Ids
    from twistedchat.core.state import State
    from twistedchat.protocols.journal import LogJournal

    ids = Ids(secrets.randbits(55))
    started, now = ids.next(clock.now())
    chat = Chat(
        State(config.limits, started), _about(config, motd, now),
        durable.gate if durable else OpenGate(clock.soon), clock, LogJournal(),
        node="", secret=partial(secrets.token_urlsafe, 24), promise=Deferred,
        store=durable.storage if durable else None,
    )  # fmt: skip
    chat.state.retention = _retention(config)
    chat.bus = LocalBus(chat, ids, clock)
    if durable:
        durable.chat = chat
    return chat


def _retention(config: Config) -> "Retention":
    from twistedchat.core.rules import Retention

    return Retention(config.keep_days * DAY, config.keep_count, config.keep_private_days * DAY)


def _about(config: Config, motd: str, started: float) -> "About":
    from twistedchat.core.chat import About

    lines = tuple(motd.splitlines())
    return About(
        config.name, lines, config.lobby, version("twistedchat"), started, config.start_rooms
    )


def _cloaks(config: Config) -> "Cloaks":
    from twistedchat.protocols.cloaks import Cloaks, load_key

    try:
        return Cloaks(load_key(None if config.data == "memory" else Path(config.data)))
    except OSError as error:
        raise ConfigError(f"data {config.data!r} cannot be used: {error}.") from None


def _accounts(chat: "Chat", config: Config, passwords: "Passwords") -> "AccountBook":
    from twistedchat.accounts.book import AccountBook
    from twistedchat.storage.memory import MemoryStore

    store = chat.store or MemoryStore(chat.clock.soon)
    book = AccountBook(chat, store, passwords, config, partial(secrets.token_hex, 10))
    book.expiry.begin()
    chat.accounts = book
    return book


def _passwords(reactor: Any) -> "Passwords":
    from twisted.internet.threads import deferToThreadPool

    from twistedchat.accounts.passwords import Passwords

    def defer(*call: Any) -> Any:
        return deferToThreadPool(reactor, reactor.getThreadPool(), *call)

    return Passwords(defer, reactor.seconds)


def build(
    options: Options, reactor: Any, assemble: Callable[[Config, str, Any], Parts]
) -> "ChatService":
    """Check what can be checked before the start, then wire.

    Raises:
        ConfigError: the server cannot start like this.
        CertificateError: nor with this certificate.
    """
    from twistedchat import listening
    from twistedchat.data_directory import hand_over, make_data_directory
    from twistedchat.service import ChatService, read_motd

    config = options.config
    motd = read_motd(config)
    listening.check(listening.doors(config))
    make_data_directory(config)
    certificates = _certificates(config) if config.tls else None
    parts = assemble(config, motd, reactor)
    hand_over(config, _owner(options))
    doors = list(_doors(config, parts, certificates, reactor))
    return ChatService(
        reactor, doors, config, options.load, parts.configure, certificates,
        watch=parts.watch, durable=parts.durable, terminal=_in_terminal(options),
    )  # fmt: skip


def _doors(config: Config, parts: Parts, certificates: Any, reactor: Any) -> Iterator["Door"]:
    from twisted.internet.endpoints import serverFromString

    from twistedchat import listening
    from twistedchat.service import Door

    factories = {"telnet": parts.telnet, "irc": parts.irc() if config.irc else None}
    for setting, description in listening.doors(config):
        endpoint = serverFromString(reactor, listening.with_backlog(description))
        if setting == "tls":
            endpoint = _behind_tls(endpoint, certificates, config, reactor)
        yield Door(setting, description, endpoint, factories.get(setting, parts.lines))


def _behind_tls(endpoint: Any, certificates: Any, config: Config, reactor: Any) -> Any:
    from twistedchat.protocols.tls import wrap_endpoint

    limits = config.limits
    return wrap_endpoint(endpoint, certificates, reactor, limits.login_seconds, limits.pending)


def _certificates(config: Config) -> "ServerCertificates":
    from twistedchat.protocols.certificates import PairFiles
    from twistedchat.protocols.self_signed import memory_pair, self_signed_pair
    from twistedchat.protocols.server_certificates import ServerCertificates

    if config.cert:
        return ServerCertificates.load(PairFiles(Path(config.cert), Path(config.key)))
    names = [config.name, socket.gethostname()]
    if config.data == "memory":
        return ServerCertificates(memory_pair(names))
    return ServerCertificates.load(PairFiles(*self_signed_pair(Path(config.data), names)))


def _owner(options: Options) -> tuple[int, int] | None:
    """Say to whom twistd is going to hand its privileges, if it does."""
    uid = options.twistd.get("uid")
    if uid is None:
        return None
    import pwd

    gid = options.twistd.get("gid")
    return uid, pwd.getpwuid(uid).pw_gid if gid is None else gid


def _in_terminal(options: Options) -> bool:
    nodaemon = bool(options.twistd.get("nodaemon"))
    return nodaemon and sys.stdin is not None and sys.stdin.isatty()
