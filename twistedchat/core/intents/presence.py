"""To come, to go, to be called something."""

from dataclasses import dataclass

from twistedchat.core.names import Name


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
class Ignore:
    """Hear no more of somebody, or hear them again; ``nick`` is a key."""

    user: str
    nick: str
    ignore: bool
