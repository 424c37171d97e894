"""Slash commands that a program sends as somebody typed them; the answers are notices."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from twistedchat.commands import COMMANDS, Context
from twistedchat.commands.registry import Answer, Lines
from twistedchat.commands.talking import say
from twistedchat.core.errors import BadArguments, ChatError, NotAllowed
from twistedchat.core.events import Kept, Notice, Recalled, Whispered
from twistedchat.core.slips import slip
from twistedchat.protocols import fields
from twistedchat.protocols.replies import reply
from twistedchat.render.plain import Style, lens_for

if TYPE_CHECKING:
    from twistedchat.protocols.jsonlines import JsonDialogue

SLIPPED = (
    "That looks like /{} and was not said, for others would have read your password. Begin the"
    " line with the slash; what is to be said all the same is sent with the request say."
)


async def carry_out(dialogue: "JsonDialogue", request: Mapping[str, Any], id_: fields.Id) -> None:
    """Carry out a line as a person typed it.

    Raises:
        ChatError: it was refused.
    """
    chat, session = dialogue.chat, dialogue.session
    line = fields.text(request, "text")
    if request.get("room") is not None:
        chat.focus(session, chat.room_of(session, fields.text(request, "room")))
    zone = fields.zone(request, dialogue.wire.screen.style.zone)
    context = Context(chat, session, _Front(dialogue, id_, zone))
    if line.startswith("/") and not line.startswith("//"):
        await COMMANDS.run(context, line.strip())
    elif command := slip(line):
        raise ChatError(SLIPPED.format(command))
    else:
        await say(context, line.removeprefix("/") if line.startswith("//") else line)


class _Front:
    """A program as the front of a command: what it does itself is left to it."""

    def __init__(self, dialogue: "JsonDialogue", id_: fields.Id, zone: tzinfo | None) -> None:
        self._dialogue = dialogue
        self._id = id_
        self.zone = zone
        self._lens = lens_for(Style(zone=zone))

    def tell(self, notice: Notice) -> None:
        """A line of the server's, as a notice with the request's id."""
        self._dialogue.notice(notice, self._id)

    async def pour(self, lines: Lines) -> None:
        """Any number of lines, each as a notice."""
        await reply(self._dialogue.wire, self._notices(lines))

    async def show(self, lines: Iterable[str]) -> None:
        """Lines as they are, each as the text of a notice."""
        await self.pour(Notice(one, "line") for one in lines)

    def _notices(self, lines: Lines) -> Iterator[bytes]:
        user = self._dialogue.session.user
        ignored = user.ignored if user else {}
        for one in lines:
            if one is None:
                yield b""
            elif isinstance(one, Notice):
                yield self._dialogue.noticed(one, self._id)
            elif isinstance(_message(one), Whispered) or one.user not in ignored:
                text = self._lens.render(one).decode().rstrip()
                yield self._dialogue.noticed(Notice(text, "message"), self._id)

    def ask(self, question: str, answer: Answer) -> bool:
        """A program asks by itself, and sends the answer with the request."""
        raise BadArguments(
            "Put the password behind the command, or let your program send the request for it."
        )

    @property
    def hidden(self) -> bool:
        """Nothing is asked here."""
        return False

    def settings(self) -> Iterable[tuple[str, str, str]]:
        """The program keeps its own."""
        raise NotAllowed("How things look is up to your program. Look at its own settings.")

    def change(self, name: str, value: str) -> None:
        """The program keeps its own."""
        self.settings()

    def clear(self) -> None:
        """The program has its own screen."""
        raise NotAllowed("The screen is up to your program.")

    def negotiate(self) -> None:
        """There is no telnet here."""
        raise NotAllowed("This connection speaks JSON, not telnet.")

    def quit(self, reason: str) -> None:
        """Say goodbye and close."""
        self._dialogue.quit(self._id, reason)

    async def is_operator(self, name: str, password: str) -> bool:
        """Whether the name and password are a server operator's."""
        wire = self._dialogue.wire
        return await wire.entrance.is_operator(name, password, wire.address)


def _message(one: Kept | Recalled) -> Kept:
    return one.message if isinstance(one, Recalled) else one
