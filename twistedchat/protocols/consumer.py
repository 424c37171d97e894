"""What a line on its way in costs, and who carries it out."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Protocol

from twisted.internet.defer import Deferred


class Cost(Enum):
    """What a line counts as."""

    # Waits for no rate; many of them are held like questions.
    FREE = "free"
    SPEAK = "speak"
    ASK = "ask"
    # Ends the connection: all that stands before it is carried out at once.
    LEAVE = "leave"
    # Dealt with already, and held likewise.
    DONE = "done"


Weighed = tuple[Cost, Any]


class Consumer(Protocol):
    """Carries lines out."""

    def weigh(self, line: Any) -> Weighed:
        """What the line counts as, and what is to be carried out when its turn comes."""

    def carry_out(self, what: Any) -> "Deferred[None] | None":
        """Do what the line says; a Deferred that has not fired holds the lines behind it."""

    def behind(self, seconds: int) -> None:
        """The person is over their rate by so many seconds."""

    def refused(self, lines: Sequence[Any]) -> None:
        """These lines would have waited too long."""


class _Nobody:
    """Who is served once the connection has ended: two that know each other are not freed."""

    def weigh(self, line: Any) -> Weighed:
        """Nothing is carried out any more."""
        return Cost.FREE, line

    def _nothing(self, _: Any) -> None:
        """Nobody is there who could be told."""

    carry_out = behind = refused = _nothing


NOBODY = _Nobody()


class Hurries(Protocol):
    """Says who may leave before their time."""

    def may_hurry(self, address: str) -> bool:
        """Whether somebody from an address may say one more line at once in order to leave."""


class Flow(Protocol):
    """What the intake can hold: a transport."""

    def pauseProducing(self) -> None:
        """Stop reading."""

    def resumeProducing(self) -> None:
        """Go on reading."""
