"""Changes that the storage makes on its own account, in the background."""

from dataclasses import dataclass
from typing import TypeAlias

from twistedchat.core.records import Change


@dataclass(frozen=True, slots=True)
class Prune:
    """The oldest messages of a place have been kept long enough.

    Attributes:
        place: where.
        ids: of the messages, oldest first.
        at: the time of the last of them.
    """

    place: str
    ids: tuple[str, ...]
    at: float


@dataclass(frozen=True, slots=True)
class EndErasing:
    """Nothing is left of what was said in rooms that have ended: by place, up to which id."""

    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EndForgetting:
    """Nothing is left of what an account has said."""

    account: str


@dataclass(frozen=True, slots=True)
class TidyErased:
    """The search index has heard that these are gone."""

    numbers: tuple[int, ...]


Chore: TypeAlias = Prune | EndErasing | EndForgetting | TidyErased
Work: TypeAlias = Change | Chore
