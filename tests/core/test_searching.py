"""Who finds what."""

import pytest

from twistedchat.core import searching
from twistedchat.core.conversations import Conversation
from twistedchat.core.errors import BadArguments, NotAllowed, NotInRoom
from twistedchat.core.gates import StoreGate
from twistedchat.core.names import prepare_nick
from twistedchat.core.searching import where_is
from twistedchat.testing import enter, ignore_outcome, make_chat, run
from twistedchat.testing_store import ShelfStore


@pytest.fixture
def store():
    return ShelfStore()


@pytest.fixture
def chat(store):
    return make_chat(store=store, gate=StoreGate(lambda call: call(), store, 1 << 20))


@pytest.fixture
def ada(chat):
    return comes(chat, "ada", "A", "lobby", "ops")


@pytest.fixture
def bob(chat):
    return comes(chat, "bob", "B", "lobby", "secret")


def comes(chat, nick, account, *rooms):
    session = enter(chat, nick, *rooms)
    chat.state.owned.give(prepare_nick(nick), account)
    chat.state.set_account(session.user, account)
    return session


def say(chat, session, room, *texts):
    for text in texts:
        chat.say(session, room, text, ignore_outcome)
        chat.clock.advance(1)


def found(chat, session, text, before="", limit=20):
    results = run(chat.search.find(session.user, text, before, limit))
    return [message.text for _, message in results.messages]


def test_what_was_said_in_ones_rooms(chat, ada, bob):
    """And nowhere else, whatever is asked for."""
    say(chat, ada, "lobby", "word in the lobby")
    say(chat, ada, "ops", "word in ops")
    say(chat, bob, "secret", "word in secret")
    assert found(chat, ada, "word") == ["word in ops", "word in the lobby"]
    assert found(chat, bob, "word") == ["word in secret", "word in the lobby"]
    assert found(chat, ada, "word in:#Ops") == ["word in ops"]
    for text in ("word in:secret", "in:nowhere"):
        with pytest.raises(NotInRoom, match="You are not in"):
            found(chat, ada, text)


def test_who_leaves_a_room_finds_nothing_there_any_more(chat, ada, bob):
    """And who comes finds what the others find."""
    say(chat, ada, "lobby", "word")
    run(chat.part(ada, "lobby"))
    assert found(chat, ada, "word") == []
    assert found(chat, bob, "word") == ["word"]
    eve = enter(chat, "eve", "lobby")
    assert found(chat, eve, "word") == ["word"]


def test_a_room_that_is_left_while_the_disk_is_read(chat, ada, bob, store):
    """Whoever was put out in between is shown nothing."""
    say(chat, bob, "lobby", "word")
    plain = store.search

    def slow(*asked, **how):
        chat.state.leave_room(ada.user, chat.state.rooms["lobby"])
        return plain(*asked, **how)

    store.search = slow
    assert found(chat, ada, "word") == []


def test_nobody_finds_what_was_said_in_a_room_that_ended(chat, ada, bob, store):
    """Although it has not been erased yet."""
    say(chat, bob, "secret", "word")
    kept = list(store.messages)
    run(chat.part(bob, "secret"))
    chat.clock.turn()
    assert store.messages == []
    store.messages = kept
    run(chat.join(ada, "secret"))
    say(chat, ada, "secret", "another word")
    assert found(chat, ada, "word") == ["another word"]


def test_private_words(chat, ada, bob):
    """Their two ends find them, in either's words; nobody else does."""
    eve = comes(chat, "eve", "E", "lobby")
    run(chat.whisper(ada, "bob", "psst, a word"))
    run(chat.whisper(bob, "ada", "what word?"))
    run(chat.whisper(eve, "bob", "my word"))
    chat.clock.turn()
    assert found(chat, ada, "word") == ["what word?", "psst, a word"]
    assert found(chat, ada, "word in:@BOB") == ["what word?", "psst, a word"]
    assert found(chat, eve, "word") == ["my word"]
    with pytest.raises(NotInRoom, match="no private words with ada"):
        found(chat, eve, "word in:@ada")
    chat.state.set_account(bob.user, "")
    assert found(chat, bob, "word") == []


def test_words_of_an_account_that_is_gone(chat, ada, bob):
    """Are still the other end's to find."""
    run(chat.whisper(bob, "ada", "word"))
    chat.clock.turn()
    chat.state.owned.take_back("B")
    assert found(chat, ada, "word") == ["word"]


def test_who_is_ignored_is_not_found(chat, ada, bob):
    """However many pages that are; behind them are others."""
    say(chat, ada, "lobby", "word of mine")
    say(chat, bob, "lobby", *(f"word {number}" for number in range(9)))
    run(chat.ignore(ada, "bob", ignore=True))
    assert found(chat, ada, "word", limit=2) == ["word of mine"]
    assert found(chat, ada, "word 3") == []


def test_a_search_looks_only_so_far_past_those_who_are_ignored(chat, ada, bob, monkeypatch):
    """Nobody keeps the searcher at it for long; the next one goes on from there."""
    monkeypatch.setattr(searching, "ROUNDS", 3)
    say(chat, ada, "lobby", "word of mine")
    say(chat, bob, "lobby", *(f"word {number}" for number in range(9)))
    run(chat.ignore(ada, "bob", ignore=True))
    first = run(chat.search.find(ada.user, "word", "", 2))
    assert first.messages == ()
    assert found(chat, ada, "word", first.older, limit=2) == ["word of mine"]


def test_pages(chat, ada, store):
    """Each goes on where the one before ended; the person is told what can't be found yet."""
    say(chat, ada, "lobby", *(f"word {number}" for number in range(5)))
    store.behind = 1
    first = run(chat.search.find(ada.user, "word", "", 2))
    second = run(chat.search.find(ada.user, "word", first.older, 2))
    texts = [message.text for _, message in (*first.messages, *second.messages)]
    assert texts == ["word 3", "word 2", "word 1", "word 0"]
    assert (bool(first.older), second.older, second.behind) == (True, "", 1)


def test_what_is_no_query(chat, ada):
    """The sentence is the store's."""
    with pytest.raises(BadArguments, match="no word to search for"):
        found(chat, ada, "!")


def test_where_nothing_is_stored():
    """There is still the history."""
    chat = make_chat()
    with pytest.raises(NotAllowed, match="/history shows the last"):
        found(chat, enter(chat, "ada"), "word")


def test_where_somebody_may_read(chat, ada, bob):
    """Looked at each time anew."""
    assert where_is(chat.state, ada.user, "ops") is chat.state.rooms["ops"]
    assert where_is(chat.state, ada.user, "secret") is None
    assert where_is(chat.state, ada.user, "A B") == Conversation("A", "B", "bob")
    assert where_is(chat.state, bob.user, "A B") == Conversation("B", "A", "ada")
    assert where_is(chat.state, bob.user, "A E") is None
    assert where_is(chat.state, enter(chat, "eve").user, "A B") is None
