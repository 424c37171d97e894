"""Agree on telnet options with a peer: commands in, answer bytes out.

What is asked for when negotiation starts, and why::

    DO TTYPE       terminal and client names (RFC 1091), cycled for what MTTS says of the client
    DO NAWS        window size (RFC 1073)
    WILL CHARSET   UTF-8 (RFC 2066)
    WILL ECHO      only while a password is typed: the client stops showing what is typed

Suppress-go-ahead is never offered and is refused when asked for, because together with ECHO it is
how clients are told to send every key as it is pressed; without it they keep editing lines and
showing them. Everything unknown is refused once. A flood of commands gets no more answers than
there are changes of state, except for TIMING-MARK: RFC 860 has each one answered, and telnet(1)
shows no output after an interrupt until it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from twistedchat.protocols.telnet import (
    AYT,
    IAC,
    SB,
    SE,
    Command,
    Function,
    Negotiation,
    Subnegotiation,
    Verb,
)
from twistedchat.protocols.telnet_side import EchoSide, OptionSide, OptionState

ECHO: Final = 1
SUPPRESS_GO_AHEAD: Final = 3
TIMING_MARK: Final = 6
TERMINAL_TYPE: Final = 24
WINDOW_SIZE: Final = 31
CHARSET: Final = 42

AYT_ANSWER: Final = b"*** Yes, the server is here.\r\n"

_TERMINAL_IS: Final = 0
_TERMINAL_SEND: Final = b"\x01"
_MAX_TERMINAL_QUESTIONS: Final = 3
_MAX_NAME: Final = 40  # RFC 1091

_CHARSET_REQUEST: Final = 1
_CHARSET_ACCEPTED: Final = 2
_CHARSET_REJECTED: Final = 3
_TRANSLATION_TABLES: Final = b"[TTABLE]"

_MTTS_UTF8: Final = 4
_MTTS: Final = re.compile(r"MTTS ([0-9]{1,9})", re.IGNORECASE)


class TelnetNegotiator:
    """The options of one connection, and what they have told about the peer.

    Attributes:
        active: Whether the peer has sent any telnet command, and so speaks telnet.
        width: The window's columns, None while unknown.
        height: The window's rows, None while unknown.
        client: The client's name as MTTS clients give it first, None while unknown.
        terminal: The terminal type in printable ASCII, None while unknown.
        mtts: The bit vector by which an MTTS client says what it can do, None while unknown.
        utf8: Whether the peer has agreed to UTF-8; None while it has said neither yes nor no.
    """

    def __init__(self) -> None:
        self.active = False
        self.width: int | None = None
        self.height: int | None = None
        self.client: str | None = None
        self.terminal: str | None = None
        self.mtts: int | None = None
        self.utf8: bool | None = None
        self._echo = EchoSide(ECHO)
        self._charset = OptionSide(CHARSET, Verb.WILL, Verb.WONT)
        self._terminal_type = OptionSide(TERMINAL_TYPE, Verb.DO, Verb.DONT)
        self._window_size = OptionSide(WINDOW_SIZE, Verb.DO, Verb.DONT)
        self._ours: dict[int, OptionSide | EchoSide] = {ECHO: self._echo, CHARSET: self._charset}
        self._theirs: dict[int, OptionSide | EchoSide] = {
            TERMINAL_TYPE: self._terminal_type,
            WINDOW_SIZE: self._window_size,
            CHARSET: OptionSide(CHARSET, Verb.DO, Verb.DONT),
            # Their go-aheads are of no use; that they leave them out changes nothing of their mode.
            SUPPRESS_GO_AHEAD: OptionSide(SUPPRESS_GO_AHEAD, Verb.DO, Verb.DONT),
        }
        self._started = False
        self._refused: set[Negotiation] = set()
        self._terminal_names: list[str] = []
        self._terminal_questions = 0
        self._charset_asked = False
        self._charset_open = False

    @property
    def echo_hidden(self) -> bool:
        """Whether the peer has confirmed that it does not show what is typed."""
        return self._echo.confirmed

    @property
    def echo_refused(self) -> bool:
        """Whether the peer was asked not to show what is typed and has said that it will."""
        return self._echo.refused

    def start(self) -> bytes:
        """Begin to negotiate, once; asks for nothing that the peer has agreed to already.

        Returns:
            The bytes to send; none when called again, so that a "no" is not questioned.
        """
        if self._started:
            return b""
        self._started = True
        return self._terminal_type.ask_on() + self._window_size.ask_on() + self._charset.ask_on()

    def hide_input(self) -> bytes:
        """Ask the peer not to show what is typed.

        Returns:
            The bytes to send.
        """
        return self._echo.hide()

    def show_input(self) -> bytes:
        """Let the peer show again what is typed.

        The line end that was typed in hiding was hidden too: after a prompt that does not end
        its own line, send one first.

        Returns:
            The bytes to send.
        """
        return self._echo.show()

    def receive_all(self, commands: Iterable[Command]) -> bytes:
        """Take the commands of one read, and answer however many AYT only once.

        Args:
            commands: What the parser found.

        Returns:
            The bytes to send.
        """
        return b"".join(map(self.receive, _without_repeated_questions(commands)))

    def receive(self, command: Command) -> bytes:
        """Take one command from the peer.

        Args:
            command: What the parser found.

        Returns:
            The bytes to send in answer, often none.
        """
        self.active = True
        if isinstance(command, Negotiation):
            return self._negotiate(command)
        if isinstance(command, Subnegotiation):
            return self._learn(command.option, command.payload)
        return AYT_ANSWER if command.code == AYT else b""

    def _negotiate(self, told: Negotiation) -> bytes:
        theirs = told.verb in (Verb.WILL, Verb.WONT)
        side = (self._theirs if theirs else self._ours).get(told.option)
        if told.verb in (Verb.WONT, Verb.DONT):
            return side.told_off() if side else b""
        if told.option == TIMING_MARK and told.verb is Verb.DO:
            return bytes([IAC, Verb.WILL, TIMING_MARK])
        answer = side.told_on() if side else None
        if answer is None:
            return self._refuse(told)
        return answer + self._follow_up(side)

    def _refuse(self, told: Negotiation) -> bytes:
        if told in self._refused:
            return b""
        self._refused.add(told)
        refusal = Verb.DONT if told.verb is Verb.WILL else Verb.WONT
        return bytes([IAC, refusal, told.option])

    def _follow_up(self, side: OptionSide | EchoSide | None) -> bytes:
        if side is self._terminal_type and not self._terminal_questions:
            return self._ask_terminal()
        if side is self._charset and not self._charset_asked:
            self._charset_asked = self._charset_open = True
            return _subnegotiation(CHARSET, bytes([_CHARSET_REQUEST]) + b";UTF-8")
        return b""

    def _ask_terminal(self) -> bytes:
        self._terminal_questions += 1
        return _subnegotiation(TERMINAL_TYPE, _TERMINAL_SEND)

    def _learn(self, option: int, payload: bytes) -> bytes:
        if option == TERMINAL_TYPE and self._terminal_type.state is OptionState.YES:
            return self._learn_terminal(payload)
        if option == WINDOW_SIZE and self._window_size.state is OptionState.YES:
            self._learn_size(payload)
        if option == CHARSET and payload:
            return self._learn_charset(payload)
        return b""

    def _learn_size(self, payload: bytes) -> None:
        if len(payload) == 4:
            # RFC 1073: zero means that the peer does not know either.
            self.width = int.from_bytes(payload[:2]) or None
            self.height = int.from_bytes(payload[2:]) or None

    def _learn_terminal(self, payload: bytes) -> bytes:
        name = _printable(payload[1:])
        names = self._terminal_names
        expected = len(names) < self._terminal_questions
        if not expected or not name or payload[0] != _TERMINAL_IS:
            return b""
        repeated = name in names
        names.append(name)
        self._read_terminal_names()
        if repeated or len(names) == _MAX_TERMINAL_QUESTIONS:
            return b""
        return self._ask_terminal()

    def _read_terminal_names(self) -> None:
        # RFC 1091 gives the best terminal type first; MTTS the client's name, then the terminal
        # type, then the bits. Which of them it was is known only from the third answer.
        names = self._terminal_names
        self.terminal = names[0]
        bits = _MTTS.fullmatch(names[2]) if len(names) > 2 else None
        if bits:
            self.client, self.terminal, self.mtts = names[0], names[1], int(bits[1])
            if self.utf8 is None and self.mtts & _MTTS_UTF8:
                self.utf8 = True

    def _learn_charset(self, payload: bytes) -> bytes:
        if payload[0] == _CHARSET_REQUEST:
            return self._answer_charset_request(payload[1:])
        if self._charset_open and payload[0] in (_CHARSET_ACCEPTED, _CHARSET_REJECTED):
            self._charset_open = False
            self.utf8 = payload[0] == _CHARSET_ACCEPTED
        return b""

    def _answer_charset_request(self, wanted: bytes) -> bytes:
        if wanted.startswith(_TRANSLATION_TABLES):
            wanted = wanted[len(_TRANSLATION_TABLES) + 1 :]
        names = [name.upper() for name in wanted[1:].split(wanted[:1])] if wanted else []
        # RFC 2066: when both have asked, the server's question stands and the client's is refused.
        if self._charset_open or b"UTF-8" not in names:
            return _subnegotiation(CHARSET, bytes([_CHARSET_REJECTED]))
        self.utf8 = True
        return _subnegotiation(CHARSET, bytes([_CHARSET_ACCEPTED]) + b"UTF-8")


def _subnegotiation(option: int, payload: bytes) -> bytes:
    return bytes([IAC, SB, option]) + payload + bytes([IAC, SE])


def _printable(name: bytes) -> str:
    return "".join(chr(byte) for byte in name if 0x20 <= byte < 0x7F).strip()[:_MAX_NAME].strip()


def _without_repeated_questions(commands: Iterable[Command]) -> Iterable[Command]:
    asked = False
    for command in commands:
        if isinstance(command, Function) and command.code == AYT:
            if asked:
                continue
            asked = True
        yield command
