"""What a command of IRC declares: how many words it needs, when it may come, what it costs."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from twistedchat.protocols.consumer import Cost

if TYPE_CHECKING:
    from twistedchat.protocols.irc.dialogue import IrcDialogue

Params: TypeAlias = tuple[str, ...]
Run: TypeAlias = Callable[["IrcDialogue", Params], Awaitable[None]]


class Command(NamedTuple):
    """One command.

    Attributes:
        run: carries it out.
        least: how many parameters it needs; with fewer it is answered with 461.
        cost: what it counts as.
        early: whether it may come before registration.
    """

    run: Run
    least: int = 0
    cost: Cost = Cost.ASK
    early: bool = False


COMMANDS: Final[dict[str, Command]] = {}
"""By name; the modules that define commands put them in."""


def command(
    name: str, least: int = 0, *, cost: Cost = Cost.ASK, early: bool = False
) -> Callable[[Run], Run]:
    """Let a function be a command."""

    def declare(run: Run) -> Run:
        COMMANDS[name] = Command(run, least, cost, early)
        return run

    return declare


def split_list(words: str) -> list[str]:
    """The names in a list with commas, each once, in order."""
    return list(dict.fromkeys(word for word in words.split(",") if word))
