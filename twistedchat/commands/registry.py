"""How a slash command is declared, found and run.

A command is one function with ``@command``: name, aliases, arguments, who may, help. The
dispatcher enforces all of that once, so the function only does what the command is for.

Arguments are written as people read them: ``NICK [REASON...]``. In brackets: may be left out;
with dots: takes the rest of the line. The function gets one text per argument, "" for one that
was left out.
"""

import difflib
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol

from twistedchat.core.chat import Chat
from twistedchat.core.errors import BadArguments, NoSuchCommand, NotAllowed
from twistedchat.core.events import Kept, Notice, Recalled
from twistedchat.core.slips import meant
from twistedchat.core.text import shorten
from twistedchat.core.users import Session

_NAME = re.compile(r"/?(\S*)(.*)", re.DOTALL)
FAMILIES = (
    "talk", "rooms", "people", "history", "account", "room operators", "comfort", "server",
)  # fmt: skip


class Front(Protocol):
    """What a command can ask of the door its person came through."""

    def tell(self, notice: Notice) -> None:
        """Show a line of the server's."""

    def pour(self, lines: "Lines") -> Awaitable[None]:
        """Show any number of lines, as the reader takes them; done when they have been taken."""

    async def show(self, lines: Iterable[str]) -> None:
        """Show lines as they are, as the reader takes them; none looks like anything else."""

    def ask(self, question: str, answer: "Answer") -> bool:
        """Ask for something that nobody else should see; the next line is given to ``answer``.

        Returns:
            Whether typing is hidden.

        Raises:
            BadArguments: nothing can be asked here; the sentence says what to do instead.
        """

    @property
    def hidden(self) -> bool:
        """Whether what is typed as an answer is hidden: that may begin behind the question."""

    @property
    def zone(self) -> tzinfo | None:
        """The time zone in which dates are meant and shown; None for the machine's own."""

    def settings(self) -> Iterable[tuple[str, str, str]]:
        """Name, value and allowed values of every setting of the session."""

    def change(self, name: str, value: str) -> None:
        """Change a setting.

        Raises:
            BadArguments: there is no such setting, or it can't have this value.
        """

    def clear(self) -> None:
        """Empty the screen."""

    def negotiate(self) -> None:
        """Begin telnet negotiation."""

    def quit(self, reason: str) -> None:
        """Say goodbye and close the connection."""

    async def is_operator(self, name: str, password: str) -> bool:
        """Whether the name and password are a server operator's."""


@dataclass(slots=True)
class Context:
    """Who gave the command, and where."""

    chat: Chat
    session: Session
    front: Front

    def tell(self, text: str, code: str = "info") -> None:
        """Answer with a line."""
        self.front.tell(Notice(text, code))

    async def pour(self, lines: "Lines") -> None:
        """Answer with any number of lines."""
        await self.front.pour(lines)


# Lines of the server's, messages from the past, and None where the rest takes another turn.
Lines = Iterable[Notice | Kept | Recalled | None]
Run = Callable[..., Awaitable[None]]
Answer = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command.

    Attributes:
        name: without the slash.
        aliases: other names for it.
        arguments: as people read them.
        family: the group it is listed in.
        help: one sentence.
        speaks: others hear of it, so it counts as speaking.
        operator: only server operators may.
        secret: a password is among the arguments.
    """

    name: str
    aliases: tuple[str, ...]
    arguments: str
    family: str
    help: str
    speaks: bool
    operator: bool
    run: Run
    secret: bool = False

    @property
    def usage(self) -> str:
        """How to write it."""
        return f"/{self.name} {self.arguments.replace('...', '')}".rstrip()

    def split(self, text: str) -> list[str]:
        """Divide what follows the name into the command's arguments.

        Raises:
            BadArguments: there are too few or too many.
        """
        wanted = self.arguments.split()
        rest = wanted[-1:] != [] and "..." in wanted[-1]
        given = text.split(None, len(wanted) - 1) if rest else text.split()
        least = sum(1 for argument in wanted if not argument.startswith("["))
        if not least <= len(given) <= len(wanted):
            raise BadArguments(f"Write it like this: {self.usage}")
        return given + [""] * (len(wanted) - len(given))


class Registry:
    """All commands there are."""

    def __init__(self) -> None:
        self._commands: dict[str, Command] = {}
        self._names: dict[str, Command] = {}

    def __iter__(self) -> Iterator[Command]:
        order = {family: place for place, family in enumerate(FAMILIES)}
        return iter(sorted(self._commands.values(), key=lambda c: order[c.family]))

    def add(self, command: Command) -> None:
        """Let people use a command."""
        self._commands[command.name] = command
        for name in (command.name, *command.aliases):
            if name in self._names:
                raise ValueError(f"/{name} is taken by /{self._names[name].name}")
            self._names[name] = command

    def find(self, name: str) -> Command:
        """The command of this name, alias or unambiguous beginning.

        Raises:
            NoSuchCommand: none, or several; the text suggests the nearest.
        """
        found = self._begun(name.lower())
        if len(found) == 1:
            return found[0]
        shown = shorten(name, 20)
        if found:
            several = " or ".join(f"/{command.name}" for command in found)
            raise NoSuchCommand(f"/{shown} could be {several}. Write a little more of it.")
        if secret := meant(name):
            # The password may stick to it.
            raise NoSuchCommand(f"There is no such command. Did you mean /{secret}?")
        near = difflib.get_close_matches(name[:20].lower(), self._names, 1)
        hint = f"Did you mean /{near[0]}? " if near else ""
        raise NoSuchCommand(f"There is no command /{shown}. {hint}/help lists them.")

    def _begun(self, name: str) -> list[Command]:
        """The command of this name or, if there is none, those whose name or alias begins so."""
        if name in self._names or not name:
            return [self._names[name]] if name else []
        found = {c.name: c for n, c in self._names.items() if n.startswith(name)}
        return [found[known] for known in sorted(found)]

    def look_up(self, line: str) -> Command | None:
        """The command that a line calls, if there is exactly one; without a word about others."""
        found = self._begun(_divide(line[:64])[0].lower())
        return found[0] if len(found) == 1 else None

    def allowed(self, session: Session) -> list[Command]:
        """The commands that a person may use."""
        operator = session.user is not None and session.user.operator
        return [c for c in self if operator or not c.operator]

    async def run(self, context: Context, line: str) -> None:
        """Carry out a line that begins with a slash.

        Raises:
            ChatError: there is no such command, or it was refused.
        """
        command, text = self.parse(line)
        user = context.session.user
        if command.operator and not (user and user.operator):
            raise NotAllowed(f"/{command.name} is for server operators.")
        await command.run(context, *command.split(text))

    def parse(self, line: str) -> tuple[Command, str]:
        """Divide a line into its command and what follows.

        Raises:
            NoSuchCommand: there is none.
        """
        name, text = _divide(line)
        return self.find(name), text


def _divide(line: str) -> tuple[str, str]:
    """The name of a command, and what follows."""
    name, text = _NAME.fullmatch(line).group(1, 2)  # type: ignore[union-attr]
    return name, text.strip()


COMMANDS = Registry()


def command(
    name: str,
    *aliases: str,
    arguments: str = "",
    family: str,
    help: str,  # noqa: A002 - it reads as what it is
    speaks: bool = False,
    operator: bool = False,
    secret: bool = False,
) -> Callable[[Run], Run]:
    """Declare the function below as a slash command."""

    def declare(run: Run) -> Run:
        found = Command(name, aliases, arguments, family, help, speaks, operator, run, secret)
        COMMANDS.add(found)
        return run

    return declare
