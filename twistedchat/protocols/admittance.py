"""What an entrance knows of connections that want to come in, and says to those that may not."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Connection(Protocol):
    """What the entrance has to know of a connection."""

    address: str
    # When the connection last sent something, in the reactor's seconds.
    heard: float
    begun: float
    pending: bool

    def close(self, code: str, text: str, reason: str | None = None) -> None:
        """Say why, and close; ``reason`` is what others read."""

    def wind_up(self) -> None:
        """Carry out at once what has been read, also what waits for its rate."""

    def probe(self) -> None:
        """See whether the peer is still there."""

    def abort(self) -> None:
        """Close at once."""


class Refusal(NamedTuple):
    """Why somebody can't come in: for programs and for people."""

    code: str
    text: str


@dataclass
class Counts:
    """What happened at the entrance since the start, for the log and later for metrics."""

    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    dropped: int = 0
