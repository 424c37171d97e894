"""The client without a terminal: says what it reads, prints what it hears if asked to.

Lines are sent at the server's pace, each with its own ``id``; the program ends well only when every
one of them was confirmed.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from twistedchat.client.conversation import Conversation
from twistedchat.client.display import Display, plain
from twistedchat.client.items import Happened, Item, Remark, Settled, Tone, Unknown
from twistedchat.client.refusals import Exit, Refusal
from twistedchat.client.standard import Lines
from twistedchat.client.text import safe, safe_json
from twistedchat.core.events import Whispered

#: As many lines wait to be sent; more are taken from the input when half of them are gone.
READ_AHEAD = 200

#: As many lines that were not said are listed one by one.
LISTED = 20


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """How the filter behaves.

    Attributes:
        follow: print what is heard, and go on after the end of the input.
        json: print objects instead of lines of text.
        commands: a line that begins with "/" is a command, not a text to say.
        past: print what was said before, as far as the conversation asks for it.
    """

    follow: bool = False
    json: bool = False
    commands: bool = False
    past: bool = False


class Connection(Protocol):
    """What drives the conversation."""

    def flush(self) -> None:
        """Send what waits to be sent."""


class Input(Protocol):
    """Where the lines come from."""

    def more(self) -> None:
        """Read on."""


class Filter:
    """One run of the program without a terminal.

    Args:
        conversation: what is said and heard.
        options: how to behave.
        display: draws lines of text.
        out: writes a line to standard output.
        err: writes a line to standard error.
        finished: called once, with the exit code.
    """

    def __init__(
        self,
        conversation: Conversation,
        options: FilterOptions,
        display: Display,
        out: Callable[[str], None],
        err: Callable[[str], None],
        finished: Callable[[Exit], None],
    ) -> None:
        self._talk = conversation
        self._options = options
        self._display = display
        self._out = out
        self._err = err
        self._finished = finished
        self._lines = Lines()
        self._held: deque[str] = deque()
        self._number = 0
        self._failed = 0
        self._writers: set[str] = set()
        self._ended = False
        self._hungry = True
        self._over = False
        self.connection: Connection | None = None
        self.input: Input | None = None

    # What comes from standard input

    def read(self, data: bytes) -> None:
        """Take in a piece of input; an empty one is the end."""
        self._held.extend(self._lines.feed(data) if data else self._lines.end())
        self._ended = not data
        self._hungry = not self._ended
        self._go_on()

    def _say(self, line: str) -> None:
        self._number += 1
        if not line.strip():
            return
        if self._options.commands and line.startswith("/") and not line.startswith("//"):
            self._talk.command(line, self._number)
        else:
            text = line[1:] if self._options.commands and line.startswith("//") else line
            self._talk.say(text, self._number)

    # What comes from the server

    def show(self, items: list[Item]) -> None:
        """Print, count, and see whether all is done."""
        try:
            for item in items:
                self._show(item)
        except BrokenPipeError:
            self._stop(Exit.FAILED if self._talk.drafts.open or self._failed else Exit.DONE)
            return
        self._go_on()

    def _show(self, item: Item) -> None:
        match item:
            case Settled() if not item.done:
                self._not_said(item.draft.number, item.reason)
            case Remark(refused=True) | Remark(tone=Tone.ERROR):
                self._failed += 1
                self._err(safe(item.text))
            case Remark(raw=None):
                pass
            case Happened() | Remark() | Unknown() if self._options.follow or self._wants(item):
                self._print(item)
            case Happened(event=Whispered() as whispered, replay=True):
                self._point_to(whispered)
            case _:
                pass

    def _point_to(self, whispered: Whispered) -> None:
        """The server hands out only once what has waited: whoever does not print it says so."""
        nick = safe(whispered.nick)
        if nick not in self._writers:
            self._writers.add(nick)
            self._err(f"{nick} wrote to you while you were away. /history @{nick} shows it.")

    def _wants(self, item: Item) -> bool:
        if isinstance(item, Happened):
            return self._options.past and item.replay
        return self._options.commands and isinstance(item, Remark)

    def _print(self, item: Happened | Remark | Unknown) -> None:
        if self._options.json:
            self._out(safe_json(item.raw or {}))
            return
        for line in self._display.draw(item):
            self._out(plain(line))

    def ask_nick(self) -> None:
        """Nobody is there to be asked."""
        self._err("Give another one with --nick.")
        self._stop(Exit.FAILED)

    def lost(self, reason: str) -> None:
        """The connection is gone and is made again."""
        self._err(f"{reason}. Connecting again.")

    def waiting(self, seconds: float) -> None:
        """Nothing to say about it: what matters is whether it works."""

    def over(self, refusal: Refusal) -> None:
        """It is over before all was said, or before anything could be."""
        if refusal.exit is not Exit.DONE or self._talk.drafts.open:
            self._err(safe(refusal.text))
        self._stop(refusal.exit)

    def interrupt(self, code: Exit) -> None:
        """The person or the system wants it to end."""
        self._stop(code)

    # Inside

    def _go_on(self) -> None:
        if self._over or not self._talk.welcomes:
            return
        if self._talk.rooms.current is None or (self._failed and not self._number):
            self._stop(Exit.FAILED)
        elif self._talk.drafts.waiting < READ_AHEAD // 2 and (self._held or self._hungry):
            self._read_on()
        elif self._is_done():
            self._stop(Exit.DONE)

    def _read_on(self) -> None:
        if self._held:
            while self._held and self._talk.drafts.waiting < READ_AHEAD:
                self._say(self._held.popleft())
            # Sending tells what has become of the lines, and so leads back to here.
            if self.connection is not None:
                self.connection.flush()
            self._go_on()
        elif self.input is not None:
            self._hungry = False
            self.input.more()

    def _is_done(self) -> bool:
        settled = not self._talk.drafts.open and not self._talk.doubtful
        settled = settled and not self._talk.arrivals.pending
        return self._ended and settled and not self._held and not self._options.follow

    def _not_said(self, number: int, reason: str) -> None:
        self._failed += 1
        if self._failed <= LISTED:
            self._err(f"Line {number} was not said: {safe(reason)}")

    def _stop(self, code: Exit) -> None:
        if self._over:
            return
        self._over = True
        unsent = self._talk.unsent()
        for one in unsent:
            self._not_said(one.draft.number, "It was not confirmed before the end.")
        self._account(unread=bool(self._held) or (not self._ended and self._number > 0))
        self._finished(Exit.FAILED if code is Exit.DONE and self._failed else code)

    def _account(self, *, unread: bool) -> None:
        if self._failed > LISTED:
            self._err(f"{self._failed - LISTED} more lines were not said.")
        if unread and self._failed:
            self._err(f"Input after line {self._number} was not read.")
