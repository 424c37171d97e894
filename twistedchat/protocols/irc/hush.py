"""A lens that leaves out that its own reader joins.

Clients of IRC must hear that they are in a room before they are told who else is there, and only
once: hearing it again they forget who is there. So the dialogue tells them; but in a busy room
arrivals are gathered for up to a second (``core.crowds``), and the reader's own is among them. For
that time the reader looks through this lens, which costs nobody else anything.
"""

from twistedchat.core.events import Crowd, Joined, Output
from twistedchat.protocols.irc.lens import IrcLens


class HushLens:
    """Another lens, without one person's joining.

    Args:
        lens: how the rest is seen.
        nick: of the reader.
    """

    __slots__ = ("_lens", "_nick", "bell", "echo", "follows")

    def __init__(self, lens: IrcLens, nick: str) -> None:
        self._lens = lens
        self._nick = nick
        self.echo, self.bell, self.follows = lens.echo, lens.bell, lens.follows

    def for_room(self, current: bool) -> "HushLens":  # noqa: ARG002 - all are seen alike
        """Every room alike."""
        return self

    def render(self, output: Output, mine: bool = False) -> bytes:
        """Nothing where the reader joins."""
        if isinstance(output, Crowd):
            return b"".join(self.render(event, mine) for event in output.events)
        if isinstance(output, Joined) and output.nick == self._nick:
            return b""
        return self._lens.render(output, mine)
