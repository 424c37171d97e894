"""/search and /context."""

from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.commands import search
from twistedchat.commands.search import HOW, LINE_CHARS, excerpt
from twistedchat.core import searching
from twistedchat.core.gates import StoreGate
from twistedchat.core.records import DeleteMessages
from twistedchat.testing import make_chat
from twistedchat.testing_store import ShelfStore

NO_DATE = (
    "bad-arguments: after:soon is no date. Write one of 2026-11-20, 2026-11-20T18:30, 18:30,"
    " yesterday or 2h."
)


@pytest.fixture
def store():
    return ShelfStore()


@pytest.fixture
def chat(store):
    return make_chat(store=store, gate=StoreGate(lambda call: call(), store, 1 << 20))


@pytest.fixture
def spoken(ada):
    """Twenty-five lines, a minute apart, from eight o'clock on."""
    for number in range(25):
        ada.type(f"/say word {number}")
        ada.chat.clock.advance(60)
    return ada


def shown(person):
    """What was shown since the last time: number and text."""
    messages, person.front.shown = person.front.shown, []
    return [(one.number, one.message.text) for one in messages]


def lines(numbers, first=1):
    return [(place, f"word {number}") for place, number in enumerate(numbers, first)]


def test_pages_of_what_was_found(spoken):
    """Newest first, numbered through, dated; each says how to go on."""
    assert spoken.type("/search word") == [
        "Found for word, the newest first:",
        "/search shows older ones, /context 10 shows what was said around the last one.",
    ]
    assert all(one.dated for one in spoken.front.shown)
    assert shown(spoken) == lines(range(24, 14, -1))
    spoken.type("/say word 25")
    assert spoken.type("/search")[0] == "Found for word, the newest first:"
    assert shown(spoken) == lines(range(14, 4, -1), 11)
    assert spoken.type("/search")[1] == (
        "That is all. /context 25 shows what was said around the last one."
    )
    assert shown(spoken) == lines(range(4, -1, -1), 21)
    assert spoken.type("/search") == [f"bad-arguments: That was all that was found for word. {HOW}"]
    spoken.chat.clock.turn()
    spoken.type("/search word from:ada")
    assert shown(spoken)[0] == (1, "word 25")


def test_how_to_search(ada):
    """Who asks for nothing is told how to."""
    assert ada.type("/search") == [f"bad-arguments: {HOW}"]
    assert ada.type(f"/search {'x' * 501}") == [
        "bad-arguments: Search for at most 500 characters at once."
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [("nothing like it", "Nothing was found for nothing like it."),
     ("after:soon", NO_DATE),
     ("x in:#ops", "not-in-room: You are not in #ops, so you can't search it. /join #ops first.")],
)  # fmt: skip
def test_nothing_is_found(spoken, line, says):
    """One line says so, or why; the search before is not forgotten for a mistake."""
    spoken.type("/search word 2")
    shown(spoken)
    assert spoken.type(f"/search {line}") == [says]
    if says.startswith("Nothing"):
        assert spoken.type("/search")[0].startswith("bad-arguments: That was all that was found")
    else:
        assert spoken.type("/context 1")[0] == "Around line 1, in #lobby:"


def test_what_is_behind_is_gone_meanwhile(spoken, store):
    """The next page may be empty."""
    spoken.type("/search word")
    store.messages = store.messages[-5:]
    assert spoken.type("/search") == ["Nothing more was found for word."]


def test_of_people_who_are_ignored_it_looks_through_some_at_a_time(spoken, bob, monkeypatch):
    """It says so, and the next one goes on behind them."""
    monkeypatch.setattr(searching, "ROUNDS", 1)
    bob.chat.state.set_account(bob.session.user, "B")
    for number in range(20):
        bob.type(f"/say word of bob's {number}")
        bob.chat.clock.advance(60)
    spoken.type("/ignore bob")
    assert spoken.type("/search word")[0] == (
        "Nothing was found for word so far, but from people whom you ignore. /search looks further"
        " back."
    )
    spoken.type("/search")
    assert spoken.type("/search")[0] == "Found for word, the newest first:"


def test_dates_are_the_persons(spoken, store):
    """In their zone."""
    store.now = spoken.chat.clock.now()
    spoken.front.zone = timezone(timedelta(hours=9))
    spoken.type("/search word after:17:20 before:17:22")
    assert shown(spoken) == [(1, "word 21"), (2, "word 20")]


def test_what_can_not_be_found_yet_is_said(spoken, store):
    """With and without anything else."""
    store.behind = 1500
    behind = "The newest 1,500 lines of this server can't be found yet. Try again in a minute."
    assert spoken.type("/search word") == ["Nothing was found for word.", behind]
    store.behind = 1
    assert spoken.type("/search word")[2:] == [behind.replace("1,500", "1")]


def test_what_was_said_around_it(spoken):
    """The line itself with its number, whole; from there one goes on."""
    spoken.type('/search "word 1"')
    number = {text: number for number, text in shown(spoken)}["word 12"]
    assert spoken.type(f"/context {number}") == [
        f"Around line {number}, in #lobby:",
        "/history older and /history newer go on from here.",
    ]
    assert shown(spoken) == [(number if line == 12 else 0, f"word {line}") for line in range(7, 18)]
    spoken.type("/history older 2")
    assert [text for _, text in shown(spoken)] == ["word 5", "word 6"]


@pytest.mark.parametrize("number", ["0", "3", "x", "-1", "9" * 5000, "\u0661"])
def test_no_such_line(spoken, number):
    """The sentence says where numbers come from."""
    spoken.type('/search "word 24"')
    [said] = spoken.type(f"/context {number}")
    assert said.startswith("bad-arguments: No line ")
    assert said.endswith(" was found. /search WORDS finds and numbers some.")
    assert spoken.type("/context 1)")[0] == "Around line 1, in #lobby:"


def test_a_line_that_is_gone(spoken, store, bob):
    """Deleted since, or in a room that one has left."""
    spoken.type('/search "word 2"')
    gone = store.messages[24].id
    store.submit([DeleteMessages((gone,))], lambda _: None)
    spoken.chat.state.rooms["lobby"].history.remove([gone])
    [said] = spoken.type("/context 1")
    assert said.startswith("bad-arguments: That line is no longer there for you to read.")
    spoken.type("/part")
    assert spoken.type("/context 2") == [said]


def test_a_long_line_is_cut_around_the_word(ada):
    """/context shows all of it."""
    text = "x " * 300 + "needle" + " y" * 300
    ada.type(f"/say {text}")
    ada.chat.clock.turn()
    ada.type("/search needle")
    [(_, found)] = shown(ada)
    assert "needle" in found
    assert len(found) == LINE_CHARS + 2
    assert (found[0], found[-1]) == ("\u2026", "\u2026")
    ada.type("/context 1")
    assert shown(ada) == [(1, text)]


words = st.text("abc \u0130\ufb01\U0001f600", max_size=600)


@given(words, st.lists(words, max_size=3))
def test_an_excerpt_is_a_part_of_the_text(text, asked):
    """Never longer than a line, and all of what fits."""
    found = excerpt(text, asked)
    assert found.strip("\u2026") in text
    assert len(found) <= LINE_CHARS + 2
    assert found == text or len(text) > LINE_CHARS
    assert search.excerpt(text, asked) == found
