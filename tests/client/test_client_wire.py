import json
from typing import Any

import pytest
from OpenSSL import SSL
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from twistedchat.client.refusals import Exit, Refusal
from twistedchat.client.wire import ANSWER_WITHIN, ASK_AFTER, GIVE_UP_AFTER, Wire


class Listener:
    def __init__(self) -> None:
        self.opened_wires: list[Wire] = []
        self.objects: list[Any] = []
        self.ends: list[tuple[str, Refusal | None]] = []

    def opened(self, wire: Wire) -> None:
        self.opened_wires.append(wire)

    def received(self, obj: Any) -> None:
        self.objects.append(obj)

    def closed(self, reason: str, refusal: Refusal | None) -> None:
        self.ends.append((reason, refusal))


class Case:
    def __init__(self, judge: Any = None) -> None:
        self.listener, self.clock, self.transport = Listener(), Clock(), StringTransport()
        self.wire = Wire(self.listener, self.clock, judge)
        self.wire.makeConnection(self.transport)

    def lose(self, error: Exception) -> tuple[str, Refusal | None]:
        self.wire.connectionLost(Failure(error))
        assert not self.clock.getDelayedCalls()
        return self.listener.ends[-1]


def test_a_greeting_is_skipped_up_to_the_first_object() -> None:
    """However the bytes are cut; broken lines and what is no object are passed over."""
    case = Case()
    stream = b'*** hi\r\n\r\n  {"no":1}\n{"a":1}\r\n{"b":"\xc3\xa9"}\nno json\n[1]\n{"c":3}\n{"d"'
    for number in range(len(stream)):
        case.wire.dataReceived(stream[number : number + 1])
    assert case.listener.objects == [{"a": 1}, {"b": "é"}, {"c": 3}]


def test_a_deep_object_does_no_harm() -> None:
    """A line made to exhaust the parser is one broken line."""
    case = Case()
    case.wire.dataReceived(b'{"a":' + b"[" * 100_000 + b"\n" + b'{"b":1}\n')
    assert case.listener.objects == [{"b": 1}]


def test_requests_are_lines_of_json() -> None:
    """In UTF-8, each with its end."""
    case = Case()
    case.wire.send({"type": "say", "text": "é\n"})
    sent = case.transport.value()
    assert sent.endswith(b"\n")
    assert sent.count(b"\n") == 1
    assert json.loads(sent) == {"type": "say", "text": "é\n"}


def test_a_plain_wire_is_open_at_once() -> None:
    """Without TLS there is nothing to wait for."""
    case = Case()
    assert case.listener.opened_wires == [case.wire]


def test_nothing_is_said_before_the_certificate_is_judged() -> None:
    """Good: open. Bad: closed at once, and what the peer still says is not heard."""
    good = Case(judge=lambda _transport: None)
    assert good.listener.opened_wires == []
    good.wire.handshakeCompleted()
    assert good.listener.opened_wires == [good.wire]
    refusal = Refusal(Exit.EXPIRED, "Too old.")
    bad = Case(judge=lambda _transport: refusal)
    bad.wire.handshakeCompleted()
    bad.wire.dataReceived(b'{"type":"welcome"}\n')
    assert bad.listener.opened_wires == []
    assert bad.listener.objects == []
    assert bad.transport.disconnected or bad.transport.disconnecting or bad.transport.aborting
    assert bad.transport.value() == b""
    assert bad.lose(ConnectionDone()) == ("Too old.", refusal)


def test_tls_where_plain_was_expected_is_explained() -> None:
    """A TLS alert is recognised by its first bytes."""
    case = Case()
    case.wire.dataReceived(b"\x15\x03\x01\x00\x02\x02\x46")
    reason, refusal = case.lose(ConnectionDone())
    assert refusal is not None
    assert refusal.exit is Exit.NOT_TLS
    assert "--tls" in reason


@pytest.mark.parametrize("said", ["wrong version number", "record layer failure", "http request"])
def test_plain_text_where_tls_was_expected_is_explained(said: str) -> None:
    """Whatever OpenSSL calls it."""
    case = Case(judge=lambda _transport: None)
    reason, refusal = case.lose(SSL.Error([("SSL routines", "", said)]))
    assert refusal is not None
    assert refusal.exit is Exit.NOT_TLS
    assert "--plain" in reason


@pytest.mark.parametrize(
    "error", [SSL.Error([("SSL", "", "internal error")]), SSL.Error(), ConnectionLost()]
)
def test_other_breaks_of_tls_may_be_better_next_time(error: Exception) -> None:
    """They are no refusal, but the reason says what may be meant."""
    reason, refusal = Case(judge=lambda _transport: None).lose(error)
    assert refusal is None
    assert "--plain" in reason


def test_what_the_server_said_to_people_is_the_reason() -> None:
    """A server that is full says so in its greeting and closes."""
    case = Case()
    case.wire.dataReceived(b"*** The server is full.\x1b[2J\n")
    assert case.lose(ConnectionDone())[0] == "The server said: *** The server is full."


def test_a_close_without_a_word_hints_at_tls() -> None:
    """Some servers answer plain text with nothing; later closes need no hint."""
    assert "--tls" in Case().lose(ConnectionDone())[0]
    case = Case()
    case.wire.dataReceived(b"{}\n")
    assert case.lose(ConnectionDone())[0] == "The server closed the connection"


def test_a_server_that_never_answers_is_given_up() -> None:
    """After a while, with the reason."""
    case = Case()
    case.clock.pump([5.0] * int(ANSWER_WITHIN // 5 + 1))
    assert "silent" in case.lose(ConnectionDone())[0]


def test_a_silent_server_is_asked_and_then_given_up() -> None:
    """A word from it starts the count again."""
    case = Case()
    case.wire.dataReceived(b"{}\n")
    case.clock.pump([5.0] * int(ASK_AFTER // 5))
    assert case.transport.value() == b'{"type":"ping"}\n'
    case.wire.dataReceived(b'{"type":"pong"}\n')
    case.clock.pump([5.0] * int(ASK_AFTER // 5))
    assert case.transport.value().count(b"ping") == 2
    assert not case.transport.disconnected
    case.clock.pump([5.0] * int((GIVE_UP_AFTER - ASK_AFTER) // 5 + 1))
    assert "silent for" in case.lose(ConnectionDone())[0]


def test_an_endless_line_closes_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded."""
    monkeypatch.setattr(Wire, "MAX_LENGTH", 1000)
    case = Case()
    case.wire.dataReceived(b"{" + b"x" * 2000)
    assert "more than" in case.lose(ConnectionDone())[0]


def test_closing_waits_for_what_is_written() -> None:
    """Close and abort differ."""
    case = Case()
    case.wire.close()
    assert case.transport.disconnecting
    assert case.lose(ConnectionLost())[0]
