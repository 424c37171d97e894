"""Runs the client in a terminal: one asyncio loop for Twisted's reactor and for prompt_toolkit."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twistedchat.client.completion import Names, Tab
from twistedchat.client.conversation import Conversation
from twistedchat.client.desk import Desk
from twistedchat.client.link import Link
from twistedchat.client.profile import Profile
from twistedchat.client.settings import Settings
from twistedchat.client.status import prompt_text, status_line
from twistedchat.client.terminal import Terminal

if TYPE_CHECKING:
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import Output

    from twistedchat.client.link import Way


def install_reactor() -> tuple[asyncio.AbstractEventLoop, Any]:
    """Make Twisted's reactor one on asyncio; the loop and the reactor."""
    from twisted.internet import asyncioreactor

    loop = asyncio.SelectorEventLoop()
    asyncioreactor.install(loop)
    from twisted.internet import reactor

    return loop, reactor


class TerminalRun:
    """One run: from connecting to the exit code.

    Args:
        loop: runs the terminal; ``reactor`` runs on it, too.
        route: where to.
        profile: who the person wants to be.
        accept: remembers a fingerprint, and says where.
        settings: the person's choices, read from ``settings_file``.
        screen_ends: input and output of the terminal; the program's own if not given.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        reactor: Any,
        route: "Way",
        accept: Callable[[str], str],
        profile: Profile,
        settings: Settings,
        settings_file: Path,
        screen_ends: "tuple[Input, Output] | tuple[None, None]" = (None, None),
    ) -> None:
        self._loop = loop
        talk = Conversation(profile)
        screen = Terminal(
            lambda: prompt_text(talk),
            lambda columns: status_line(talk, self._desk.trouble, columns),
            Tab(self._names),
            lambda: self._desk.settings.colour and not os.environ.get("NO_COLOR"),
            *screen_ends,
        )
        self._desk = Desk(talk, settings, screen, accept, str(settings_file), time.time)
        self._link = Link(reactor, route, talk, self._desk)
        self._desk.connection = self._link
        screen.person = self._desk
        self._screen = screen
        self._reactor = reactor

    def run(self) -> int:
        """Run until the end, and give the exit code."""
        self._reactor.callWhenRunning(self._begin)
        # prompt_toolkit wants the signals for itself, to notice a resized terminal.
        self._reactor.run(installSignalHandlers=False)
        for line in self._desk.last_words:
            print(f"twistedchat: {line}", file=sys.stderr)
        return self._desk.exit

    def _begin(self) -> None:
        if sys.platform != "win32":
            for number in (signal.SIGTERM, signal.SIGHUP):
                self._loop.add_signal_handler(number, self._desk.terminate)
        task = self._loop.create_task(self._session())
        task.add_done_callback(self._stop)

    def _names(self) -> Names:
        return self._desk.names()

    async def _session(self) -> None:
        self._link.start()
        await self._screen.run()

    def _stop(self, task: "asyncio.Task[None]") -> None:
        self._reactor.stop()
        if not task.cancelled() and task.exception() is not None:
            self._desk.last_words.append(f"A fault in the client ended it: {task.exception()!r}")
