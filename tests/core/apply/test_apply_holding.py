"""Rooms that belong to accounts: who registers, sets, hands on and drops them."""

import pytest

from twistedchat.core import intents
from twistedchat.core.events import (
    Opped,
    RoomChanged,
    RoomDropped,
    RoomRegistered,
    RoomTransferred,
)
from twistedchat.core.intents import DropRoom, RegisterRoom, TransferRoom
from twistedchat.core.roles import Role
from twistedchat.core.rules import Rules


def test_register(house):
    """It belongs to the account then, and those who run it go on doing so."""
    ada = house.comes("ada", "ops", account="A")
    bob, eve = house.comes("bob", "ops", account="B"), house.comes("eve", "ops")
    for nick in ("bob", "eve"):
        house.wants(ada, intents.SetOperator, "ops", nick, operator=True)
    [event] = house.wants(ada, RegisterRoom, "ops")
    assert event == RoomRegistered(event.id, event.at, "ops", "ada", "A")
    room = house.state.rooms["ops"]
    assert (room.founder, room.created) == ("A", event.at)
    assert room.roles == {"A": Role.OWNER, "B": Role.OPERATOR}
    assert all(room.members[one.user.id].operator for one in (ada, bob, eve))


def test_it_outlives_its_members(house, ada, ops):
    """With its topic; nobody becomes its operator by being first."""
    house.wants(ada, intents.SetTopic, "ops", "ship it")
    house.goes(ada)
    assert house.state.rooms["ops"] is ops
    eve, bob = house.comes("eve", "ops"), house.comes("bob", "ops", account="B")
    assert ops.topic.text == "ship it"
    assert not any(member.operator for member in ops.members.values())
    house.goes(bob)
    house.goes(eve)
    ada = house.comes("Ada", account="A")
    [joined] = house.joins(ada, "ops")
    assert joined.role == "owner"
    assert ops.members[ada.user.id].operator


def test_no_heir_is_needed(house, ada, eve, ops):
    """Where those with a role come back."""
    house.goes(ada)
    assert not ops.members[eve.user.id].operator


@pytest.mark.parametrize(
    ("account", "says"),
    [
        ("", "not-allowed: Only who has an account can register a room. /register makes one."),
        ("E", "too-many: You have registered 1 rooms, the most there can be. /room drop one."),
    ],
)
def test_who_cannot_register(make_house, account, says):
    """Guests, and who has enough rooms."""
    house = make_house(registered=1)
    eve = house.comes("eve", "one", "two", account=account)
    house.wants(eve, RegisterRoom, "one")
    assert house.wants(eve, RegisterRoom, "two") == says


def test_what_cannot_be_registered(house, ada, bob, ops):
    """What is registered, what the server has, and what one does not run or is not in."""
    zoe = house.comes("zoe", account="Z")
    assert house.wants(zoe, RegisterRoom, "ops").startswith("not-in-room: ")
    says = house.wants(bob, RegisterRoom, "ops")
    assert says == "not-allowed: Only operators of #ops can do that. /who shows them (@)."
    says = house.wants(ada, RegisterRoom, "ops")
    assert says == "not-allowed: #ops is registered already. /room info says by whom."
    ops.permanent = True
    says = house.wants(ada, RegisterRoom, "ops")
    assert says == "not-allowed: #ops belongs to the server and lasts already."


def test_drop(house, ada, eve, ops):
    """Roles and own history end; who runs it does so until the last has left."""
    house.sets(ada, "ops", "history", keep_count=5)
    house.sets(ada, "ops", "moderated", moderated=True)
    [event] = house.wants(ada, DropRoom, "ops")
    assert event == RoomDropped(event.id, event.at, "ops", "ada")
    assert (ops.founder, ops.roles, ops.rules) == ("", {}, Rules(moderated=True))
    assert ops.members[ada.user.id].operator
    house.goes(ada)
    assert ops.members[eve.user.id].operator
    house.goes(eve)
    assert "ops" not in house.state.rooms


def test_a_server_operator_drops_what_nobody_runs(house, ada, eve, ops):
    """Who has been there longest follows; without anybody the room ends."""
    root = house.comes("boss")
    house.elevates(root)
    house.goes(ada)
    dropped, opped = house.wants(root, DropRoom, "ops")
    assert (type(dropped), type(opped), opped.nick) == (RoomDropped, Opped, "eve")
    ada = house.comes("Ada", "alone", account="A")
    house.wants(ada, RegisterRoom, "alone")
    house.goes(ada)
    house.wants(root, DropRoom, "alone")
    assert "alone" not in house.state.rooms


def test_who_cannot_drop(house, ada, bob, ops):
    """Who is not its founder, be it an owner; and what is not registered."""
    house.gives(ada, "ops", "bob", "owner")
    says = house.wants(bob, DropRoom, "ops")
    assert says == "not-allowed: Only the founder of #ops can do that. /room info says who that is."
    house.joins(bob, "other")
    says = house.wants(bob, DropRoom, "other")
    assert says == "not-allowed: #other is not registered. /room register does that."
    house.state.rooms["other"].permanent = True
    says = house.wants(bob, DropRoom, "other")
    assert says.startswith("not-allowed: #other belongs to the server")


def test_a_room_of_the_servers_stays_when_it_is_dropped(house, ada, ops):
    """It belongs to nobody, and lasts."""
    ops.permanent = True
    assert [type(one) for one in house.wants(ada, DropRoom, "ops")] == [RoomDropped]
    assert ops.roles == {"A": Role.OWNER}
    house.goes(ada)
    assert house.state.rooms["ops"] is ops


def test_change_a_setting(house, ada, ops):
    """Everybody in the room hears what holds now; the same again is no change."""
    [event] = house.sets(ada, "ops", "private", private=True)
    assert event == RoomChanged(event.id, event.at, "ops", "private", "on", "ada")
    assert ops.rules == Rules(private=True)
    assert house.sets(ada, "ops", "private", private=True) == []


def test_a_password_is_told_to_nobody(house, ada, ops):
    """Nor are filtered words."""
    [event] = house.sets(ada, "ops", "password", password="$argon2id$hash")
    assert event.value == "on"
    [event] = house.sets(ada, "ops", "filter", filtered=("darn", "heck"))
    assert event.value == "2 words"


def test_who_can_change_settings(house, ada, bob, eve, ops):
    """Owners; operators only slow mode; server operators everything."""
    owners = "not-allowed: Only owners of #ops can do that. /room role lists them."
    assert house.sets(bob, "ops", "slow", slow=5.0).startswith("not-allowed: Only operators of")
    house.gives(ada, "ops", "bob", "operator")
    assert house.sets(bob, "ops", "private", private=True) == owners
    assert house.sets(bob, "ops", "slow", slow=5.0)[0].value == "5 seconds"
    house.gives(ada, "ops", "bob", "owner")
    assert house.sets(bob, "ops", "private", private=True)[0].by == "bob"
    house.elevates(eve)
    assert house.sets(eve, "ops", "moderated", moderated=True)[0].by == "eve"


def test_operators_of_a_room_that_does_not_last_are_its_owners(house):
    """But what is said is kept there as everywhere."""
    zoe = house.comes("zoe", "here")
    assert house.sets(zoe, "here", "private", private=True)[0].by == "zoe"
    says = house.sets(zoe, "here", "history", keep_count=5)
    assert says.startswith("not-allowed: Only a registered room has a history of its own.")


def test_transfer(house, ada, bob, ops):
    """The founder stays an owner."""
    house.gives(ada, "ops", "bob", "voiced")
    [event] = house.wants(ada, TransferRoom, "ops", "bob")
    assert event == RoomTransferred(event.id, event.at, "ops", "bob", "ada", "B")
    assert (ops.founder, ops.roles) == ("B", {"A": Role.OWNER, "B": Role.OWNER})
    member = ops.members[bob.user.id]
    assert (member.operator, member.voiced) == (True, False)
    assert house.wants(ada, TransferRoom, "ops", "ada").startswith("not-allowed: Only the founder")


def test_to_whom_a_room_cannot_be_handed_on(make_house):
    """A guest, somebody who is not there, who has enough, and oneself."""
    house = make_house(registered=1)
    ada = house.comes("ada", "ops", account="A")
    house.wants(ada, RegisterRoom, "ops")
    house.comes("eve", "ops")
    house.comes("zoe", account="Z")
    bob = house.comes("bob", "own", "ops", account="B")
    house.wants(bob, RegisterRoom, "own")
    says = [house.wants(ada, TransferRoom, "ops", nick) for nick in ("eve", "zoe", "bob", "ada")]
    assert says == [
        "not-allowed: eve has no account. /register makes one.",
        "no-such-nick: zoe is not in #ops. /who lists who is.",
        "too-many: bob has registered 1 rooms, the most there can be. /room drop one.",
        "not-allowed: #ops belongs to ada already.",
    ]
