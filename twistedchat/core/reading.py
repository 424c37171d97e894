"""What one session reads, and what that means for its account's device."""

import math
from typing import TYPE_CHECKING

from twistedchat.core.progress import Released

if TYPE_CHECKING:
    from twistedchat.core.reads import Reads

BOX = "@"
"""The place of all private messages of an account, which are handed over once on any device."""


class Device:
    """How far an account has read on one device, by place; the one without a name has the box.

    Attributes:
        positions: up to where it has read, but for what is being read just now.
        followers: how many sessions are being handed all that is released of a place.
        readings: of the sessions that use it.
    """

    __slots__ = ("account", "followers", "name", "positions", "readings")

    def __init__(self, account: str, name: str) -> None:
        self.account = account
        self.name = name
        self.positions: dict[str, str] = {}
        self.followers: dict[str, int] = {}
        self.readings: dict[Reading, None] = {}

    def follow(self, key: str) -> bool:
        """One session more follows; whether it is the first."""
        self.followers[key] = self.followers.get(key, 0) + 1
        return self.followers[key] == 1

    def unfollow(self, key: str) -> bool:
        """One fewer; whether it was the last."""
        self.followers[key] -= 1
        last = not self.followers[key]
        if last:
            del self.followers[key]
        return last

    def known(self, key: str) -> str:
        """Up to where it has certainly read; "" if it never has."""
        found = (reading.known(key) for reading in self.readings)
        return max(self.positions.get(key, ""), *found, "")

    def note(self, key: str, at: str) -> bool:
        """It has been read up to an id, which never goes back; whether that is news."""
        news = at > self.positions.get(key, "")
        if news:
            self.positions[key] = at
        return news

    def forget_oldest(self) -> str:
        """Forget the place that was not read for longest."""
        oldest = min(self.positions, key=self.positions.__getitem__)
        del self.positions[oldest]
        return oldest


class Listening:
    """A place that a session listens to, or has listened to.

    Attributes:
        device: whose position it moves.
        after: what had been read when it began.
        since: the turn that hands over what was missed.
        end: what had happened when it stopped, and the turn that hands over the last of it.
        followed: whether it is counted among those who follow.
    """

    __slots__ = ("after", "device", "end", "followed", "since")

    def __init__(self, device: Device, after: str, since: float) -> None:
        self.device = device
        self.after = after
        self.since = since
        self.end: Released | None = None
        self.followed = False

    def reached(self, had: Released) -> str:
        """How far it has been read by somebody who has been handed so much."""
        at = had.upto if had.turns >= self.since else min(self.after, had.upto)
        return min(at, self.end.upto) if self.end is not None else at


class Reading:
    """What is handed to one session; its sink tells when the reader falls behind.

    Args:
        reads: keeps what comes of it.
        device: the session's.
        box: the account's own, for private messages.

    Attributes:
        places: where it listens, by key.
    """

    __slots__ = ("_behind", "_closed", "_gone", "_left", "_reads", "box", "device", "places")

    def __init__(self, reads: "Reads", device: Device, box: Device) -> None:
        self._reads = reads
        self.device = device
        self.box = box
        self.places: dict[str, Listening] = {}
        # Where it has listened, until the last of that has been handed over.
        self._left: dict[str, Listening] = {}
        # What had been handed over when the reader began to be too slow for it.
        self._behind: Released | None = None
        self._gone = self._closed = False

    @property
    def account(self) -> str:
        """Whose owner it is."""
        return self.device.account

    def device_of(self, key: str) -> Device:
        """Whose position in a place it moves."""
        return self.box if key == BOX else self.device

    def open(self) -> None:
        """A session uses it."""
        self.device.readings[self] = self.box.readings[self] = None

    def close(self) -> None:
        """The session uses it no more."""
        self._closed = True
        for key in list(self.places):
            self.end(key)
        self._reads.moved(self)

    # Where it listens

    def begin(self, key: str) -> str:
        """Listen from now on; what has been read there so far, or "" if nothing ever was."""
        device, progress = self.device_of(key), self._reads.progress
        last = self._left.pop(key, None)
        if last is not None and last.end is not None:
            # What it has heard until then is on its way to it.
            known = last.end.upto
            after = known if self._had.turns >= last.since else last.after
        else:
            known = after = device.known(key)
        self.places[key] = one = Listening(device, after, progress.turn)
        one.followed = last is not None and last.followed
        self._reads.moved(self)
        progress.wake()
        return known

    def end(self, key: str) -> None:
        """Listen no more; what has happened until now will still be handed over."""
        one, progress = self.places.pop(key, None), self._reads.progress
        if one is not None:
            one.end = Released(progress.turn, progress.latest)
            self._left[key] = one
            self._reads.moved(self)
            progress.wake()

    def give_up(self, key: str) -> None:
        """What was missed there cannot be shown: it is not to count as read."""
        one = self.places.get(key)
        if one is not None:
            one.since = math.inf
            self._reads.moved(self)

    def known(self, key: str) -> str:
        """Up to where it has certainly been handed what was said in a place."""
        one = self.places.get(key)
        if one is not None and one.followed:
            return self._reads.progress.latest
        one = one or self._left.get(key)
        return one.reached(self._had) if one is not None else ""

    # What its sink tells

    def fell_behind(self) -> None:
        """From now on something waits for the reader."""
        self._behind = self._reads.progress.released
        self._reads.moved(self)

    def caught_up(self) -> None:
        """The reader has taken all of it."""
        self._behind = None
        self._reads.moved(self, soon=True)

    def lost(self) -> None:
        """Nothing more will be handed over."""
        if self._behind is None:
            self._behind = self._reads.progress.released
        self._gone = True
        self._reads.moved(self, soon=True)

    @property
    def _had(self) -> Released:
        return self._reads.progress.released if self._behind is None else self._behind

    # What comes of it

    def settle(self) -> bool:
        """Note what has changed; whether nothing is left that depends on the next turn."""
        had, waits = self._had, False
        for key, one in self.places.items():
            follows = self._behind is None and had.turns >= one.since
            waits = waits or had.turns < one.since < math.inf
            if follows and not one.followed:
                one.followed = True
                self._reads.follow(one.device, key)
            elif one.followed and not follows:
                self._stop(key, one, had)
        for key, one in list(self._left.items()):
            self._settle_left(key, one, had)
        if self._closed and not self._left:
            self.device.readings.pop(self, None)
            self.box.readings.pop(self, None)
        return self._behind is not None or not (waits or self._left)

    def _settle_left(self, key: str, one: Listening, had: Released) -> None:
        last = one.end.turns if one.end is not None else 0
        over = self._gone or (self._behind is None and had.turns >= last)
        if over or self._behind is not None:
            self._stop(key, one, had)
        if over:
            del self._left[key]

    def _stop(self, key: str, one: Listening, had: Released) -> None:
        if one.followed:
            one.followed = False
            self._reads.unfollow(one.device, key, one.reached(had))
        else:
            self._reads.note(one.device, key, one.reached(had))
