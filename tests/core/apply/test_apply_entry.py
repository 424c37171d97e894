"""Who comes into a room: invitations, passwords, outcasts, and as what."""

import pytest

from twistedchat.core import intents
from twistedchat.core.apply import entry
from twistedchat.core.events import Joined
from twistedchat.core.rooms import INVITED_MOST, INVITED_SECONDS

INVITE_ONLY = "invite-only: Only who is invited comes into #ops. Ask one of its operators."


def came_in(outcome):
    return [type(event) for event in outcome] == [Joined]


def test_invite_only(house, ada, ops):
    """Whoever is asked by an operator comes in, also again, for a day."""
    house.sets(ada, "ops", "invite-only", invite_only=True)
    zoe = house.comes("zoe")
    assert house.joins(zoe, "ops") == INVITE_ONLY
    house.wants(ada, intents.Invite, "ops", "zoe")
    assert came_in(house.joins(zoe, "ops"))
    house.wants(zoe, intents.Part, "ops")
    assert came_in(house.joins(zoe, "ops"))
    house.wants(zoe, intents.Part, "ops")
    house.chat.clock.advance(INVITED_SECONDS + 1)
    assert house.joins(zoe, "ops") == INVITE_ONLY


def test_an_invitation_is_the_accounts(house, ada, ops):
    """So it holds for another connection; a guest's does not."""
    house.sets(ada, "ops", "invite-only", invite_only=True)
    zoe, guest = house.comes("zoe", account="Z"), house.comes("guest")
    for nick in ("zoe", "guest"):
        house.wants(ada, intents.Invite, "ops", nick)
    house.goes(zoe)
    house.goes(guest)
    assert came_in(house.joins(house.comes("Zoe", account="Z"), "ops"))
    assert house.joins(house.comes("guest"), "ops") == INVITE_ONLY


def test_only_operators_invite_there(house, ada, bob, ops):
    """Elsewhere everybody asks whom they like."""
    house.comes("zoe")
    assert isinstance(house.wants(bob, intents.Invite, "ops", "zoe"), list)
    assert ops.invited == {}
    house.sets(ada, "ops", "invite-only", invite_only=True)
    says = house.wants(bob, intents.Invite, "ops", "zoe")
    assert says.startswith("not-allowed: Only operators of #ops ask people in")


@pytest.mark.parametrize("role", ["owner", "operator", "voiced", "member"])
def test_who_has_a_role_needs_no_invitation(house, ada, bob, ops, role):
    """Nor a password."""
    house.sets(ada, "ops", "invite-only", invite_only=True)
    house.sets(ada, "ops", "password", password="hash")
    house.wants(bob, intents.Part, "ops")
    assert house.joins(bob, "ops") == INVITE_ONLY
    house.gives(ada, "ops", "bob", role)
    assert came_in(house.joins(bob, "ops"))


def test_server_operators_come_in(house, ada, ops):
    """Whatever is set; they have power over the room, too."""
    house.sets(ada, "ops", "invite-only", invite_only=True)
    house.sets(ada, "ops", "password", password="hash")
    root = house.comes("boss")
    house.elevates(root)
    assert came_in(house.joins(root, "ops"))
    assert not ops.members[root.user.id].operator


def test_who_is_put_out_needs_another_invitation(house, ada, ops):
    """Their old one is void."""
    house.sets(ada, "ops", "invite-only", invite_only=True)
    zoe = house.comes("zoe", account="Z")
    house.wants(ada, intents.Invite, "ops", "zoe")
    house.joins(zoe, "ops")
    house.wants(ada, intents.Kick, "ops", "zoe")
    assert house.joins(zoe, "ops") == INVITE_ONLY


def test_invitations_are_bounded(house, ada, ops):
    """The first is forgotten for one more; those that are over make place before that."""
    house.sets(ada, "ops", "private", private=True)
    users = [house.comes(f"n{number}").user for number in range(3)]
    ops.invited = {str(number): 1e12 for number in range(INVITED_MOST - 1)}
    ops.invited["over"] = 0.0
    now = house.chat.clock.now()
    ops.remember_invited(users[0], now)
    assert len(ops.invited) == INVITED_MOST
    assert "0" in ops.invited
    ops.remember_invited(users[1], now)
    assert (len(ops.invited), "0" in ops.invited, users[0].id in ops.invited) == (
        INVITED_MOST, False, True,
    )  # fmt: skip


def test_password(house, ada, ops):
    """Shown by the hash that holds when the wish is settled."""
    house.sets(ada, "ops", "password", password="hash")
    zoe = house.comes("zoe")
    says = "wrong-password: #ops asks for a password: /join ops PASSWORD."
    assert house.joins(zoe, "ops") == says
    says = "wrong-password: That is not the password of #ops. Ask one of its operators."
    assert house.joins(zoe, "ops", proved="another hash") == says
    assert came_in(house.joins(zoe, "ops", proved="hash"))


def test_an_operators_invitation_stands_for_the_password(house, ada, bob, ops):
    """A member's does not."""
    house.sets(ada, "ops", "password", password="hash")
    zoe = house.comes("zoe")
    house.wants(bob, intents.Invite, "ops", "zoe")
    assert house.joins(zoe, "ops").startswith("wrong-password: ")
    house.wants(ada, intents.Invite, "ops", "zoe")
    assert came_in(house.joins(zoe, "ops"))


def test_outcasts_stay_out(house, ada, bob, ops):
    """Under any nick, and although they are invited."""
    house.gives(ada, "ops", "bob", "outcast")
    house.wants(ada, intents.Invite, "ops", "bob")
    says = "banned: You are an outcast of #ops. Only its operators can change that."
    assert house.joins(bob, "ops") == says
    house.gives(ada, "ops", "bob", "none")
    assert came_in(house.joins(bob, "ops"))


def test_no_ban_keeps_an_owner_out(house, ada, bob, ops):
    """Nor does one put them out."""
    house.gives(ada, "ops", "bob", "operator")
    assert len(house.wants(bob, intents.Ban, "ops", "a*")) == 1
    assert ada.user.id in ops.members
    house.wants(ada, intents.Part, "ops")
    assert came_in(house.joins(ada, "ops"))


def test_a_ban_holds_for_the_account(house, ada, bob, ops):
    """Also after coming in again under another nick."""
    house.wants(ada, intents.Ban, "ops", "bob")
    house.goes(bob)
    again = house.comes("robert")
    house.state.set_account(again.user, "B")
    assert house.joins(again, "ops").startswith("banned: ")


def test_as_what_people_come_in(house, ada, ops):
    """By role; in a room that does not last the first runs it."""
    for nick, role in (("bob", "operator"), ("eve", "voiced"), ("joe", "member")):
        session = house.comes(nick, account=nick)
        house.gives(ada, "ops", nick, role)
        [joined] = house.joins(session, "ops")
        assert joined.role == role
    told = [(m.user.nick, m.operator, m.voiced) for m in ops.members.values()]
    assert told == [
        ("ada", True, False), ("bob", True, False), ("eve", False, True), ("joe", False, False),
    ]  # fmt: skip
    eve = house.comes("guest", "new")
    assert entry.member_in(house.state.rooms["new"], ada.user, 0.0).operator is False
    assert house.state.rooms["new"].members[eve.user.id].operator
