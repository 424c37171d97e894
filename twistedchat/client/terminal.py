"""The terminal: a prompt and a status line at the bottom, everything else in its own scrollback.

Lines are written above the prompt without leaving raw mode, so no key is lost or echoed meanwhile,
and what is half typed is drawn again below them.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.layout import HSplit, Layout, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.layout.processors import (
    BeforeInput,
    ConditionalProcessor,
    PasswordProcessor,
)
from prompt_toolkit.output import Output
from prompt_toolkit.renderer import print_formatted_text
from prompt_toolkit.styles import Style

from twistedchat.client.completion import Tab
from twistedchat.client.display import Line
from twistedchat.client.keys import bindings
from twistedchat.client.status import choices_line
from twistedchat.client.wrapping import wrapped

STYLE = Style.from_dict(
    {
        "time": "ansibrightblack",
        "room": "ansicyan",
        "date": "ansibrightblack",
        "server": "ansibrightblack",
        "client": "ansicyan",
        "error": "ansired",
        "mention": "bold ansiyellow",
        "whisper": "italic",
        "replay": "",
        "quote": "ansicyan",
        "prompt": "bold",
        "status": "ansibrightblack",
        "status.current": "bold",
        "status.alert": "bold ansiyellow",
    }
)

#: Seconds in which lines are gathered before they are written together.
_GATHER = 0.02


class Person(Protocol):
    """Who sits at the terminal: what becomes of the keys."""

    def typed(self, line: str) -> None:
        """A line was entered."""

    def may_remember(self, line: str) -> bool:
        """Whether Up may find the line again."""

    def pasted(self, lines: list[str]) -> None:
        """Several lines were pasted."""

    def step(self, by: int) -> None:
        """Go to another room, by its place."""

    def go_to(self, number: int) -> None:
        """Go to a room by its number."""

    def go_to_unread(self) -> None:
        """Go to a room with unread lines."""

    def look_back(self) -> None:
        """Look at what was said before."""

    def interrupt(self) -> None:
        """Ctrl-C with nothing typed."""

    def quit(self, reason: str = "") -> None:
        """Leave."""


@dataclass(slots=True)
class _Question:
    text: str
    answered: Callable[[str], None]
    hidden: bool = False


class Terminal:
    """A screen in the sense of the desk.

    Args:
        prompt: gives what stands before the cursor.
        status: gives the status line for a number of columns.
        tab: completes.
        colour: whether to use colours now.
        terminal_input: where keys come from; the program's terminal if not given.
        output: where to draw; the program's terminal if not given.
    """

    def __init__(
        self,
        prompt: Callable[[], str],
        status: Callable[[int], Line],
        tab: Tab,
        colour: Callable[[], bool],
        terminal_input: Input | None = None,
        output: Output | None = None,
    ) -> None:
        self.person: Person | None = None
        self._prompt = prompt
        self._status = status
        self._tab = tab
        self._colour = colour
        self._questions: list[_Question] = []
        self._aside = Document()
        self._unwritten: list[Line] = []
        self._writing: asyncio.TimerHandle | None = None
        self._buffer = Buffer(multiline=False)
        self._app: Application[None] = Application(
            layout=self._layout(),
            key_bindings=bindings(self),
            style=STYLE,
            input=terminal_input,
            output=output,
            erase_when_done=True,
        )
        # Asking the terminal where its cursor is helps full screens only, and may be answered late.
        self._app.output.enable_cpr = False  # type: ignore[attr-defined]

    @property
    def text(self) -> str:
        """What is typed and not entered."""
        return self._buffer.text

    async def run(self) -> None:
        """Have the terminal until ``close``."""
        await self._app.run_async(pre_run=self._write_now)
        self._write_now()

    # The desk's screen

    def write(self, lines: list[Line]) -> None:
        """Put lines above the prompt, soon."""
        self._unwritten += lines
        if self._unwritten and self._writing is None and self._app.is_running:
            loop = asyncio.get_running_loop()
            self._writing = loop.call_later(_GATHER, self._write_now)

    def ask(self, question: str, answered: Callable[[str], None], *, hidden: bool = False) -> None:
        """Put what is typed aside and ask; an answer that is hidden is shown as stars."""
        if not self._questions:
            self._aside = self._buffer.document
        self._questions.append(_Question(question, answered, hidden))
        self._buffer.reset()
        self.refresh()

    def ring(self) -> None:
        """Ring the bell."""
        self._app.output.bell()
        self._app.output.flush()

    def clear(self) -> None:
        """Clear the screen; the scrollback is the terminal's."""
        self._app.renderer.clear()
        self.refresh()

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call something in a while."""
        asyncio.get_running_loop().call_later(seconds, call)

    def refresh(self) -> None:
        """Draw prompt and status anew."""
        self._app.invalidate()

    def close(self) -> None:
        """Give the terminal back."""
        if self._app.is_running and not self._app.is_done:
            self._app.exit()

    # What keys do

    def enter(self) -> None:
        """What is typed is an answer, or a line for the person."""
        text = self._buffer.text
        if self._questions:
            question = self._questions.pop(0)
            self._buffer.reset(Document() if self._questions else self._aside)
            question.answered(text)
            return
        if self.person is not None:
            if self.person.may_remember(text):
                self._buffer.append_to_history()
            self._buffer.reset()
            self.person.typed(text)

    def paste(self, data: str) -> None:
        """Text was pasted: one line is typed text, many are a matter for the person."""
        lines = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        full = [line for line in lines if line.strip()]
        if len(full) <= 1 or self._questions:
            self._buffer.insert_text("".join(full[:1]))
        elif self.person is not None:
            self.person.pasted(full)

    def complete(self, step: int) -> None:
        """Tab, or Shift-Tab with a negative step."""
        if not self._questions:
            text, cursor = self._buffer.text, self._buffer.cursor_position
            self._buffer.document = Document(*self._tab.press(text, cursor, step))

    def end_of_input(self) -> None:
        """Ctrl-D: delete what is under the cursor; leave when nothing is typed."""
        if self._buffer.text:
            self._buffer.delete()
        elif self.person is not None:
            self.person.quit()

    def interrupt(self) -> None:
        """Ctrl-C: take back what is typed."""
        if self._questions:
            self._buffer.reset()
            self.enter()
        elif self._buffer.text:
            self._buffer.reset()
        elif self.person is not None:
            self.person.interrupt()

    # Inside

    @property
    def _columns(self) -> int:
        return self._app.output.get_size().columns

    def _write_now(self) -> None:
        self._writing = None
        lines, self._unwritten = self._unwritten, []
        if not lines:
            return
        colour = self._colour()
        pieces: StyleAndTextTuples = []
        for part in (part for line in lines for part in wrapped(line, self._columns)):
            pieces += [(style if colour else "", text) for style, text in part]
            pieces.append(("", "\n"))
        if self._app.is_running:
            self._app.renderer.erase()
        print_formatted_text(self._app.output, pieces, STYLE)
        self.refresh()

    def _layout(self) -> Layout:
        hidden = ConditionalProcessor(PasswordProcessor(), Condition(self._is_hidden))
        before = BeforeInput(self._before)
        typed = Window(
            BufferControl(self._buffer, input_processors=[hidden, before]),
            height=Dimension(min=1),
            dont_extend_height=True,
            wrap_lines=True,
        )
        status = Window(FormattedTextControl(self._below), height=1, dont_extend_height=True)
        return Layout(HSplit([typed, status]), focused_element=typed)

    def _is_hidden(self) -> bool:
        return bool(self._questions) and self._questions[0].hidden

    def _before(self) -> StyleAndTextTuples:
        if self._questions:
            return [("class:status.alert", self._questions[0].text)]
        return [("class:prompt", self._prompt())]

    def _below(self) -> StyleAndTextTuples:
        words, at = self._tab.choices(self._buffer.text, self._buffer.cursor_position)
        return [*(choices_line(words, at) if words else self._status(self._columns))]
