"""The index: what comes into it and goes out of it, and what happens when things go wrong."""

import sqlite3
from contextlib import closing

import pytest

from twistedchat.core.records import DeleteMessages
from twistedchat.storage import sqlite
from twistedchat.storage.search import index
from twistedchat.storage.writing import write


def count(connection, word):
    query = f"SELECT count(*) FROM said WHERE said MATCH '{word}'"
    return connection.exec_driver_sql(query).scalar()


@pytest.fixture
def talk(library, say):
    """Three messages, one of which is a secret."""
    write(library.database, [say(1, "word"), say(2, "a secret word", "A B"), say(3, "word")])
    library.feed()
    return library


def test_what_is_gone_goes_out_of_it(talk, say):
    """A slice at a time; by number."""
    write(talk.database, [DeleteMessages((say(3, "").id, say(2, "").id))])
    assert index.remove_erased(talk.database, talk.index) == (2, 3)
    assert (count(talk.index, "word"), count(talk.index, "secret")) == (1, 0)


def test_feeding_goes_in_slices_and_on_where_it_was(library, say, monkeypatch):
    """A crash between two of them loses nothing and doubles nothing."""
    monkeypatch.setattr(index, "SLICE", 2)
    write(library.database, [say(number, f"word {number}") for number in range(5)])
    assert index.feed(library.database, library.index) == 2
    with closing(sqlite.connect(library.files.search)) as again:
        assert index.progress(again) == 2
        assert [index.feed(library.database, again) for _ in range(3)] == [2, 1, 0]
        assert count(again, "word") == 5


def test_an_index_stays(talk):
    """At the next start it goes on."""
    index.prepare(talk.files.search, talk.database)
    assert count(talk.index, "secret") == 1
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
        index.prepare(files.search, database)
        with closing(sqlite.connect(files.search)) as fed:
            index.feed(database, fed)
        harm(files.search)
        index.prepare(files.search, database)
        with closing(sqlite.connect(files.search)) as fed:
            assert index.progress(fed) == 0
            assert index.feed(database, fed) == 1


@pytest.mark.parametrize("more", [0, 1, 5])
def test_an_index_that_is_ahead_of_an_older_database_is_made_anew(talk, say, tmp_path, more):
    """The numbers of what was lost are given again, however far it has grown since."""
    older = tmp_path / "older.sqlite"
    sqlite.copy(talk.files.database, older)
    write(talk.database, [say(number, "lost") for number in (10, 11, 12)])
    talk.feed()
    with closing(sqlite.connect(older)) as database:
        write(database, [say(20 + number, "new") for number in range(more)])
        index.prepare(talk.files.search, database)
        with closing(sqlite.connect(talk.files.search)) as fed:
            assert index.progress(fed) == 0
            while index.feed(database, fed):
                pass
            assert (count(fed, "lost"), count(fed, "new"), count(fed, "word")) == (0, more, 3)


def test_an_index_whose_last_message_is_gone_stays(talk, say):
    """Its number is not given again."""
    write(talk.database, [DeleteMessages((say(3, "").id,))])
    index.prepare(talk.files.search, talk.database)
    assert index.progress(talk.index) == 3


def run(path, statement):
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(statement)
        plain.commit()
