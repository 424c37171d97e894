"""What the server says of itself."""

from dataclasses import dataclass


@dataclass(slots=True)
class About:
    """What the server says of itself; replaced when the configuration is read again.

    Attributes:
        name: the server's name.
        motd: message of the day, as lines.
        lobby: room in which everybody starts, or "".
        version: of the program.
        started: when the server started, in seconds since 1970.
    """

    name: str
    motd: tuple[str, ...] = ()
    lobby: str = "lobby"
    version: str = ""
    started: float = 0.0
