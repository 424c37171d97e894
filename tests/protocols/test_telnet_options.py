"""What is agreed with a telnet peer, and what it tells of itself."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.protocols.telnet import (
    AYT,
    IP,
    NOP_CODE,
    Command,
    Function,
    Negotiation,
    Subnegotiation,
    TelnetParser,
    Verb,
)
from twistedchat.protocols.telnet_options import (
    AYT_ANSWER,
    CHARSET,
    ECHO,
    SUPPRESS_GO_AHEAD,
    TERMINAL_TYPE,
    TIMING_MARK,
    WINDOW_SIZE,
    TelnetNegotiator,
)
from twistedchat.protocols.telnet_side import MAX_AGREEMENTS

SEND_TERMINAL = b"\xff\xfa\x18\x01\xff\xf0"
REQUEST_UTF8 = b"\xff\xfa\x2a\x01;UTF-8\xff\xf0"
ACCEPT_UTF8 = b"\xff\xfa\x2a\x02UTF-8\xff\xf0"
REJECT_CHARSET = b"\xff\xfa\x2a\x03\xff\xf0"

will, wont, do, dont = (partial(Negotiation, verb) for verb in Verb)
sub = Subnegotiation


def started(*commands: Command) -> TelnetNegotiator:
    negotiator = TelnetNegotiator()
    negotiator.start()
    for command in commands:
        negotiator.receive(command)
    return negotiator


def asked(data: bytes) -> list[Command]:
    return TelnetParser().feed(data)[1]


def test_start_asks_for_nothing_that_ends_line_mode() -> None:
    """Neither ECHO nor SGA nor BINARY is touched, so clients keep editing and showing lines."""
    assert asked(TelnetNegotiator().start()) == [do(24), do(31), will(42)]


def test_start_asks_once() -> None:
    """A second start sends nothing, also after a refusal."""
    negotiator = started(wont(WINDOW_SIZE), dont(CHARSET))
    assert negotiator.start() == b""


def test_start_behind_offers_asks_for_the_rest_only() -> None:
    """What a client of its own accord has offered is not asked for again."""
    negotiator = TelnetNegotiator()
    negotiator.receive(will(WINDOW_SIZE))
    assert asked(negotiator.start()) == [do(24), will(42)]


def test_any_command_shows_that_telnet_is_spoken() -> None:
    """A peer is known to speak telnet from its first command on."""
    negotiator = TelnetNegotiator()
    assert not negotiator.active
    assert negotiator.receive(Function(NOP_CODE)) == b""
    assert negotiator.active


def test_window_size() -> None:
    """NAWS gives width and height, and each resize again."""
    negotiator = started(will(WINDOW_SIZE), sub(WINDOW_SIZE, b"\x00\x50\x00\x18"))
    assert (negotiator.width, negotiator.height) == (80, 24)
    negotiator.receive(sub(WINDOW_SIZE, b"\x01\x00\x00\x00"))
    assert (negotiator.width, negotiator.height) == (256, None)


@pytest.mark.parametrize("payload", [b"", b"\0\x50", b"\0\x50\0\x18\0"])
def test_malformed_window_size_is_ignored(payload: bytes) -> None:
    """A size of another length says nothing."""
    negotiator = started(will(WINDOW_SIZE), sub(WINDOW_SIZE, payload))
    assert (negotiator.width, negotiator.height) == (None, None)


def test_parameters_of_options_not_in_use_are_ignored() -> None:
    """Size and terminal count only after the option was agreed."""
    negotiator = started(
        sub(WINDOW_SIZE, b"\0\x50\0\x18"), sub(TERMINAL_TYPE, b"\0XTERM"), sub(200, b"x")
    )
    assert (negotiator.width, negotiator.terminal) == (None, None)


def test_terminal_of_an_ordinary_telnet() -> None:
    """The name is asked for until it repeats; that ends the questions."""
    negotiator = started()
    assert negotiator.receive(will(TERMINAL_TYPE)) == SEND_TERMINAL
    assert negotiator.receive(sub(TERMINAL_TYPE, b"\0XTERM-256COLOR")) == SEND_TERMINAL
    assert negotiator.terminal == "XTERM-256COLOR"
    assert negotiator.receive(sub(TERMINAL_TYPE, b"\0XTERM-256COLOR")) == b""
    assert (negotiator.terminal, negotiator.client) == ("XTERM-256COLOR", None)


def mtts(bits: int) -> list[Command]:
    names = [b"TINTIN++", b"xterm-256color", b"MTTS %d" % bits]
    return [will(TERMINAL_TYPE), *(sub(TERMINAL_TYPE, b"\0" + name) for name in names)]


def test_mtts_client_tells_name_terminal_and_bits() -> None:
    """An MTTS client's three answers are told apart, and the UTF-8 bit counts."""
    negotiator = started(*mtts(271))
    assert (negotiator.client, negotiator.terminal) == ("TINTIN++", "xterm-256color")
    assert (negotiator.mtts, negotiator.utf8) == (271, True)


def test_mtts_without_the_utf8_bit_leaves_utf8_open() -> None:
    """A client that does not claim UTF-8 has not refused it."""
    assert started(*mtts(1)).utf8 is None


def test_charset_outweighs_mtts() -> None:
    """An explicit no to UTF-8 is not overruled by a bit."""
    negotiator = started(do(CHARSET), sub(CHARSET, b"\x03"), *mtts(4))
    assert negotiator.utf8 is False


def test_third_name_that_is_no_mtts_is_just_a_third_name() -> None:
    """RFC 1091 names are best first; the first stays."""
    names = [sub(TERMINAL_TYPE, b"\0" + name) for name in (b"XTERM", b"VT220", b"VT100")]
    negotiator = started(will(TERMINAL_TYPE), *names)
    assert (negotiator.terminal, negotiator.mtts) == ("XTERM", None)


def test_terminal_name_is_clean_and_bounded() -> None:
    """Escape sequences, line ends and length of a hostile name do no harm."""
    name = b"\0 \x1b[2JX\r\nY\xc3\xa9" + b"z" * 200
    negotiator = started(will(TERMINAL_TYPE), sub(TERMINAL_TYPE, name))
    assert negotiator.terminal == ("[2JXY" + "z" * 40)[:40]


@pytest.mark.parametrize("payload", [b"", b"\0", b"\0\x1b\r", b"\x01XTERM", b"\x07XTERM"])
def test_answer_without_a_name_is_ignored(payload: bytes) -> None:
    """Nothing printable, or a subcommand that is not IS, tells no terminal and asks no more."""
    negotiator = started(will(TERMINAL_TYPE))
    assert negotiator.receive(sub(TERMINAL_TYPE, payload)) == b""
    assert negotiator.terminal is None


def test_terminal_questions_are_bounded() -> None:
    """However often the option is toggled and new names come, three questions are asked."""
    negotiator, sent = started(), b""
    for i in range(50):
        sent += negotiator.receive(will(TERMINAL_TYPE))
        sent += negotiator.receive(sub(TERMINAL_TYPE, b"\0NAME%d" % i))
        sent += negotiator.receive(wont(TERMINAL_TYPE))
    assert sent.count(SEND_TERMINAL) == 3


@pytest.mark.parametrize(("answer", "utf8"), [(b"\x02UTF-8", True), (b"\x03", False)])
def test_charset_asked_by_us(answer: bytes, utf8: bool) -> None:
    """UTF-8 is requested once CHARSET is agreed, and the answer is believed once."""
    negotiator = started()
    assert negotiator.receive(do(CHARSET)) == REQUEST_UTF8
    assert negotiator.utf8 is None
    assert negotiator.receive(sub(CHARSET, answer)) == b""
    assert negotiator.utf8 is utf8
    negotiator.receive(sub(CHARSET, b"\x03" if utf8 else b"\x02UTF-8"))
    assert negotiator.utf8 is utf8


def test_refused_charset_leaves_utf8_open() -> None:
    """telnet(1) knows no CHARSET, which says nothing about its terminal."""
    assert started(dont(CHARSET)).utf8 is None


@pytest.mark.parametrize("request_", [b";ISO-8859-1;utf-8", b" UTF-8", b"[TTABLE]\x01;UTF-8"])
def test_charset_asked_by_the_peer(request_: bytes) -> None:
    """A peer that offers UTF-8 among others, with any separator, gets it."""
    negotiator = started(dont(CHARSET), will(CHARSET))
    assert negotiator.receive(sub(CHARSET, b"\x01" + request_)) == ACCEPT_UTF8
    assert negotiator.utf8 is True


@pytest.mark.parametrize("request_", [b"", b";KOI8-R", b"UTF-8", b"[TTABLE]", b"[TTABLE]\x01"])
def test_charset_without_utf8_is_rejected(request_: bytes) -> None:
    """Other character sets and malformed requests are refused and change nothing."""
    negotiator = started(dont(CHARSET), will(CHARSET))
    assert negotiator.receive(sub(CHARSET, b"\x01" + request_)) == REJECT_CHARSET
    assert negotiator.utf8 is None


def test_crossing_charset_requests() -> None:
    """When both have asked, ours stands and the peer's is refused."""
    negotiator = started(do(CHARSET))
    assert negotiator.receive(sub(CHARSET, b"\x01;UTF-8")) == REJECT_CHARSET
    negotiator.receive(sub(CHARSET, b"\x02UTF-8"))
    assert negotiator.utf8 is True


@pytest.mark.parametrize("payload", [b"", b"\x02UTF-8", b"\x04x"])
def test_unasked_charset_answers_are_ignored(payload: bytes) -> None:
    """Nobody agrees to what was not asked."""
    negotiator = started()
    assert negotiator.receive(sub(CHARSET, payload)) == b""
    assert negotiator.utf8 is None


def test_password_is_hidden_and_typing_shown_again() -> None:
    """WILL ECHO, the peer's DO, WONT ECHO; and echo_hidden says what the peer confirmed."""
    negotiator = started()
    assert asked(negotiator.hide_input()) == [will(ECHO)]
    assert not negotiator.echo_hidden
    assert negotiator.receive(do(ECHO)) == b""
    assert negotiator.echo_hidden
    assert asked(negotiator.show_input()) == [wont(ECHO)]
    assert negotiator.receive(dont(ECHO)) == b""
    assert not negotiator.echo_hidden


def test_peer_that_refuses_to_hide_is_known() -> None:
    """The door can say that typing is visible after all."""
    negotiator = started()
    negotiator.hide_input()
    assert negotiator.receive(dont(ECHO)) == b""
    assert (negotiator.echo_hidden, negotiator.echo_refused) == (False, True)


def test_echo_and_go_ahead_asked_by_the_peer_are_refused() -> None:
    """PuTTY asks for both when it connects; agreeing would end its local echo and editing."""
    negotiator = started()
    assert asked(negotiator.receive(do(ECHO))) == [wont(ECHO)]
    assert asked(negotiator.receive(do(SUPPRESS_GO_AHEAD))) == [wont(SUPPRESS_GO_AHEAD)]
    assert asked(negotiator.receive(will(SUPPRESS_GO_AHEAD))) == [do(SUPPRESS_GO_AHEAD)]
    assert not negotiator.echo_hidden


@pytest.mark.parametrize("option", [5, 32, 34, 39, 201, 255])
def test_unknown_options_are_refused_once(option: int) -> None:
    """Each unknown offer and wish gets one refusal; their ends need none."""
    negotiator = started()
    assert negotiator.receive(will(option)) == bytes([255, 254, option])
    assert negotiator.receive(do(option)) == bytes([255, 252, option])
    again = [will(option), do(option), wont(option), dont(option), will(option), do(option)]
    assert negotiator.receive_all(again) == b""


def test_every_timing_mark_is_answered() -> None:
    """telnet(1) shows nothing after Ctrl-C until its timing mark is answered, each time."""
    negotiator = started()
    interrupt = [Function(IP), do(TIMING_MARK)]
    assert asked(negotiator.receive_all(interrupt * 2)) == [will(TIMING_MARK)] * 2


def test_are_you_there_is_answered_once_per_read() -> None:
    """A flood of questions in one read gets one answer, the next read another."""
    negotiator = started()
    assert negotiator.receive_all([Function(AYT)] * 1000) == AYT_ANSWER
    assert negotiator.receive_all([Function(AYT)]) == AYT_ANSWER
    assert AYT_ANSWER.startswith(b"*** ")


commands = st.one_of(
    st.builds(Negotiation, st.sampled_from(Verb), st.sampled_from([1, 3, 24, 31, 42, 99])),
    st.builds(Subnegotiation, st.sampled_from([24, 31, 42]), st.binary(max_size=8)),
    st.builds(Function, st.integers(236, 249)),
)


@given(st.lists(commands, max_size=60))
def test_two_servers_never_loop(received: list[Command]) -> None:
    """Whatever came before, two negotiators that hear each other fall silent."""
    left, right = TelnetNegotiator(), TelnetNegotiator()
    to_right = left.start() + left.receive_all(received) + left.hide_input()
    to_left = right.start()
    for _ in range(100):
        to_right, to_left = (
            left.receive_all(asked(to_left)),
            right.receive_all(asked(to_right)),
        )
    assert to_right == to_left == b""


def test_flood_of_negotiation_is_not_amplified() -> None:
    """Toggling every option for ever gets a bounded number of answers, apart from timing marks."""
    negotiator = TelnetNegotiator()
    options = [option for option in range(255) if option != TIMING_MARK]
    flood = [Negotiation(verb, option) for option in options for verb in Verb]
    for _ in range(MAX_AGREEMENTS):
        negotiator.receive_all(flood)
    assert len(negotiator.receive_all(flood)) == 3 * 5  # the five sides that were agreed till now
    assert negotiator.receive_all(flood * 10) == b""
