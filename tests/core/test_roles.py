"""Roles and what they amount to."""

from twistedchat.core.roles import RUNNING, Rank, Role, rank_for


def test_every_role_has_its_rank():
    """In the order of power; only owners and operators run a room."""
    ranks = [rank_for(role) for role in Role]
    assert ranks == [Rank.OWNER, Rank.OPERATOR, Rank.VOICED, Rank.MEMBER, Rank.OUTCAST]
    assert ranks == sorted(ranks, reverse=True)
    assert {role for role in Role if rank_for(role) >= Rank.OPERATOR} == RUNNING
