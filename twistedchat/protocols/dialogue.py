"""What a dialogue is: one way of talking over a connection that carries lines."""

from collections.abc import Sequence
from typing import Any, Protocol

from twisted.internet.defer import Deferred

from twistedchat.core.users import Session
from twistedchat.protocols.admittance import Connection
from twistedchat.protocols.consumer import Weighed
from twistedchat.protocols.entrance import Entrance
from twistedchat.protocols.lines import TooLongLine
from twistedchat.protocols.outbox import Outbox
from twistedchat.protocols.screen import Screen

Line = bytes | TooLongLine
BLANK = b" \t\r\n\0"


class Wire(Connection, Protocol):
    """What a dialogue can ask of its connection."""

    entrance: Entrance
    session: Session
    outbox: Outbox
    screen: Screen

    @property
    def broken(self) -> bool:
        """Whether the connection ended without a word."""

    @property
    def holding(self) -> bool:
        """Whether the peer is not being read from at the moment."""

    def close(self, code: str, text: str, reason: str | None = None) -> None:
        """Say why, and close; ``reason`` is what others read."""

    def negotiate(self) -> None:
        """Begin telnet negotiation."""

    def hide_typing(self, *, hidden: bool) -> bool:
        """Ask the peer not to show what is typed, or to show it; whether it speaks telnet."""

    def forget(self) -> list[Weighed]:
        """Give back what was read and not carried out yet."""


class Dialogue(Protocol):
    """One way of talking.

    Attributes:
        telnet: whether telnet options may be agreed on.
        question: what asks the peer for a sign of life; b"" if nothing can.
    """

    telnet: bool
    question: bytes

    @property
    def lingers(self) -> bool:
        """Whether the person may come back after the connection broke."""

    def weigh(self, line: Any) -> Weighed:
        """What the line counts as, and what is to be carried out."""

    def carry_out(self, what: Any) -> "Deferred[None] | None":
        """Do what the line says; nothing that goes wrong leaves this."""

    def behind(self, seconds: int) -> None:
        """Tell the person that they are over their rate by so many seconds."""

    def refused(self, lines: Sequence[Any]) -> None:
        """Tell the person that these lines would have waited too long."""

    def ending(self) -> None:
        """Nothing more will be carried out: say what was not."""

    def last_words(self, code: str, text: str) -> bytes:
        """The bytes that say why the connection closes."""


def without_blanks(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines from the first on that has something in it."""
    for place, line in enumerate(lines):
        if isinstance(line, TooLongLine) or line.strip(BLANK):
            return lines[place:]
    return []
