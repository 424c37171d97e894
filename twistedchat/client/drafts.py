"""What was typed and is not confirmed yet: waiting, under way, and the pace it leaves at."""

from collections import deque
from collections.abc import Callable

from twistedchat.client.items import Draft, Request
from twistedchat.core.limits import Bucket

#: As many lines may be under way unconfirmed; more wait, so that a slow server is not written full.
WINDOW = 32

#: As many lines may wait for a connection before new ones are turned away.
MAX_WAITING = 500


class Drafts:
    """The lines between the prompt and the server's ``ok``, in the order in which they were typed.

    Args:
        next_id: gives the next request id.
    """

    def __init__(self, next_id: Callable[[], int]) -> None:
        self._next_id = next_id
        self._waiting: deque[Draft] = deque()
        self._under_way: dict[int, Draft] = {}
        self._bucket: Bucket | None = None

    @property
    def waiting(self) -> int:
        """How many lines have not been sent."""
        return len(self._waiting)

    @property
    def open(self) -> int:
        """How many lines are not settled."""
        return len(self._waiting) + len(self._under_way)

    @property
    def under_way(self) -> list[Draft]:
        """The lines that are sent and not confirmed, oldest first."""
        return list(self._under_way.values())

    def add(self, draft: Draft) -> bool:
        """Take a line; False when too many wait already."""
        if len(self._waiting) >= MAX_WAITING:
            return False
        self._waiting.append(draft)
        return True

    def opened(self, rate: float, burst: float, now: float) -> None:
        """The server takes lines from now on, at its own pace."""
        self._bucket = Bucket(rate, burst, now)

    def due(self, now: float) -> list[Request]:
        """The requests to send now."""
        requests: list[Request] = []
        while self._may_send(now):
            draft = self._waiting.popleft()
            number = self._next_id()
            self._under_way[number] = draft
            requests.append({**draft.request, "id": number})
        return requests

    def wait(self, now: float) -> float | None:
        """Seconds until the next line may leave; None when no line waits for time to pass."""
        blocked = self._bucket is None or len(self._under_way) >= WINDOW
        if blocked or not self._waiting or self._bucket is None:
            return None
        return self._bucket.wait(now)

    def answered(self, number: object) -> Draft | None:
        """The draft that a reply belongs to, now settled; None if it belongs to none."""
        return self._under_way.pop(number, None) if isinstance(number, int) else None

    def broken(self) -> list[Draft]:
        """The connection is gone: hand out the lines that were under way, and hold the rest."""
        self._bucket = None
        doubtful = list(self._under_way.values())
        self._under_way.clear()
        return doubtful

    def drop(self, *, also_kept: bool = False) -> list[Draft]:
        """Take out the waiting lines that do not outlive a connection, or all of them."""
        dropped = [draft for draft in self._waiting if also_kept or not draft.keep]
        self._waiting = deque(draft for draft in self._waiting if not also_kept and draft.keep)
        return dropped

    def _may_send(self, now: float) -> bool:
        if self._bucket is None or not self._waiting or len(self._under_way) >= WINDOW:
            return False
        return self._bucket.take(now)
