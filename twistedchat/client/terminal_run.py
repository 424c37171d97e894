"""Runs the client in a terminal: one asyncio loop for Twisted's reactor and for prompt_toolkit."""

import asyncio
import os
import signal
import sys
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
    from twistedchat.client.route import Route


class TerminalRun:
    """One run: from connecting to the exit code."""

    def __init__(
        self, route: "Route", profile: Profile, settings: Settings, settings_file: Path
    ) -> None:
        self._loop = asyncio.SelectorEventLoop()
        reactor = _install(self._loop)
        talk = Conversation(profile)
        screen = Terminal(
            lambda: prompt_text(talk),
            lambda: status_line(talk, self._desk.trouble),
            Tab(self._names),
            lambda: self._desk.settings.colour and not os.environ.get("NO_COLOR"),
        )
        accept = route.trust.accept if route.trust is not None else str
        self._desk = Desk(talk, settings, screen, accept, str(settings_file))
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


def _install(loop: asyncio.AbstractEventLoop) -> Any:
    from twisted.internet import asyncioreactor

    asyncioreactor.install(loop)
    from twisted.internet import reactor

    return reactor
