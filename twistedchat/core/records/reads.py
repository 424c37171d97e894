"""How far people have read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """How far an account has read in a place on one of its devices; it never goes back.

    Attributes:
        account: id of the account.
        device: name of the device; "" for private messages, which are handed over on any.
        place: key of the room, or "@" for all private messages.
        id: what was said up to here has been read.
        follows: whether everything that is released is being read at once: then a server that was
            killed has brought it as far as the ``Mark``.
    """

    account: str
    device: str
    place: str
    id: str
    follows: bool = False


@dataclass(frozen=True, slots=True)
class DropRead:
    """An account's position in a place on a device is of no use any more; without one, in all."""

    account: str
    device: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What happened up to this id has been handed to all who heard it, but the slow."""

    id: str
