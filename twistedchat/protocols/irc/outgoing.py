"""What one client is sent of its own: behind what it has heard, with labels where it wants them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from twistedchat.core.chat import Chat
from twistedchat.core.users import Session
from twistedchat.protocols.irc.labels import Answer, tagged
from twistedchat.protocols.irc.messages import format_line


class Outgoing:
    """Sends lines to one client.

    Args:
        chat: hands them over in their place among the events.
        session: the client's.
    """

    def __init__(self, chat: Chat, session: Session) -> None:
        self._chat = chat
        self._session = session
        self._answer: Answer | None = None
        self._answers = 0

    @property
    def labelled(self) -> bool:
        """Whether what is sent now answers a request with a label."""
        return self._answer is not None

    @contextmanager
    def answering(self, label: str) -> Iterator[None]:
        """What is sent meanwhile answers a request with this label, or with none ("").

        It may be in the middle of an answer to something else, as with a PING.
        """
        before, self._answer = self._answer, self._begin(label)
        try:
            yield
        finally:
            answer, self._answer = self._answer, None
            if answer is not None:
                self.send(answer.close())
            self._answer = before

    def batch(self, kind: str, about: Sequence[str], lines: Iterable[bytes]) -> Iterator[bytes]:
        """Lines that belong together, as a batch of a kind that says what they are."""
        self._answers += 1
        number, server = str(self._answers), self._chat.about.name
        yield format_line("BATCH", (f"+{number}", kind, *about), server)
        for line in lines:
            yield tagged(line, {"batch": number})
        yield format_line("BATCH", (f"-{number}",), server)

    def _begin(self, label: str) -> Answer | None:
        if not label:
            return None
        self._answers += 1
        return Answer(label, self._chat.about.name, self._answers)

    def send(self, data: bytes) -> None:
        """Send bytes, behind what was heard so far."""
        if self._answer is not None:
            data = self._answer.add(data)
        self._chat.fanout.send(self._session, data)

    def stream(self, lines: Iterable[bytes]) -> Iterable[bytes]:
        """Any number of lines, as they are to be sent."""
        return lines if self._answer is None else self._answer.stream(lines)
