"""``makeService``: the one place where the server is put together.

``twistd chat --help`` comes here too, so nothing heavy is imported at the top; the global reactor
least of all, which would take the choice of a reactor from twistd.
"""

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from twistedchat.command_line import Options, fail
from twistedchat.config import Config, ConfigError

if TYPE_CHECKING:
    from twistedchat.protocols.server_certificates import ServerCertificates
    from twistedchat.service import ChatService, Door

__all__ = ["Options", "makeService"]


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
    """

    configure: Callable[[Config, str], None]
    lines: Any
    telnet: Any


def assemble(config: Config, motd: str, reactor: Any) -> Parts:
    """Make the chat and what speaks to people."""
    import secrets
    import time

    from twisted.internet.defer import Deferred
    from twisted.internet.threads import deferToThreadPool

    from twistedchat import __version__
    from twistedchat.accounts.passwords import Passwords
    from twistedchat.bus.local import LocalBus
    from twistedchat.core.chat import About, Chat
    from twistedchat.core.gates import OpenGate
    from twistedchat.core.ids import Ids
    from twistedchat.core.names import RESERVED
    from twistedchat.core.state import State
    from twistedchat.protocols.cloaks import Cloaks, load_key
    from twistedchat.protocols.clock import ReactorClock
    from twistedchat.protocols.entrance import Entrance
    from twistedchat.protocols.journal import LogJournal
    from twistedchat.protocols.line import LineFactory

    clock = ReactorClock(reactor, time.time)
    ids = Ids(secrets.randbits(64))
    started, at = ids.next(clock.now())
    about = About(config.name, _lines(motd), config.lobby, __version__, at)
    chat = Chat(
        State(config.limits, started, RESERVED | {config.name}), about,
        OpenGate(), clock, LogJournal(),
        node=secrets.token_hex(4), secret=lambda: secrets.token_urlsafe(24), promise=Deferred,
    )  # fmt: skip
    chat.bus = LocalBus(chat, ids, clock)
    passwords = Passwords(lambda *call: deferToThreadPool(reactor, reactor.getThreadPool(), *call))
    directory = None if config.data == "memory" else Path(config.data)
    entrance = Entrance(chat, config, reactor, Cloaks(load_key(directory)), passwords.is_operator)

    def configure(config: Config, motd: str) -> None:
        entrance.configure(config)
        chat.state.limits = config.limits
        chat.about = About(config.name, _lines(motd), config.lobby, __version__, at)

    return Parts(configure, LineFactory(entrance), LineFactory(entrance, telnet=True))


def _lines(motd: str) -> tuple[str, ...]:
    from twistedchat.core.text import clean_or_empty

    return tuple(clean_or_empty(line) for line in motd.splitlines())


def build(
    options: Options, reactor: Any, assemble: Callable[[Config, str, Any], Parts]
) -> "ChatService":
    """Check what can be checked before the start, then wire.

    Raises:
        ConfigError: the server cannot start like this.
        CertificateError: nor with this certificate.
    """
    from twistedchat import listening
    from twistedchat.service import ChatService, make_data_directory, read_motd

    config = options.config
    motd = read_motd(config)
    listening.check(listening.doors(config))
    make_data_directory(config, _owner(options))
    certificates = _certificates(config) if config.tls else None
    parts = assemble(config, motd, reactor)
    doors = list(_doors(config, parts, certificates, reactor))
    return ChatService(
        reactor, doors, config, options.load, parts.configure, certificates,
        terminal=_in_terminal(options),
    )  # fmt: skip


def _doors(config: Config, parts: Parts, certificates: Any, reactor: Any) -> Iterator["Door"]:
    from twisted.internet.endpoints import serverFromString

    from twistedchat import listening
    from twistedchat.service import Door

    for setting, description in listening.doors(config):
        endpoint = serverFromString(reactor, listening.with_backlog(description))
        if setting == "tls":
            endpoint = _behind_tls(endpoint, certificates, config, reactor)
        factory = parts.telnet if setting == "telnet" else parts.lines
        yield Door(setting, description, endpoint, factory)


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
