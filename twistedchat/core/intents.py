"""What somebody wants: the bus puts these into one order, ``apply`` decides them.

An intent holds plain data and prepared names only, so that it can cross to another node. ``user``
is the id of the user who acts.
"""

from dataclasses import dataclass
from typing import TypeAlias

from twistedchat.core.names import Name
from twistedchat.core.rules import Changed


@dataclass(frozen=True, slots=True)
class Enter:
    """A new user comes in, under ``name`` or the nearest free one."""

    session: str
    name: Name
    cloak: str
    address: str
    token: str
    client: str = ""


@dataclass(frozen=True, slots=True)
class Attach:
    """One more session of the user whose token has this digest."""

    session: str
    token: str


@dataclass(frozen=True, slots=True)
class Detach:
    """A session ended; without ``lingers`` a user who has no other leaves at once."""

    session: str
    reason: str
    lingers: bool = False


@dataclass(frozen=True, slots=True)
class Expire:
    """A user whose last session broke at the time ``adrift`` did not come back in time."""

    user: str
    reason: str
    adrift: float


@dataclass(frozen=True, slots=True)
class Say:
    """Say a line in a room."""

    user: str
    room: str
    text: str


@dataclass(frozen=True, slots=True)
class Emote:
    """Act in a room (``/me``)."""

    user: str
    room: str
    text: str


@dataclass(frozen=True, slots=True)
class Whisper:
    """Tell one person something; ``to`` is the key of a nick."""

    user: str
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Join:
    """Come into a room, which is made if it is not there.

    ``proved`` is the hash of a password that the person has shown to know; the password itself
    goes nowhere.
    """

    user: str
    name: Name
    proved: str = ""
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Leave a room."""

    user: str
    room: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetTopic:
    """Say what a room is about; an empty text takes the topic away."""

    user: str
    room: str
    text: str


@dataclass(frozen=True, slots=True)
class Rename:
    """Take another nick."""

    user: str
    name: Name


@dataclass(frozen=True, slots=True)
class SetAway:
    """Go away with a reason, or come back with None."""

    user: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Invite:
    """Ask somebody into a room; ``nick`` is a key."""

    user: str
    room: str
    nick: str


@dataclass(frozen=True, slots=True)
class Ignore:
    """Hear no more of somebody, or hear them again; ``nick`` is a key."""

    user: str
    nick: str
    ignore: bool


@dataclass(frozen=True, slots=True)
class SetOperator:
    """Make somebody an operator of a room, or take that away; ``nick`` is a key."""

    user: str
    room: str
    nick: str
    operator: bool


@dataclass(frozen=True, slots=True)
class Kick:
    """Put somebody out of a room; ``nick`` is a key."""

    user: str
    room: str
    nick: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ban:
    """Keep somebody out of a room; ``who`` is a nick, mask or cloak as written."""

    user: str
    room: str
    who: str
    seconds: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unban:
    """Lift a ban."""

    user: str
    room: str
    who: str


@dataclass(frozen=True, slots=True)
class Mute:
    """Take away somebody's voice in a room; ``nick`` is a key."""

    user: str
    room: str
    nick: str
    seconds: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unmute:
    """Give somebody the voice back; ``nick`` is a key."""

    user: str
    room: str
    nick: str


@dataclass(frozen=True, slots=True)
class Register:
    """An account has been made and ``name`` is its own; the user who asked for it belongs to it."""

    user: str
    account: str
    name: Name


@dataclass(frozen=True, slots=True)
class LogIn:
    """A session has proved to be the owner of an account.

    ``cloak`` to ``client`` are those of a new user, if there has to be one; ``token`` is the digest
    of a secret that was told to this session, or "".
    """

    session: str
    account: str
    name: Name
    operator: bool
    cloak: str
    address: str
    token: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True)
class LogOut:
    """A session goes on as a guest; the owner's other sessions stay.

    ``cloak`` to ``client`` are those of the guest.
    """

    session: str
    cloak: str
    address: str
    token: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True)
class RenameAccount:
    """An account has been given another name, which no other account has."""

    account: str
    name: Name


@dataclass(frozen=True, slots=True)
class GiveUpName:
    """An account is no more, and its name is free."""

    account: str


@dataclass(frozen=True, slots=True)
class RegisterRoom:
    """Let a room belong to the user's account, and last."""

    user: str
    room: str


@dataclass(frozen=True, slots=True)
class DropRoom:
    """Let a room belong to nobody, and end with its last member."""

    user: str
    room: str


@dataclass(frozen=True, slots=True)
class SetRoom:
    """Change a setting of a room; ``changed`` names fields of ``Rules`` with their new values."""

    user: str
    room: str
    setting: str
    changed: Changed


@dataclass(frozen=True, slots=True)
class TransferRoom:
    """Let a room belong to somebody else's account; ``nick`` is the key of one who is here."""

    user: str
    room: str
    nick: str


@dataclass(frozen=True, slots=True)
class SetRole:
    """Give somebody a role in a room, or with "" none; ``nick`` is a key."""

    user: str
    room: str
    nick: str
    role: str


@dataclass(frozen=True, slots=True)
class Elevate:
    """The user proved to be a server operator."""

    user: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell everybody something; without ``user`` it is the server that speaks."""

    user: str
    text: str


Intent: TypeAlias = (
    Enter
    | Attach
    | Detach
    | Expire
    | Say
    | Emote
    | Whisper
    | Join
    | Part
    | SetTopic
    | Rename
    | SetAway
    | Invite
    | Ignore
    | SetOperator
    | Kick
    | Ban
    | Unban
    | Mute
    | Unmute
    | RegisterRoom
    | DropRoom
    | SetRoom
    | TransferRoom
    | SetRole
    | Register
    | LogIn
    | LogOut
    | RenameAccount
    | GiveUpName
    | Elevate
    | Announce
)
