"""What is found, in which order, by whom, and by how it is written."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from twistedchat.core.errors import BadArguments, NotInRoom
from twistedchat.core.records import DeleteMessages, Found, SearchedPlace
from twistedchat.storage import sqlite, tables
from twistedchat.storage.search import finding, index, words
from twistedchat.storage.search.query import parse
from twistedchat.storage.writing import write

NOW = 1_800_100_000.0
NAMES = {"lobby": "lobby", "ops": "ops", "@bob": "A B"}
EVERYWHERE = {name: SearchedPlace(place) for name, place in NAMES.items()}


def at(*names, **begun):
    """Where somebody may read who is in these rooms."""
    return {name: SearchedPlace(NAMES[name], begun.get(name, "")) for name in names}


def find(library, text, within=EVERYWHERE, before="", limit=20):
    query = parse(text, NOW)
    return finding.find(library.finder, query, finding.chosen(query, within), before, limit)


def texts(library, text, within=EVERYWHERE):
    return [one.text for one in find(library, text, within).messages]


@pytest.fixture
def talk(library, say):
    write(
        library.database,
        [
            say(1, "Ship it now"),
            say(2, "it was shipped", nick="Bob"),
            say(3, "do not ship: it rains", "ops"),
            say(4, "now it is, ship!", "ops", nick="bob"),
            say(5, "a secret ship", "A B"),
            say(6, "das Café, 会議室で 🎉", nick="eve"),
        ],
    )
    library.feed()
    return library


def test_all_words_must_be_there(talk):
    """In whatever case and order; newest first."""
    assert texts(talk, "ship") == [
        "a secret ship", "now it is, ship!", "do not ship: it rains", "Ship it now",
    ]  # fmt: skip
    assert texts(talk, "NOW ship") == ["now it is, ship!", "Ship it now"]
    assert texts(talk, "ship nowhere") == []


def test_a_phrase_is_in_order(talk):
    """Signs between its words do not count."""
    assert texts(talk, '"ship it"') == ["do not ship: it rains", "Ship it now"]


def test_the_beginning_of_a_word(talk):
    """With a star behind it."""
    assert texts(talk, "shi* was") == ["it was shipped"]


def test_accents_and_scripts(talk):
    """What is typed without accents is found, and so is a part of what has no spaces."""
    for text in ("cafe", "CAFÉ", "会議", "議室で", "🎉", "das 🎉"):
        assert texts(talk, text) == ["das Café, 会議室で 🎉"]
    assert texts(talk, "室会") == []


def test_who_where_and_when(talk, say):
    """Alone or with words."""
    assert texts(talk, "from:bob") == ["now it is, ship!", "it was shipped"]
    assert texts(talk, "ship from:BOB") == ["now it is, ship!"]
    assert texts(talk, "ship in:#lobby") == ["Ship it now"]
    assert texts(talk, "it from:ada from:bob in:lobby") == ["it was shipped", "Ship it now"]
    assert texts(talk, "it before:2027-01-15T08:00:03") == ["it was shipped", "Ship it now"]
    assert texts(talk, "after:2027-01-15T08:00:05") == ["das Café, 会議室で 🎉", "a secret ship"]
    assert texts(talk, "before:2020-01-01") == texts(talk, "after:2037-01-01") == []


def test_nothing_is_found_where_the_person_may_not_read(talk):
    """Whatever is asked for."""
    assert texts(talk, "secret", at("lobby", "ops")) == []
    assert texts(talk, "ship", {}) == []
    assert texts(talk, "ship", at("lobby")) == ["Ship it now"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [("in:#Ops", "You are not in #ops, so you can't search it. /join #ops first."),
     ("in:lobby in:#ops", "You are not in #ops, so you can't search it. /join #ops first."),
     ("in:@Eve", "You have had no private words with eve that are kept.")],
)  # fmt: skip
def test_whoever_asks_for_another_place_is_told(talk, asked, says):
    """Whether or not it is there; nothing is left out without a word."""
    with pytest.raises(NotInRoom) as error:
        find(talk, f"ship {asked}", at("lobby"))
    assert str(error.value) == says


def test_what_was_said_in_a_room_that_ended_before_is_not_found(talk, say):
    """However much of it is still there."""
    assert texts(talk, "it", at("lobby", "ops", lobby=say(1, "").id)) == [
        "now it is, ship!", "do not ship: it rains", "it was shipped",
    ]  # fmt: skip
    assert texts(talk, "ship", at("lobby", lobby=say(6, "").id)) == []
    write(talk.database, [say(10 + number, "old", "ops") for number in range(99)])
    write(talk.database, [say(200, "old but ours", "ops")])
    for _ in range(2):
        ours = at("ops", "lobby", ops=say(109, "").id, lobby=say(1, "").id)
        assert texts(talk, "old", ours) == ["old but ours"]
        talk.feed()


def test_private_words_are_searched_by_the_others_nick(talk):
    """As one's own rooms are."""
    assert texts(talk, "in:@BOB") == texts(talk, "ship in:@bob") == ["a secret ship"]


def test_two_places_with_one_word_are_kept_apart(talk, monkeypatch):
    """Words of places are short, so two could be the same: that must open no door."""
    monkeypatch.setattr(finding, "place_word", lambda place: words.place_word("lobby"))
    assert texts(talk, "ship", at("ops")) == []


def test_paging_never_skips(library, say):
    """Page after page, every message is there once, newest first."""
    write(library.database, [say(number, f"word {number}") for number in range(25)])
    library.feed()
    seen, before = [], ""
    for size in (10, 10, 5):
        page = find(library, "word", before=before, limit=10)
        assert len(page.messages) == size
        seen += [one.text for one in page.messages]
        before = page.older
    assert before == ""
    assert seen == [f"word {number}" for number in reversed(range(25))]


def test_a_full_page_with_nothing_behind_it_is_the_last(library, say):
    """Nobody is sent to an empty page."""
    write(library.database, [say(number, "word") for number in range(3)])
    library.feed()
    assert find(library, "word", limit=3).older == ""
    assert find(library, "word", limit=2).older == say(1, "").id


def test_what_is_gone_is_not_found(talk, say):
    """Also before the index has heard of it; a page is filled with what is behind it."""
    write(talk.database, [DeleteMessages((say(5, "").id, say(4, "").id))])
    found = find(talk, "ship", limit=2)
    assert [one.text for one in found.messages] == ["do not ship: it rains", "Ship it now"]
    assert index.remove_erased(talk.database, talk.index) == (4, 5)
    count = "SELECT count(*) FROM said WHERE said MATCH 'ship'"
    assert talk.index.exec_driver_sql(count).scalar() == 2
    assert texts(talk, "ship") == ["do not ship: it rains", "Ship it now"]


def test_so_many_of_the_newest_are_at_hand(library, say, monkeypatch):
    """More with each search, up to a bound; the oldest first, so that none is skipped."""
    monkeypatch.setattr(finding, "LATEST_SLICE", 2)
    monkeypatch.setattr(finding, "LATEST_MOST", 3)
    assert find(library, "word") == Found((), "")
    write(library.database, [say(number, f"word {number}") for number in range(5)])
    found = [find(library, "word") for _ in range(4)]
    assert [(one.behind, len(one.messages)) for one in found] == [(3, 2), (1, 4), (1, 4), (1, 4)]
    library.feed()
    assert texts(library, "word") == [f"word {number}" for number in (4, 3, 2, 1, 0)]
    assert find(library, "word").behind == 0
    write(library.database, [say(9, "word 9")])
    assert texts(library, "word")[:2] == ["word 9", "word 4"]


def test_what_was_said_just_now_is_found(library, say):
    """In the same way, page by page, and once: wherever it is by then."""
    write(library.database, [say(number, f"Wörd {number}") for number in range(6)])
    for _ in range(3):
        page = find(library, "word", limit=4)
        assert [one.text for one in page.messages] == [f"Wörd {n}" for n in (5, 4, 3, 2)]
        page = find(library, "wo* from:ada in:lobby", before=page.older, limit=4)
        assert [one.text for one in page.messages] == ["Wörd 1", "Wörd 0"]
        # Half of it comes into the index, then the rest.
        index.feed(library.database, library.index)


def test_what_is_deleted_just_now_is_not_found(library, say):
    """Although it is at hand."""
    write(library.database, [say(1, "word"), say(2, "word")])
    assert len(texts(library, "word")) == 2
    write(library.database, [DeleteMessages((say(2, "").id,))])
    assert len(texts(library, "word")) == 1


def test_many_places_are_no_trouble(library, say):
    """Somebody may talk to thousands."""
    write(library.database, [say(1, "word", "A 4999")])
    library.feed()
    within = {f"@{number}": SearchedPlace(f"A {number}") for number in range(5000)}
    assert len(find(library, "word", within).messages) == 1


typed = st.text(st.characters(codec="utf-8"), max_size=12)
bits = st.sampled_from(['"', "*", "NEAR(", "AND", "OR", "NOT", "^", "{text}:", "-", "(", ")", "\0"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(typed | bits, max_size=8))
def test_whatever_is_typed_can_be_searched_for(library, parts):
    """FTS5's own language reaches nobody."""
    for text in ("".join(parts), " ".join(parts)):
        with suppress(BadArguments, NotInRoom):
            assert texts(library, text) == []


letters = st.text("abé会🎉 ,", min_size=1, max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(letters, min_size=1, max_size=6), st.data())
def test_what_was_said_is_found(library, say, said_, data):
    """By any of its words, and as a phrase."""
    for table in (tables.messages, tables.erased):
        library.database.execute(delete(table))
    with sqlite.transaction(library.index):
        library.index.exec_driver_sql("DELETE FROM said")
        library.index.exec_driver_sql("UPDATE progress SET number = 0")
    write(library.database, [say(number, text) for number, text in enumerate(said_)])
    library.feed()
    text = data.draw(st.sampled_from(said_))
    for asked in (f'"{text}"', text.replace(",", " ")):
        if words.has_word(asked):
            assert text in texts(library, asked)
