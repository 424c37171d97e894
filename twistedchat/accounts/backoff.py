"""How long somebody has to wait after failures: longer with each, and nobody for good."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

from twistedchat.accounts.turns import Who
from twistedchat.core.networks import site_of

FIRST_SECONDS = 1.0
MOST_SECONDS = 60.0
# A failure is forgotten after so long; of many, one after the other.
FORGOTTEN_SECONDS = 60.0
REMEMBERED = 10_000


class Backoff:
    """Counts failures by key.

    Args:
        now: seconds of any steady clock.
        free: so many failures cost nothing.
    """

    def __init__(self, now: Callable[[], float], free: int) -> None:
        self._now = now
        self._free = free
        # How many failures count, and when that was.
        self._failures: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def level(self, key: Hashable) -> float:
        """How many failures count; they are forgotten with time."""
        level, at = self._failures.get(key, (0.0, 0.0))
        return max(0.0, level - (self._now() - at) / FORGOTTEN_SECONDS)

    def wait(self, key: Hashable) -> float:
        """Seconds until the next try."""
        level, at = self._failures.get(key, (0.0, 0.0))
        over = level - self._free
        if over <= 0:
            return 0.0
        wait: float = min(MOST_SECONDS, FIRST_SECONDS * 2.0 ** (over - 1))
        return max(0.0, at + wait - self._now())

    def failed(self, key: Hashable) -> None:
        """One more failure."""
        level = self.level(key) + 1
        self._failures.pop(key, None)
        self._failures[key] = level, self._now()
        if len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def forget(self, key: Hashable) -> None:
        """All is well again."""
        self._failures.pop(key, None)


class Guard:
    """Says how long somebody has to wait before a try.

    Whoever has not failed lately may always try, whatever others do: so an attack on a name from
    elsewhere does not keep its owner out. For who has, all failures count: those of the address,
    those for the name, and most of all those of both together. Of IPv6 also those of the whole
    site count, with more of them free.

    Args:
        now: seconds of any steady clock.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._networks = Backoff(now, free=10)
        self._names = Backoff(now, free=10)
        self._pairs = Backoff(now, free=3)
        # Whoever has many IPv6 networks is somebody new with each of them.
        self._sites = Backoff(now, free=30)
        self._site_pairs = Backoff(now, free=10)

    def wait(self, who: Who) -> float:
        """Seconds until the next try."""
        waits = [self._pairs.wait(who)]
        if who.network:
            waits.append(self._networks.wait(who.network))
        if site := site_of(who.network):
            waits += [self._sites.wait(site), self._site_pairs.wait((site, who.name))]
        if self._pairs.level(who):
            waits.append(self._names.wait(who.name))
        return max(waits)

    def failed(self, who: Who) -> None:
        """The try was wrong."""
        self._pairs.failed(who)
        self._names.failed(who.name)
        if who.network:
            self._networks.failed(who.network)
        if site := site_of(who.network):
            self._sites.failed(site)
            self._site_pairs.failed((site, who.name))

    def succeeded(self, who: Who) -> None:
        """The try was right: what the person has mistyped before is forgiven."""
        self._pairs.forget(who)
