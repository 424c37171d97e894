"""Log-in before registration: ``AUTHENTICATE``, as a machine without input and output.

Specification: ircv3.net/specs/extensions/sasl-3.2. A client names a mechanism, hears ``+``, and
sends what the mechanism asks for in base64, in chunks of 400 bytes: a shorter one, or ``+``, is
the last. ``*`` gives up.

SCRAM-SHA-256 is not among the mechanisms: it needs keys derived from the password by PBKDF2, and
what is stored of a password here is an argon2id hash, which cannot be turned into them.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

from twistedchat.protocols.irc.numerics import (
    ERR_SASLABORTED,
    ERR_SASLFAIL,
    ERR_SASLTOOLONG,
    RPL_SASLMECHS,
    Numeric,
)

PLAIN: Final = "PLAIN"
EXTERNAL: Final = "EXTERNAL"

CHUNK: Final = 400
"""What one line carries at most; a line with as much says that another follows."""

CHUNKS_MOST: Final = 8
EMPTY: Final = "+"
ABORT: Final = "*"


class Continue(NamedTuple):
    """The server waits for more; ``text`` is what it says to that, if anything."""

    text: str = ""


class Refused(NamedTuple):
    """It failed; the client may begin again.

    Attributes:
        numerics: what it is told, each with its words.
    """

    numerics: tuple[tuple[Numeric, tuple[str, ...]], ...]


class WithPassword(NamedTuple):
    """The client claims to be the owner of an account, and has sent a password."""

    account: str
    password: str


class WithCertificate(NamedTuple):
    """The client claims to be whom its certificate belongs to; ``account`` may be ""."""

    account: str


Step: TypeAlias = Continue | Refused | WithPassword | WithCertificate

FAILED: Final = Refused(((ERR_SASLFAIL, ()),))
_TOO_LONG = Refused(((ERR_SASLTOOLONG, ()),))
_ABORTED = Refused(((ERR_SASLABORTED, ()),))


class Exchange:
    """One client's log-in.

    Args:
        mechanisms: those that can be used on this connection.
    """

    def __init__(self, mechanisms: Sequence[str]) -> None:
        self._mechanisms = tuple(mechanisms)
        self._reset()

    def _reset(self) -> None:
        self._mechanism = ""
        self._chunks: list[str] = []

    @property
    def open(self) -> bool:
        """Whether the client is in the middle of it."""
        return self._mechanism != ""

    def take(self, text: str) -> Step:
        """What follows from AUTHENTICATE with this parameter."""
        if text == ABORT:
            self._reset()
            return _ABORTED
        if not self.open:
            return self._begin(text.upper())
        if len(text.encode("utf-8", "replace")) > CHUNK:
            self._reset()
            return _TOO_LONG
        return self._take_chunk(text)

    def abort(self) -> bool:
        """The client went on with something else; whether that ends a log-in."""
        was_open = self.open
        self._reset()
        return was_open

    def _begin(self, mechanism: str) -> Step:
        if mechanism not in self._mechanisms:
            known = ",".join(self._mechanisms)
            return Refused(((RPL_SASLMECHS, (known,)), (ERR_SASLFAIL, ())))
        self._mechanism = mechanism
        return Continue(EMPTY)

    def _take_chunk(self, text: str) -> Step:
        if text != EMPTY:
            self._chunks.append(text)
        if len(text) == CHUNK:
            if len(self._chunks) < CHUNKS_MOST:
                return Continue()
            self._reset()
            return _TOO_LONG
        mechanism, sent = self._mechanism, "".join(self._chunks)
        self._reset()
        return _read(mechanism, sent)


def _read(mechanism: str, sent: str) -> Step:
    try:
        raw = base64.b64decode(sent.encode("ascii"), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeError):
        return FAILED
    return _plain(raw) if mechanism == PLAIN else _external(raw)


def _plain(raw: str) -> Step:
    """``[authzid] NUL authcid NUL password`` (RFC 4616); nobody logs in for somebody else."""
    parts = raw.split("\0")
    if len(parts) != 3:
        return FAILED
    wanted, account, password = parts
    if not account or not password or wanted not in ("", account):
        return FAILED
    return WithPassword(account, password)


def _external(raw: str) -> Step:
    """The name, or nothing: whom the certificate belongs to (RFC 4422)."""
    return FAILED if "\0" in raw else WithCertificate(raw)


def chunks(text: str) -> tuple[str, ...]:
    """What is to be sent for a text in base64, chunk by chunk."""
    pieces = tuple(text[at : at + CHUNK] for at in range(0, len(text), CHUNK))
    return (*pieces, EMPTY) if len(text) % CHUNK == 0 else pieces
