"""The entrance all doors share: who may come in, how many, and who has to leave.

One Entrance serves every door of the server, so that its bounds hold over all of them together.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from twistedchat.config import Config
from twistedchat.core.chat import Chat
from twistedchat.core.limits import Bucket
from twistedchat.core.networks import is_loopback, network_of
from twistedchat.core.text import shorten
from twistedchat.protocols.admittance import Connection, Counts, Refusal
from twistedchat.protocols.cloaks import Cloaks
from twistedchat.protocols.clock import ReactorClock
from twistedchat.protocols.reading import Reading
from twistedchat.protocols.replies import LongReply
from twistedchat.protocols.turnstile import Turnstile

SWEEP_SECONDS = 1.0
# Of more connections than this each sweep looks at a share, so that none takes long.
CONNECTIONS_PER_SWEEP = 2000
HURRIED_BURSTS = 10
LATE = "You did not choose a nickname in time. Connect again."
ADDRESSES_REMEMBERED = 4096


class Entrance:
    """Admits connections and keeps their bounds.

    Args:
        chat: where they lead.
        config: the settings; replaced on reload.
        reactor: for time.
        cloaks: hides addresses.
        is_operator: whether a name and password are a server operator's, tried from an address.
        clock: knows the reactor's turns.
    """

    log = Logger()

    def __init__(
        self,
        chat: Chat,
        config: Config,
        reactor: Any,
        cloaks: Cloaks,
        is_operator: Callable[[Mapping[str, str], str, str, str], Awaitable[bool]],
        clock: ReactorClock | None = None,
    ) -> None:
        self.chat = chat
        self.config = config
        self.reactor = reactor
        # Something is being done in this turn of the reactor; gives the reactor's time.
        self.stir: Callable[[], float] = clock.stir if clock else reactor.seconds
        self.cloaks = cloaks
        self.counts = Counts()
        self._is_operator = is_operator
        # Whether it was admitted: one that was refused is still here until it is closed.
        self._connections: dict[Connection, bool] = {}
        self._admitted = 0
        # Without a nick, in the order of coming: those that said nothing yet, and the others.
        self._silent: dict[Connection, None] = {}
        self._speaking: dict[Connection, None] = {}
        self._addresses: Counter[str] = Counter()
        self.turnstile = Turnstile(reactor)
        self.reading = Reading(reactor, clock)
        # Long replies for which those who asked wait.
        self.awaited: set[LongReply] = set()
        self._closing: Deferred[None] | None = None
        self._sweeps = 0
        self._looked: dict[str, float] = {}
        self._hurried: dict[str, Bucket] = {}
        self._sweeper = LoopingCall(self.sweep)
        self._sweeper.clock = reactor
        self.configure(config)

    def configure(self, config: Config) -> None:
        """Take up changed settings."""
        self.config = config
        self.zone = ZoneInfo(config.timezone) if config.timezone else None

    def may_hurry(self, address: str) -> bool:
        """Whether somebody from an address may say one more line at once in order to leave.

        Leaving is not delayed by the rate; but who comes and leaves again and again would get
        around it. So what an address hurries has a rate of its own.
        """
        key = network_of(address)
        now, limits = self.reactor.seconds(), self.config.limits
        bucket = self._hurried.pop(key, None)
        if bucket is None:
            bucket = Bucket(limits.rate, limits.burst * HURRIED_BURSTS, now)
        self._hurried[key] = bucket
        if len(self._hurried) > ADDRESSES_REMEMBERED:
            del self._hurried[next(iter(self._hurried))]
        return bucket.take(now)

    async def is_operator(self, name: str, password: str, address: str) -> bool:
        """Whether a name and password are a server operator's; each try is logged."""
        right = await self._is_operator(self.config.operators, name, password, address)
        self.log.warn(
            "Operator: {address} {what} to be the server operator {name}",
            address=address,
            what="proved" if right else "failed to prove",
            name=shorten(name, 40),
        )
        return right

    def when_relieved(self, call: Callable[[], "Deferred[None] | None"]) -> "Deferred[None]":
        """Call once less waits to be stored; until then whoever asked is not read from."""
        relieved: Deferred[None] = Deferred()
        # Thousands may be held: they go on in shares, as whoever wants something that takes long.
        go_on = partial(self.turnstile.call, partial(relieved.callback, None))
        self.chat.gate.relieved(go_on)
        return relieved.addCallback(lambda _: call())

    def admit(self, connection: Connection) -> Refusal | None:
        """Let a connection in, or say why not."""
        self.stir()
        refusal = self._refusal(connection.address)
        self._connections[connection] = refusal is None
        if refusal is not None:
            return refusal
        self._admitted += 1
        if not is_loopback(connection.address):
            self._addresses[network_of(connection.address)] += 1
        self._start_pending(connection, self.config.limits.pending)
        self.counts.accepted += 1
        if not self._sweeper.running:
            self._sweeper.start(SWEEP_SECONDS, now=False)
        return None

    def _refusal(self, address: str) -> Refusal | None:
        limits = self.config.limits
        if self._closing is not None:
            return Refusal("shutting-down", "The server is shutting down. Come back later.")
        if limits.connections and self._admitted >= limits.connections:
            self._refused("connections", limits.connections, address)
            return Refusal("full", "The server is full. Try again later.")
        if limits.per_address and self._addresses[network_of(address)] >= limits.per_address:
            self._refused("per-address", limits.per_address, address)
            most = limits.per_address
            return Refusal("full", f"Your address has {most} connections. Close one first.")
        return None

    def _start_pending(self, connection: Connection, most: int) -> None:
        if most and len(self._silent) + len(self._speaking) >= most:
            oldest = next(chain(self._silent, self._speaking))
            self.counts.refused["pending"] += 1
            self._say_rarely(
                "pending", "More than {limit} unfinished log-ins (limit pending)", most
            )
            oldest.close("full", "Too many people are at the door. Try again later.")
            self.settled(oldest)
        self._silent[connection] = None
        connection.pending = True

    def spoke(self, connection: Connection) -> None:
        """A connection without a nick said something: those that said nothing go before it."""
        if connection in self._silent:
            del self._silent[connection]
            self._speaking[connection] = None

    def settled(self, connection: Connection) -> None:
        """The log-in is finished, one way or the other."""
        connection.pending = False
        self._silent.pop(connection, None)
        self._speaking.pop(connection, None)

    def gone(self, connection: Connection) -> None:
        """A connection was closed."""
        self.settled(connection)
        if self._connections.pop(connection, False):
            self._admitted -= 1
            self._free_address(network_of(connection.address))
        if self._connections:
            return
        if self._sweeper.running:
            self._sweeper.stop()
        if self._closing is not None and not self._closing.called:
            self._closing.callback(None)

    def _free_address(self, address: str) -> None:
        if address in self._addresses:
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address]

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
        now = self.stir()
        for connection in self._late(now, self.config.limits.login_seconds):
            self._safely(connection.close, "timeout", LATE)
        self._sweeps += 1
        if self.config.limits.idle_seconds or self.config.keepalive_seconds:
            shares = 1 + len(self._connections) // CONNECTIONS_PER_SWEEP
            for connection in list(self._connections)[self._sweeps % shares :: shares]:
                self._safely(self._look_at, connection, now - connection.heard)

    def _safely(self, call: Callable[..., None], *arguments: Any) -> None:
        try:
            call(*arguments)
        except Exception:  # noqa: BLE001 - the others have their turn all the same
            self.log.failure("A connection could not be looked at or closed in order")

    def _look_at(self, connection: Connection, silent: float) -> None:
        idle, quiet = self.config.limits.idle_seconds, self.config.keepalive_seconds
        if connection.pending:
            return
        if idle and silent > idle:
            seconds = "1 second" if idle == 1 else f"{idle} seconds"
            connection.close("idle", f"You said nothing for {seconds}. Come back any time.")
        elif quiet and silent > quiet:
            connection.probe()

    def _late(self, now: float, seconds: float) -> list[Connection]:
        if not seconds:
            return []
        return [c for c in chain(self._silent, self._speaking) if now - c.begun > seconds]

    def shut_down(self, message: str) -> "Deferred[None]":
        """Take nobody new and say goodbye to everybody; fires when all have gone."""
        if self._closing is None:
            self._closing = Deferred()
            self.chat.stopping = True
            self.turnstile.open()
            for reply in list(self.awaited):
                reply.let_go()
            for connection in list(self._connections):
                self._safely(connection.wind_up)
            for connection in list(self._connections):
                self._safely(connection.close, "shutting-down", message)
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
