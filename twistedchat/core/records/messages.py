"""What was said, and pages of it."""

from dataclasses import dataclass
from enum import StrEnum

from twistedchat.core.roles import Role as Role


class MessageKind(StrEnum):
    """How something was said."""

    SAID = "said"
    EMOTED = "emoted"
    WHISPERED = "whispered"


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """Something that was said.

    Attributes:
        id: its ULID, which gives its place in the order.
        at: when.
        place: key of the room, or for a private message ``private_place`` of the two accounts.
        kind: how.
        nick: the speaker's nick then.
        account: id of the speaker's account; "" for a guest.
        text: what.
        to: to whom, for a private message.
    """

    id: str
    at: float
    place: str
    kind: MessageKind
    nick: str
    account: str
    text: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class DeleteMessages:
    """These messages were taken back; ids that nobody has are passed over."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EndPlace:
    """A room has ended: of what was said there, all up to this id is nobody's any more.

    It is erased in the background. Another room of the same name may begin meanwhile, of which
    nothing is touched. In place of an id there may be ``WITH_SERVER``.
    """

    place: str
    id: str


WITH_SERVER = "~"
"""The room ends with the server: it lets not everybody in, and that will have been forgotten."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """Some messages of one place, oldest first.

    Attributes:
        messages: the messages.
        complete: nothing is missing on the side that was asked from, as in ``history.Page``;
            what was deleted on purpose is not missed.
    """

    messages: tuple[MessageRecord, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class SearchedPlace:
    """Where somebody may search: a place, behind the id with which it begins for them."""

    place: str
    begun: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found, newest first.

    Attributes:
        messages: the messages.
        older: the id from which to search on (``before``), or "" when there is no more.
        behind: how many of the newest messages of all can't be found yet.
    """

    messages: tuple[MessageRecord, ...]
    older: str
    behind: int = 0


def private_place(one: str, other: str) -> str:
    """The place where two accounts talk, whoever of them begins."""
    return " ".join(sorted((one, other)))


def private_ends(place: str) -> tuple[str, ...]:
    """The ids of the two accounts that talk in a place; none if it is a room."""
    return tuple(place.split(" ")) if " " in place else ()
