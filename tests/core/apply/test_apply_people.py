"""Coming, going and names."""

import pytest

from twistedchat.core import intents
from twistedchat.core.apply.people import IGNORED_AT_MOST
from twistedchat.core.errors import BadLogin, BadNick, NickTaken, NoSuchNick, NotAllowed, TooMany
from twistedchat.core.events import CameBack, Left, Renamed, WentAway
from twistedchat.core.state import Among
from twistedchat.testing import connect, enter, make_chat, run


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("ada", "ada2"),
        ("ADA", "ADA2"),
        ("\u0430da", "\u0430da2"),
        ("admin", "admin2"),
        ("server", "server2"),
        ("zoe", "zoe"),
    ],
)
def test_a_nick_that_is_taken_reserved_or_looks_alike_becomes_the_nearest_free_one(
    wanted: str, got: str
) -> None:
    """Nobody is asked twice, and nobody gets a nick that looks like another's."""
    chat = make_chat()
    enter(chat, "ada")
    session = connect(chat)
    run(chat.enter(session, wanted))
    assert session.user.nick == got
    assert chat.state.nick_looks.find(session.user.name) is None


def test_a_crowd_with_one_nick_all_get_in() -> None:
    """Each under another number."""
    chat = make_chat()
    nicks = {enter(chat, "ada").user.nick for _ in range(30)}
    assert nicks == {"ada", *(f"ada{n}" for n in range(2, 31))}


def test_a_nick_nobody_can_have_is_refused() -> None:
    """And nobody is there."""
    chat = make_chat()
    session = connect(chat)
    with pytest.raises(BadNick):
        run(chat.enter(session, "a b"))
    assert session.user is None
    assert not chat.state.users


def test_attach_needs_the_token() -> None:
    """Another session of the same user, or a refusal that says what to do."""
    chat = make_chat()
    first = connect(chat)
    token = run(chat.enter(first, "ada"))
    second = connect(chat)
    run(chat.resume(second, token))
    assert second.user is first.user
    assert first.user.sessions == {first.id, second.id}
    with pytest.raises(BadLogin, match=r"unknown or too old\. Come in as a new user"):
        run(chat.resume(connect(chat), "guess"))


def test_the_last_session_takes_the_user_away() -> None:
    """Not the first of two; then everybody in the rooms hears it, and /seen knows."""
    chat = make_chat()
    first = connect(chat)
    token = run(chat.enter(first, "ada"))
    run(chat.join(first, "lobby"))
    user = first.user
    second = connect(chat)
    run(chat.resume(second, token))
    chat.disconnect(first, "bye")
    assert "ada" in chat.state.nicks
    [(left, audience)] = run(chat.ask(second, intents.Detach(second.id, "gone")))
    assert isinstance(left, Left)
    assert (left.nick, left.reason) == ("ada", "gone")
    assert audience == Among(user, ("lobby",))
    assert not chat.state.users
    assert not chat.state.rooms
    assert chat.state.seen["ada"].reason == "gone"


def test_detaching_what_is_not_attached_does_nothing() -> None:
    """A connection that never chose a nick, or was detached before."""
    chat = make_chat()
    assert run(chat.ask(connect(chat), intents.Detach("nothing", "x"))) == []


def test_a_token_is_worthless_when_its_user_has_gone() -> None:
    """Nobody else can be attached to."""
    chat = make_chat()
    session = connect(chat)
    token = run(chat.enter(session, "ada"))
    chat.disconnect(session, "")
    with pytest.raises(BadLogin):
        run(chat.resume(connect(chat), token))


def test_expire_ends_only_the_absence_it_was_made_for() -> None:
    """Whoever came back and broke again gets the whole time again."""
    chat = make_chat()
    session = enter(chat, "ada")
    user = session.user
    chat.disconnect(session, "lost", lingers=True)
    asker = connect(chat)
    assert run(chat.ask(asker, intents.Expire(user.id, "lost", 1.0))) == []
    assert run(chat.ask(asker, intents.Expire("nobody", "lost", 1.0))) == []
    [(left, _)] = run(chat.ask(asker, intents.Expire(user.id, "lost", user.adrift)))
    assert left.nick == "ada"


def test_rename() -> None:
    """The rooms hear of it, and the old nick is free."""
    chat = make_chat()
    ada = enter(chat, "ada", "lobby")
    name = chat._nick("Grace")
    [(event, audience)] = run(chat.ask(ada, intents.Rename(ada.user.id, name)))
    assert event == Renamed(event.id, event.at, "ada", "Grace")
    assert audience == Among(ada.user, ("lobby",))
    assert enter(chat, "ada").user.nick == "ada"


def test_a_change_of_case_or_to_a_look_alike_of_ones_own_nick_is_free() -> None:
    """One's own name is in nobody's way."""
    chat = make_chat()
    ada = enter(chat, "ada")
    for nick in ("ADA", "\u0430da", "ada"):
        run(chat.rename(ada, nick))
        assert ada.user.nick == nick
    assert run(chat.ask(ada, intents.Rename(ada.user.id, ada.user.name))) == []


def test_a_nick_somebody_has_is_refused_and_a_free_one_named() -> None:
    """Also one that looks like it; the state is as before."""
    chat = make_chat()
    enter(chat, "bob")
    ada = enter(chat, "ada")
    with pytest.raises(NickTaken, match=r"^bob is taken\. Choose another nick: Bob2 is free\.$"):
        run(chat.rename(ada, "Bob"))
    with pytest.raises(NickTaken, match=r"looks like bob, who is here\. Choose another nick: "):
        run(chat.rename(ada, "b\u043eb"))
    with pytest.raises(BadNick, match="reserved"):
        run(chat.rename(ada, "admin"))
    assert ada.user.nick == "ada"


def test_away_and_back() -> None:
    """Each is told once."""
    chat = make_chat()
    ada = enter(chat, "ada", "lobby")
    user = ada.user.id
    [(event, _)] = run(chat.ask(ada, intents.SetAway(user, "lunch")))
    assert isinstance(event, WentAway)
    assert event.reason == "lunch"
    assert run(chat.ask(ada, intents.SetAway(user, "lunch"))) == []
    [(event, audience)] = run(chat.ask(ada, intents.SetAway(user, None)))
    assert isinstance(event, CameBack)
    assert audience == Among(ada.user, ("lobby",))
    assert run(chat.ask(ada, intents.SetAway(user, None))) == []


def test_ignoring_follows_the_person() -> None:
    """Under the nick of then or of now they can be heard again."""
    chat = make_chat()
    ada, bob, eve = (enter(chat, nick) for nick in ("ada", "bob", "eve"))
    for session in (bob, eve):
        run(chat.ignore(ada, session.user.nick, True))
    assert ada.user.ignored == {bob.user.id: "bob", eve.user.id: "eve"}
    run(chat.rename(bob, "robert"))
    run(chat.ignore(ada, "ROBERT", False))
    run(chat.ignore(ada, "Eve", False))
    assert ada.user.ignored == {}
    run(chat.ignore(ada, "nobody-at-all", False))


def test_whom_nobody_can_ignore() -> None:
    """Oneself, and who is not here."""
    chat = make_chat()
    ada = enter(chat, "ada")
    with pytest.raises(NotAllowed, match="That would be yourself"):
        run(chat.ignore(ada, "ada", True))
    with pytest.raises(NoSuchNick):
        run(chat.ignore(ada, "zoe", True))


def test_so_many_can_be_ignored() -> None:
    """Ignoring one of them again is no more."""
    chat = make_chat()
    ada, bob = enter(chat, "ada"), enter(chat, "bob")
    run(chat.ignore(ada, "bob", True))
    ada.user.ignored.update({str(n): f"n{n}" for n in range(IGNORED_AT_MOST - 1)})
    run(chat.ignore(ada, "bob", True))
    enter(chat, "eve")
    with pytest.raises(TooMany, match=r"You ignore 200 people already\. /unignore one first"):
        run(chat.ignore(ada, "eve", True))
    assert bob.user.id in ada.user.ignored


def test_elevate() -> None:
    """Makes a server operator."""
    chat = make_chat()
    ada = enter(chat, "ada")
    assert run(chat.ask(ada, intents.Elevate(ada.user.id))) == []
    assert ada.user.operator


@pytest.mark.parametrize(
    "intent",
    [intents.Elevate("gone"), intents.SetAway("gone", ""), intents.Ignore("gone", "ada", True)],
)
def test_whoever_has_left_is_refused(intent: intents.Intent) -> None:
    """An intent can come after its user has gone."""
    chat = make_chat()
    with pytest.raises(NotAllowed, match=r"You are not connected any more\. Connect again"):
        run(chat.ask(enter(chat, "ada"), intent))
