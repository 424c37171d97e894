"""What a person's desk stands between: a terminal, and what drives the conversation."""

from collections.abc import Callable
from typing import Any, Protocol

from twistedchat.client.display import Line
from twistedchat.client.items import Tone


class Screen(Protocol):
    """A terminal with a prompt at its bottom."""

    def write(self, lines: list[Line]) -> None:
        """Put lines above the prompt."""

    def ask(self, question: str, answered: Callable[[str], None], *, hidden: bool = False) -> None:
        """Put what is typed aside, ask a question, and give the answer."""

    def ring(self) -> None:
        """Ring the bell."""

    def clear(self) -> None:
        """Clear the screen."""

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call something in a while."""

    def refresh(self) -> None:
        """Draw prompt and status anew."""

    def close(self) -> None:
        """Give the terminal back."""


class Connection(Protocol):
    """What drives the conversation."""

    def start(self) -> None:
        """Connect."""

    def restart(self) -> None:
        """Connect anew."""

    def flush(self) -> None:
        """Show and send what waits."""

    def quit(self, reason: str = "") -> Any:
        """Say goodbye; what it gives fires when that is done."""


class Teller(Protocol):
    """Where a part of the desk tells and asks something."""

    def tell(self, text: str, tone: Tone = Tone.CLIENT) -> None:
        """Write a line."""

    def ask(self, question: str, answered: Callable[[str], None], *, hidden: bool = False) -> None:
        """Ask the person something; hidden answers are not shown while they are typed."""


def is_yes(answer: str) -> bool:
    """Whether an answer is a yes."""
    return answer.strip().lower() in ("y", "yes")
