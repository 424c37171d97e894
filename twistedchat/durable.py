"""What lasts of a chat: its storage, from the lock on the data directory to the last row."""

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred
from twisted.internet.defer import TimeoutError as Late
from twisted.logger import Logger
from twisted.python.failure import Failure

from twistedchat.bus.local import LocalBus
from twistedchat.config import Config, ConfigError
from twistedchat.core.chat import Chat
from twistedchat.core.events import Notice
from twistedchat.core.gates import StoreGate
from twistedchat.core.ids import Ids
from twistedchat.core.ports import Clock
from twistedchat.core.restoring import restore
from twistedchat.core.rules import Retention
from twistedchat.storage.errors import StorageError
from twistedchat.storage.opening import claim
from twistedchat.storage.sqlite import Durability
from twistedchat.storage.store import Options, Storage
from twistedchat.storage.writer import Bounds

FAILING = (
    "What is said goes out marked as not stored and is written once that works again."
    " See to the disk of the data directory."
)
DRAIN_SECONDS = 5
WORKING = "The storage works again. What had waited is written."


class Durable(Service):
    """The storage of a chat, which starts before anybody comes and ends when all have gone.

    Args:
        config: where the data is, and how safe it has to be.
        reactor: Twisted's.
        clock: the chat's.

    Attributes:
        chat: whose state lasts; to be set before the start.

    Raises:
        ConfigError: the data directory cannot be used; nothing in it was changed.
    """

    _log = Logger()
    chat: Chat

    def __init__(self, config: Config, reactor: Any, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._reactor = reactor
        self.storage = _open(
            config, reactor.callFromThread, clock, self._trouble, lambda: self.chat.state.retention
        )
        self.gate = StoreGate(clock.soon, self.storage, config.limits.gate)

    def startService(self) -> None:
        """Begin to work, and let the chat know what there was before.

        Raises:
            ConfigError: the data cannot be read or written.
        """
        super().startService()
        try:
            loaded = self.storage.start()
        except StorageError as error:
            raise ConfigError(str(error)) from None
        ids = Ids(secrets.randbits(55), loaded.newest)
        self.chat.bus = LocalBus(self.chat, ids, self._clock)
        restore(self.chat.state, loaded)
        self.chat.make_permanent(self._config.permanent_rooms)
        self.chat.give_up_orphans()

    def stopService(self) -> "Deferred[None]":
        """Write all that waits, and let go of the data directory."""
        super().stopService()
        drained: Deferred[None] = Deferred()
        self.gate.end(lambda: drained.callback(None))
        # Whatever holds it up: what was submitted is still to be written.
        drained.addTimeout(DRAIN_SECONDS + self._config.hang_seconds, self._reactor)
        drained.addErrback(self._give_up_waiting)
        return drained.addCallback(self._write_the_last)

    def _give_up_waiting(self, failure: Failure) -> None:
        failure.trap(Late)
        self._log.warn("The last of what was said had not been heard by all when the server ended.")

    def _write_the_last(self, _: None) -> "Deferred[None]":
        self.chat.reads.finish()
        return self.storage.stop()

    def _trouble(self, reason: str | None) -> None:
        if reason is None:
            self._log.warn(WORKING)
        else:
            self._log.critical("The storage fails: {reason}. {what}", reason=reason, what=FAILING)
        text = f"The storage fails: {reason}. {FAILING}" if reason else WORKING
        self.chat.tell_operators(Notice(text, "storage"))


def _open(
    config: Config,
    in_reactor: Callable[..., Any],
    clock: Clock,
    trouble: Callable[[str | None], None],
    retention: Callable[[], Retention],
) -> Storage:
    try:
        claimed = claim(Path(config.data))
    except StorageError as error:
        raise ConfigError(str(error)) from None
    bounds = Bounds(waiting=config.limits.gate, hang=config.hang_seconds)
    durability: Durability = "power" if config.durability == "power" else "process"
    options = Options(durability, bounds, retention)
    return Storage(claimed, in_reactor, clock, time.monotonic, trouble, options)
