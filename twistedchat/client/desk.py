"""What a person at a terminal does and sees, without the terminal itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from twistedchat.client.board import Board
from twistedchat.client.command_list import LEFT_OUT
from twistedchat.client.completion import Names, nicks_of
from twistedchat.client.conversation import Conversation
from twistedchat.client.display import Display, Line
from twistedchat.client.drafts import MAX_WAITING
from twistedchat.client.entries import LOCAL, Command, Local, Say, is_secret, read_entry
from twistedchat.client.items import Item, Tone
from twistedchat.client.own_commands import OwnCommands
from twistedchat.client.refusals import Exit, Refusal
from twistedchat.client.rooms import RoomView
from twistedchat.client.settings import Settings
from twistedchat.client.status import Trouble
from twistedchat.client.text import safe
from twistedchat.core.slips import slip


class Screen(Protocol):
    """A terminal with a prompt at its bottom."""

    def write(self, lines: list[Line]) -> None:
        """Put lines above the prompt."""

    def ask(self, question: str, answered: Callable[[str], None], *, hidden: bool = False) -> None:
        """Put what is typed aside, ask a question, and give the answer."""

    def ring(self) -> None:
        """Ring the bell."""

    def clear(self) -> None:
        """Clear the screen."""

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call something in a while."""

    def refresh(self) -> None:
        """Draw prompt and status anew."""

    def close(self) -> None:
        """Give the terminal back."""


class Connection(Protocol):
    """What drives the conversation."""

    def start(self) -> None:
        """Connect."""

    def restart(self) -> None:
        """Connect anew."""

    def flush(self) -> None:
        """Show and send what waits."""

    def quit(self, reason: str = "") -> Any:
        """Say goodbye; what it gives fires when that is done."""


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
        self._accept = accept
        self._own = OwnCommands(self, conversation, settings_file, now)
        display = Display(lambda: self.settings, lambda: conversation.nick)
        self._board = Board(screen, display)

    # What the person does

    def typed(self, line: str) -> None:
        """A line was entered."""
        if not line.strip():
            return
        entry = read_entry(line)
        if not (isinstance(entry, Local) and entry.name == "history"):
            self._talk.past.forget()
        match entry:
            case Say() if command := slip(line):
                self._hold_back(command)
            case Say(text=text):
                self._talk.say(text)
            case Command(text=text):
                self._talk.command(text)
            case Local(name=name, rest=rest):
                self._own.carry_out(name, rest)
        self._flush()

    def may_remember(self, line: str) -> bool:
        """Whether a line may be found again by pressing Up."""
        return bool(line.strip()) and not is_secret(line, self._command_names())

    def pasted(self, lines: list[str]) -> None:
        """Many lines were pasted at once: ask before they are all said."""
        room = self._talk.rooms.current
        free = MAX_WAITING - self._talk.drafts.waiting
        if room is None or len(lines) > free:
            why = "You are in no room" if room is None else f"At most {free} can be sent at once"
            self.tell(f"{len(lines)} lines were pasted and not sent. {why}.", Tone.ERROR)
            return
        question = f"Say these {len(lines)} lines in #{room.name}? (yes/no) "
        self._screen.ask(question, lambda answer: self._paste(lines, answer))

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
        if self.connection is None:
            self._leave(Exit.DONE)
        else:
            self.connection.quit(reason).addCallback(lambda _: self._leave(Exit.DONE))

    # What the connection does

    def show(self, items: list[Item]) -> None:
        """Show what happened."""
        if self._talk.online:
            self.trouble = ()
        self._board.show(items)
        self._screen.refresh()

    def ask_nick(self) -> None:
        """The server refused the nick."""
        self._screen.ask("Which nick do you want? ", self._nick_given)

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
            self._ask_trust(refusal)
        else:
            self.last_words.append(safe(refusal.text))
            self._leave(refusal.exit)

    def terminate(self) -> None:
        """The system wants the program to end."""
        self._leave(Exit.TERMINATED)

    # Inside

    def _flush(self) -> None:
        if self.connection is not None:
            self.connection.flush()
        self._screen.refresh()

    def tell(self, text: str, tone: Tone = Tone.CLIENT) -> None:
        """Write a line of the client's own."""
        self._board.tell(text, tone)
        self._screen.refresh()

    def ask_hidden(self, question: str, answered: Callable[[str], None]) -> None:
        """Ask for something that is not shown while it is typed."""

        def answer(text: str) -> None:
            answered(text)
            self._flush()

        self._screen.ask(question, answer, hidden=True)

    def _hold_back(self, command: str) -> None:
        self.tell(
            f"That looks like /{command} and was not said, for others would have read your"
            " password. Begin the line with the slash; /say says it all the same.", Tone.ERROR,
        )  # fmt: skip

    def _go(self, room: RoomView | None) -> None:
        if room is not None and room is not self._talk.rooms.current:
            self._talk.switch(room.name)
            self._flush()

    def _paste(self, lines: list[str], answer: str) -> None:
        if not _is_yes(answer):
            self.tell(f"{len(lines)} lines were not sent.")
            return
        for line in lines:
            self._talk.say(line)
        self._flush()

    def _nick_given(self, answer: str) -> None:
        if answer.strip():
            self._talk.rename(answer.strip())
            self._flush()
        else:
            self.ask_nick()

    def _ask_trust(self, refusal: Refusal) -> None:
        self.tell(refusal.text.partition(" Compare")[0])
        self.tell(f"Its fingerprint is {refusal.fingerprint}")
        question = "Does its owner show the same, and do you trust it from now on? (yes/no) "
        self._screen.ask(question, lambda answer: self._trust(refusal, answer))

    def _trust(self, refusal: Refusal, answer: str) -> None:
        if not _is_yes(answer):
            self.last_words.append("Not connected: the certificate is not trusted.")
            self._leave(refusal.exit)
            return
        self.tell(self._accept(refusal.fingerprint))
        if self.connection is not None:
            self.connection.start()

    def _leave(self, code: Exit) -> None:
        self.exit = code
        self._board.release()
        unsent = self._talk.unsent()
        self.last_words += [f"Not sent: {safe(draft.text)}" for draft in unsent[:20]]
        if len(unsent) > 20:
            self.last_words.append(f"... and {len(unsent) - 20} more lines.")
        self._screen.close()

    def _command_names(self) -> set[str]:
        infos = self._talk.commands
        return {name for info in infos for name in (info.name, *info.aliases)} | set(LOCAL)


def _is_yes(answer: str) -> bool:
    return answer.strip().lower() in ("y", "yes")
