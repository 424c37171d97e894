"""Questions whose answers nobody else may see: the next line is the answer, and no line of talk."""

from twistedchat.commands import COMMANDS
from twistedchat.commands.registry import Answer, Command
from twistedchat.core.events import Notice
from twistedchat.protocols.dialogue import Wire

HIDDEN = "(not shown while you type; an empty line cancels)"
VISIBLE = (
    "(what you type will be visible; in a telnet client, /telnet hides it; an empty line cancels)"
)
GAVE_WAY = (
    "That is the command /{}, so no password was entered. One that begins so is typed with two"
    " slashes."
)
NOT_SAID = " Nothing was said: type it again if you meant that."
CANCELLED = "Nothing was entered, and nothing was changed."


class Asking:
    """Asks one question at a time.

    Args:
        wire: the connection.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._question = ""
        self._hidden = False
        self._answer: Answer | None = None

    @property
    def open(self) -> bool:
        """Whether the next line is an answer."""
        return self._answer is not None

    def ask(self, question: str, answer: Answer) -> bool:
        """Ask; whether typing is hidden."""
        self._question, self._answer = question, answer
        self._hidden = self._wire.hide_typing(hidden=True)
        self._tell(f"{question} {HIDDEN if self._hidden else VISIBLE}", "password")
        return self._hidden

    @property
    def hidden(self) -> bool:
        """Whether what is typed now is not shown: in the middle of a question that may begin."""
        return self._hidden

    def gives_way(self, line: str) -> bool:
        """Whether a line is a command, and no answer: then nothing is asked any more.

        What others would hear is not carried out: it may be a password all the same.
        """
        command = _command(line)
        if command is None or command.speaks or command.name == "telnet":
            return False
        self.cancel()
        self._tell(GAVE_WAY.format(command.name), "password")
        return True

    async def take(self, line: str) -> None:
        """Take a line as the answer.

        Raises:
            ChatError: what was asked for is refused.
        """
        answer, self._answer = self._answer, None
        try:
            if line.strip() == "/telnet" and answer is not None:
                self._wire.negotiate()
                self.ask(self._question, answer)
            elif command := _command(line):
                self._tell(GAVE_WAY.format(command.name) + NOT_SAID, "password")
            elif not line.strip() or answer is None:
                self._tell(CANCELLED, "password")
            else:
                await answer(line.removeprefix("/") if line.startswith("//") else line)
        finally:
            if not self.open:
                self.cancel()

    def cancel(self) -> None:
        """Ask no more, and let what is typed be seen again."""
        self._question, self._answer = "", None
        self._wire.hide_typing(hidden=False)

    def _tell(self, text: str, code: str) -> None:
        self._wire.entrance.chat.tell(self._wire.session, Notice(text, code))


def _command(line: str) -> Command | None:
    """The command that a line begins with; one slash more, and it is none."""
    word = line.strip()
    called = word.startswith("/") and not word.startswith("//")
    return COMMANDS.look_up(word) if called else None
