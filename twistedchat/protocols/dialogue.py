"""What a dialogue is: one way of talking over a connection that carries lines."""

from typing import Any, Protocol

from twisted.internet.defer import Deferred

from twistedchat.core.users import Session
from twistedchat.protocols.entrance import Connection, Entrance
from twistedchat.protocols.intake import Cost
from twistedchat.protocols.lines import TooLongLine
from twistedchat.protocols.screen import Screen

Line = bytes | TooLongLine


class Wire(Connection, Protocol):
    """What a dialogue can ask of its connection."""

    entrance: Entrance
    session: Session
    screen: Screen

    def close(self, code: str, text: str, reason: str | None = None) -> None:
        """Say why, and close; ``reason`` is what others read."""

    def negotiate(self) -> None:
        """Begin telnet negotiation."""


class Dialogue(Protocol):
    """One way of talking."""

    @property
    def lingers(self) -> bool:
        """Whether the person may come back after the connection broke."""

    def cost(self, line: Any) -> Cost:
        """What the line counts as."""

    def carry_out(self, line: Any) -> "Deferred[None] | None":
        """Do what the line says."""

    def behind(self, seconds: int) -> None:
        """Tell the person that they are over their rate by so many seconds."""

    def refused(self, lines: int) -> None:
        """Tell the person that so many lines would have waited too long."""

    def input_done(self) -> None:
        """Nothing more will come in."""

    def last_words(self, code: str, text: str) -> bytes:
        """The bytes that say why the connection closes."""

    def probe(self) -> bool:
        """Ask the peer for a sign of life; False if it owes one already."""
