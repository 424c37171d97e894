"""What the server says of itself."""

from dataclasses import dataclass


@dataclass(slots=True)
class About:
    """What the server says of itself; replaced when the configuration is read again.

    Attributes:
        name: the server's name.
        motd: message of the day, as lines.
        lobby: room in which everybody starts, or "".
        start_rooms: further rooms in which everybody starts.
        version: of the program.
        started: when the server started, in seconds since 1970.
    """

    name: str
    motd: tuple[str, ...] = ()
    lobby: str = "lobby"
    version: str = ""
    started: float = 0.0
    start_rooms: tuple[str, ...] = ()

    @property
    def first_rooms(self) -> tuple[str, ...]:
        """All rooms in which everybody starts; the first is the one to talk in."""
        return (self.lobby, *self.start_rooms) if self.lobby else self.start_rooms
