"""Take telnet apart: bytes in, clean text and telnet commands out.

The grammar (RFC 854 and 855), where every other byte is text::

    IAC IAC                                 the data byte 0xFF
    IAC (WILL | WONT | DO | DONT) option    Negotiation
    IAC SB option payload IAC SE            Subnegotiation; 0xFF in the payload is doubled
    IAC function                            Function: NOP, AYT, IP, EC, EL, GA, ...

0xFF never occurs in UTF-8, so the parser can always be on, for a plain ``nc`` too. Nothing a peer
sends raises, and what a peer leaves unfinished is bounded:

* A payload over ``PAYLOAD_LIMIT`` bytes is thrown away and never reported. From there on the
  subnegotiation ends at its ``IAC SE``, at a line feed, or after ``EXCESS_LIMIT`` more bytes,
  whichever comes first; a line feed that ends it is text again. Below the limit a line feed ends
  nothing, because a window ten columns wide is one.
* A command byte after an IAC inside a payload means that ``IAC SE`` was lost: what there is of the
  payload is reported and the command is read as such. Any other byte there means that a sender
  forgot to double 0xFF, and both are payload.
* IAC before a byte that is no command is dropped with it, but a line end survives: whoever types
  a Latin-1 letter 0xFF at the end of a line still ends the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Final, TypeAlias

PAYLOAD_LIMIT: Final = 256
EXCESS_LIMIT: Final = 4096

IAC: Final = 255
SB: Final = 250
SE: Final = 240
GA: Final = 249
EL: Final = 248
EC: Final = 247
AYT: Final = 246
AO: Final = 245
IP: Final = 244
BRK: Final = 243
DM: Final = 242
NOP_CODE: Final = 241
END_OF_FILE: Final = 236

NOP: Final = bytes([IAC, NOP_CODE])
"""Sent to a telnet peer, it keeps the connection alive and shows nothing."""

_IAC: Final = b"\xff"
# Doubled 0xFF is passed over in C, so that a flood of it costs no more than other text.
_PLAIN: Final = re.compile(rb"(?:[^\xff]++|\xff\xff)*+")
_LINE_END_BYTES: Final = b"\r\n"


class Verb(IntEnum):
    """What a negotiation says about an option."""

    WILL = 251
    WONT = 252
    DO = 253
    DONT = 254


@dataclass(frozen=True, slots=True)
class Negotiation:
    """The peer offered, refused, asked for or forbade an option."""

    verb: Verb
    option: int


@dataclass(frozen=True, slots=True)
class Subnegotiation:
    """The peer sent an option's parameters, 0xFF already halved."""

    option: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Function:
    """The peer sent a command that has no option: AYT, IP, NOP, ..."""

    code: int


Command: TypeAlias = Negotiation | Subnegotiation | Function


# A flood of commands shares a bounded number of objects: 14 functions and 4 x 256 negotiations.
@cache
def _function(code: int) -> Function:
    return Function(code)


@cache
def _negotiation(verb: int, option: int) -> Negotiation:
    return Negotiation(Verb(verb), option)


class TelnetParser:
    """Separates the text of one connection from its telnet commands, however the bytes are cut."""

    __slots__ = ("_commands", "_excess_left", "_option", "_payload", "_step", "_text", "_verb")

    def __init__(self) -> None:
        # The state is the function that takes the next bytes and returns how far it came. Plain
        # functions, because bound methods would tie every connection into a reference cycle.
        self._step: Callable[[TelnetParser, bytes, int], int] = TelnetParser._in_text
        self._text: list[bytes] = []
        self._commands: list[Command] = []
        self._payload = bytearray()
        self._verb = 0
        self._option = 0
        self._excess_left = 0

    def feed(self, data: bytes) -> tuple[bytes, list[Command]]:
        """Take the next bytes from the peer.

        Args:
            data: Bytes cut at any place.

        Returns:
            The text without telnet sequences, and the commands found, in order.
        """
        if self._step is TelnetParser._in_text and _IAC not in data:
            return data, []
        position = 0
        while position < len(data):
            position = self._step(self, data, position)
        text, commands = b"".join(self._text), self._commands
        self._text, self._commands = [], []
        return text, commands

    def _in_text(self, data: bytes, start: int) -> int:
        found = _PLAIN.match(data, start)
        end = found.end() if found else start
        if end > start:
            self._text.append(data[start:end].replace(_IAC + _IAC, _IAC))
        if end < len(data):
            self._step = TelnetParser._after_iac
            return end + 1
        return end

    def _after_iac(self, data: bytes, start: int) -> int:
        code = data[start]
        self._step = TelnetParser._in_text
        if code == IAC:
            self._text.append(_IAC)
        elif code >= Verb.WILL:
            self._verb = code
            self._step = TelnetParser._after_verb
        elif code == SB:
            self._step = TelnetParser._after_sb
        elif code >= END_OF_FILE and code != SE:
            self._commands.append(_function(code))
        elif code in _LINE_END_BYTES:
            return start
        return start + 1

    def _after_verb(self, data: bytes, start: int) -> int:
        option = data[start]
        if option == IAC:
            return self._lost_option(start)
        self._commands.append(_negotiation(self._verb, option))
        self._step = TelnetParser._in_text
        return start + 1

    def _after_sb(self, data: bytes, start: int) -> int:
        self._option = data[start]
        if self._option == IAC:
            return self._lost_option(start)
        self._payload.clear()
        self._step = TelnetParser._in_payload
        return start + 1

    def _lost_option(self, start: int) -> int:
        # Nobody uses option 255, but a sender cut off before the option starts anew with IAC.
        self._step = TelnetParser._after_iac
        return start + 1

    def _in_payload(self, data: bytes, start: int) -> int:
        iac = data.find(_IAC, start)
        stop = len(data) if iac < 0 else iac
        kept = min(stop, start + PAYLOAD_LIMIT - len(self._payload))
        self._payload += data[start:kept]
        if kept < stop:
            self._begin_excess()
            return kept
        if iac >= 0:
            self._step = TelnetParser._after_iac_in_payload
            return iac + 1
        return stop

    def _after_iac_in_payload(self, data: bytes, start: int) -> int:
        code = data[start]
        if code != IAC and code >= END_OF_FILE:
            self._commands.append(Subnegotiation(self._option, bytes(self._payload)))
            self._payload.clear()
            # SE ends there without a trace, any other command is still to be carried out.
            self._step = TelnetParser._after_iac
            return start
        self._step = TelnetParser._in_payload
        if len(self._payload) == PAYLOAD_LIMIT:
            self._begin_excess()
        else:
            self._payload.append(IAC)
        return start + 1 if code == IAC else start

    def _begin_excess(self) -> None:
        self._payload.clear()
        self._excess_left = EXCESS_LIMIT
        self._step = TelnetParser._in_excess

    def _in_excess(self, data: bytes, start: int) -> int:
        stop = min(len(data), start + self._excess_left)
        iac = data.find(_IAC, start, stop)
        line_feed = data.find(b"\n", start, stop if iac < 0 else iac)
        if line_feed >= 0:
            self._step = TelnetParser._in_text
            return line_feed
        end = stop if iac < 0 else iac + 1
        self._excess_left -= end - start
        if iac >= 0:
            self._step = TelnetParser._after_iac_in_excess
        elif not self._excess_left:
            self._step = TelnetParser._in_text
        return end

    def _after_iac_in_excess(self, data: bytes, start: int) -> int:
        code = data[start]
        if code != IAC and code >= END_OF_FILE:
            self._step = TelnetParser._after_iac
            return start
        spent = self._excess_left == 0
        self._step = TelnetParser._in_text if spent else TelnetParser._in_excess
        return start + 1 if code == IAC else start
