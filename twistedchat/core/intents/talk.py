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
class Announce:
    """Tell everybody something; without ``user`` it is the server that speaks."""

    user: str
    text: str
