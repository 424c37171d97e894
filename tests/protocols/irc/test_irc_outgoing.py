"""What is sent to a client keeps its place, and belongs to the request it answers."""

import pytest

from twistedchat.protocols.irc.outgoing import Outgoing
from twistedchat.testing import enter, make_chat, sink_of


def sent(chat, session):
    chat.clock.turn()
    data = b"".join(sink_of(session).written)
    sink_of(session).written.clear()
    return data.split(b"\r\n")[:-1]


def test_an_answer_in_the_middle_of_another():
    """As of a PING; each has its own label."""
    chat = make_chat()
    session = enter(chat, "ada")
    sent(chat, session)
    out = Outgoing(chat, session)
    with out.answering("1"):
        out.send(b"A\r\n")
        assert out.labelled
        with out.answering("2"):
            out.send(b"PONG\r\n")
        with out.answering(""):
            out.send(b"NONE\r\n")
        assert sent(chat, session) == [b"@label=2 PONG", b"NONE"]
    assert not out.labelled
    out.send(b"B\r\n")
    assert sent(chat, session) == [b"@label=1 A", b"B"]


def test_a_failing_answer_is_closed():
    """What was said until then is sent."""
    chat = make_chat()
    session = enter(chat, "ada")
    sent(chat, session)
    out = Outgoing(chat, session)

    def fail():
        with out.answering("1"):
            out.send(b"A\r\n")
            assert 1 / 0

    with pytest.raises(ZeroDivisionError):
        fail()
    assert sent(chat, session) == [b"@label=1 A"]
