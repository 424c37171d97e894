"""To say something."""

from dataclasses import dataclass


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
class Written:
    """Who said a message that may be in no node's memory any more; that never changes."""

    id: str
    nick: str
    account: str
    user: str = ""


@dataclass(frozen=True, slots=True)
class Delete:
    """Take messages back.

    ``place`` is the key of a room, or ``private_place`` of the two ends' accounts; who has none is
    meant by the user's id. ``written`` has what was known of the messages when it was asked for.
    """

    user: str
    place: str
    ids: tuple[str, ...]
    written: tuple[Written, ...] = ()


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell everybody something; without ``user`` it is the server that speaks."""

    user: str
    text: str
