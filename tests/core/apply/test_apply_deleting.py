"""What is taken back, by whom, and that the same is forgotten on every node."""

import pytest

from twistedchat.core import intents
from twistedchat.core.events import Deleted, RoomTransferred
from twistedchat.core.records import private_place
from twistedchat.core.rooms import Topic
from twistedchat.core.state import Only

OLD = "00000000000000000000000001"


@pytest.fixture
def ada(house):
    """The operator of #lobby."""
    return house.comes("ada", "lobby", account="A")


@pytest.fixture
def bob(house, ada):
    return house.comes("bob", "lobby", account="B")


@pytest.fixture
def guest(house, ada):
    return house.comes("guest", "lobby")


def deletes(house, session, *ids, place="lobby", written=()):
    return house.wants(session, intents.Delete, place, ids, tuple(written))


def said(house, session, text="hi", room="lobby"):
    """The id of a line that somebody says."""
    return house.says(session, room, text)[0].id


def whispers(house, session, to, text="psst"):
    return house.wants(session, intents.Whisper, to, text)[0].id


def kept(house, room="lobby"):
    return [one.id for one in house.state.rooms[room].history]


def test_what_one_said_is_gone(house, bob):
    """The event says which lines of whose; other lines stay."""
    first, second, third = (said(house, bob) for _ in range(3))
    (event,) = deletes(house, bob, third, first)
    assert event == Deleted(event.id, event.at, "lobby", (first, third), "bob")
    assert kept(house) == [second]


def test_a_guest_takes_back_what_they_said(house, guest):
    """As the same user; there is no other way to know them."""
    (event,) = deletes(house, guest, said(house, guest))
    assert event.of == ()
    assert kept(house) == []


def test_nobody_takes_back_what_others_said(house, bob, guest):
    """Nothing at all is taken back then, not even what could be."""
    own, other = said(house, bob), said(house, guest)
    answer = deletes(house, bob, own, other)
    assert answer == (
        "not-allowed: Only its author and operators of #lobby can take a message back."
        " Nothing was taken back."
    )
    assert kept(house) == [own, other]


def test_a_guest_who_has_the_nick_of_another_is_not_them(house, guest):
    """Nicks prove nothing."""
    id_ = said(house, guest)
    house.goes(guest)
    again = house.comes("guest", "lobby")
    assert "not-allowed" in deletes(house, again, id_)


def test_who_has_logged_out_is_not_the_account_any_more(house, bob):
    """Though it is the same connection."""
    id_ = said(house, bob)
    house.state.set_account(bob.user, "")
    assert "not-allowed" in deletes(house, bob, id_)


def test_operators_take_back_anything_in_their_room(house, ada, bob, guest):
    """The event names the authors, in order, each once."""
    ids = [said(house, one) for one in (bob, guest, bob)]
    (event,) = deletes(house, ada, *ids)
    assert event.of == ("bob", "guest")
    assert event.by == "ada"
    assert kept(house) == []


def test_server_operators_do_so_from_outside(house, bob):
    """They need not be in the room; others must be."""
    eve = house.comes("eve")
    id_ = said(house, bob)
    assert "not-in-room" in deletes(house, eve, id_)
    house.elevates(eve)
    (event,) = deletes(house, eve, id_)
    assert event.of == ("bob",)


def test_ids_that_nobody_has_are_passed_over(house, bob):
    """Alone they cause nothing that anybody would hear."""
    id_ = said(house, bob)
    assert deletes(house, bob, OLD) == []
    (event,) = deletes(house, bob, OLD, id_)
    assert event.ids == (id_,)


def test_what_only_the_store_has(house, bob, ada):
    """Whoever asks brings along who said it."""
    mine, theirs = intents.Written(OLD, "bob", "B"), intents.Written("1", "guest", "")
    (event,) = deletes(house, bob, OLD, written=[mine])
    assert event.ids == (OLD,)
    assert "not-allowed" in deletes(house, bob, "1", written=[theirs])
    (event,) = deletes(house, ada, "1", OLD, written=[mine, theirs])
    assert (event.ids, event.of) == ((OLD, "1"), ("bob", "guest"))


def test_memory_knows_better_than_who_asks(house, bob, guest):
    """What was claimed of a message that is here counts nothing."""
    id_ = said(house, guest)
    claimed = intents.Written(id_, "bob", "B")
    assert "not-allowed" in deletes(house, bob, id_, written=[claimed])


def test_what_was_not_asked_for_is_not_touched(house, bob):
    """However much is known of it."""
    assert deletes(house, bob, "1", written=[intents.Written(OLD, "bob", "B")]) == []


def test_what_was_said_in_a_room_that_ended_is_nobodys(house, ada):
    """The operators of the next of its name have no power over it."""
    house.state.rooms["lobby"].begun = "2"
    assert deletes(house, ada, "1", written=[intents.Written("1", "eve", "")]) == []


def test_private_messages_go_for_both_ends(house, ada, bob):
    """Only their sender can do that, and only those two hear of it."""
    id_, answer = whispers(house, ada, "bob"), whispers(house, bob, "ada")
    place = private_place("A", "B")
    (event,) = deletes(house, ada, id_, place=place)
    assert event == Deleted(event.id, event.at, "", (id_,), "ada", (), "bob")
    for user in (ada.user, bob.user):
        assert [one.id for one in user.whispers] == [answer]
    assert deletes(house, ada, answer, place=place) == (
        "not-allowed: Only its author can take a message back. Nothing was taken back."
    )


def test_private_messages_of_guests(house, bob, guest):
    """Ids of users stand for the accounts that they have not."""
    id_ = whispers(house, guest, "bob")
    (event,) = deletes(house, guest, id_, place=private_place("B", guest.user.id))
    assert event.ids == (id_,)
    assert not len(bob.user.whispers)


def test_a_message_to_oneself(house, ada):
    """Both ends are one."""
    id_ = whispers(house, ada, "ada")
    (event,) = deletes(house, ada, id_, place=private_place("A", "A"))
    assert event.to == "ada"
    assert not len(ada.user.whispers)


def test_private_messages_to_somebody_who_is_not_here(house, ada, bob):
    """The account is told apart by its id, and called by its name."""
    written = [intents.Written(OLD, "ada", "A")]
    house.goes(bob)
    (event,) = deletes(house, ada, OLD, place=private_place("A", "B"), written=written)
    assert (event.ids, event.to) == ((OLD,), "bob")


def test_nobody_takes_back_in_a_conversation_of_others(house, ada):
    """Not even a server operator."""
    house.elevates(ada)
    written = [intents.Written(OLD, "bob", "B")]
    answer = deletes(house, ada, OLD, place=private_place("B", "C"), written=written)
    assert answer == "not-allowed: Only who said it can take a private message back."


def test_who_ignores_the_sender_hears_nothing(house, ada, bob):
    """As they did not hear the message; it is gone all the same."""
    id_ = whispers(house, ada, "bob")
    house.wants(bob, intents.Ignore, "ada", True)
    intent = intents.Delete(ada.user.id, private_place("A", "B"), (id_,))
    ((_, audience),) = house.settles(ada, intent)
    assert audience == Only((ada.user,))
    assert not len(bob.user.whispers)


class TestForgetting:
    """An account, and all it said, is forgotten."""

    def forgets(self, house, account="A"):
        return house.settles(None, intents.ForgetAccount(account))

    def test_nothing_that_it_said_is_left(self, house, ada, bob):
        """In rooms and in private; what others said to it stays theirs."""
        mine, theirs = said(house, ada), said(house, bob)
        told, answer = whispers(house, ada, "bob"), whispers(house, bob, "ada")
        facts = self.forgets(house)
        assert kept(house) == [theirs]
        assert [one.id for one in bob.user.whispers] == [answer]
        assert [one.id for one in ada.user.whispers] == [answer]
        events = [event for event, _ in facts if isinstance(event, Deleted)]
        assert [(one.room, one.ids, one.to) for one in events] == [
            ("lobby", (mine,), ""), ("", (told,), "bob"),
        ]  # fmt: skip
        assert facts[1][1] == Only((bob.user,))

    def test_the_owner_goes_on_as_a_guest(self, house, ada):
        """In the same rooms and under the same nick, which anybody may have from now on."""
        house.elevates(ada)
        self.forgets(house)
        assert (ada.user.nick, ada.user.account, ada.user.operator) == ("ada", "", False)
        assert "lobby" in ada.user.rooms
        assert house.state.owned.account_of("ada") == ""
        assert "A" not in house.state.owners

    def test_its_rooms_go_to_others(self, house, ada, bob):
        """As when an account expires."""
        house.wants(ada, intents.RegisterRoom, "lobby")
        house.gives(ada, "lobby", "bob", "owner")
        facts = self.forgets(house)
        assert house.state.rooms["lobby"].founder == "B"
        assert [e.nick for e, _ in facts if isinstance(e, RoomTransferred)] == ["bob"]
        assert "A" not in house.state.rooms["lobby"].roles

    def test_an_owner_who_is_not_here(self, house, ada, bob):
        """What they have said is gone all the same; a topic is the room's."""
        said(house, ada)
        house.state.rooms["lobby"].topic = Topic("ship it", "ada", 1.0)
        house.goes(ada)
        (event, audience), *_ = self.forgets(house)
        assert (event.by, audience) == ("ada", "lobby")
        assert kept(house) == []
        assert house.state.rooms["lobby"].topic is not None
