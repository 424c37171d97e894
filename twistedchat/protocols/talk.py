"""Talking in plain lines: a person types, the server answers in sentences."""

from collections.abc import Awaitable, Iterable, Iterator, Sequence
from datetime import tzinfo
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from twistedchat.commands import COMMANDS, Context
from twistedchat.commands.registry import Answer, Lines
from twistedchat.core.chat import Outcome
from twistedchat.core.errors import ChatError, NotAllowed, TooLong
from twistedchat.core.events import Notice
from twistedchat.core.ports import Lens
from twistedchat.core.slips import slip
from twistedchat.core.text import decode
from twistedchat.protocols.asking import Asking
from twistedchat.protocols.consumer import Cost, Weighed
from twistedchat.protocols.dialogue import Line, Wire
from twistedchat.protocols.lines import TooLongLine, edit
from twistedchat.protocols.prompt import NickPrompt
from twistedchat.protocols.replay import catch_up
from twistedchat.protocols.replies import LongReply, caught_up, reply, taken
from twistedchat.protocols.screen import CLEAR

FAULT = "Something went wrong here, not with what you typed. It was written down for the host."
SLIPPED = (
    "That looks like /{} and was not said, for others would have read your password."
    " Begin the line with the slash."
)
MEANT = " If you meant to say it, send the same again."
WARY = (
    "That was not said: it may be the password that was just refused, once more. The command"
    " asks for it again; if you meant to say it, send the same again."
)


class TextDialogue:
    """A person who types lines.

    Args:
        wire: the connection.
    """

    _log = Logger()

    telnet = True
    # TCP keep-alive does it for people: nothing may appear on their screens.
    question = b""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._chat = wire.entrance.chat
        self._session = wire.session
        self._session.replays = True
        self._session.show_missed = self._catch_up
        # What was missed, on its way: commands wait for it, so that nobody piles it up.
        self._replay: LongReply | None = None
        # Until there is a nick; thousands who have one need not keep the question.
        self._prompt: NickPrompt | None = NickPrompt(wire, self)
        self._asking: Asking | None = None
        # What was held back, so that the same line is said when it comes again.
        self._held = 0
        # Whether a password was refused and nothing was said since: the next line may be another.
        self._wary = False

    @property
    def lingers(self) -> bool:
        """An owner whose connection broke keeps the place until the next log-in, for a while."""
        user = self._session.user
        return self._wire.broken and user is not None and user.account != ""

    def greet(self) -> None:
        """Welcome, and the question for the nickname."""
        if self._prompt is not None:
            self._prompt.greet()

    # Lines

    def weigh(self, line: Line) -> Weighed:
        """Lines that others hear, questions, and leaving; with the line as text."""
        what = line if isinstance(line, TooLongLine) else decode(edit(line))
        cost = line_cost(what) if isinstance(what, str) else Cost.ASK
        prompt = self._prompt
        if self._asking is not None and self._asking.open and cost is Cost.SPEAK:
            return Cost.ASK, what
        if prompt is not None and prompt.quiet and cost is not Cost.LEAVE:
            prompt.not_delivered(what)
            return Cost.DONE, what
        return cost, what

    def carry_out(self, what: str | TooLongLine) -> "Deferred[None] | None":
        """Do what the line says."""
        if self._chat.gate.crowded and not self._chat.stopping:
            return self._wire.entrance.when_relieved(partial(self.carry_out, what))
        if isinstance(what, TooLongLine):
            self._refuse_long()
        elif self._asking is not None and self._answers(self._asking, what):
            return self._run(self._take_answer(self._asking, what))
        elif self._prompt is not None:
            text = what.strip("\0").strip()
            return self._run(self._answer(self._prompt, text)) if text else None
        elif what.startswith("/") and not what.startswith("//"):
            return self._run(COMMANDS.run(Context(self._chat, self._session, self), what.strip()))
        else:
            self._say(what)
        return None

    def _answers(self, asking: Asking, text: str) -> bool:
        leaves = line_cost(text) is Cost.LEAVE
        return asking.open and not leaves and not asking.gives_way(text)

    async def _answer(self, prompt: NickPrompt, text: str) -> None:
        await prompt.answer(text)
        self._look_who_is_here()

    async def _take_answer(self, asking: Asking, text: str) -> None:
        if self._prompt is None:
            self._wary = True
            await asking.take(text)
            self._wary = False
        else:
            await self._prompt.attempt(asking.take(text))
            self._look_who_is_here()

    def _look_who_is_here(self) -> None:
        if self._prompt is not None and self._session.user is not None:
            self._prompt.stop()
            self._prompt = None

    def _refuse_long(self) -> None:
        limit = self._wire.entrance.config.limits.line
        error = TooLong(f"A line has at most {limit} bytes. Yours was longer and not delivered.")
        if self._asking is not None and self._asking.open:
            self._asking.cancel()
        if self._prompt is not None:
            self._prompt.refuse(error)
        else:
            self._refuse(error)

    def _say(self, text: str) -> None:
        if not text or text.isspace():
            return
        if self._holds_back(text):
            return
        text = text[1:] if text.startswith("//") else text
        try:
            self._chat.say(self._session, self._session.current, text, self._said)
        except ChatError as error:
            self._refuse(error)
        except Exception:  # noqa: BLE001 - as below
            self._failed()

    def _holds_back(self, text: str) -> bool:
        """Whether a line is not said, because it looks like a command with a password."""
        command, wary = slip(text), self._wary
        self._wary = False
        if not command:
            if wary:
                self.tell(Notice(WARY, "held-back"))
            return wary
        # Only what begins with a plain word may be meant; a slip is often repeated.
        plain = text[0].isalpha()
        again, self._held = plain and self._held == hash(text), hash(text)
        if not again:
            told = SLIPPED.format(command) + (MEANT if plain else "")
            self.tell(Notice(told, "held-back"))
        return not again

    def _said(self, outcome: Outcome) -> None:
        if isinstance(outcome, ChatError):
            self._refuse(outcome)

    def _run(self, doing: Awaitable[None]) -> "Deferred[None]":
        return self._wire.entrance.turnstile.run(self._guarded(doing))

    async def _guarded(self, doing: Awaitable[None]) -> None:
        await taken(self._wire, self._replay)
        await caught_up(self._wire)
        try:
            await doing
        except ChatError as error:
            self._refuse(error)
        except Exception:  # noqa: BLE001 - whatever it is, one person's line ends nobody's connection
            self._failed()
        self._catch_up()

    def _catch_up(self) -> None:
        """Show what was missed in the places that the session has just begun to hear."""
        if self._session.missed is not None:
            self._replay = catch_up(self._wire) or self._replay

    def _failed(self) -> None:
        self._log.failure("A line could not be carried out")
        self.tell(Notice(FAULT, "failed"))

    def _refuse(self, error: ChatError) -> None:
        self.tell(Notice(str(error), error.code))

    # What commands ask of a door

    def tell(self, notice: Notice) -> None:
        """Show a line of the server's."""
        self._chat.tell(self._session, notice)

    async def pour(self, lines: Lines) -> None:
        """Show any number of lines, as the reader takes them."""
        await reply(self._wire, _rendered(self._session.lens.for_room(True), lines))

    async def show(self, lines: Iterable[str]) -> None:
        """Show lines as they are, as the reader takes them."""
        end = "\r\n" if self._wire.screen.style.crlf else "\n"
        await reply(self._wire, (f"{one}{end}".encode("utf-8", "replace") for one in lines))

    def ask(self, question: str, answer: Answer) -> bool:
        """Ask for something that nobody else should see; whether typing is hidden."""
        if self._asking is None:
            self._asking = Asking(self._wire)
        return self._asking.ask(question, answer)

    @property
    def hidden(self) -> bool:
        """Whether what is typed as an answer is not shown."""
        return self._asking is not None and self._asking.hidden

    @property
    def zone(self) -> tzinfo | None:
        """The zone of the person's choice, or the server's."""
        return self._wire.screen.style.zone

    def settings(self) -> Iterable[tuple[str, str, str]]:
        """What /set can change."""
        return self._wire.screen.settings()

    def change(self, name: str, value: str) -> None:
        """Change one of them."""
        self._wire.screen.change(name, value)

    def clear(self) -> None:
        """Empty the screen of a terminal."""
        if not self._wire.screen.terminal:
            raise NotAllowed(
                "I don't know what your terminal can do. In telnet, type /telnet first."
            )
        self._chat.fanout.send(self._session, CLEAR)

    def negotiate(self) -> None:
        """Begin telnet negotiation."""
        self._wire.negotiate()

    def quit(self, reason: str) -> None:
        """Say goodbye and close."""
        self._wire.close("bye", "Goodbye.", reason)

    async def is_operator(self, name: str, password: str) -> bool:
        """Whether the name and password are a server operator's."""
        wire = self._wire
        return await wire.entrance.is_operator(name, password, wire.address)

    # What the connection tells

    def behind(self, seconds: int) -> None:
        """Over the rate: lines wait, none is lost."""
        self.tell(Notice(f"Slow down: {seconds} s behind. Nothing is lost.", "slow-down"))

    def refused(self, lines: Sequence[Any]) -> None:
        """Over the rate by far."""
        limits = self._wire.entrance.config.limits
        what = "1 line was" if len(lines) == 1 else f"{len(lines)} lines were"
        how = f"{limits.burst} may come at once, then {limits.rate} a second."
        self.tell(Notice(f"Too fast: {what} not delivered. {how}", "too-fast"))

    def ending(self) -> None:
        """Nothing more will be carried out: say what could not be delivered."""
        if self._prompt is not None:
            self._prompt.tell_undelivered()

    def stop(self) -> None:
        """Forget about questions that are open."""
        self._session.show_missed = None
        self._asking = None
        if self._prompt is not None:
            self._prompt.stop()
            self._prompt = None

    def last_words(self, code: str, text: str) -> bytes:
        """A line that says why the connection closes."""
        return self._session.lens.render(Notice(text, code))


def _rendered(lens: Lens, lines: Lines) -> Iterator[bytes]:
    for one in lines:
        data = b"" if one is None else lens.render(one, mine=True)
        if data or one is None:
            yield data


def line_cost(text: str) -> Cost:
    """What a line as typed counts as: others hear of it, a question, or leaving."""
    if not text.startswith("/") or text.startswith("//"):
        return Cost.SPEAK
    command = COMMANDS.look_up(text)
    if command is None:
        return Cost.ASK
    if command.name == "quit":
        return Cost.LEAVE
    return Cost.SPEAK if command.speaks else Cost.ASK
