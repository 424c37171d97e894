"""Where bytes go, and how readers see events."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from twistedchat.core.events import Output
from twistedchat.core.records import Change


class Pause(Protocol):
    """Something that the rest of a long reply waits for."""

    def then(self, call: Callable[[], None]) -> None:
        """Call when it is there; at once if it is."""


class Pieces(Iterator[bytes | Pause], Protocol):
    """A long reply, made piece by piece as its reader takes it; a generator is one.

    A piece has less than 16 kB. An empty one says that nothing more is to be had in this turn, a
    pause that nothing is until something is there: then the next one is asked for.
    """

    def close(self) -> None:
        """Called when the reader has taken all of it, or will never take the rest."""


class Watcher(Protocol):
    """Wants to know whether a reader takes what is handed over."""

    def fell_behind(self) -> None:
        """From now on something waits for the reader."""

    def caught_up(self) -> None:
        """The reader has taken all of it."""

    def lost(self) -> None:
        """Nothing more will be handed over."""


class Sink(Protocol):
    """Where the bytes for one session go: a bounded outbox."""

    def write(self, data: bytes) -> None:
        """Take bytes for the reader; a reader that is too far behind is dropped here.

        The session may be disconnected in the middle of it.
        """

    def stream(self, pieces: Pieces) -> None:
        """Take a long reply: what is written later goes behind all of it."""

    def watch(self, watcher: Watcher) -> None:
        """Tell somebody, in place of who was told so far, when the reader falls behind."""

    def finish(self) -> None:
        """Close the connection once everything that was written has gone out."""


class Lens(Protocol):
    """How a reader sees events: readers with equal lenses share every byte.

    Lenses are compared and hashed, millions of times: let equal ones be one object.
    """

    @property
    def echo(self) -> bool:
        """Whether a session hears what it said itself."""

    @property
    def bell(self) -> bytes:
        """What is added for a reader who was mentioned; b"" for nothing."""

    @property
    def follows(self) -> bool:
        """Whether the reader types into a current room and must be told when it changes."""

    def for_room(self, current: bool) -> "Lens":
        """The lens for the room that is current, or for the others."""

    def render(self, output: Output, mine: bool = False) -> bytes:
        """The bytes for an output.

        Args:
            output: what is to be seen.
            mine: it is the reader's own doing, happened to the reader, or was asked for.
        """


class Releasable(Protocol):
    """Output that waits at the gate."""

    def mark_unstored(self) -> None:
        """Let those who read it know that what was said is not stored."""

    def release(self) -> bool:
        """Hand the bytes to their readers, or to some; returns whether that was all."""


class Gate(Protocol):
    """Lets output through, in order, once what it speaks of is safe."""

    @property
    def keeps(self) -> bool:
        """Whether anything lasts at all."""

    @property
    def crowded(self) -> bool:
        """Whether so much waits that whoever publishes should not be read from."""

    def keep(self, changes: "Sequence[Change]") -> None:
        """Take the rows that the turn speaks of which is being gathered."""

    def ready(self, again: Callable[[], None], /) -> bool:
        """Whether a turn can be closed now; if not, ``again`` is called when it can."""

    def take_along(self, rows: "Callable[[], Sequence[Change]]") -> None:
        """Ask for rows that nobody waits for, each time when others are written."""

    def submit(self, turn: Releasable) -> None:
        """Release a turn as soon as no uncommitted row stands before it."""

    def relieved(self, call: Callable[[], None]) -> None:
        """Call once it is no longer crowded; at once if it is not."""
