"""Token buckets: how much a connection may ask for, and for how long it must wait.

A bucket of ``burst`` tokens refills with ``rate`` a second. Taking from an empty one is not
refused: the answer is how long to wait, and the caller stops reading until then, so the sender is
held and nothing is lost.
"""


class Bucket:
    """A token bucket that tells how far behind it is.

    Args:
        rate: tokens a second; 0 means that the bucket never empties.
        burst: how many tokens a full bucket holds.
        now: the time at which it is full, in seconds of any steady clock.
    """

    __slots__ = ("_at", "_burst", "_level", "rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self.rate = rate
        self._burst = max(burst, 1.0)
        self._level = self._burst
        self._at = now

    def take(self, now: float) -> bool:
        """Take one token if there is one."""
        if self.rate <= 0:
            return True
        self._refill(now)
        if self._level < 1.0:
            return False
        self._level -= 1.0
        return True

    def overdraw(self, now: float) -> None:
        """Take one token whether or not there is one; the debt is paid by later waiting."""
        self._refill(now)
        self._level -= 1.0

    def charge(self, count: int, most: float, now: float) -> float:
        """Take tokens whether or not they are there, up to a debt of so many seconds.

        Returns:
            How long the debt is if it is as long as may be, else 0.
        """
        if self.rate <= 0:
            return 0.0
        self._refill(now)
        least = 1.0 - most * self.rate
        self._level = min(self._level, max(self._level - count, least))
        return self.wait(now) if self._level <= least else 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next token can be taken."""
        if self.rate <= 0:
            return 0.0
        self._refill(now)
        return max(0.0, (1.0 - self._level) / self.rate)

    def room_for(self, seconds: float, now: float) -> int | None:
        """How many tokens can be taken within so many seconds; None if there is no bound."""
        if self.rate <= 0:
            return None
        self._refill(now)
        return max(0, int(self._level + seconds * self.rate))

    def _refill(self, now: float) -> None:
        self._level = min(self._burst, self._level + (now - self._at) * self.rate)
        self._at = now
