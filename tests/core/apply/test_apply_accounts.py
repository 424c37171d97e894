"""Accounts: whose a name is, and what becomes of guests and sessions at log-in."""

from dataclasses import replace

import pytest

from twistedchat.core import intents
from twistedchat.core.errors import BadLogin, Muted, NickTaken, NotAllowed
from twistedchat.core.events import Joined, Left, Notice, Parted, Renamed
from twistedchat.core.names import prepare_nick
from twistedchat.core.records import AccountRecord, NameRecord
from twistedchat.testing import connect, enter, heard, ignore_outcome, make_chat, run

ADA = AccountRecord("a1", "ada", "ada", 0.0, 0.0)
OPERATOR = AccountRecord("a2", "grace", "grace", 0.0, 0.0, flags=frozenset({"operator"}))


@pytest.fixture
def chat():
    """A chat in which the name ada belongs to somebody who is not here."""
    chat = make_chat()
    chat.state.own_names([NameRecord("ada", "ada", "a1"), NameRecord("grace", "grace", "a2")])
    return chat


def owner(chat, *rooms, account=ADA):
    """The owner, who comes in as a guest and logs in."""
    session = enter(chat, "someone", *rooms)
    run(chat.log_in(session, account))
    chat.clock.turn()
    return session


def told(chat, session):
    """What a session was told since the last time, without what answers to requests."""
    chat.clock.turn()
    return [one for one in heard(session) if not isinstance(one, Notice)]


@pytest.mark.parametrize("wanted", ["ada", "ADA", "\u0430da"])
def test_a_guest_gets_the_name_beside_an_owned_one(chat, wanted):
    """The door is told which name it was, to say how to log in."""
    session = enter(chat, wanted)
    assert session.user.nick == f"{wanted}2"
    assert session.claimed == wanted


def test_a_guest_cannot_rename_to_an_owned_name(chat):
    """The refusal tells what to do, and the owner may have any case of it."""
    guest = enter(chat, "bob")
    with pytest.raises(NickTaken, match=r"belongs to an account: /login .* ada2 is free"):
        run(chat.rename(guest, "ada"))
    assert guest.claimed == "ada"
    mine = owner(chat)
    run(chat.rename(mine, "other"))
    run(chat.rename(mine, "Ada"))
    assert mine.user.nick == "Ada"


def test_log_in_makes_the_guest_the_owner(chat):
    """Under the account's name, in the same rooms, and others hear of the other name."""
    bob = enter(chat, "bob", "lobby")
    ada = enter(chat, "ada", "lobby")
    told(chat, bob)
    user = ada.user
    run(chat.log_in(ada, ADA))
    assert ada.user is user
    assert (user.nick, user.account, ada.claimed) == ("ada", "a1", "")
    [renamed] = told(chat, bob)
    assert isinstance(renamed, Renamed)
    assert (renamed.old, renamed.nick, renamed.forced) == ("ada2", "ada", False)


def test_a_second_session_is_attached_and_closes_none(chat):
    """Both see what either says; the guest that it was is gone, and others are told."""
    first = owner(chat, "lobby")
    bob = enter(chat, "bob", "lobby", "ops")
    second = enter(chat, "guest", "ops", "lobby")
    told(chat, bob)
    told(chat, first)
    told(chat, second)
    run(chat.log_in(second, ADA))
    assert second.user is first.user
    assert list(first.user.rooms) == ["lobby", "ops"]
    chat.say(first, "ops", "hi", ignore_outcome)
    kinds = [(type(one).__name__, one.nick) for one in told(chat, bob)]
    assert kinds == [("Joined", "ada"), ("Left", "guest"), ("Said", "ada")]
    assert [type(one).__name__ for one in told(chat, second)] == ["Said"]
    assert [type(one).__name__ for one in told(chat, first)] == ["Joined", "Left", "Said"]
    assert second.current == "ops"


def test_a_session_without_a_user_becomes_the_owners(chat):
    """At the first log-in a new user, at the second the same."""
    one, other = connect(chat), connect(chat)
    token = run(chat.log_in(one, ADA, resumable=True))
    assert run(chat.log_in(other, ADA)) == ""
    assert one.user is other.user
    assert (one.user.nick, one.user.account) == ("ada", "a1")
    third = connect(chat)
    run(chat.resume(third, token))
    assert third.user is one.user


def test_a_guest_who_holds_the_name_is_renamed_and_told(chat):
    """As when the name is registered while somebody has it, or one that looks like it."""
    chat = make_chat()
    guest, like = enter(chat, "ada", "lobby"), enter(chat, "zoe", "lobby")
    told(chat, guest)
    asks = enter(chat, "asks", "lobby")
    chat.bus.publish(intents.Register(asks.user.id, "a1", prepare_nick("ada")), "", 0)
    chat.clock.turn()
    assert (asks.user.nick, asks.user.account) == ("ada", "a1")
    assert guest.user.nick == "ada2"
    notices = [one for one in heard(guest) if isinstance(one, Notice)]
    assert [one.code for one in notices] == ["nick-taken"]
    assert "ada belongs to an account" in notices[0].text
    forced = [one for one in told(chat, like) if isinstance(one, Renamed) and one.forced]
    assert [(one.old, one.nick) for one in forced] == [("ada", "ada2")]


def test_a_name_registered_by_somebody_who_left_is_owned_all_the_same(chat):
    """The row is written by then."""
    chat.bus.publish(intents.Register("gone", "a9", prepare_nick("zoe")), "", 0)
    assert enter(chat, "zoe").user.nick == "zoe2"


def test_the_guests_place_goes_to_the_owner(chat):
    """Its operator's rights, and its mutes: log-in is no way around one."""
    ada = owner(chat, "lobby")
    guest = enter(chat, "guest", "mine")
    bob = enter(chat, "bob", "lobby")
    muted = enter(chat, "loud", "lobby")
    run(chat.log_in(guest, ADA))
    assert chat.state.rooms["mine"].members[ada.user.id].operator
    run(chat.ask(ada, intents.SetOperator(ada.user.id, "lobby", "bob", True)))
    run(chat.ask(bob, intents.Mute(bob.user.id, "lobby", "loud")))
    run(chat.ask(bob, intents.SetOperator(bob.user.id, "lobby", "ada", False)))
    run(chat.log_in(muted, ADA))
    outcomes = []
    chat.say(muted, "lobby", "hi", outcomes.append)
    assert isinstance(outcomes[0], Muted)


def test_the_owner_is_not_brought_where_a_ban_meets_the_account(chat):
    """The guest's room is left then."""
    ada = owner(chat, "lobby")
    op = enter(chat, "op", "ops")
    enter(chat, "guest")
    run(chat.ask(op, intents.Ban(op.user.id, "ops", "ada")))
    guest = enter(chat, "other", "ops")
    run(chat.log_in(guest, ADA))
    assert list(ada.user.rooms) == ["lobby"]


def test_a_guest_with_other_sessions_stays(chat):
    """Only the session that logged in is the owner's."""
    ada = owner(chat, "lobby")
    first = connect(chat)
    token = run(chat.enter(first, "guest"))
    second = connect(chat)
    run(chat.resume(second, token))
    run(chat.log_in(second, ADA))
    assert second.user is ada.user
    assert first.user.nick == "guest"
    assert first.user.sessions == {first.id}


def test_log_in_over_another_account_is_refused(chat):
    """The sentence says what to do."""
    ada = owner(chat)
    with pytest.raises(NotAllowed, match=r"logged in as ada\. /logout first"):
        run(chat.log_in(ada, OPERATOR))
    run(chat.log_in(ada, ADA))
    assert ada.user.account == "a1"


def test_an_account_that_was_given_up_meanwhile(chat):
    """While its owner's password was being checked: nobody belongs to what is no more."""
    chat.bus.publish(intents.GiveUpName("a1"), "", 0)
    guest, newcomer = enter(chat, "someone"), connect(chat)
    for session in (guest, newcomer):
        with pytest.raises(BadLogin, match="This account is no more"):
            run(chat.log_in(session, ADA))
    assert guest.user.account == ""
    assert newcomer.user is None
    assert chat.state.owners == {}


def test_an_operators_account_makes_a_server_operator(chat):
    """As long as the account is used."""
    grace = owner(chat, account=OPERATOR)
    assert grace.user.operator
    run(chat.log_out(grace))
    assert not grace.user.operator


def test_log_out_gives_the_name_back(chat):
    """The session goes on as a guest in the same rooms."""
    bob = enter(chat, "bob", "lobby")
    ada = owner(chat, "lobby")
    told(chat, bob)
    token = run(chat.log_out(ada, resumable=True))
    assert (ada.user.nick, ada.user.account, list(ada.user.rooms)) == ("ada2", "", ["lobby"])
    assert [type(one) for one in told(chat, bob)] == [Renamed]
    again = connect(chat)
    run(chat.resume(again, token))
    assert again.user is ada.user
    with pytest.raises(NotAllowed, match="not logged in"):
        run(chat.log_out(ada))


def test_log_out_of_one_device_leaves_the_others(chat):
    """A guest of its own goes on in the rooms that are open to everybody."""
    first = owner(chat, "lobby", "secret")
    second = connect(chat)
    run(chat.log_in(second, ADA))
    chat.arrive(second)
    private = chat.state.rooms["secret"]
    private.set_rules(type(private.rules)(invite_only=True))
    told(chat, first)
    run(chat.log_out(second))
    assert (first.user.nick, first.user.account) == ("ada", "a1")
    assert (second.user.nick, list(second.user.rooms)) == ("ada2", ["lobby"])
    assert [type(one) for one in told(chat, first)] == [Joined]
    chat.say(first, "lobby", "hi", ignore_outcome)
    assert len(told(chat, second)) == 1


@pytest.mark.parametrize("closed", [{"private": True}, {"invite_only": True}, {"password": "x"}])
def test_log_out_leaves_rooms_that_are_not_open_to_guests(chat, closed):
    """Others there hear of it; where the guest has a place of their own they stay."""
    bob = enter(chat, "bob", "secret", "den")
    ada = owner(chat, "lobby", "secret")
    for name in ("secret", "lobby"):
        room = chat.state.rooms[name]
        chat.state.set_rules(room, replace(room.rules, **closed))
    told(chat, bob)
    run(chat.log_out(ada))
    assert list(ada.user.rooms) == ["lobby"]
    assert [type(one) for one in told(chat, bob)] == [Renamed, Parted]
    chat.say(bob, "secret", "hi", ignore_outcome)
    assert "hi" not in [getattr(one, "text", "") for one in told(chat, ada)]


def test_tokens_of_log_ins_are_bounded_and_go_with_the_user(chat):
    """Whoever logs in again and again eats no memory."""
    session = owner(chat)
    for _ in range(30):
        run(chat.log_in(session, ADA, resumable=True))
    assert len(chat.state.tokens) <= 21
    chat.disconnect(session, "bye")
    assert not chat.state.tokens
    assert not chat.state.owners


def test_an_owner_who_loses_the_connection_comes_back_to_the_same_place(chat):
    """Within the grace period the user waits, and log-in finds it."""
    ada = owner(chat, "lobby")
    user = ada.user
    chat.disconnect(ada, "lost", lingers=True)
    again = enter(chat, "ada")
    run(chat.log_in(again, ADA))
    assert again.user is user
    assert user.adrift is None
    chat.clock.advance(100)
    assert "lobby" in user.rooms


def test_an_account_can_be_renamed(chat):
    """Its owner takes the name, whoever has it gives it up, the old one is free."""
    ada, holder = owner(chat), enter(chat, "zoe")
    chat.bus.publish(intents.RenameAccount("a1", prepare_nick("Zoe")), "", 0)
    assert (ada.user.nick, holder.user.nick) == ("Zoe", "zoe2")
    assert enter(chat, "ada").user.nick == "ada"


def test_a_name_can_be_given_up(chat):
    """Its owner goes on as a guest, and keeps the nick while here."""
    ada = owner(chat)
    chat.bus.publish(intents.GiveUpName("a1"), "", 0)
    chat.bus.publish(intents.GiveUpName("a1"), "", 0)
    assert (ada.user.nick, ada.user.account) == ("ada", "")
    chat.disconnect(ada, "bye")
    assert enter(chat, "ada").user.nick == "ada"


def test_what_an_owner_leaves_behind_says_whose_it_was(chat):
    """Left carries the account, for when it was last seen."""
    bob = enter(chat, "bob", "lobby")
    ada = owner(chat, "lobby")
    told(chat, bob)
    chat.disconnect(ada, "bye")
    [left] = told(chat, bob)
    assert isinstance(left, Left)
    assert left.account == "a1"
