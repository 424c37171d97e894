from typing import Any

import pytest
from twisted.internet.error import (
    ConnectError,
    DNSLookupError,
)
from twisted.internet.error import ConnectionRefusedError as Refused
from twisted.internet.error import TimeoutError as TimedOut
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from twistedchat.client.items import Settled
from twistedchat.client.link import GOODBYE_WITHIN, Link, why_not_connected
from twistedchat.client.refusals import Exit, Refusal


class View:
    def __init__(self) -> None:
        self.items: list[Any] = []
        self.losses: list[str] = []
        self.pauses: list[float] = []
        self.refusals: list[Refusal] = []
        self.nick_asked = 0

    def show(self, items: list[Any]) -> None:
        self.items += items

    def ask_nick(self) -> None:
        self.nick_asked += 1

    def lost(self, reason: str) -> None:
        self.losses.append(reason)

    def waiting(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def over(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)


class Case:
    def __init__(self, script: Any, way: Any, keeps_trying: bool = True) -> None:
        self.clock, self.way, self.view = Clock(), way, View()
        self.door, self.talk = self.way.door, script.talk
        self.link = Link(self.clock, self.way, script.talk, self.view, keeps_trying=keeps_trying)
        self.link.start()

    def go_online(self) -> None:
        self.door.let_in()
        self.door.welcome()


@pytest.fixture
def case(script: Any, way: Any) -> Case:
    return Case(script, way)


def test_a_connection_begins_with_hello(case: Case) -> None:
    """And the welcome is shown."""
    case.go_online()
    assert case.door.sent()[0]["type"] == "hello"
    assert case.talk.online
    assert "You are ada" in case.view.items[0].text


def test_the_first_failure_is_the_end(case: Case) -> None:
    """Nobody waits for a server that may not exist; no further attempt is made."""
    case.door.refuse(Refused())
    case.clock.pump([1.0] * 100)
    [refusal] = case.view.refusals
    assert refusal.exit is Exit.NO_CONNECTION
    assert "here:5000" in refusal.text
    assert len(case.door.attempts) == 1


def test_a_connection_that_dies_before_the_welcome_is_a_failure(case: Case) -> None:
    """With what the server said."""
    case.door.let_in()
    case.door.protocol.dataReceived(b"*** Full.\n")
    case.door.drop()
    case.clock.pump([1.0] * 100)
    [refusal] = case.view.refusals
    assert "Full." in refusal.text
    assert len(case.door.attempts) == 1


def test_a_lost_conversation_goes_on_after_a_growing_pause(case: Case) -> None:
    """The loss is told once, the attempts grow rarer, and success starts afresh."""
    case.go_online()
    case.door.drop()
    for _ in range(4):
        case.clock.advance(61.0)
        case.door.refuse(Refused())
    assert len(case.view.losses) == 1
    pauses = list(case.view.pauses)
    assert pauses[-1] > pauses[0] + 1.0
    case.clock.advance(61.0)
    case.go_online()
    assert case.talk.welcomes == 2
    case.door.drop()
    assert case.view.pauses[-1] < pauses[-1]


def test_a_server_that_closes_before_each_welcome_is_not_hammered(case: Case) -> None:
    """A connection without a welcome counts as a failure."""
    case.go_online()
    for _ in range(6):
        case.door.drop()
        case.clock.advance(61.0)
        case.door.let_in()
    assert case.view.pauses[-1] > 5.0


def test_lines_leave_at_the_servers_pace(case: Case) -> None:
    """Two at once, the third when the bucket has refilled."""
    case.go_online()
    for text in "abc":
        case.talk.say(text)
    case.link.flush()
    says = [obj["text"] for obj in case.door.sent() if obj["type"] == "say"]
    assert says == ["a", "b"]
    case.clock.advance(1.0)
    says = [obj["text"] for obj in case.door.sent() if obj["type"] == "say"]
    assert says == ["a", "b", "c"]


def test_a_goodbye_waits_for_the_server(case: Case) -> None:
    """And the connection is not made again."""
    case.go_online()
    done: list[object] = []
    case.link.quit("bye").addCallback(done.append)
    assert case.door.sent()[-1]["reason"] == "bye"
    assert done == []
    case.door.give(type="closing", code="bye", text="Bye.")
    case.door.drop()
    assert done == [None]
    case.clock.pump([1.0] * 100)
    assert len(case.door.attempts) == 1
    assert case.view.refusals == []
    assert not case.clock.getDelayedCalls()


def test_a_goodbye_does_not_wait_for_ever(case: Case) -> None:
    """A server that does not close is left."""
    case.go_online()
    case.link.quit()
    case.clock.advance(GOODBYE_WITHIN)
    assert case.door.transport.disconnecting or case.door.transport.disconnected


def test_leaving_without_a_connection_is_immediate(case: Case) -> None:
    """While connecting, and while waiting to try again."""
    case.go_online()
    case.door.drop()
    done: list[object] = []
    case.link.quit().addCallback(done.append)
    assert done == [None]
    case.clock.pump([10.0] * 10)
    assert len(case.door.attempts) == 1


def test_connecting_anew_does_not_wait(case: Case) -> None:
    """Whether connected or not."""
    case.go_online()
    case.door.drop()
    case.link.restart()
    assert len(case.door.attempts) == 2
    case.go_online()
    case.link.restart()
    case.door.drop()
    assert len(case.door.attempts) == 3


def test_connecting_anew_twice_is_connecting_once(case: Case) -> None:
    """Also when the first connection is still closing."""
    case.go_online()
    case.link.restart()
    case.link.restart()
    case.door.drop()
    assert len(case.door.attempts) == 2
    case.go_online()
    assert case.talk.welcomes == 2


def test_a_final_closing_ends_it(case: Case) -> None:
    """Killed: with the reason and no reconnection."""
    case.go_online()
    case.door.give(type="closing", code="killed", text="Killed by bob.")
    case.door.drop()
    case.clock.pump([10.0] * 10)
    assert case.view.refusals == [Refusal(Exit.FAILED, "Killed by bob.")]
    assert len(case.door.attempts) == 1


def test_a_goodbye_typed_as_a_server_command_is_no_failure(case: Case) -> None:
    """The server says bye, the program ends well."""
    case.go_online()
    case.door.give(type="closing", code="bye", text="Bye.")
    assert [refusal.exit for refusal in case.view.refusals] == [Exit.DONE]


def test_a_shutdown_is_outlived(case: Case) -> None:
    """Another attempt follows."""
    case.go_online()
    case.door.give(type="closing", code="shutting-down", text="Restarting.")
    case.door.drop()
    case.clock.advance(10.0)
    assert len(case.door.attempts) == 2
    assert case.view.refusals == []


def test_a_refused_nick_is_asked_for_once(case: Case) -> None:
    """The connection stays open for the next one."""
    case.door.let_in()
    hello = case.door.sent()[0]
    case.door.give(type="error", id=hello["id"], code="bad-nick", text="No.")
    case.link.flush()
    assert case.view.nick_asked == 1


def test_a_script_does_not_try_again(script: Any, way: Any) -> None:
    """Unless it was told to follow; what was under way is reported."""
    case = Case(script, way, keeps_trying=False)
    case.go_online()
    case.talk.command("/me x")
    case.link.flush()
    case.door.drop()
    case.clock.pump([10.0] * 10)
    assert [refusal.exit for refusal in case.view.refusals] == [Exit.NO_CONNECTION]
    assert isinstance(case.view.items[-1], Settled)
    assert len(case.door.attempts) == 1


def test_a_refusal_ends_it_also_later(case: Case) -> None:
    """A certificate that changes at the second connection is not retried."""
    case.go_online()
    case.door.drop()
    case.clock.advance(10.0)
    case.door.let_in()
    case.door.protocol.dataReceived(b"\x15\x03\x01\x00\x02\x02\x46")
    case.door.drop()
    case.clock.pump([10.0] * 10)
    assert [refusal.exit for refusal in case.view.refusals] == [Exit.NOT_TLS]
    assert len(case.door.attempts) == 2


def test_an_object_that_breaks_the_protocol_does_no_harm(case: Case) -> None:
    """It is passed over, the next one is heard."""
    case.go_online()
    shown = len(case.view.items)
    case.door.give(type="missed", room="#lobby", events=3)
    case.door.give(type="notice", text="still here")
    assert [item.text for item in case.view.items[shown:]] == ["still here"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Refused(), "Is the server running"),
        (DNSLookupError(), "spelled right"),
        (TimedOut(), "did not answer in time"),
        (ConnectError(osError=2, string="No such file"), "No connection to here"),
    ],
)
def test_a_failed_attempt_is_explained(error: Exception, words: str) -> None:
    """One line with what to look at."""
    text = why_not_connected("here", Failure(error))
    assert words in text
    assert "\n" not in text
