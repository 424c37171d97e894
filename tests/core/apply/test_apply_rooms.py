"""Rooms: who gets in, who leaves, topics and invitations."""

import pytest

from twistedchat.core import intents
from twistedchat.core.errors import LooksAlike, NoSuchNick, NotAllowed, NotInRoom, TooMany
from twistedchat.core.events import Invited, Joined, Parted, TopicChanged
from twistedchat.core.names import prepare_room
from twistedchat.core.roles import Role
from twistedchat.core.rooms import Topic
from twistedchat.core.state import Only
from twistedchat.testing import enter, heard, ignore_outcome, make_chat, run


def test_the_first_to_come_makes_the_room_and_is_its_operator() -> None:
    """Those who follow are not; everybody in it hears of each."""
    chat = make_chat()
    ada, bob = enter(chat, "ada"), enter(chat, "bob", cloak="bobcloak")
    run(chat.join(ada, "#Ops"))
    [(event, audience)] = run(chat.ask(bob, intents.Join(bob.user.id, prepare_room("OPS"))))
    assert event == Joined(event.id, event.at, "Ops", "bob", "bobcloak")
    assert audience == "ops"
    room = chat.state.rooms["ops"]
    assert {m.user.nick: m.operator for m in room.members.values()} == {"ada": True, "bob": False}


def test_joining_twice_changes_nothing() -> None:
    """It is no error, and nobody hears of it."""
    chat = make_chat()
    ada = enter(chat, "ada", "ops")
    assert run(chat.ask(ada, intents.Join(ada.user.id, prepare_room("ops")))) == []


def test_a_user_is_in_so_many_rooms() -> None:
    """One more is refused; one that is left makes place."""
    chat = make_chat(rooms=2)
    ada = enter(chat, "ada", "a", "b")
    with pytest.raises(TooMany, match=r"You are in 2 rooms.*/part one first"):
        run(chat.join(ada, "c"))
    assert "c" not in chat.state.rooms
    run(chat.part(ada, "a"))
    run(chat.join(ada, "c"))


def test_a_room_has_so_many_members() -> None:
    """0 means no bound for both."""
    chat = make_chat(members=1)
    enter(chat, "ada", "ops")
    with pytest.raises(TooMany, match=r"#ops is full \(1 people\)\. Try again later"):
        run(chat.join(enter(chat, "bob"), "ops"))
    chat = make_chat(members=0, rooms=0)
    for nick in ("ada", "bob"):
        enter(chat, nick, "ops", "lobby", "c", "d")


def test_a_room_that_looks_like_another_is_asked_about_first() -> None:
    """Asked again it is made; asked about something else in between it is not."""
    chat = make_chat()
    enter(chat, "ada", "modem")
    bob = enter(chat, "bob")
    with pytest.raises(LooksAlike, match=r"but a #modem that looks like it.*else /join #modem"):
        run(chat.join(bob, "m\u043edem"))
    run(chat.join(bob, "other"))
    with pytest.raises(LooksAlike):
        run(chat.join(bob, "m\u043edem"))
    assert run(chat.join(bob, "m\u043edem")).name.shown == "m\u043edem"
    eve = enter(chat, "eve")
    run(chat.join(eve, "m\u043edem"))


def test_part() -> None:
    """Those who stay hear it with the reason; the room goes with its last member."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "ops"), enter(chat, "bob", "ops")
    (event, audience), _ = run(chat.ask(ada, intents.Part(ada.user.id, "ops", "tired")))
    assert event == Parted(event.id, event.at, "ops", "ada", "tired")
    assert audience == "ops"
    with pytest.raises(NotInRoom, match=r"You are not in #ops\. /join #ops first"):
        run(chat.part(ada, "ops"))
    run(chat.part(bob, "ops"))
    assert "ops" not in chat.state.rooms
    run(chat.join(ada, "ops"))
    assert chat.state.rooms["ops"].members[ada.user.id].operator


def test_the_history_of_a_room_that_is_made_again_reaches_back_no_further() -> None:
    """Whoever asks for what was said since the old room is told that something is missing."""
    chat = make_chat()
    ada = enter(chat, "ada", "ops")
    began = chat.state.started
    assert chat.state.rooms["ops"].history.after(began, 10).complete
    for text in ("one", "two"):
        chat.say(ada, "ops", text, ignore_outcome)
    first, last = (message.id for message in chat.state.rooms["ops"].history)
    run(chat.part(ada, "ops"))
    run(chat.join(ada, "ops"))
    history = chat.state.rooms["ops"].history
    assert not history.after(first, 10).complete
    assert history.after(last, 10).complete


def test_set_topic() -> None:
    """Any member may; an empty one takes it away."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "ops"), enter(chat, "bob", "ops")
    [(event, _)] = run(chat.ask(bob, intents.SetTopic(bob.user.id, "ops", "ship it")))
    assert event == TopicChanged(event.id, event.at, "ops", "bob", "ship it")
    room = chat.state.rooms["ops"]
    assert room.topic == Topic("ship it", "bob", event.at)
    run(chat.set_topic(ada, "ops", ""))
    assert room.topic is None
    with pytest.raises(NotInRoom):
        run(chat.set_topic(enter(chat, "eve"), "ops", "x"))


def test_invite() -> None:
    """Only the two hear of it, and only the one who asks if the other ignores them."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "ops"), enter(chat, "bob")
    intent = intents.Invite(ada.user.id, "ops", "bob")
    [(event, audience)] = run(chat.ask(ada, intent))
    assert event == Invited(event.id, event.at, "ops", "bob", "ada")
    assert audience == Only((ada.user, bob.user))
    run(chat.ignore(bob, "ada", True))
    [(_, audience)] = run(chat.ask(ada, intent))
    assert audience == Only((ada.user,))


def test_who_is_kept_out_is_not_invited() -> None:
    """By a ban on them or their place, or as an outcast; the one who asks is told what to do."""
    chat = make_chat()
    ada, gus = enter(chat, "ada", "ops"), enter(chat, "gus", cloak="there")
    run(chat.ask(ada, intents.Ban(ada.user.id, "ops", "gus")))
    enter(chat, "joe", cloak="there")
    for nick in ("gus", "joe"):
        with pytest.raises(NotAllowed, match=f"{nick} could not come in: the ban on gus .*/unban"):
            run(chat.invite(ada, "ops", nick))
    chat.state.set_account(gus.user, "G")
    run(chat.ask(ada, intents.Unban(ada.user.id, "ops", "gus")))
    chat.state.rooms["ops"].roles["G"] = Role.OUTCAST
    with pytest.raises(NotAllowed, match=r"gus is an outcast of #ops .*/room role gus none"):
        run(chat.invite(ada, "ops", "gus"))
    assert not any(isinstance(event, Invited) for event in heard(gus))


def test_whom_one_cannot_invite() -> None:
    """Those who are in already, those who are not here, and into rooms one is not in."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "ops"), enter(chat, "bob", "ops")
    with pytest.raises(NotAllowed, match="bob is in #ops already"):
        run(chat.invite(ada, "ops", "bob"))
    with pytest.raises(NoSuchNick):
        run(chat.invite(ada, "ops", "zoe"))
    with pytest.raises(NotInRoom):
        run(chat.invite(bob, "lobby", "ada"))
