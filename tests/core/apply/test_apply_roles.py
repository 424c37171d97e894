"""Roles: who gives which, what it changes at once, and what becomes of them with an account."""

import pytest

from twistedchat.core import intents
from twistedchat.core.apply import roles
from twistedchat.core.apply.roles import ROLES_MOST, account_gone, settle
from twistedchat.core.events import (
    Deopped,
    Joined,
    Kicked,
    Left,
    Opped,
    RoleChanged,
    RoomDropped,
    RoomTransferred,
)
from twistedchat.core.names import prepare_nick
from twistedchat.core.roles import Role


def flags(room, session):
    member = room.members[session.user.id]
    return member.operator, member.voiced


@pytest.mark.parametrize(
    ("role", "operator", "voiced"),
    [
        ("owner", True, False),
        ("operator", True, False),
        ("voiced", False, True),
        ("member", False, False),
    ],
)
def test_a_role_holds_at_once(house, ada, bob, ops, role, operator, voiced):
    """And is taken away again with what belongs to it."""
    [event] = house.gives(ada, "ops", "BOB", role)
    assert event == RoleChanged(event.id, event.at, "ops", "bob", role, "ada", "B")
    assert ops.roles["B"] is Role(role)
    assert flags(ops, bob) == (operator, voiced)
    [event] = house.gives(ada, "ops", "bob", "none")
    assert (event.role, event.account) == ("", "B")
    assert "B" not in ops.roles
    assert flags(ops, bob) == (False, False)


def test_an_outcast_is_put_out(house, ada, bob, ops):
    """At once, wherever they go by."""
    changed, kicked = house.gives(ada, "ops", "bob", "outcast")
    assert (type(changed), type(kicked), kicked.nick, kicked.by) == (
        RoleChanged, Kicked, "bob", "ada",
    )  # fmt: skip
    assert bob.user.id not in ops.members


def test_who_is_not_here_has_a_role_too(house, ada, ops):
    """By the name of the account."""
    house.state.owned.give(prepare_nick("Zoe"), "Z")
    [event] = house.gives(ada, "ops", "zoe", "member")
    assert (event.nick, event.account, ops.roles["Z"]) == ("Zoe", "Z", Role.MEMBER)
    [event] = house.gives(ada, "ops", "zoe", "none")
    assert "Z" not in ops.roles


@pytest.mark.parametrize(
    ("by", "role", "says"),
    [
        ("voiced", "voiced", "Only operators of #ops can do that"),
        ("operator", "owner", "Only the founder of #ops can change that"),
        ("operator", "operator", "Only owners of #ops can change that"),
        ("operator", "member", ""),
        ("operator", "voiced", ""),
        ("operator", "outcast", ""),
        ("owner", "owner", "Only the founder of #ops can change that"),
        ("owner", "operator", ""),
    ],
)
def test_who_gives_which(house, ada, bob, ops, by, role, says):
    """Owners are made by the founder, operators by owners, all else by operators."""
    house.gives(ada, "ops", "bob", by)
    house.comes("zoe", "ops", account="Z")
    outcome = house.gives(bob, "ops", "zoe", role)
    assert str(outcome).startswith(f"not-allowed: {says}" if says else "[RoleChanged")
    assert ("Z" in ops.roles) is not bool(says)


@pytest.mark.parametrize(("by", "may"), [("operator", False), ("owner", True)])
def test_who_takes_which_away(house, ada, bob, ops, by, may):
    """The same as those who can give it."""
    house.comes("zoe", "ops", account="Z")
    house.gives(ada, "ops", "bob", by)
    house.gives(ada, "ops", "zoe", "operator")
    house.gives(bob, "ops", "zoe", "outcast")
    assert (ops.roles["Z"] is Role.OUTCAST) is may


def test_who_has_a_role_can_lay_it_down(house, ada, bob, ops):
    """All but the founder, who hands the room on."""
    house.gives(ada, "ops", "bob", "operator")
    assert isinstance(house.gives(bob, "ops", "bob", "none"), list)
    says = house.gives(ada, "ops", "ada", "none")
    assert says == "not-allowed: ada is the founder of #ops. /room transfer NICK changes that."


def test_what_else_is_refused(house, ada, bob, eve, ops):
    """The same again, oneself or a server operator as an outcast, who is nobody."""
    house.gives(ada, "ops", "bob", "operator")
    says = "not-allowed: bob is that in #ops already."
    assert house.gives(ada, "ops", "bob", "operator") == says
    says = "not-allowed: That would be yourself, who can't be an outcast."
    house.comes("zoe", "ops", account="Z")
    house.gives(ada, "ops", "zoe", "member")
    house.gives(ada, "ops", "bob", "owner")
    assert house.gives(bob, "ops", "bob", "outcast").startswith("not-allowed: Only the founder")
    root = house.comes("boss", "ops", account="R")
    house.elevates(root)
    says = "not-allowed: That would be a server operator, who can't be an outcast."
    assert house.gives(ada, "ops", "boss", "outcast") == says
    says = "not-allowed: That would be yourself, who can't be an outcast."
    assert house.gives(root, "ops", "boss", "outcast") == says
    says = "no-such-nick: Nobody here is called nemo, and no account either."
    assert house.gives(ada, "ops", "nemo", "member") == says
    house.comes("stray", account="S")
    says = "no-such-nick: stray is not in #ops and has no role there."
    assert house.gives(ada, "ops", "stray", "none") == says


def test_roles_are_bounded(house, ada, bob, ops):
    """Others can still be changed."""
    ops.roles.update({f"x{number}": Role.MEMBER for number in range(ROLES_MOST - 1)})
    assert house.gives(ada, "ops", "bob", "member").startswith("too-many: #ops has 1000 roles")
    del ops.roles["x0"]
    house.gives(ada, "ops", "bob", "member")
    assert isinstance(house.gives(ada, "ops", "bob", "voiced"), list)


def test_a_guest_has_a_voice_as_long_as_they_stay(house, ada, eve, ops):
    """And no role."""
    [event] = house.gives(ada, "ops", "eve", "voiced")
    assert (event.role, event.account, flags(ops, eve)) == ("voiced", "", (False, True))
    assert house.gives(ada, "ops", "eve", "voiced") == "not-allowed: eve is that in #ops already."
    house.wants(eve, intents.Part, "ops")
    house.joins(eve, "ops")
    assert flags(ops, eve) == (False, False)
    assert "" not in ops.roles


@pytest.mark.parametrize("role", ["owner", "operator", "member", "outcast"])
def test_what_a_guest_cannot_be(house, ada, eve, ops, role):
    """The sentence says what there is instead."""
    says = house.gives(ada, "ops", "eve", role)
    assert says == (
        "not-allowed: eve has no account, and that role lasts:"
        " only a voice can be given here. /op makes an operator."
    )


def test_in_a_room_that_does_not_last_there_are_voices(house):
    """For whoever has an account, too."""
    ada, bob = house.comes("ada", "here", account="A"), house.comes("bob", "here", account="B")
    house.gives(ada, "here", "bob", "voiced")
    room = house.state.rooms["here"]
    assert (flags(room, bob), room.roles) == ((False, True), {})
    says = house.gives(ada, "here", "bob", "member")
    assert says.startswith("not-allowed: #here is not registered, and that role lasts")


# /op and /deop


def test_op_by_an_owner_lasts(house, ada, bob, ops):
    """For who has an account."""
    [event] = house.wants(ada, intents.SetOperator, "ops", "bob", operator=True)
    assert (type(event), event.role, ops.roles["B"]) == (RoleChanged, "operator", Role.OPERATOR)
    [event] = house.wants(ada, intents.SetOperator, "ops", "bob", operator=False)
    assert (type(event), event.role) == (RoleChanged, "")
    assert flags(ops, bob) == (False, False)


def test_op_of_a_guest_ends_with_the_visit(house, ada, eve, ops):
    """As does what an operator gives."""
    [event] = house.wants(ada, intents.SetOperator, "ops", "eve", operator=True)
    assert type(event) is Opped
    zoe = house.comes("zoe", "ops", account="Z")
    [event] = house.wants(eve, intents.SetOperator, "ops", "zoe", operator=True)
    assert (type(event), "Z" in ops.roles, flags(ops, zoe)) == (Opped, False, (True, False))
    [event] = house.wants(ada, intents.SetOperator, "ops", "zoe", operator=False)
    assert type(event) is Deopped


def test_operators_cannot_take_roles_away(house, ada, bob, eve, ops):
    """Only their own visit's."""
    house.gives(ada, "ops", "bob", "operator")
    house.wants(ada, intents.SetOperator, "ops", "eve", operator=True)
    says = "Only its owners can take it away."
    for nick in ("bob", "ada"):
        assert says in house.wants(eve, intents.SetOperator, "ops", nick, operator=False)
    [event] = house.wants(bob, intents.SetOperator, "ops", "eve", operator=False)
    assert type(event) is Deopped


@pytest.mark.parametrize("kind", [intents.Kick, intents.Ban, intents.Mute])
def test_operators_have_no_power_over_owners(house, ada, bob, ops, kind):
    """Nor owners over each other."""
    house.gives(ada, "ops", "bob", "operator")
    says = house.wants(bob, kind, "ops", "ada")
    assert says == (
        "not-allowed: ada is an owner of #ops and can't be put out, banned or muted."
        " The founder can end that: /room role ada none."
    )


# Accounts that come and go


def told(facts):
    return [event for event, _ in facts]


def test_logging_in_brings_the_role(house, ada, eve, ops):
    """To a guest who is in the room already; nothing they had is lost."""
    ops.roles["E"] = Role.VOICED
    house.state.set_account(eve.user, "E")
    [event] = told(settle(house.state, eve.user, "id", 1.0))
    assert event == RoleChanged("id", 1.0, "ops", "eve", "voiced", "", "E")
    assert flags(ops, eve) == (False, True)
    assert settle(house.state, eve.user, "id", 1.0) == []


def test_logging_in_puts_an_outcast_out(house, ada, eve, ops):
    """Whoever came in as a guest."""
    ops.roles["E"] = Role.OUTCAST
    house.state.set_account(eve.user, "E")
    [event] = told(settle(house.state, eve.user, "id", 1.0))
    assert (type(event), event.nick, event.by) == (Kicked, "eve", "server")


def test_logging_out_leaves_nothing(house, ada, ops):
    """Of what the account is there; a room that does not last is not concerned."""
    house.joins(ada, "here")
    house.state.set_account(ada.user, "")
    [event] = told(settle(house.state, ada.user, "id", 1.0))
    assert event == RoleChanged("id", 1.0, "ops", "ada", "", "", "")
    assert flags(ops, ada) == (False, False)
    assert flags(house.state.rooms["here"], ada) == (True, False)


def logs_in(house, session, nick, account):
    """Somebody proves to be an account's owner."""
    name = house.state.owned.name_of(account) or prepare_nick(nick)
    return house.wants(
        session,
        lambda _user: intents.LogIn(session.id, account, name, False, "cloak", "192.0.2.1"),
    )


def test_who_logs_in_has_their_roles_at_once(house, ada, ops):
    """In the rooms they are in as a guest, and in those they bring their other self to."""
    house.goes(ada)
    ada = house.comes("visitor", "ops")
    events = logs_in(house, ada, "ada", "A")
    assert events[-1].role == "owner"
    assert flags(ops, ada) == (True, False)
    house.wants(ada, intents.Part, "ops")
    other = house.comes("other", "ops")
    events = logs_in(house, other, "ada", "A")
    [joined] = [one for one in events if isinstance(one, Joined)]
    assert (joined.nick, joined.role) == ("ada", "owner")
    assert flags(ops, ada) == (True, False)


def test_an_outcast_is_not_brought_along(house, ada, bob, ops):
    """The guest leaves, and the owner stays out."""
    house.gives(ada, "ops", "bob", "outcast")
    guest = house.comes("guest", "ops")
    events = logs_in(house, guest, "bob", "B")
    assert [type(one) for one in events] == [Left]
    assert bob.user.id not in ops.members


def test_who_logs_out_has_none(house, ada, ops):
    """In the rooms where they stay."""
    intent = intents.LogOut(ada.id, "cloak", "192.0.2.1")
    events = house.wants(ada, lambda _user: intent)
    assert (events[0].role, events[0].nick) == ("", "ada")
    assert flags(ops, ada) == (False, False)


def test_an_account_that_is_no_more_runs_nothing(house, ada, bob, ops):
    """The room goes on to the next."""
    house.gives(ada, "ops", "bob", "operator")
    events = house.wants(ada, lambda _user: intents.GiveUpName("A"))
    assert [type(one) for one in events] == [RoomTransferred, RoleChanged]
    assert (ops.founder, flags(ops, ada), flags(ops, bob)) == ("B", (False, False), (True, False))


def test_a_room_goes_to_the_next_owner(house, ada, bob, ops):
    """Or else an operator, whom it makes an owner; roles of the account end everywhere."""
    ops.roles |= {"M": Role.MEMBER, "B": Role.OPERATOR}
    facts = told(account_gone(house.state, "A", "id", 1.0))
    assert facts[0] == RoomTransferred("id", 1.0, "ops", "bob", "", "B")
    assert [type(one) for one in facts] == [RoomTransferred, RoleChanged]
    assert (ops.founder, ops.roles) == ("B", {"M": Role.MEMBER, "B": Role.OWNER})
    assert flags(ops, bob) == (True, False)
    account_gone(house.state, "M", "id", 1.0)
    assert ops.roles == {"B": Role.OWNER}


def test_a_room_without_another_owner_is_dropped(house, ada, ops):
    """It ends with its last member."""
    ops.roles["M"] = Role.MEMBER
    house.goes(ada)
    assert told(account_gone(house.state, "A", "id", 1.0)) == [RoomDropped("id", 1.0, "ops", "")]
    assert "ops" not in house.state.rooms


def test_how_an_account_is_called(house, ada):
    """As its owner writes it, while that is known."""
    assert roles.called(house.state, "A") == "ada"
    assert roles.called(house.state, "gone") == "somebody"
    assert roles.called(house.state, "gone", ada.user) == "ada"
