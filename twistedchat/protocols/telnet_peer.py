"""What telnet changes for one connection: its screen learns what the peer can show."""

import re
from collections.abc import Sequence

from twistedchat.protocols.screen import Screen
from twistedchat.protocols.telnet import NOP, Command
from twistedchat.protocols.telnet_options import TelnetNegotiator

_IAC = b"\xff"
# Of several 0xFF in a row only the last can begin a command; it comes before the text in its piece,
# which goes up to the next 0xFF or the line's end.
_PIECES = re.compile(rb"\xff+(?=\xff)|\xff?[^\xff\n]*?(?:\n|\r\0)|\xff?[^\xff\n]+|\xff")


def pieces(data: bytes) -> Sequence[bytes]:
    """Cut what came in one read so that each telnet command keeps its place in the text."""
    return _PIECES.findall(data) if _IAC in data else (data,)


class TelnetPeer:
    """A peer that may speak telnet; until it does, or is asked to, nothing is sent to it.

    Args:
        screen: learns of the line end and the terminal.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._negotiator: TelnetNegotiator | None = None

    def begin(self) -> bytes:
        """Begin to negotiate, once; returns the bytes to send."""
        if self._negotiator is None:
            self._negotiator = TelnetNegotiator()
            self._screen.is_telnet()
        return self._negotiator.start()

    def told(self, commands: Sequence[Command]) -> bytes:
        """Take what the peer says about options; returns the bytes to send."""
        data = self.begin()
        negotiator = self._negotiator
        assert negotiator is not None  # noqa: S101
        data += negotiator.receive_all(commands)
        if negotiator.terminal is not None:
            self._screen.is_terminal(negotiator.terminal)
        return data

    def hide_typing(self, *, hidden: bool) -> bytes | None:
        """Ask the peer not to show what is typed, or to; None if it may speak no telnet."""
        if self._negotiator is None:
            return None
        return self._negotiator.hide_input() if hidden else self._negotiator.show_input()

    def keep_alive(self) -> bytes:
        """Bytes that keep the connection alive and show nothing; none for nc."""
        return NOP if self._negotiator is not None and self._negotiator.active else b""
