"""Who wants something dear waits here and is served in turn, so that no flood pushes others out.

One of each address is served, then the next one of each; of those who come from one address, one
for each name. What waits is bounded for each of them and in all.
"""

import math
from collections import Counter, OrderedDict, deque
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

from twisted.internet.defer import Deferred

from twistedchat.core.errors import TryLater
from twistedchat.core.networks import is_loopback, network_of

T = TypeVar("T")

WAITING = 1000
WAITING_OF_ADDRESS = 50
WAITING_OF_NAME = 4
# About; on a busy machine it is more.
SECONDS_EACH = 0.2


class Who(NamedTuple):
    """From where somebody comes, "" for this machine itself, and who they say they are."""

    network: str
    name: str

    @classmethod
    def at(cls, address: str, name: str) -> "Who":
        """Somebody at an address; behind this machine's own anybody may be, with a proxy."""
        return cls("" if is_loopback(address) else network_of(address), name)


class Turns:
    """Lets so many work at once.

    Args:
        at_once: how many.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._running = 0
        self._waiting = 0
        self._of_network: Counter[str] = Counter()
        # By network and name, those served last at the end.
        self._queues: OrderedDict[str, OrderedDict[str, deque[Deferred[None]]]] = OrderedDict()

    async def run(
        self, who: Who, work: Callable[[], Awaitable[T]], most: int = WAITING_OF_NAME
    ) -> T:
        """Do some work when it is one's turn.

        Args:
            who: for whom.
            work: what to do.
            most: how many may wait for the same.

        Raises:
            TryLater: too much waits already.
        """
        await self._begin(who, most)
        try:
            return await work()
        finally:
            self._end()

    async def _begin(self, who: Who, most: int) -> None:
        if self._running < self._at_once:
            self._running += 1
            return
        names = self._queues.get(who.network)
        waiting = len(names.get(who.name, ())) if names else 0
        if waiting >= most or (who.network and self._of_network[who.network] >= WAITING_OF_ADDRESS):
            raise self._too_many()
        if self._waiting >= WAITING:
            self._turn_out(who.network)
        await self._queue(who)

    def _too_many(self) -> TryLater:
        return too_many(math.ceil(self._waiting * SECONDS_EACH / self._at_once))

    def _turn_out(self, newcomer: str) -> None:
        """Let the last one of where most come from make room, so that few are not shut out by many.

        Raises:
            TryLater: most come from where the newcomer comes from.
        """
        [(network, most)] = self._of_network.most_common(1)
        if self._of_network[newcomer] + 1 >= most:
            raise self._too_many()
        names = self._queues[network]
        name = max(names, key=lambda one: len(names[one]))
        turn = names[name].pop()
        if not names[name]:
            del names[name]
        if not names:
            del self._queues[network]
        self._waiting -= 1
        self._count_out(network)
        turn.errback(self._too_many())

    def _count_out(self, network: str) -> None:
        self._of_network[network] -= 1
        if not self._of_network[network]:
            del self._of_network[network]

    def _queue(self, who: Who) -> "Deferred[None]":
        turn: Deferred[None] = Deferred()
        names = self._queues.setdefault(who.network, OrderedDict())
        names.setdefault(who.name, deque()).append(turn)
        self._waiting += 1
        self._of_network[who.network] += 1
        return turn

    def _end(self) -> None:
        if not self._queues:
            self._running -= 1
            return
        self._waiting -= 1
        self._next().callback(None)

    def _next(self) -> "Deferred[None]":
        network, names = self._queues.popitem(last=False)
        name, queue = names.popitem(last=False)
        turn = queue.popleft()
        if queue:
            names[name] = queue
        if names:
            self._queues[network] = names
        self._count_out(network)
        return turn


def too_many(seconds: float) -> TryLater:
    """The refusal that says how long to wait."""
    wait = max(1, math.ceil(seconds))
    seconds_ = "1 second" if wait == 1 else f"{wait} seconds"
    error = TryLater(f"There were too many tries. Try again in {seconds_}.")
    error.carried = {"wait": wait}
    return error
