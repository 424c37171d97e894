import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output
from twisted.internet.task import Clock

from twistedchat.client.profile import Profile
from twistedchat.client.refusals import Exit
from twistedchat.client.settings import Settings
from twistedchat.client.terminal_run import TerminalRun


class Reactor(Clock):
    """Stands still in time, on a real loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.loop = loop

    def callWhenRunning(self, call: Any) -> None:
        self.loop.call_soon(call)

    def run(self, installSignalHandlers: bool = True) -> None:
        assert not installSignalHandlers
        self.loop.run_forever()

    def stop(self) -> None:
        self.loop.stop()


@pytest.fixture
def loop() -> Any:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def run(loop: asyncio.AbstractEventLoop, way: Any, scene: Any) -> tuple[int, str]:
    """Run with a scene that begins once the client connects; exit code and screen."""
    drawn = io.StringIO()
    output = Vt100_Output(drawn, lambda: Size(rows=24, columns=80), term="xterm")
    # Should nothing come of it, the test fails instead of waiting for ever.
    loop.call_later(30, loop.stop)
    with create_pipe_input() as keys:
        running = TerminalRun(
            loop, Reactor(loop), way, str, Profile("ada", backlog=0), Settings(),
            Path("/c/client.toml"), (keys, output),
        )  # fmt: skip
        when(loop, lambda: bool(way.door.attempts), lambda: scene(keys, drawn))
        code = running.run()
    return code, drawn.getvalue()


def when(loop: asyncio.AbstractEventLoop, happened: Any, call: Any) -> None:
    """Call once something is true."""
    if happened():
        call()
    else:
        loop.call_soon(when, loop, happened, call)


def test_a_session_from_the_welcome_to_the_goodbye(
    loop: asyncio.AbstractEventLoop, way: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is typed is sent; Ctrl-D says goodbye and gives the terminal back."""

    def sent() -> list[str]:
        return [obj["type"] for obj in way.door.sent()]

    def confirm(keys: Any) -> None:
        way.door.give(type="ok", id=way.door.sent()[-1]["id"])
        keys.send_text("\x04")

    def scene(keys: Any, drawn: io.StringIO) -> None:
        way.door.let_in()
        way.door.welcome()
        when(loop, lambda: "#lobby>" in drawn.getvalue(), lambda: keys.send_text("hello\r"))
        when(loop, lambda: sent() == ["hello", "say"], lambda: confirm(keys))
        when(loop, lambda: sent() == ["hello", "say", "quit"], way.door.drop)

    code, screen = run(loop, way, scene)
    assert code == Exit.DONE
    assert sent() == ["hello", "say", "quit"]
    assert "You are ada" in screen
    assert capsys.readouterr().err == ""


def test_a_refusal_is_the_last_line_and_the_exit_code(
    loop: asyncio.AbstractEventLoop, way: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Written when the terminal is given back."""

    def scene(_keys: Any, _drawn: io.StringIO) -> None:
        way.door.let_in()
        way.door.protocol.dataReceived(b"\x15\x03\x01\x00\x02\x02\x46")
        way.door.drop()

    code, _screen = run(loop, way, scene)
    assert code == Exit.NOT_TLS
    assert "twistedchat: The server answered in TLS" in capsys.readouterr().err
