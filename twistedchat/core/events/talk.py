"""What was said."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody said a line in a room; ``user`` and ``account`` are the speaker's.

    ``stored`` is false if the line will be gone with the server.
    """

    id: str
    at: float
    room: str
    nick: str
    text: str
    user: str = ""
    account: str = ""
    stored: bool = True


@dataclass(frozen=True, slots=True)
class Emoted:
    """Somebody did something in a room (``/me``); as with ``Said``."""

    id: str
    at: float
    room: str
    nick: str
    text: str
    user: str = ""
    account: str = ""
    stored: bool = True


@dataclass(frozen=True, slots=True)
class Whispered:
    """A private message from ``nick`` to ``to``; ``user`` is the sender's id.

    ``to_account`` is the other end's account, if it is stored for both. With ``absent`` that one is
    not here and is told on coming back.
    """

    id: str
    at: float
    nick: str
    to: str
    text: str
    user: str = ""
    account: str = ""
    to_account: str = ""
    absent: bool = False
    stored: bool = True


@dataclass(frozen=True, slots=True)
class Announced:
    """The server, or an operator of it, tells everybody something."""

    id: str
    at: float
    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Deleted:
    """``by`` took messages back; nobody can read them again.

    In a ``room``, or with "" private ones: ``to`` is the other end then. ``of`` has the nicks of
    those who said them.
    """

    id: str
    at: float
    room: str = ""
    ids: tuple[str, ...] = ()
    by: str = ""
    of: tuple[str, ...] = ()
    to: str = ""
    stored: bool = True


Message: TypeAlias = Said | Emoted


Kept: TypeAlias = Said | Emoted | Whispered
