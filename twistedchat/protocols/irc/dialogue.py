"""A client of IRC at the other end: its lines are verbs, its answers numerics."""

from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from typing import Any, Protocol

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from twistedchat.core.chat import Outcome
from twistedchat.core.errors import ChatError
from twistedchat.core.events import Event
from twistedchat.core.text import shorten
from twistedchat.core.users import Session
from twistedchat.protocols.admittance import Connection
from twistedchat.protocols.consumer import Cost, Weighed
from twistedchat.protocols.dialogue import Line
from twistedchat.protocols.entrance import Entrance
from twistedchat.protocols.irc import numerics
from twistedchat.protocols.irc.command import COMMANDS, Params
from twistedchat.protocols.irc.labels import label_in
from twistedchat.protocols.irc.lens import IrcLens, Lenses
from twistedchat.protocols.irc.messages import Flaw, Flawed, Message, Tags, format_line, parse
from twistedchat.protocols.irc.numerics import Numeric, numeric_line
from twistedchat.protocols.irc.outgoing import Outgoing
from twistedchat.protocols.irc.refusals import reply_to
from twistedchat.protocols.irc.registration import Registration
from twistedchat.protocols.lines import TooLongLine
from twistedchat.protocols.outbox import Outbox
from twistedchat.protocols.replies import caught_up, reply
from twistedchat.protocols.waiting import as_heard, hand_over_waiting

FAULT = "Something went wrong here, not with what you sent. It was written down for the host."
NOT_UTF8 = "That was not UTF-8 and was not delivered. Set your client to UTF-8."
COMMAND_CHARS = 30
# What is answered at once, whatever waits.
_FREE = frozenset({"PING", "PONG"})
_LISTS = frozenset({"", "b", "I"})
_TALK = frozenset({"PRIVMSG", "NOTICE"})


class IrcWire(Connection, Protocol):
    """What the dialogue asks of its connection."""

    entrance: Entrance
    session: Session
    outbox: Outbox
    lenses: Lenses

    @property
    def broken(self) -> bool:
        """Whether the connection ended without a word."""


class IrcDialogue:
    """A client of IRC.

    Args:
        wire: the connection.

    Attributes:
        out: sends what is the client's own.
        hushed: how many busy rooms the client has just come into.
    """

    _log = Logger()

    telnet = False

    def __init__(self, wire: IrcWire) -> None:
        self.wire = wire
        self.chat = wire.entrance.chat
        self.session = wire.session
        self.question = format_line("PING", (self.server,))
        self.hushed = 0
        self.out = Outgoing(self.chat, self.session)

    @cached_property
    def registration(self) -> Registration:
        """Who the client says to be, and what was agreed on; begun with its first line."""
        return Registration(self)

    @property
    def server(self) -> str:
        """The server's name."""
        return self.chat.about.name

    @property
    def nick(self) -> str:
        """How the client is called; "*" as long as it is not in."""
        user = self.session.user
        return user.nick if user is not None and self.registration.done else "*"

    @property
    def lingers(self) -> bool:
        """An owner whose connection broke keeps the place until the next log-in, for a while."""
        user = self.session.user
        return self.wire.broken and user is not None and user.account != ""

    @property
    def agreed(self) -> frozenset[str]:
        """The capabilities that hold."""
        return self.registration.negotiation.enabled

    # Lines

    def weigh(self, raw: Line) -> Weighed:
        """What others hear, questions, and leaving; with the message."""
        if isinstance(raw, TooLongLine):
            return Cost.ASK, Flawed(Flaw.LINE_TOO_LONG, "")
        message = parse(raw)
        if isinstance(message, Flawed):
            return Cost.ASK, message
        if message.command in _FREE or not message.command:
            return Cost.FREE, message
        found = COMMANDS.get(message.command)
        if message.command == "MODE" and _changes_modes(message.params):
            return Cost.SPEAK, message
        return (found.cost if found else Cost.ASK), message

    def carry_out(self, what: Message | Flawed) -> "Deferred[None] | None":
        """Do what the line says."""
        if self.chat.gate.crowded and not self.chat.stopping:
            return self.wire.entrance.when_relieved(partial(self.carry_out, what))
        if isinstance(what, Flawed):
            with self.out.answering(self._label_in(what.tags)):
                self._answer_flaw(what)
            return None
        if what.command in _TALK and self._says_in_room(what):
            return None
        if what.command in _FREE:
            self._answer_ping(what)
            return None
        if not what.command:
            return None
        return self.wire.entrance.turnstile.run(self._guarded(what))

    def _answer_flaw(self, flawed: Flawed) -> None:
        if flawed.flaw is not Flaw.NOT_UTF8:
            self.numeric(numerics.ERR_INPUTTOOLONG)
            return
        command = shorten(flawed.command, COMMAND_CHARS) or "*"
        if "standard-replies" in self.agreed:
            self.line("FAIL", command, "INVALID_UTF8", NOT_UTF8)
        else:
            self.numeric(numerics.ERR_UNKNOWNERROR, command, NOT_UTF8)

    def _answer_ping(self, message: Message) -> None:
        with self.out.answering(self._label_in(message.tags)):
            if message.command == "PING" and not message.params:
                self.numeric(numerics.ERR_NOORIGIN)
            elif message.command == "PING":
                self.line("PONG", self.server, message.params[0])

    def _says_in_room(self, message: Message) -> bool:
        """Say a line in one room, without a detour: it is what most lines are."""
        params = message.params
        if not self.registration.done or len(params) < 2 or self._label_in(message.tags):
            return False
        target, text = params[0], params[1]
        if target[:1] != "#" or "," in target or not text or text[0] == "\x01":
            return False
        said = partial(self.said, message.command, target)
        try:
            room = self.chat.room_of(self.session, target)
            self.chat.say(self.session, room.name.key, text, said)
        except ChatError as error:
            said(error)
        except Exception:  # noqa: BLE001 - one line's fault ends nobody's connection
            self._failed(message.command)
        return True

    def said(self, command: str, target: str, outcome: Outcome) -> None:
        """A message was said in a room, or refused."""
        if isinstance(outcome, ChatError):
            # A NOTICE is never answered, so that two programs do not talk for ever.
            if command != "NOTICE":
                self.refuse(outcome, command, target)
        else:
            self.echo(outcome[0][0])

    async def _guarded(self, message: Message) -> None:
        await caught_up(self.wire)
        with self.out.answering(self._label_in(message.tags)):
            await self._answer(message)
        if self.session.missed is not None:
            hand_over_waiting(self.wire, as_heard)

    async def _answer(self, message: Message) -> None:
        try:
            await self._dispatch(message.command, message.params)
        except ChatError as error:
            self.refuse(error, message.command, message.params[0] if message.params else "")
        except Exception:  # noqa: BLE001 - as above
            self._failed(message.command)

    def _failed(self, command: str) -> None:
        self._log.failure("A line of IRC could not be carried out")
        self.numeric(numerics.ERR_UNKNOWNERROR, shorten(command, COMMAND_CHARS), FAULT)

    async def _dispatch(self, name: str, params: Params) -> None:
        found, shown = COMMANDS.get(name), shorten(name, COMMAND_CHARS)
        if not self.registration.done and (found is None or not found.early):
            self.numeric(numerics.ERR_NOTREGISTERED)
        elif found is None:
            self.numeric(numerics.ERR_UNKNOWNCOMMAND, shown)
        elif len(params) < found.least:
            self.numeric(numerics.ERR_NEEDMOREPARAMS, shown)
        else:
            await found.run(self, params)

    # Answers

    def _label_in(self, tags: Tags) -> str:
        wanted = tags and {"labeled-response", "batch"} <= self.agreed
        return label_in(tags) if wanted else ""

    def send(self, data: bytes) -> None:
        """Send bytes, behind what was heard so far."""
        self.out.send(data)

    def line(self, command: str, *params: str, text: bool = False) -> None:
        """Send a line of the server's; the last word may be a text."""
        self.send(format_line(command, params, self.server, text=text))

    def numeric(self, numeric: Numeric, *words: str) -> None:
        """Send a numeric."""
        self.send(self.numeric_bytes(numeric, *words))

    def numeric_bytes(self, numeric: Numeric, *words: str) -> bytes:
        """The bytes of a numeric."""
        return numeric_line(self.server, self.nick, numeric, *words)

    def refuse(self, error: ChatError, command: str, target: str) -> None:
        """Say that something was refused, and why."""
        code, words = reply_to(error, command, shorten(target, 100))
        self.send(format_line(code, (self.nick, *words, str(error)), self.server))

    async def reply(self, lines: Iterable[bytes]) -> None:
        """Send any number of lines, as the client takes them."""
        await reply(self.wire, self.out.stream(lines))

    def echo(self, event: Event) -> None:
        """Show a client what it has said itself, if it has asked for that."""
        if "echo-message" in self.agreed:
            self.send(self.lens.render(event, mine=True))

    def notice(self, text: str) -> None:
        """Tell the person something."""
        self.line("NOTICE", self.nick, text)

    @property
    def lens(self) -> IrcLens:
        """How the client sees events."""
        return self.wire.lenses.of(self.agreed)

    # What the connection tells

    def behind(self, seconds: int) -> None:
        """Over the rate: lines wait, none is lost."""
        self.notice(f"Slow down: {seconds} s behind. Nothing is lost.")

    def refused(self, lines: Sequence[Any]) -> None:
        """Over the rate by far."""
        limits = self.wire.entrance.config.limits
        what = "1 line was" if len(lines) == 1 else f"{len(lines)} lines were"
        how = f"{limits.burst} may come at once, then {limits.rate} a second."
        self.notice(f"Too fast: {what} not carried out. {how}")

    def ending(self) -> None:
        """Nothing more will be carried out."""

    def last_words(self, code: str, text: str) -> bytes:  # noqa: ARG002 - IRC has words only
        """The line that says why the connection closes."""
        return format_line("ERROR", (f"Closing Link: {self.nick} ({text})",))


def _changes_modes(params: Params) -> bool:
    """Whether others hear of it: more than a question for the modes or a list."""
    return len(params) > 2 or (len(params) == 2 and params[1].strip("+") not in _LISTS)
