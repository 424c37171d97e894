"""What an account is in a room, and whose word counts for more there."""

from enum import IntEnum, StrEnum


class Role(StrEnum):
    """What an account is in a room."""

    OWNER = "owner"
    OPERATOR = "operator"
    VOICED = "voiced"
    MEMBER = "member"
    OUTCAST = "outcast"


class Rank(IntEnum):
    """How much somebody's word counts in a room, by role or by what they are at the moment."""

    OUTCAST = -1
    NOBODY = 0
    MEMBER = 1
    VOICED = 2
    OPERATOR = 3
    OWNER = 4
    FOUNDER = 5
    SERVER = 6


def rank_for(role: Role) -> Rank:
    """What a role amounts to."""
    return Rank[role.name]


RUNNING = frozenset((Role.OWNER, Role.OPERATOR))
"""The roles that make an operator of whoever has them."""
