"""What a person at a terminal does and sees, without the terminal itself."""

from collections.abc import Callable
from dataclasses import replace

from twistedchat.client.around import Connection, Screen
from twistedchat.client.board import Board
from twistedchat.client.command_list import LEFT_OUT
from twistedchat.client.completion import Names, nicks_of
from twistedchat.client.conversation import Conversation
from twistedchat.client.display import Display
from twistedchat.client.doorstep import Doorstep
from twistedchat.client.entries import LOCAL, Command, Local, Say, is_secret, read_entry
from twistedchat.client.farewell import last_account
from twistedchat.client.items import Item, Tone
from twistedchat.client.own_commands import OwnCommands
from twistedchat.client.pasting import Pasting
from twistedchat.client.refusals import Exit, Refusal
from twistedchat.client.rooms import RoomView
from twistedchat.client.settings import Settings
from twistedchat.client.status import Trouble
from twistedchat.client.text import safe
from twistedchat.client.wary import HELD_BACK
from twistedchat.core.slips import slip


class Desk:
    """One run of the program in a terminal.

    Args:
        conversation: what is said and heard.
        settings: the person's choices.
        screen: where everything is shown.
        accept: remembers a certificate's fingerprint and says where.
        settings_file: where lasting settings belong, for telling so.
        now: gives the time in seconds since 1970.

    Attributes:
        connection: drives the conversation; given once it exists.
        exit: the program's exit code.
        last_words: written when the terminal is given back.
        trouble: what the status line says about the connection.
    """

    def __init__(
        self,
        conversation: Conversation,
        settings: Settings,
        screen: Screen,
        accept: Callable[[str], str],
        settings_file: str,
        now: Callable[[], float],
    ) -> None:
        self.settings = settings
        self.exit = Exit.DONE
        self.last_words: list[str] = []
        self.trouble: Trouble = ("connecting",)
        self.connection: Connection | None = None
        self._talk = conversation
        self._screen = screen
        self._doorstep = Doorstep(self, conversation, accept)
        self._pasting = Pasting(self, conversation)
        self._own = OwnCommands(self, conversation, settings_file, now)
        display = Display(lambda: self.settings, lambda: conversation.nick, now=now)
        self._board = Board(screen, display)

    # What the person does

    def typed(self, line: str) -> None:
        """A line was entered."""
        if not line.strip():
            return
        entry = read_entry(line)
        if not (isinstance(entry, Local) and entry.name in ("history", "older")):
            self._talk.past.forget()
        match entry:
            case Say() if command := slip(line):
                self._hold_back(command)
            case Say(text=text) if self._talk.identity.wary.holds_back(text):
                self.tell(HELD_BACK, Tone.ERROR)
            case Say(text=text):
                self._talk.say(text)
            case Command(text=text):
                self._talk.command(text)
            case Local(name=name, rest=rest):
                self._own.carry_out(name, rest)
        self._flush()

    def may_remember(self, line: str) -> bool:
        """Whether a line may be found again by pressing Up."""
        entry = read_entry(line)
        if isinstance(entry, Say) and self._talk.identity.wary.suspects(entry.text):
            return False
        return bool(line.strip()) and not is_secret(line, self._command_names())

    def pasted(self, lines: list[str]) -> None:
        """Many lines were pasted at once: ask before they are all said."""
        self._pasting.offer(lines)

    def step(self, by: int) -> None:
        """Go to the next or the previous room."""
        self._go(self._talk.rooms.step(by))

    def go_to(self, number: int) -> None:
        """Go to the room with a number."""
        self._go(self._talk.rooms.number(number))

    def go_to_unread(self) -> None:
        """Go to a room with unread lines."""
        self._go(self._talk.rooms.next_unread())

    def look_back(self) -> None:
        """Show what was said before, further back with each press."""
        self._own.look_further()
        self._flush()

    def interrupt(self) -> None:
        """Ctrl-C with nothing typed: hold back what waits, or say how to leave."""
        dropped = self._talk.drafts.drop(also_kept=True)
        if dropped:
            self.tell(f"{len(dropped)} lines that waited were not sent.", Tone.ERROR)
        else:
            self.tell("Ctrl-D or /quit leaves.")

    def names(self) -> Names:
        """What Tab may offer."""
        commands = sorted({info.name for info in self._talk.commands} - LEFT_OUT | set(LOCAL))
        rooms = tuple(room.name for room in self._talk.rooms)
        # Those in the current room first, then whoever else is known.
        places = [self._talk.rooms.current, *self._talk.rooms]
        nicks = dict.fromkeys(nick for room in places for nick in nicks_of(room, self._talk.nick))
        return Names(tuple(commands), rooms, tuple(nicks))

    def reconnect(self) -> None:
        """Connect anew, now."""
        self.trouble = ("connecting again",)
        if self.connection is not None:
            self.connection.restart()

    def clear(self) -> None:
        """Clear the screen."""
        self._screen.clear()

    def change(self, settings: Settings) -> None:
        """The person's choices are different from now on."""
        self.settings = settings
        profile = replace(
            self._talk.profile, backlog=settings.backlog, highlight=settings.highlight
        )
        self._talk.adapt(profile)

    def quit(self, reason: str = "") -> None:
        """Say goodbye and leave."""
        self._go_out(Exit.DONE, reason)

    # What the connection does

    def show(self, items: list[Item]) -> None:
        """Show what happened."""
        if items and self._talk.online:
            self.trouble = ()
        self._board.show(items)
        self._screen.refresh()

    def ask_nick(self) -> None:
        """The server refused the nick."""
        self._doorstep.ask_nick()

    def lost(self, reason: str) -> None:
        """The connection is gone and is made again."""
        self.trouble = ("connecting again",)
        self.tell(f"{reason}. Connecting again; what you say is kept until then.", Tone.ERROR)

    def waiting(self, seconds: float) -> None:
        """The next attempt is some seconds off."""
        if self._talk.welcomes:
            soon = f"next try in {seconds:.0f} s"
            full = f"no connection, {soon}"
            self.trouble = (f"{full} (/reconnect: now)", full, soon)
            self._screen.refresh()

    def over(self, refusal: Refusal) -> None:
        """It has ended, or cannot begin unless the person trusts a certificate."""
        if refusal.fingerprint:
            self._doorstep.ask_trust(refusal)
        else:
            self.leave(refusal.exit, safe(refusal.text))

    def terminate(self) -> None:
        """The system wants the program to end: what was read is told to the server all the same."""
        self._go_out(Exit.TERMINATED)

    # For the parts of the desk

    def tell(self, text: str, tone: Tone = Tone.CLIENT) -> None:
        """Write a line of the client's own."""
        self._board.tell(text, tone)
        self._screen.refresh()

    def ask(self, question: str, answered: Callable[[str], None], *, hidden: bool = False) -> None:
        """Ask the person something; hidden answers are not shown while they are typed."""

        def answer(text: str) -> None:
            answered(text)
            self._flush()

        self._screen.ask(question, answer, hidden=hidden)

    def connect(self) -> None:
        """Connect."""
        if self.connection is not None:
            self.connection.start()

    def leave(self, code: Exit, *words: str) -> None:
        """Give the terminal back, with these last words and an account of what was not sent."""
        self.exit = code
        self.last_words += words
        self._board.release()
        self.last_words += filter(None, [self._own.exporting.give_up()])
        self.last_words += last_account(self._talk)
        self._screen.close()

    # Inside

    def _flush(self) -> None:
        if self.connection is not None:
            self.connection.flush()
        self._screen.refresh()

    def _go_out(self, code: Exit, reason: str = "") -> None:
        if self.connection is None:
            self.leave(code)
        else:
            self.connection.quit(reason).addCallback(lambda _: self.leave(code))

    def _hold_back(self, command: str) -> None:
        self.tell(
            f"That looks like /{command} and was not said, for others would have read your"
            " password. Begin the line with the slash; /say says it all the same.", Tone.ERROR,
        )  # fmt: skip

    def _go(self, room: RoomView | None) -> None:
        if room is not None and room is not self._talk.rooms.current:
            self._talk.switch(room.name)
            self._flush()

    def _command_names(self) -> set[str]:
        infos = self._talk.commands
        return {name for info in infos for name in (info.name, *info.aliases)} | set(LOCAL)
