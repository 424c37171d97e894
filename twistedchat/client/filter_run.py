"""Runs the filter on a reactor, standard input and standard output."""

import os
from dataclasses import replace
from typing import Any

from twistedchat.client.conversation import Conversation
from twistedchat.client.display import Display
from twistedchat.client.filter import Filter, FilterOptions
from twistedchat.client.link import Link, Way
from twistedchat.client.options import MOST_HISTORY, Options
from twistedchat.client.profile import Profile
from twistedchat.client.refusals import Exit
from twistedchat.client.settings import Settings
from twistedchat.client.standard import InputThread, write_out


class FilterRun:
    """One run: from connecting to the exit code."""

    def __init__(
        self, reactor: Any, way: Way, profile: Profile, settings: Settings, options: Options
    ) -> None:
        self._reactor = reactor
        self._code = Exit.FAILED
        talk = Conversation(for_program(profile, options))
        past = options.wants_past
        chosen = FilterOptions(options.follow, options.json, options.commands, past)
        display = Display(lambda: settings, lambda: talk.nick)
        self._filter = Filter(talk, chosen, display, write_out, _complain, self._finish)
        self._link = Link(reactor, way, talk, self._filter, keeps_trying=options.follow)
        self._filter.connection = self._link
        self._filter.input = InputThread(reactor, 0, self._filter.read)

    def run(self) -> int:
        """Connect, run until the end, and give the exit code."""
        self._reactor.callWhenRunning(self._link.start)
        self._reactor.run(installSignalHandlers=False)
        return self._code

    def interrupt(self, code: Exit) -> None:
        """End it from outside."""
        self._filter.interrupt(code)

    def _finish(self, code: Exit) -> None:
        self._code = code
        self._link.quit().addCallback(lambda _: self._reactor.stop())


def for_program(profile: Profile, options: Options) -> Profile:
    """Who a script is: it leaves at once when its connection breaks, and reads for nobody.

    It gets no old lines but those it asks for, and then from all its rooms.
    """
    backlog = options.history or (MOST_HISTORY if options.since is not None else 0)
    since = options.since or 0.0
    program = replace(profile, grace=False, device="", backlog=backlog, since=since)
    return replace(program, sees_all=True)


def _complain(text: str) -> None:
    os.write(2, f"twistedchat: {text}\n".encode("utf-8", "replace"))
