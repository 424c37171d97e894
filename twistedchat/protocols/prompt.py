"""The question for the nickname, and what becomes of lines that are no answer to it."""

from collections.abc import Awaitable, Iterable
from typing import TYPE_CHECKING, Any

from twistedchat.commands import COMMANDS, Context
from twistedchat.commands.rooms import in_company, people
from twistedchat.core.chat import user_of
from twistedchat.core.errors import ChatError
from twistedchat.core.events import Notice
from twistedchat.core.names import nick_key
from twistedchat.core.slips import slip
from twistedchat.core.text import shorten
from twistedchat.protocols.consumer import Cost
from twistedchat.protocols.dialogue import Wire

if TYPE_CHECKING:
    from twistedchat.protocols.talk import TextDialogue

# Lines that follow a refused nickname so soon were on their way before it could be read.
QUIET_MS = 150
QUOTED = 3
QUOTED_CHARS = 30
_WITHOUT_NICK = ("quit", "telnet", "login")


class NickPrompt:
    """Asks for a nickname until there is one.

    Args:
        wire: the connection.
        front: tells the person things.
    """

    def __init__(self, wire: Wire, front: "TextDialogue") -> None:
        self._wire = wire
        self._front = front
        self._chat = wire.entrance.chat
        self._session = wire.session
        self._quoted: list[str] = []
        self._undelivered = 0
        self._quiet: Any = None
        self._was_held = False

    def greet(self) -> None:
        """Welcome, and the question."""
        state, name = self._chat.state, self._chat.about.name
        rooms = state.listed
        self._front.tell(
            Notice(
                f"Welcome to {name}: {people(len(state.users))} in {rooms} "
                f"{'room' if rooms == 1 else 'rooms'}."
            )
        )
        self._ask()

    def _ask(self) -> None:
        self._front.tell(Notice("What is your nickname?", "nickname"))

    @property
    def quiet(self) -> bool:
        """Whether what comes now was typed before a refusal could be read."""
        return self._quiet is not None and self._session.user is None

    async def answer(self, text: str) -> None:
        """Take a line as the nickname, unless it was typed as something else.

        Raises:
            ChatError: it was a command, and refused.
        """
        if text.startswith("/"):
            await self._command(text)
            return
        try:
            await self._enter(text)
        except ChatError as error:
            self.refuse(error)

    async def _command(self, text: str) -> None:
        try:
            known = COMMANDS.parse(text)[0].name in _WITHOUT_NICK
        except ChatError:
            known = False
        if known:
            await self.attempt(COMMANDS.run(Context(self._chat, self._session, self._front), text))
        else:
            self._front.tell(
                Notice("First your nickname, then commands. A nickname has no / in it.", "nickname")
            )
            self._begin_quiet()

    async def attempt(self, doing: Awaitable[None]) -> None:
        """Do what may log somebody in, and welcome them if it has."""
        try:
            await doing
        except ChatError as error:
            self.refuse(error)
        if self._session.user is not None:
            await self._welcome("")

    def refuse(self, error: ChatError) -> None:
        """Say what is wrong with an answer, and take nothing that waits behind it for one."""
        self._front.tell(Notice(str(error), error.code))
        self._begin_quiet()

    def _begin_quiet(self) -> None:
        self._rest()
        leaves = False
        for cost, what in self._wire.forget():
            if cost is Cost.LEAVE:
                leaves = True
            else:
                self.not_delivered(what)
        if leaves:
            self._front.quit("")

    def _rest(self) -> None:
        """Wait until nothing has come for a while."""
        entrance = self._wire.entrance
        seconds = max(QUIET_MS, entrance.config.greeting_ms) / 1000
        if self._quiet is None:
            self._quiet = entrance.reactor.callLater(seconds, self._end_quiet)
        else:
            self._quiet.reset(seconds)

    def not_delivered(self, what: object) -> None:
        """A line was on its way before the person could know that it needs a nickname."""
        text = what if isinstance(what, str) else "..."
        if text and not text.isspace():
            self._rest()
            self._undelivered += 1
            if len(self._quoted) < QUOTED:
                self._quoted.append(_quoted(text))

    def _end_quiet(self) -> None:
        self._quiet = None
        if self._was_held or self._wire.holding:
            # What the peer has sent since is still to be read, and is no answer either.
            self._was_held = self._wire.holding
            self._rest()
            return
        self.tell_undelivered()
        self._ask()

    def tell_undelivered(self) -> None:
        """Say what was not delivered, and ask for nothing any more."""
        self.stop()
        if self._undelivered:
            more = self._undelivered - len(self._quoted)
            quoted = ", ".join(self._quoted) + (f" and {more} more" if more else "")
            self._front.tell(
                Notice(f"Not delivered, for want of a nickname: {quoted}.", "nickname")
            )
        self._quoted, self._undelivered = [], 0

    def stop(self) -> None:
        """Forget about the question."""
        if self._quiet is not None and self._quiet.active():
            self._quiet.cancel()
        self._quiet = None

    async def _enter(self, text: str) -> None:
        if await self._enter_by_certificate():
            # Whatever was typed was not wanted as a nick, nor looked at.
            await self._welcome("")
            return
        await self._chat.enter(self._session, text, resumable=False)
        await self._welcome(text)

    async def _enter_by_certificate(self) -> bool:
        """Let in the owner of the certificate that the peer has shown, if it is anybody's."""
        accounts = self._chat.accounts
        if accounts is None or not self._session.certificate:
            return False
        try:
            found = await accounts.log_in_by_certificate(self._session)
        except ChatError as error:
            self._front.tell(Notice(str(error), error.code))
            return False
        if found is not None:
            self._front.tell(Notice("Your certificate has logged you in.", "account"))
        return found is not None

    async def _welcome(self, wanted: str) -> None:
        """Say hello to somebody whose nick is settled, and bring them where everybody begins."""
        chat, session = self._chat, self._session
        self._wire.entrance.settled(self._wire)
        trouble = ""
        # An owner who is here with another device is in rooms already.
        for room in () if user_of(session).rooms else reversed(chat.about.first_rooms):
            try:
                chat.focus(session, await chat.join(session, room))
            except ChatError as error:
                trouble = f" {error}"
        if session.user is not None:
            for notice in self._hello(wanted, trouble):
                self._front.tell(notice)
            chat.arrive(session)

    def _why_not(self, wanted: str) -> str:
        session, nick = self._session, user_of(self._session).nick
        shown = shorten(wanted, 40)
        if session.claimed:
            return f"{shown} belongs to an account, so you are {nick}. /login if it is yours."
        return f"{shown} is taken, so you are {nick}. /nick changes it."

    def _hello(self, wanted: str, trouble: str) -> Iterable[Notice]:
        session, user = self._session, user_of(self._session)
        if wanted and nick_key(wanted) != user.name.key:
            yield Notice(self._why_not(wanted), "nick-taken")
        where = "You are in no room. /rooms lists them, /join ROOM enters one."
        room = self._chat.state.rooms.get(session.current or "")
        if room is not None:
            where = f"You are in #{room.name.shown} {in_company(session, room)}."
        yield Notice(f"Hello {user.nick}.{trouble} {where} /help lists the commands.", "hello")
        for line in self._chat.about.motd:
            yield Notice(line, "motd")


def _quoted(text: str) -> str:
    """A line as it is quoted to whoever typed it; of a command the name alone, not a password."""
    if text.lstrip().startswith("/") or slip(text):
        return f'"{shorten(text.split(maxsplit=1)[0], QUOTED_CHARS)} ..."'
    return f'"{shorten(text, QUOTED_CHARS)}"'
