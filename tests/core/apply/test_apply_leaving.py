"""Who leaves a room, and who runs it then."""

import pytest

from twistedchat.core import intents
from twistedchat.core.errors import NotAllowed
from twistedchat.core.events import Left, Opped, Parted
from twistedchat.testing import connect, enter, heard, make_chat, run


def operators(chat, room="ops"):
    return [m.user.nick for m in chat.state.rooms[room].members.values() if m.operator]


def scene(*nicks):
    chat = make_chat()
    return chat, [enter(chat, nick, "ops") for nick in nicks]


def test_the_member_of_longest_standing_follows_the_last_operator():
    """And everybody in the room hears so, behind the leaving."""
    chat, (ada, bob, cy) = scene("ada", "bob", "cy")
    chat.clock.turn()
    heard(cy)
    run(chat.part(ada, "ops"))
    chat.clock.turn()
    parted, opped = heard(cy)
    assert (type(parted), type(opped)) == (Parted, Opped)
    assert (opped.nick, opped.by, opped.room) == ("bob", "", "ops")
    assert operators(chat) == ["bob"]
    assert bob.user.rooms.keys() == {"ops"}


def test_nobody_follows_while_an_operator_is_left():
    chat, (ada, bob, _) = scene("ada", "bob", "cy")
    run(chat.ask(ada, intents.SetOperator(ada.user.id, "ops", "cy", operator=True)))
    chat.disconnect(ada, "bye")
    assert operators(chat) == ["cy"]
    chat.disconnect(bob, "bye")
    assert operators(chat) == ["cy"]


def test_leaving_the_server_hands_on_every_room():
    chat = make_chat()
    ada, bob = enter(chat, "ada", "ops", "lobby"), enter(chat, "bob", "ops", "lobby")
    chat.clock.turn()
    heard(bob)
    chat.disconnect(ada, "bye")
    chat.clock.turn()
    assert [type(event) for event in heard(bob)] == [Left, Opped, Opped]
    assert operators(chat, "lobby") == operators(chat) == ["bob"]


def test_a_server_operator_who_puts_the_last_operator_out_leaves_an_heir():
    chat, (ada, bob) = scene("ada", "bob")
    root = enter(chat, "boss")
    run(chat.ask(root, intents.Elevate(root.user.id)))
    run(chat.ask(root, intents.Kick(root.user.id, "ops", "ada")))
    assert operators(chat) == ["bob"]
    assert ada.user.rooms == {}
    run(chat.ask(root, intents.Ban(root.user.id, "ops", "bob")))
    assert "ops" not in chat.state.rooms
    assert bob.user.rooms == {}


def test_the_last_operator_cannot_give_that_up_without_another():
    chat, (ada, bob) = scene("ada", "bob")
    give_up = intents.SetOperator(ada.user.id, "ops", "ada", operator=False)
    with pytest.raises(NotAllowed, match="/op somebody else first"):
        run(chat.ask(ada, give_up))
    run(chat.ask(ada, intents.SetOperator(ada.user.id, "ops", "bob", operator=True)))
    run(chat.ask(ada, give_up))
    assert operators(chat) == ["bob"]
    assert bob.user.nick == "bob"


def test_of_too_many_lost_connections_the_oldest_leaves():
    """Guests who connect, break and connect again do not pile up."""
    chat = make_chat(adrift=3)
    for number in range(5):
        chat.disconnect(enter(chat, f"u{number}", "ops"), "lost", lingers=True)
    assert sorted(chat.state.nicks) == ["u2", "u3", "u4"]
    assert len(chat.state.adrift) == 3
    chat.clock.advance(60)
    assert not chat.state.users
    assert not chat.state.adrift


def test_who_comes_back_waits_no_more():
    chat = make_chat(adrift=1)
    session = connect(chat)
    token = run(chat.enter(session, "ada"))
    chat.disconnect(session, "lost", lingers=True)
    run(chat.resume(connect(chat), token))
    assert not chat.state.adrift
    chat.disconnect(enter(chat, "bob"), "lost", lingers=True)
    assert sorted(chat.state.nicks) == ["ada", "bob"]


def test_one_address_pushes_nobody_else_out():
    """Whoever comes and breaks off again and again loses their own, not other people's users."""
    chat = make_chat()
    mine = connect(chat, cloak="mine")
    token = run(chat.enter(mine, "ada"))
    chat.disconnect(mine, "lost", lingers=True)
    for number in range(200):
        chat.disconnect(enter(chat, f"u{number}", cloak="theirs"), "lost", lingers=True)
    assert len(chat.state.adrift) == 51
    run(chat.resume(connect(chat, cloak="mine"), token))
