import asyncio
import io
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from twistedchat.client.completion import Names, Tab
from twistedchat.client.display import Line
from twistedchat.client.terminal import Terminal

ALT = "\x1b"

#: Alt-9, pressed behind other keys to know when they have done their work.
MARK = f"{ALT}9"
UP, CTRL_C, CTRL_D, CTRL_L, SHIFT_TAB = "\x1b[A", "\x03", "\x04", "\x0c", "\x1b[Z"


class Person:
    def __init__(self) -> None:
        self.did: list[Any] = []
        self.marked = 0

    def typed(self, line: str) -> None:
        self.did.append(line)

    def may_remember(self, line: str) -> bool:
        return "secret" not in line

    def pasted(self, lines: list[str]) -> None:
        self.did.append(lines)

    def step(self, by: int) -> None:
        self.did.append(("step", by))

    def go_to(self, number: int) -> None:
        if number == 9:
            self.marked += 1
        else:
            self.did.append(("room", number))

    def go_to_unread(self) -> None:
        self.did.append("unread")

    def look_back(self) -> None:
        self.did.append("back")

    def interrupt(self) -> None:
        self.did.append("interrupt")

    def quit(self, reason: str = "") -> None:
        self.did.append("quit")


class Case:
    def __init__(self, keys: PipeInput) -> None:
        self.keys, self.person, self.drawn = keys, Person(), io.StringIO()
        self.colour = True
        self.pressed = self.drawings = 0
        output = Vt100_Output(self.drawn, lambda: Size(rows=24, columns=80), term="xterm")
        self.terminal = Terminal(
            self.prompt,
            self.status,
            Tab(lambda: Names(("join",), ("ops",), ("bob", "bea"))),
            lambda: self.colour,
            keys,
            output,
        )
        self.terminal.person = self.person

    def prompt(self) -> str:
        self.drawings += 1
        return "#ops> "

    def status(self, columns: int) -> Line:
        self.drawings += 1
        return [("", f"status here, {columns} columns")]

    async def press(self, keys: str) -> None:
        """Press keys, and go on when all of them have done their work and the screen is drawn."""
        self.pressed += 1
        self.keys.send_text(keys + MARK)
        await self.until(lambda: self.person.marked == self.pressed)
        await self.drawn_anew()

    async def write(self, *lines: Line) -> None:
        """Write lines, and go on when they are on the screen."""
        before = len(self.drawn.getvalue())
        self.terminal.write(list(lines))
        await self.until(lambda: len(self.drawn.getvalue()) > before)
        await self.drawn_anew()

    async def drawn_anew(self) -> None:
        """Go on when prompt and status have been drawn once more."""
        count = self.drawings
        self.terminal.refresh()
        await self.until(lambda: self.drawings > count)

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            for _not_yet in iter(happened, True):
                await asyncio.sleep(0)

    def fresh(self) -> str:
        drawn = self.drawn.getvalue()
        self.drawn.seek(0)
        self.drawn.truncate()
        return drawn


def play(scene: Callable[[Case], Awaitable[None]]) -> Case:
    """Run a terminal, play the scene, close it."""

    async def run(case: Case) -> None:
        running = asyncio.ensure_future(case.terminal.run())
        await case.until(lambda: case.drawings > 0)
        try:
            await scene(case)
        finally:
            case.terminal.close()
            await running

    with create_pipe_input() as keys:
        case = Case(keys)
        asyncio.run(run(case))
    return case


def test_entered_lines_go_to_the_person() -> None:
    """One by one, and the prompt is empty again."""

    async def scene(case: Case) -> None:
        await case.press("hello\r日本語\r")
        assert case.terminal.text == ""

    assert play(scene).person.did == ["hello", "日本語"]


def test_lines_written_meanwhile_leave_what_is_typed_whole() -> None:
    """They stand above the prompt, which is drawn again with the half-typed text."""

    async def scene(case: Case) -> None:
        await case.press("half ty")
        case.fresh()
        await case.write([("class:time", "12:00 "), ("", "<bob> hi")], [("", "*** x")])
        drawn = case.fresh()
        assert "<bob> hi" in drawn
        assert drawn.index("*** x") < drawn.index("#ops> ") < drawn.index("half ty")
        assert drawn.index("half ty") < drawn.index("status here")
        await case.press("ped\r")

    assert play(scene).person.did == ["half typed"]


def test_long_lines_are_wrapped_to_the_window() -> None:
    """Between words, and what goes on is indented."""

    async def scene(case: Case) -> None:
        assert "status here, 80 columns" in case.fresh()
        await case.write([("class:time", "12:00 "), ("", "<bob> " + "word " * 20)])
        first, second, *_ = case.fresh().split("12:00 ")[1].split("\r\n")
        assert first.endswith("word")
        assert second.startswith("      word")

    play(scene)


def test_something_can_be_called_in_a_while() -> None:
    """And not at once."""
    calls: list[str] = []

    async def scene(case: Case) -> None:
        case.terminal.later(0.0, lambda: calls.append("called"))
        assert calls == []
        await case.until(lambda: bool(calls))

    play(scene)
    assert calls == ["called"]


def test_colours_can_be_left_out() -> None:
    """The same line with and without escape sequences."""

    async def scene(case: Case) -> None:
        for colour in (True, False):
            case.colour = colour
            case.fresh()
            await case.write([("ansired", "red words")])
            before = case.fresh().partition("red words")[0]
            assert ("\x1b[0;31m" in before) is colour

    play(scene)


def test_up_finds_lines_but_no_passwords() -> None:
    """The history holds what the person may remember."""

    async def scene(case: Case) -> None:
        await case.press("one\rmy secret\r")
        await case.press(UP)
        assert case.terminal.text == "one"

    play(scene)


def test_tab_completes_and_shows_the_choice() -> None:
    """Forwards and backwards, with the candidates below."""

    async def scene(case: Case) -> None:
        await case.press("b\t")
        assert case.terminal.text == "bob: "
        assert "bea:" in case.fresh()
        await case.press(SHIFT_TAB)
        assert case.terminal.text == "bea: "

    play(scene)


def test_a_pasted_line_is_typed_text_and_many_are_the_persons_matter() -> None:
    """Half-typed text stays; line ends of all kinds separate."""

    async def scene(case: Case) -> None:
        await case.press("half ")
        await case.press("\x1b[200~one\r\ntwo\rthree\n\n\x1b[201~")
        assert case.terminal.text == "half "
        await case.press("\x1b[200~word\n\x1b[201~")
        assert case.terminal.text == "half word"

    assert play(scene).person.did == [["one", "two", "three"]]


def test_questions_put_the_typed_text_aside() -> None:
    """One after the other, and then it is back; nothing of them is said."""
    answers: list[str] = []

    async def scene(case: Case) -> None:
        await case.press("half")
        case.terminal.ask("First? ", answers.append)
        case.terminal.ask("Second? ", answers.append)
        await case.drawn_anew()
        assert "First? " in case.fresh()
        await case.press("\tyes\r")
        assert "Second? " in case.fresh()
        await case.press("no\r")
        assert case.terminal.text == "half"

    assert play(scene).person.did == []
    assert answers == ["yes", "no"]


def test_ctrl_c_takes_back_and_ctrl_d_leaves() -> None:
    """A question is answered with nothing; only an empty prompt is left."""
    answers: list[str] = []

    async def scene(case: Case) -> None:
        await case.press(f"text{CTRL_D}")
        await case.press(CTRL_C)
        assert case.terminal.text == ""
        await case.press(CTRL_C)
        case.terminal.ask("Sure? ", answers.append)
        await case.press(f"ye{CTRL_C}")
        await case.press(CTRL_D)

    assert play(scene).person.did == ["interrupt", "quit"]
    assert answers == [""]


@pytest.mark.parametrize(
    ("keys", "did"),
    [
        ("\x0e", ("step", 1)),
        ("\x10", ("step", -1)),
        (f"{ALT}3", ("room", 3)),
        (f"{ALT}a", "unread"),
        ("\x1b[5~", "back"),
    ],
)
def test_keys_change_the_room(keys: str, did: object) -> None:
    """Ctrl-N, Ctrl-P, Alt and a digit, Alt-A; Page Up shows its past."""

    async def scene(case: Case) -> None:
        await case.press(keys)

    assert play(scene).person.did == [did]


def test_bell_and_clear_reach_the_terminal() -> None:
    """As the sequences that do it."""

    async def scene(case: Case) -> None:
        case.fresh()
        case.terminal.ring()
        assert "\x07" in case.fresh()
        await case.press(CTRL_L)
        assert "\x1b[2J" in case.fresh()

    play(scene)


def test_what_is_written_before_and_after_it_runs_is_not_lost() -> None:
    """Lines wait for the terminal, and the last ones come out when it closes."""

    async def scene(case: Case) -> None:
        case.terminal.write([[("", "last words")]])
        case.terminal.close()
        case.terminal.close()

    with create_pipe_input() as keys:
        case = Case(keys)
        case.terminal.write([[("", "first words")]])
        assert "first words" not in case.fresh()

        async def run() -> None:
            running = asyncio.ensure_future(case.terminal.run())
            await case.until(lambda: "first words" in case.drawn.getvalue())
            case.fresh()
            await scene(case)
            await running

        asyncio.run(run())
    assert "last words" in case.fresh()


def test_keys_without_a_person_do_no_harm() -> None:
    """Nobody sits there yet."""

    async def scene(case: Case) -> None:
        case.terminal.person = None
        case.keys.send_text(f"x\r{CTRL_C}{CTRL_D}\x1b[200~a\nb\x1b[201~typed")
        await case.until(lambda: case.terminal.text == "typed")

    assert play(scene).person.did == []


def test_a_hidden_answer_is_drawn_as_stars() -> None:
    """Nor can it be found again with Up; the next thing typed is seen."""
    answers: list[str] = []

    async def scene(case: Case) -> None:
        case.terminal.ask("Password: ", answers.append, hidden=True)
        await case.press("tr0ub")
        drawn = case.fresh()
        await case.press("\r")
        await case.press(UP)
        assert case.terminal.text == ""
        await case.press("seen")
        assert "*****" in drawn
        assert "tr0ub" not in case.drawn.getvalue()
        assert "seen" in case.fresh()

    assert play(scene).person.did == []
    assert answers == ["tr0ub"]
