"""Where the server listens: endpoint strings, checked before the start, and their long queue.

``twistd`` reports a port that cannot be opened with a traceback, and a daemon reports it in its log
only. So every endpoint is tried before the fork, on a reactor that binds and lets go again.
"""

import errno
import os
import re
import socket
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import serverFromString
from twisted.internet.interfaces import IAddress, IListeningPort
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from twistedchat.config import Config, ConfigError

BACKLOG = 4096
"""Connections that the kernel keeps until they are accepted (it may cut this down)."""

DOORS = ("port", "telnet", "tls", "irc")
"""The settings that hold endpoints."""

# How many arguments without a name an endpoint string has when the queue's length is among them.
_ARGUMENTS_WITH_BACKLOG = {"tcp": 4, "tcp6": 3, "ssl": 7, "unix": 4}

# Only these are tried: to listen on another kind may use up or open what it stands for.
_TRIED = (*_ARGUMENTS_WITH_BACKLOG, "haproxy")

_HINTS = {
    errno.EADDRINUSE: "stop the program that uses it, or choose another",
    errno.EACCES: "choose a port above 1023 or a place this user may write to, or start as root",
    errno.EADDRNOTAVAIL: "this machine does not have that address",
}


def doors(config: Config) -> Iterable[tuple[str, str]]:
    """Name every endpoint with the setting it comes from."""
    for setting in DOORS:
        for description in getattr(config, setting):
            yield setting, description


def with_backlog(description: str) -> str:
    """Give an endpoint string our queue length, unless it names its own."""
    kind, *arguments = _parts(description.removeprefix("haproxy:"))
    most = _ARGUMENTS_WITH_BACKLOG.get(kind)
    named = any(argument.startswith("backlog=") for argument in arguments)
    positional = 1 + sum("=" not in argument for argument in arguments)
    if most is None or named or positional >= most:
        return description
    return f"{description}:backlog={BACKLOG}"


def _parts(description: str) -> list[str]:
    """Split at the colons that no backslash hides."""
    return [part.replace("\0", ":") for part in description.replace("\\:", "\0").split(":")]


def check(endpoints: Iterable[tuple[str, str]]) -> None:
    """Try every endpoint, all at the same time, and let go of them again.

    Raises:
        ConfigError: one cannot be understood or opened.
    """
    with ExitStack() as held:
        reactor = TryingReactor(held)
        for setting, description in endpoints:
            try:
                _try(reactor, description)
            except OSError as error:
                raise ConfigError(f"{setting} {description!r}: {reason(error)}.") from None
            except Exception as error:  # noqa: BLE001 - a parser may raise anything
                raise ConfigError(
                    f"{setting} {description!r} is no endpoint that Twisted understands: "
                    f"{_one_line(error)}."
                ) from None


def reason(error: BaseException | None) -> str:
    """Say what a refused endpoint's error means and what can be done."""
    inner = getattr(error, "socketError", error)
    if not isinstance(inner, OSError):
        return _one_line(inner)
    file = f" ({inner.filename})" if inner.filename else ""
    hint = f": {_HINTS[inner.errno]}" if inner.errno in _HINTS else ""
    return f"{inner.strerror or inner}{file}{hint}"


def _one_line(error: object) -> str:
    if isinstance(error, LookupError):
        return "what it names is not there"
    text = " ".join(str(error).split()) or type(error).__name__
    # The name of Twisted's inner function says nothing to whoever wrote the endpoint.
    return re.sub(r"^[\w.]+\(\) ", "", text).rstrip(".")


def _try(reactor: "TryingReactor", description: str) -> None:
    endpoint = serverFromString(reactor, description)
    if description.split(":", 1)[0] not in _TRIED:
        return
    failures: list[Failure] = []
    listening: Deferred[IListeningPort] = endpoint.listen(Factory())
    listening.addErrback(failures.append)
    if failures:
        failures[0].raiseException()


class TryingReactor:
    """Binds as Twisted does, quietly, and holds the sockets until the stack is closed."""

    def __init__(self, held: ExitStack) -> None:
        self._held = held

    def listenTCP(self, port: int, *_: object, interface: str = "", **_rest: object) -> None:
        """Bind a TCP port and listen, so that a second use of it is noticed too."""
        family = socket.AF_INET6 if ":" in interface else socket.AF_INET
        opened = self._held.enter_context(socket.socket(family, socket.SOCK_STREAM))
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((interface, port))
        opened.listen(1)

    listenSSL = listenTCP

    def listenUNIX(self, address: str, *_: object, wantPID: bool = False, **_rest: object) -> None:
        """Bind a socket file, unless a dead server left one that Twisted will replace."""
        lock = Path(f"{address}.lock")
        if wantPID and lock.is_symlink():
            if _alive(str(lock.readlink())):
                raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
            return
        opened = self._held.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        opened.bind(address)
        self._held.callback(os.unlink, address)
        opened.listen(1)


def _alive(process: str) -> bool:
    # Twisted's own isLocked() would remove the lock by which it knows what to clean up later.
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (OSError, ValueError):
        return True
    return True


def where(address: IAddress) -> str:
    """Write the address of a listening port for the log."""
    host, port = getattr(address, "host", None), getattr(address, "port", None)
    if host is None:
        name = getattr(address, "name", None)
        return f"unix socket {os.fsdecode(name)}" if name else str(address)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
