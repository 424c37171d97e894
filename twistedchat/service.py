"""The running server as twistd sees it: opens the doors, reads its settings again, says goodbye."""

import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

from twisted.application.service import Service
from twisted.internet.defer import Deferred, DeferredList, maybeDeferred
from twisted.internet.defer import TimeoutError as DeferredTimeout
from twisted.internet.interfaces import IListeningPort, IStreamServerEndpoint
from twisted.logger import Logger
from twisted.python.failure import Failure

from twistedchat.config import Config, ConfigError, needs_restart
from twistedchat.garbage import Garbage
from twistedchat.listening import reason, where

GOODBYE = "The server is shutting down. Come back later."
GOODBYE_SECONDS = 4.5


class DoorFactory(Protocol):
    """What a door's factory can do besides building protocols."""

    def shut_down(self, message: str) -> Deferred[Any]:
        """Take nobody new, say goodbye to everybody; fires when all have been closed."""

    def abort_all(self) -> None:
        """Close every connection that is left, at once."""


class Certificates(Protocol):
    """The pair that connections behind TLS are served with."""

    def watch(self, clock: Any) -> None:
        """Look now and then whether the files have changed."""

    def reload(self) -> bool:
        """Read the files now; a broken pair is logged and changes nothing."""

    def stop(self) -> None:
        """Stop looking."""


@dataclass(frozen=True)
class Door:
    """One place to listen at.

    Attributes:
        setting: what opened it, as in ``--port``.
        description: its endpoint string.
        endpoint: listens.
        factory: provides IProtocolFactory and can do what DoorFactory says.
    """

    setting: str
    description: str
    endpoint: IStreamServerEndpoint
    factory: Any


class Signals:
    """SIGHUP and a second SIGTERM or SIGINT; Twisted treats the first of these well itself."""

    def __init__(self, reactor: Any, reload: Callable[[], None], *, terminal: bool) -> None:
        """Get ready.

        Args:
            reactor: what to stop.
            reload: what SIGHUP calls.
            terminal: whether SIGHUP means that a terminal was closed, and ends the server.
        """
        self._reactor = reactor
        self._reload = reload
        self._terminal = terminal
        self._ending = False
        self._before: dict[int, Any] = {}

    def install(self) -> None:
        """Take the signals over; not before Twisted has, which is when the reactor runs."""
        for number in (signal.SIGTERM, signal.SIGINT):
            if callable(signal.getsignal(number)):
                self._before[number] = signal.signal(number, self._end)
        # nohup asks for a server that outlives its terminal.
        if not (self._terminal and signal.getsignal(signal.SIGHUP) == signal.SIG_IGN):
            self._before[signal.SIGHUP] = signal.signal(signal.SIGHUP, self._hang_up)

    def restore(self) -> None:
        """Give the signals back."""
        while self._before:
            signal.signal(*self._before.popitem())

    def _end(self, number: int, frame: FrameType | None) -> None:
        if self._ending:
            # Not even the reactor's own end is waited for; twistd then removes its pidfile.
            signal.signal(number, signal.SIG_DFL)
            self._reactor.callFromThread(self._reactor.crash)
        else:
            self._ending = True
            self._before[number](number, frame)

    def _hang_up(self, *_: object) -> None:
        if not self._terminal:
            self._reactor.callFromThread(self._reload)
        elif not self._ending:
            self._ending = True
            self._reactor.callFromThread(self._reactor.stop)


class ChatService(Service):
    """Runs the doors of one server."""

    _log = Logger()

    def __init__(
        self,
        reactor: Any,
        doors: Iterable[Door],
        config: Config,
        load: Callable[[], Config],
        apply: Callable[[Config, str], None],
        certificates: Certificates | None = None,
        *,
        watch: Service | None = None,
        durable: Service | None = None,
        terminal: bool = False,
    ) -> None:
        """Put a server together; nothing is opened yet.

        Args:
            reactor: Twisted's.
            doors: where to listen.
            config: the settings in force.
            load: reads the settings again; its ConfigError changes nothing.
            apply: hands changed settings and the MOTD to the chat.
            certificates: those of the doors behind TLS.
            watch: runs as long as the server does.
            durable: starts before anybody comes, and ends when all have gone.
            terminal: whether it runs in the foreground of a terminal.
        """
        self._reactor = reactor
        self._doors = tuple(doors)
        self._config = config
        self._load = load
        self._apply = apply
        self._ports: list[IListeningPort] = []
        self._signals = Signals(reactor, self.reload, terminal=terminal)
        self._certificates = certificates
        self._watch = watch or Service()
        self._durable = durable or Service()
        self._garbage = Garbage()
        self._refusal = ""

    def privilegedStartService(self) -> None:
        """Open the doors, while that is still allowed for ports below 1024."""
        super().privilegedStartService()
        for door in self._doors:
            listening = door.endpoint.listen(door.factory)
            listening.addCallback(self._opened, door).addErrback(self._not_opened, door)
        if self._refusal:
            # A SystemExit would not leave a Deferred.
            sys.exit(f"twistd chat: {self._refusal}")

    def startService(self) -> None:
        """Take over the signals once the reactor has its own."""
        super().startService()
        self._start_durable()
        self._garbage.start()
        self._watch.startService()
        if self._certificates:
            self._certificates.watch(self._reactor)
        self._reactor.callWhenRunning(self._signals.install)

    def _start_durable(self) -> None:
        """Begin to store; twistd has given its privileges up by now."""
        try:
            self._durable.startService()
        except ConfigError as error:
            self._log.critical("The server cannot start. {refusal}", refusal=str(error))
            sys.exit(f"twistd chat: {error}")

    def stopService(self) -> "Deferred[None]":
        """Close the doors and say goodbye; over after 5 seconds whatever anybody does."""
        super().stopService()
        return Deferred.fromCoroutine(self._close())

    def reload(self) -> None:
        """Read configuration, MOTD and certificates again; a broken file changes nothing."""
        if self._certificates:
            self._certificates.reload()
        try:
            config = self._load()
            motd = read_motd(config)
        except ConfigError as error:
            self._log.error("The settings stay as they were. {reason}", reason=str(error))
            return
        self._apply(config, motd)
        # What waits for a restart is still in force and is named again at the next reload.
        self._log.info("The settings have been read again.")
        if waiting := needs_restart(self._config, config):
            self._log.warn("{names}: the change needs a restart.", names=", ".join(waiting))

    def _opened(self, port: IListeningPort, door: Door) -> None:
        self._ports.append(port)
        self._log.info(
            "Listening on {where} ({setting} {description})",
            where=where(port.getHost()),
            setting=door.setting,
            description=door.description,
        )

    def _not_opened(self, failure: Failure, door: Door) -> None:
        self._refusal = f"{door.setting} {door.description!r}: {reason(failure.value)}."
        self._log.critical("The server cannot start. {refusal}", refusal=self._refusal)
        if self._reactor.running:
            self._reactor.stop()

    async def _close(self) -> None:
        ports, self._ports = self._ports, []
        await DeferredList([maybeDeferred(port.stopListening) for port in ports])
        factories = {id(door.factory): door.factory for door in self._doors}.values()
        await DeferredList([self._goodbye(factory) for factory in factories])
        for factory in factories:
            factory.abort_all()
        if self._certificates:
            self._certificates.stop()
        await maybeDeferred(self._durable.stopService)
        self._watch.stopService()
        self._garbage.stop()
        self._signals.restore()

    def _goodbye(self, factory: DoorFactory) -> "Deferred[Any]":
        said = maybeDeferred(factory.shut_down, GOODBYE)
        return said.addTimeout(GOODBYE_SECONDS, self._reactor).addErrback(self._unsaid)

    def _unsaid(self, failure: Failure) -> None:
        if failure.check(DeferredTimeout):
            self._log.info("Some connections did not close in time and were cut.")
        else:
            self._log.failure("Saying goodbye failed", failure)


def read_motd(config: Config) -> str:
    """Read the message of the day; empty without one.

    Raises:
        ConfigError: the file cannot be read.
    """
    if not config.motd:
        return ""
    try:
        return Path(config.motd).read_text("utf-8", "replace")
    except OSError as error:
        raise ConfigError(f"motd {config.motd!r} cannot be read: {error.strerror}.") from None
