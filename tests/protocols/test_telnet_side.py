"""One side of one telnet option."""

from twistedchat.protocols.telnet import Verb
from twistedchat.protocols.telnet_side import MAX_AGREEMENTS, EchoSide, OptionSide, OptionState

DO, DONT = b"\xff\xfd\x18", b"\xff\xfe\x18"
WILL_ECHO, WONT_ECHO = b"\xff\xfb\x01", b"\xff\xfc\x01"


def terminal_type() -> OptionSide:
    return OptionSide(24, Verb.DO, Verb.DONT)


def test_offer_is_taken_once() -> None:
    """An offer is answered, its repetition is not."""
    side = terminal_type()
    assert [side.told_on(), side.told_on()] == [DO, b""]
    assert side.state is OptionState.YES


def test_answer_to_our_question_is_not_answered() -> None:
    """The peer's yes to our question ends the exchange; we do not ask again."""
    side = terminal_type()
    assert [side.ask_on(), side.ask_on()] == [DO, b""]
    assert side.told_on() == b""
    assert side.ask_on() == b""


def test_refusal_is_not_answered() -> None:
    """The peer's no to our question ends the exchange."""
    side = terminal_type()
    side.ask_on()
    assert side.told_off() == b""
    assert side.state is OptionState.NO


def test_withdrawal_is_agreed_to_once() -> None:
    """The end of an option in use is acknowledged once."""
    side = terminal_type()
    side.told_on()
    assert [side.told_off(), side.told_off()] == [DONT, b""]


def test_endless_change_of_mind_is_refused_at_last() -> None:
    """A peer that offers and withdraws for ever is agreed with a bounded number of times."""
    side = terminal_type()
    answers = [answer for _ in range(50) for answer in (side.told_on(), side.told_off())]
    assert answers.count(DO) == answers.count(DONT) == MAX_AGREEMENTS
    assert side.told_on() is None
    assert side.state is OptionState.NO


def test_hide_and_show_are_sent_once_each() -> None:
    """A wish that is in force already sends nothing."""
    echo = EchoSide(1)
    assert [echo.show(), echo.hide(), echo.hide()] == [b"", WILL_ECHO, b""]
    assert [echo.show(), echo.show()] == [WONT_ECHO, b""]


def test_hiding_is_confirmed_by_the_peer() -> None:
    """Typing counts as hidden only from the peer's DO on, and not after a show."""
    echo = EchoSide(1)
    echo.hide()
    assert not echo.confirmed
    assert echo.told_on() == b""
    assert echo.confirmed
    echo.show()
    assert not echo.confirmed


def test_second_hide_is_sent_though_the_show_was_never_answered() -> None:
    """A client that answers no WONT (TinTin++) hides the second password too."""
    echo = EchoSide(1)
    assert [echo.hide(), echo.told_on(), echo.show(), echo.hide()] == [
        WILL_ECHO,
        b"",
        WONT_ECHO,
        WILL_ECHO,
    ]


def test_refusal_is_known_and_not_answered() -> None:
    """Who says DONT is known to show the password; the next wish starts afresh."""
    echo = EchoSide(1)
    echo.hide()
    assert echo.told_off() == b""
    assert (echo.confirmed, echo.refused) == (False, True)
    assert echo.show() == WONT_ECHO
    assert not echo.refused


def test_late_answers_leave_the_last_wish_in_force() -> None:
    """Answers to hide, show and hide that come after all three end with typing hidden."""
    echo = EchoSide(1)
    assert [echo.hide(), echo.show(), echo.hide()] == [WILL_ECHO, WONT_ECHO, WILL_ECHO]
    assert [echo.told_on(), echo.told_off(), echo.told_on()] == [b"", b"", b""]
    assert (echo.confirmed, echo.refused) == (True, False)


def test_agreement_to_a_show_is_no_refusal() -> None:
    """The DONT that answers a WONT means nothing bad, and an unwanted DO is refused."""
    echo = EchoSide(1)
    assert echo.told_on() is None
    echo.told_off()
    assert (echo.confirmed, echo.refused) == (False, False)
