"""One side of one telnet option: what to send for a wish of ours or a word of the peer's.

An answer is sent only when a word of the peer's changes the state, as the Q method of RFC 1143 has
it, so no loop begins. A peer whose idea of the state is wrong could still drive one, so each option
is agreed to a bounded number of times. Two kinds are enough here: options that we take when they
can be had and never give up by ourselves, and ECHO, which only we switch on and off.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from twistedchat.protocols.telnet import IAC, Verb

MAX_AGREEMENTS: Final = 8
"""How often a peer may offer one option anew; no real one changes its mind more than once."""


class OptionState(Enum):
    """The states of RFC 1143 that a side can reach which never asks to stop."""

    NO = "no"
    WANT_YES = "asked to begin"
    YES = "yes"


class OptionSide:
    """A side that we would like to have in use: agreed to whenever the peer offers it."""

    __slots__ = ("_agreements_left", "_off", "_on", "state")

    def __init__(self, option: int, on: Verb, off: Verb) -> None:
        """Start with the option not in use.

        Args:
            option: Its number.
            on: What we say to have it: WILL for our side, DO for the peer's.
            off: What we say to agree to its end.
        """
        self._on = bytes([IAC, on, option])
        self._off = bytes([IAC, off, option])
        self._agreements_left = MAX_AGREEMENTS
        self.state = OptionState.NO

    def ask_on(self) -> bytes:
        """Want the option; return what to send for it now."""
        if self.state is not OptionState.NO:
            return b""
        self.state = OptionState.WANT_YES
        return self._on

    def told_on(self) -> bytes | None:
        """Take the peer's WILL or DO; return the answer, None for a refusal."""
        if self.state is not OptionState.NO:
            self.state = OptionState.YES
            return b""
        if not self._agreements_left:
            return None
        self._agreements_left -= 1
        self.state = OptionState.YES
        return self._on

    def told_off(self) -> bytes:
        """Take the peer's WONT or DONT; return the answer."""
        agreed = self.state is OptionState.YES
        self.state = OptionState.NO
        return self._off if agreed else b""


class EchoSide:
    """Our ECHO: on while the peer should not show what is typed.

    RFC 1143 would hold back a wish until the one before it is answered. TinTin++ hides on WILL and
    shows on WONT, but never answers WONT, and so its user's second password would be seen. Hence
    each wish is sent at once and the answers only inform: a client that takes each as it comes ends
    up in the state asked for last, whatever it answers.

    Attributes:
        wanted: Whether we want typing hidden.
        confirmed: Whether the peer has agreed to that.
        refused: Whether it has said no to that, as busybox does from the second time on.
    """

    __slots__ = ("_off", "_on", "confirmed", "refused", "wanted")

    def __init__(self, option: int) -> None:
        """Start with typing shown.

        Args:
            option: The number of ECHO.
        """
        self._on = bytes([IAC, Verb.WILL, option])
        self._off = bytes([IAC, Verb.WONT, option])
        self.wanted = False
        self.confirmed = False
        self.refused = False

    def hide(self) -> bytes:
        """Want typing hidden; return what to send for it."""
        return self._want(hidden=True)

    def show(self) -> bytes:
        """Want typing shown; return what to send for it."""
        return self._want(hidden=False)

    def told_on(self) -> bytes | None:
        """Take the peer's DO; None means that what it asks for is refused."""
        self.confirmed = self.wanted
        self.refused = False
        return b"" if self.wanted else None

    def told_off(self) -> bytes:
        """Take the peer's DONT; it is never answered.

        It may be the late answer to a ``show``, and another WONT behind the next ``hide`` would
        show a password.
        """
        self.confirmed = False
        self.refused = self.wanted
        return b""

    def _want(self, *, hidden: bool) -> bytes:
        if hidden is self.wanted:
            return b""
        self.wanted = hidden
        self.confirmed = self.refused = False
        return self._on if hidden else self._off
