"""What is asked before one is in: whether a certificate is trusted, and for another nick."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from twistedchat.client.around import Teller, is_yes
from twistedchat.client.conversation import Conversation
from twistedchat.client.refusals import Exit, Refusal


class Desk(Teller, Protocol):
    """Where the person sits."""

    def connect(self) -> None:
        """Connect."""

    def leave(self, code: Exit, *words: str) -> None:
        """Give the terminal back, with these last words."""


class Doorstep:
    """Asks the first questions.

    Args:
        desk: where the person sits.
        conversation: what is said and heard.
        accept: remembers a certificate's fingerprint and says where.
    """

    def __init__(
        self, desk: Desk, conversation: Conversation, accept: Callable[[str], str]
    ) -> None:
        self._desk = desk
        self._talk = conversation
        self._accept = accept

    def ask_nick(self) -> None:
        """Ask for a nick until there is one."""
        self._desk.ask("Which nick do you want? ", self._nick_given)

    def ask_trust(self, refusal: Refusal) -> None:
        """Ask whether the certificate is the right one."""
        self._desk.tell(refusal.text.partition(" Compare")[0])
        self._desk.tell(f"Its fingerprint is {refusal.fingerprint}")
        question = "Does its owner show the same, and do you trust it from now on? (yes/no) "
        self._desk.ask(question, partial(self._trust_given, refusal))

    def _nick_given(self, answer: str) -> None:
        if answer.strip():
            self._talk.rename(answer.strip())
        else:
            self.ask_nick()

    def _trust_given(self, refusal: Refusal, answer: str) -> None:
        if is_yes(answer):
            self._desk.tell(self._accept(refusal.fingerprint))
            self._desk.connect()
        else:
            self._desk.leave(refusal.exit, "Not connected: the certificate is not trusted.")
