"""Talking in plain lines: a person types, the server answers in sentences."""

from collections.abc import Awaitable, Iterable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from twistedchat.commands import COMMANDS, Context
from twistedchat.commands.rooms import in_company, people
from twistedchat.core.chat import Outcome
from twistedchat.core.errors import BadNick, ChatError, NotAllowed, TooLong
from twistedchat.core.events import Kept, Notice
from twistedchat.core.text import decode, shorten
from twistedchat.protocols.dialogue import Line, Wire
from twistedchat.protocols.intake import Cost
from twistedchat.protocols.lines import TooLongLine, edit
from twistedchat.protocols.screen import CLEAR

FAULT = "Something went wrong here, not with what you typed. It was written down for the host."


class TextDialogue:
    """A person who types lines.

    Args:
        wire: the connection.
    """

    _log = Logger()

    lingers = False

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._chat = wire.entrance.chat
        self._session = wire.session
        self._greeted = False
        self._undelivered: list[str] = []
        self._quiet_until = 0.0
        self._quiet_over: Any = None

    # The first words

    def greet(self) -> None:
        """Welcome, and the question for the nickname."""
        if self._greeted:
            return
        self._greeted = True
        state, name = self._chat.state, self._chat.about.name
        here = people(len(state.users))
        rooms = len(state.rooms)
        self.tell(Notice(f"Welcome to {name}: {here} in {rooms} room{'' if rooms == 1 else 's'}."))
        self._ask()

    def _ask(self) -> None:
        self.tell(Notice("What is your nickname?", "nickname"))

    async def _first(self, text: str) -> None:
        """Take a line as the nickname, unless it was typed as something else."""
        now = self._wire.entrance.reactor.seconds()
        if now < self._quiet_until:
            self._not_delivered(text)
        elif text.lower() in ("/quit", "/telnet"):
            await COMMANDS.run(Context(self._chat, self._session, self), text)
        elif text.startswith("/"):
            self.tell(Notice("First your nickname, then commands. A nickname has no / in it."))
            self._begin_quiet()
        else:
            try:
                await self._enter(text)
            except BadNick as error:
                self.tell(Notice(str(error), error.code))
                self._begin_quiet()

    def _begin_quiet(self) -> None:
        """What was on its way before the person could read the refusal is no answer to it."""
        entrance = self._wire.entrance
        quiet = entrance.config.greeting_ms / 1000
        self._quiet_until = entrance.reactor.seconds() + quiet
        if self._quiet_over is not None and self._quiet_over.active():
            self._quiet_over.reset(quiet)
        else:
            self._quiet_over = entrance.reactor.callLater(quiet, self._end_quiet)

    def _not_delivered(self, text: str) -> None:
        self._undelivered.append(shorten(text, 30) if len(self._undelivered) < 3 else "")
        self._begin_quiet()

    def _end_quiet(self) -> None:
        self._tell_undelivered()
        self._ask()

    def _tell_undelivered(self) -> None:
        count = len(self._undelivered)
        if count:
            quoted = ", ".join(f'"{text}"' for text in self._undelivered if text)
            more = f" and {count - 3} more" if count > 3 else ""
            self.tell(Notice(f"Not delivered, for want of a nickname: {quoted}{more}."))
        self._undelivered = []

    async def _enter(self, text: str) -> None:
        chat, session = self._chat, self._session
        await chat.enter(session, text)
        self._wire.entrance.settled(self._wire)
        lobby = chat.about.lobby
        trouble = ""
        if lobby:
            try:
                chat.focus(session, await chat.join(session, lobby))
            except ChatError as error:
                trouble = f" {error}"
        self._hello(text.strip(), trouble)
        chat.arrive(session)

    def _hello(self, wanted: str, trouble: str) -> None:
        session = self._session
        if session.user is None:
            return
        nick = session.user.nick
        if nick.casefold() != wanted.casefold():
            self.tell(
                Notice(f"{shorten(wanted, 40)} is taken, so you are {nick}. /nick changes it.")
            )
        room = self._chat.state.rooms.get(session.current or "")
        where = (
            f"You are in #{room.name.shown} {in_company(session, room)}."
            if room
            else ("You are in no room. /rooms lists them, /join ROOM enters one.")
        )
        self.tell(Notice(f"Hello {nick}.{trouble} {where} /help lists the commands.", "hello"))
        for line in self._chat.about.motd:
            self.tell(Notice(line, "motd"))

    # Lines

    def cost(self, line: Line) -> Cost:
        """Lines that others hear, questions, and leaving."""
        if isinstance(line, TooLongLine):
            return Cost.ASK
        if not line.startswith(b"/"):
            return Cost.SPEAK
        if line.startswith(b"//"):
            return Cost.SPEAK
        try:
            command, _ = COMMANDS.parse(decode(line[:64]))
        except ChatError:
            return Cost.ASK
        if command.name == "quit":
            return Cost.LEAVE
        return Cost.SPEAK if command.speaks else Cost.ASK

    def carry_out(self, line: Line) -> "Deferred[None] | None":
        """Do what the line says."""
        if isinstance(line, TooLongLine):
            limit = self._wire.entrance.config.limits.line
            error = TooLong(
                f"A line has at most {limit} bytes. Yours was longer and not delivered."
            )
            self._refuse(error)
            return None
        text = decode(edit(line))
        if self._session.user is None:
            text = text.strip()
            return self._run(self._first(text)) if text else None
        if text.startswith("/") and not text.startswith("//"):
            return self._run(COMMANDS.run(Context(self._chat, self._session, self), text.strip()))
        self._say(text)
        return None

    def _say(self, text: str) -> None:
        if not text or text.isspace():
            return
        if text.startswith("//"):
            text = text[1:]
        try:
            self._chat.say(self._session, self._session.current, text, self._said)
        except ChatError as error:
            self._refuse(error)

    def _said(self, outcome: Outcome) -> None:
        if isinstance(outcome, ChatError):
            self._refuse(outcome)

    def _run(self, doing: Awaitable[None]) -> "Deferred[None]":
        return Deferred.fromCoroutine(self._guarded(doing))

    async def _guarded(self, doing: Awaitable[None]) -> None:
        try:
            await doing
        except ChatError as error:
            self._refuse(error)
        except Exception:  # noqa: BLE001 - whatever it is, one person's line ends nobody's connection
            self._log.failure("A line could not be carried out")
            self.tell(Notice(FAULT, "failed"))

    def _refuse(self, error: ChatError) -> None:
        self.tell(Notice(str(error), error.code))

    # What commands ask of a door

    def tell(self, notice: Notice) -> None:
        """Show a line of the server's."""
        self._chat.tell(self._session, notice)

    def show(self, message: Kept) -> None:
        """Show a message from the past."""
        self._chat.tell(self._session, message)

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
        return await self._wire.entrance.is_operator(name, password)

    # What the connection tells

    def behind(self, seconds: int) -> None:
        """Over the rate: lines wait, none is lost."""
        self.tell(Notice(f"Slow down: {seconds} s behind. Nothing is lost.", "slow-down"))

    def refused(self, lines: int) -> None:
        """Over the rate by far."""
        limits = self._wire.entrance.config.limits
        what = "1 line was" if lines == 1 else f"{lines} lines were"
        self.tell(
            Notice(
                f"Too fast: {what} not delivered. {limits.burst} may come at once, "
                f"then {limits.rate} a second.", "too-fast",
            )
        )  # fmt: skip

    def input_done(self) -> None:
        """Nothing more will come: say what could not be delivered."""
        self._tell_undelivered()
        self.stop()

    def stop(self) -> None:
        """Forget about questions that are open."""
        if self._quiet_over is not None and self._quiet_over.active():
            self._quiet_over.cancel()

    def last_words(self, code: str, text: str) -> bytes:
        """A line that says why the connection closes."""
        return self._session.lens.render(Notice(text, code))

    def probe(self) -> bool:
        """TCP keep-alive does it for people: nothing may appear on their screens."""
        return True
