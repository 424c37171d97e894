"""The entrance all doors share: who may come in, how many, and who has to leave.

One Entrance serves every door of the server, so that its bounds hold over all of them together.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from twistedchat.config import Config
from twistedchat.core.chat import Chat
from twistedchat.protocols.cloaks import Cloaks, is_loopback

SWEEP_SECONDS = 1.0
# Every connection is looked at once in so many sweeps, a share of them at each.
SWEEP_SHARES = 10


class Connection(Protocol):
    """What the entrance has to know of a connection."""

    address: str
    # When the connection last sent something, in the reactor's seconds.
    heard: float
    begun: float
    pending: bool

    def close(self, code: str, text: str, reason: str | None = None) -> None:
        """Say why, and close; ``reason`` is what others read."""

    def probe(self) -> None:
        """See whether the peer is still there."""

    def abort(self) -> None:
        """Close at once."""


@dataclass
class Counts:
    """What happened at the entrance since the start, for the log and later for metrics."""

    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    dropped: int = 0


class Entrance:
    """Admits connections and keeps their bounds.

    Args:
        chat: where they lead.
        config: the settings; replaced on reload.
        reactor: for time.
        cloaks: hides addresses.
        is_operator: whether a name and password are a server operator's.
    """

    log = Logger()

    def __init__(
        self,
        chat: Chat,
        config: Config,
        reactor: Any,
        cloaks: Cloaks,
        is_operator: Callable[[Mapping[str, str], str, str], Awaitable[bool]],
    ) -> None:
        self.chat = chat
        self.config = config
        self.reactor = reactor
        self.cloaks = cloaks
        self.counts = Counts()
        self._is_operator = is_operator
        self._connections: dict[Connection, None] = {}
        self._pending: dict[Connection, None] = {}
        self._addresses: Counter[str] = Counter()
        self._closing: Deferred[None] | None = None
        self._sweeps = 0
        self._looked: dict[str, float] = {}
        self._sweeper = LoopingCall(self.sweep)
        self._sweeper.clock = reactor
        self.configure(config)

    def configure(self, config: Config) -> None:
        """Take up changed settings."""
        self.config = config
        self.zone = ZoneInfo(config.timezone) if config.timezone else None

    async def is_operator(self, name: str, password: str) -> bool:
        """Whether a name and password are a server operator's."""
        return await self._is_operator(self.config.operators, name, password)

    def admit(self, connection: Connection) -> str | None:
        """Let a connection in, or say why not.

        Returns:
            None, or the sentence for the person who is refused.
        """
        self._connections[connection] = None
        limits, address = self.config.limits, connection.address
        if self._closing is not None:
            return "The server is shutting down. Come back later."
        if limits.connections and len(self._connections) > limits.connections:
            self._refused("connections", limits.connections, address)
            return "The server is full. Try again later."
        if not is_loopback(address):
            self._addresses[address] += 1
            if limits.per_address and self._addresses[address] > limits.per_address:
                self._refused("per-address", limits.per_address, address)
                return f"Your address has {limits.per_address} connections. Close one first."
        self._start_pending(connection, limits.pending)
        self.counts.accepted += 1
        if not self._sweeper.running:
            self._sweeper.start(SWEEP_SECONDS, now=False)
        return None

    def _start_pending(self, connection: Connection, most: int) -> None:
        self._pending[connection] = None
        connection.pending = True
        if most and len(self._pending) > most:
            oldest = next(iter(self._pending))
            self.counts.refused["pending"] += 1
            self._say_rarely(
                "pending", "More than {limit} unfinished log-ins (limit pending)", most
            )
            oldest.close("full", "Too many people are at the door. Try again later.")
            self.settled(oldest)

    def spoke(self, connection: Connection) -> None:
        """A connection without a nick said something: those that said nothing go before it."""
        if connection.pending:
            del self._pending[connection]
            self._pending[connection] = None

    def settled(self, connection: Connection) -> None:
        """The log-in is finished, one way or the other."""
        if connection.pending:
            connection.pending = False
            del self._pending[connection]

    def gone(self, connection: Connection) -> None:
        """A connection was closed."""
        self.settled(connection)
        if self._connections.pop(connection, self) is self:
            return
        address = connection.address
        if address in self._addresses:
            self._addresses[address] -= 1
            if self._addresses[address] <= 0:
                del self._addresses[address]
        if self._connections:
            return
        if self._sweeper.running:
            self._sweeper.stop()
        if self._closing is not None and not self._closing.called:
            self._closing.callback(None)

    def dropped(self, connection: Connection, name: str) -> None:
        """A reader was too slow."""
        self.counts.dropped += 1
        self.log.info(
            "Dropped {name} from {address}: too slow, over {limit} bytes waited (limit outbox)",
            name=name,
            address=connection.address,
            limit=self.config.limits.outbox,
        )

    def sweep(self) -> None:
        """Close who took too long to log in or said nothing for too long; probe the others."""
        now = self.reactor.seconds()
        limits = self.config.limits
        for connection in self._late(now, limits.login_seconds):
            self.settled(connection)
            connection.close("timeout", "You did not choose a nickname in time. Connect again.")
        self._sweeps += 1
        share = self._sweeps % SWEEP_SHARES
        idle, quiet = limits.idle_seconds, self.config.keepalive_seconds
        if not idle and not quiet:
            return
        for place, connection in enumerate(list(self._connections)):
            if place % SWEEP_SHARES != share or connection.pending:
                continue
            silent = now - connection.heard
            if idle and silent > idle:
                connection.close(
                    "idle", f"You said nothing for {idle} seconds. Come back any time."
                )
            elif quiet and silent > quiet:
                connection.probe()

    def _late(self, now: float, seconds: float) -> Iterable[Connection]:
        if not seconds:
            return []
        return [c for c in self._pending if now - c.begun > seconds]

    def shut_down(self, message: str) -> "Deferred[None]":
        """Take nobody new and say goodbye to everybody; fires when all have gone."""
        if self._closing is None:
            self._closing = Deferred()
            for connection in list(self._connections):
                connection.close("shutting-down", message)
            if not self._connections:
                self._closing.callback(None)
        waiting: Deferred[None] = Deferred()
        self._closing.chainDeferred(waiting)
        return waiting

    def abort_all(self) -> None:
        """Close every connection that is left, at once."""
        for connection in list(self._connections):
            connection.abort()

    def _refused(self, limit: str, value: int, address: str) -> None:
        self.counts.refused[limit] += 1
        text = "Refused a connection from {address}: over {limit} (limit " + limit + ")"
        self._say_rarely(f"{limit} {address}", text, value, address)

    def _say_rarely(self, key: str, text: str, limit: int, address: str = "") -> None:
        """Log, but the same only once a minute: a flood of connections is no flood of lines."""
        now = self.reactor.seconds()
        if now - self._looked.get(key, -60.0) < 60:
            return
        if len(self._looked) > 1000:
            self._looked.clear()
        self._looked[key] = now
        self.log.warn(text, limit=limit, address=address)
