"""The index: what is found, in which order, and what happens to it when things go wrong."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from twistedchat.core.errors import BadArguments
from twistedchat.core.records import DeleteMessages, Found
from twistedchat.storage import schema, sqlite, tables
from twistedchat.storage.search import index, words
from twistedchat.storage.search.query import parse
from twistedchat.storage.writing import write

NOW = 1_800_100_000.0
EVERYWHERE = ("lobby", "ops", "A B")


def find(library, text, places=EVERYWHERE, before="", limit=20):
    return index.find(library.finder, parse(text, NOW), places, before, limit)


def texts(library, text, places=EVERYWHERE):
    return [one.text for one in find(library, text, places).messages]


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
    assert texts(talk, "secret", ("lobby", "ops")) == []
    assert texts(talk, "ship in:#ops", ("lobby",)) == []
    assert texts(talk, "ship", ()) == []
    assert texts(talk, "ship", ("lobby",)) == ["Ship it now"]


def test_two_places_with_one_word_are_kept_apart(talk, monkeypatch):
    """Words of places are short, so two could be the same: that must open no door."""
    monkeypatch.setattr(index, "place_word", lambda place: words.place_word("lobby"))
    assert texts(talk, "ship", ("ops",)) == []


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


def test_the_index_says_how_far_it_is_behind(library, say):
    """The newest messages may not be in it yet."""
    assert find(library, "word") == Found((), "")
    write(library.database, [say(1, "word"), say(2, "word")])
    assert find(library, "word").behind == 2
    library.feed()
    assert find(library, "word").behind == 0


def test_feeding_goes_in_slices_and_on_where_it_was(library, say, monkeypatch):
    """A crash between two of them loses nothing and doubles nothing."""
    monkeypatch.setattr(index, "SLICE", 2)
    write(library.database, [say(number, f"word {number}") for number in range(5)])
    assert index.feed(library.database, library.index) == 2
    with closing(sqlite.connect(library.files.search)) as again:
        assert index.progress(again) == 2
        assert [index.feed(library.database, again) for _ in range(3)] == [2, 1, 0]
    assert len(find(library, "word").messages) == 5


def test_an_index_stays(talk):
    """At the next start it goes on."""
    index.prepare(talk.files.search, schema.store_id(talk.database))
    assert texts(talk, "secret") == ["a secret ship"]
    assert talk.files.search.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(b"rubbish" * 1000),
        lambda path: path.write_bytes(b""),
        lambda path: path.unlink(),
        lambda path: run(path, "DROP TABLE said"),
        lambda path: run(path, "UPDATE progress SET store = 'another'"),
        lambda path: run(path, "UPDATE progress SET version = '0'"),
    ],
)
def test_an_index_that_is_not_this_databases_is_made_anew(files, say, harm):
    """It is derived: nothing is lost but the time to fill it."""
    with closing(sqlite.connect(files.database)) as database:
        write(database, [say(1, "word")])
        store = schema.store_id(database)
        index.prepare(files.search, store)
        with closing(sqlite.connect(files.search)) as fed:
            index.feed(database, fed)
        harm(files.search)
        index.prepare(files.search, store)
        with closing(sqlite.connect(files.search)) as fed:
            assert index.progress(fed) == 0
            assert index.feed(database, fed) == 1


def run(path, statement):
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(statement)
        plain.commit()


def test_many_places_are_no_trouble(library, say):
    """Somebody may talk to thousands."""
    write(library.database, [say(1, "word", "place 4999")])
    library.feed()
    places = [f"place {number}" for number in range(5000)]
    assert len(find(library, "word", places).messages) == 1


typed = st.text(st.characters(codec="utf-8"), max_size=12)
bits = st.sampled_from(['"', "*", "NEAR(", "AND", "OR", "NOT", "^", "{text}:", "-", "(", ")", "\0"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(typed | bits, max_size=8))
def test_whatever_is_typed_can_be_searched_for(library, parts):
    """FTS5's own language reaches nobody."""
    for text in ("".join(parts), " ".join(parts)):
        try:
            query = parse(text, NOW)
        except BadArguments:
            continue
        assert index.find(library.finder, query, EVERYWHERE, "", 5).messages == ()


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
