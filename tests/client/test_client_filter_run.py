from typing import Any

import pytest
from twisted.internet.task import Clock

from twistedchat.client.filter_run import FilterRun, for_program
from twistedchat.client.options import parse_options
from twistedchat.client.profile import Profile
from twistedchat.client.refusals import Exit
from twistedchat.client.settings import Settings


class Reactor(Clock):
    """Runs what the test does in place of time passing."""

    def __init__(self, scene: Any) -> None:
        super().__init__()
        self.scene = scene
        self.started: list[Any] = []
        self.stopped = False

    def callWhenRunning(self, call: Any) -> None:
        self.started.append(call)

    def run(self, installSignalHandlers: bool = True) -> None:
        assert not installSignalHandlers
        for call in self.started:
            call()
        self.scene()

    def stop(self) -> None:
        self.stopped = True


def start(way: Any, scene: Any, *arguments: str) -> tuple[FilterRun, Reactor]:
    reactor = Reactor(scene)
    options = parse_options(list(arguments))
    return FilterRun(reactor, way, Profile("ada"), Settings(), options), reactor


def test_a_script_leaves_when_its_connection_breaks(
    way: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    """It tells the server so, wants no old lines, and does not connect again."""

    def scene() -> None:
        way.door.let_in()
        assert way.door.sent()[0]["grace"] is False
        way.door.drop()

    running, reactor = start(way, scene)
    assert running.run() == Exit.NO_CONNECTION
    assert reactor.stopped
    assert len(way.door.attempts) == 1
    assert capfd.readouterr().err.startswith("twistedchat: No connection to here:5000")


def test_only_who_asks_gets_the_past(way: Any) -> None:
    """Of all its rooms; and what it prints counts as read by nobody."""
    asked = [([], 0, 0.0), (["--history", "5"], 5, 0.0), (["--since", "1970-01-02"], 1000, 86400.0)]
    for arguments, backlog, since in asked:
        options = parse_options([*arguments])
        program = for_program(Profile("ada", device="laptop"), options)
        assert (program.backlog, program.device, program.sees_all) == (backlog, "", True)
        assert abs(program.since - since) <= 14 * 3600


def test_an_interruption_says_goodbye(way: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """And gives the exit code of one."""

    def scene() -> None:
        way.door.let_in()
        way.door.welcome(rooms=[])
        way.door.drop()

    running, reactor = start(way, scene, "--follow")
    assert running.run() == Exit.FAILED
    assert reactor.stopped
    running, reactor = start(way, lambda: running.interrupt(Exit.INTERRUPTED), "--follow")
    assert running.run() == Exit.INTERRUPTED
    assert reactor.stopped
