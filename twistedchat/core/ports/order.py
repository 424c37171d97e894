"""Order, time, and what the core is told of both."""

from collections.abc import Callable, Generator
from typing import Any, Generic, Protocol, TypeVar

from twistedchat.core.events import Event
from twistedchat.core.intents import Intent

T_contra = TypeVar("T_contra", contravariant=True)


class Bus(Protocol):
    """Puts intents into one order."""

    def publish(self, intent: Intent, origin: str, request: int) -> None:
        """Order an intent; ``Chat.apply`` is called with it, on this node and every other.

        Args:
            intent: what is wanted.
            origin: id of the session that asked, or "".
            request: number by which this node knows who waits for the outcome.
        """


class Clock(Protocol):
    """Time, and turns of the event loop."""

    def now(self) -> float:
        """Seconds since 1970-01-01 UTC."""

    def soon(self, call: Callable[[], None]) -> None:
        """Call once what has arrived by now has been dealt with."""

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call after so many seconds."""


class Journal(Protocol):
    """Where acts are written down that somebody may have to answer for."""

    def operator_acted(self, event: Event) -> None:
        """An operator used their power; the event has actor, target and reason."""


class Promise(Protocol, Generic[T_contra]):
    """An awaitable whose result comes later."""

    def __await__(self) -> Generator[Any, None, Any]:
        """Wait for the result."""

    def callback(self, result: T_contra) -> None:
        """Give the result."""


class Limits(Protocol):
    """The bounds that the core keeps; the same on every node."""

    @property
    def message(self) -> int:
        """Characters in a message."""

    @property
    def nick(self) -> int:
        """Characters in a nick."""

    @property
    def nick_bytes(self) -> int:
        """Bytes of UTF-8 in a nick."""

    @property
    def room(self) -> int:
        """Characters in a room's name."""

    @property
    def room_bytes(self) -> int:
        """Bytes of UTF-8 in a room's name."""

    @property
    def rooms(self) -> int:
        """Rooms a user can be in; 0 for no bound."""

    @property
    def members(self) -> int:
        """Members a room can have; 0 for no bound."""

    @property
    def bans(self) -> int:
        """Bans, and mutes, of a room."""

    @property
    def registered(self) -> int:
        """Rooms that an account can register; 0 for no bound."""

    @property
    def history(self) -> int:
        """Messages kept of a room."""

    @property
    def adrift(self) -> int:
        """Users who may wait to be resumed at once; 0 for no bound."""

    @property
    def resume_seconds(self) -> float:
        """How long a user outlives the last session that broke."""
