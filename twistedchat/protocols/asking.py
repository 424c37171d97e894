"""Questions whose answers nobody else may see: the next line is the answer, and no line of talk."""

from twistedchat.commands.registry import Answer
from twistedchat.core.events import Notice
from twistedchat.protocols.dialogue import Wire

HIDDEN = "(not shown while you type; an empty line cancels)"
VISIBLE = (
    "(what you type will be visible; in a telnet client, /telnet hides it; an empty line cancels)"
)
CANCELLED = "Nothing was entered, and nothing was changed."


class Asking:
    """Asks one question at a time.

    Args:
        wire: the connection.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._question = ""
        self._answer: Answer | None = None

    @property
    def open(self) -> bool:
        """Whether the next line is an answer."""
        return self._answer is not None

    def ask(self, question: str, answer: Answer) -> bool:
        """Ask; whether typing is hidden."""
        self._question, self._answer = question, answer
        hidden = self._wire.hide_typing(hidden=True)
        self._tell(f"{question} {HIDDEN if hidden else VISIBLE}", "password")
        return hidden

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
            elif not line.strip() or answer is None:
                self._tell(CANCELLED, "password")
            else:
                await answer(line)
        finally:
            if not self.open:
                self.cancel()

    def cancel(self) -> None:
        """Ask no more, and let what is typed be seen again."""
        self._question, self._answer = "", None
        self._wire.hide_typing(hidden=False)

    def _tell(self, text: str, code: str) -> None:
        self._wire.entrance.chat.tell(self._wire.session, Notice(text, code))
