"""A lens that leaves out the people its reader ignores."""

from twistedchat.core.events import Emoted, Output, Recalled, Said
from twistedchat.core.ports import Lens


class IgnoringLens:
    """Another lens, without what some users say.

    Only the reader it was made for looks through it, so ignoring costs nobody else.

    Args:
        lens: how the rest is seen.
        ignored: ids of the users to leave out.
    """

    __slots__ = ("_elsewhere", "_ignored", "_lens", "bell", "echo", "follows")

    def __init__(self, lens: Lens, ignored: frozenset[str]) -> None:
        self._lens = lens
        self._ignored = ignored
        self.echo = lens.echo
        self.bell = lens.bell
        self.follows = lens.follows
        self._elsewhere: IgnoringLens | None = None

    def for_room(self, current: bool) -> Lens:
        """Likewise for the current room or the others."""
        there = self._lens.for_room(current)
        if there is self._lens:
            return self
        if self._elsewhere is None:
            self._elsewhere = IgnoringLens(there, self._ignored)
        return self._elsewhere

    def render(self, output: Output, mine: bool = False) -> bytes:
        """Nothing for what an ignored user said."""
        said = output.message if isinstance(output, Recalled) else output
        if isinstance(said, Said | Emoted) and said.user in self._ignored:
            return b""
        return self._lens.render(output, mine)
