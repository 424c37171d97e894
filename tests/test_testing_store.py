"""The store in memory that keeps messages answers as the real one does."""

import pytest

from twistedchat.core.ids import encode
from twistedchat.core.records import (
    WITH_SERVER,
    DeleteMessages,
    EndPlace,
    MessageKind,
    MessageRecord,
    SearchedPlace,
)
from twistedchat.storage import reading, schema, sqlite
from twistedchat.storage.files import DataFiles
from twistedchat.storage.search import finding, index
from twistedchat.storage.search.query import parse
from twistedchat.storage.writing import write
from twistedchat.testing import START
from twistedchat.testing_store import ShelfStore

WITHIN = {"lobby": SearchedPlace("lobby"), "@bob": SearchedPlace("A B")}


def id_of(number):
    return encode(int((START + number) * 1000), 10) + "0" * 16


def said(number, text, place="lobby", nick="ada"):
    kind = MessageKind.WHISPERED if " " in place else MessageKind.SAID
    return MessageRecord(id_of(number), START + number, place, kind, nick, "A", text)


TALK = [
    *(said(number, f"word {number}", nick="bob" if number % 2 else "ada") for number in range(6)),
    said(7, "word", "ops"), said(8, "my word", "A B"),
]  # fmt: skip


@pytest.fixture
def shelf():
    store = ShelfStore()
    store.submit(TALK, lambda _: None)
    return store


@pytest.fixture
def real(tmp_path):
    """A connection to a database and an index of the same messages."""
    files = DataFiles(tmp_path)
    schema.prepare(files)
    connection = sqlite.connect(files.database)
    index.prepare(files.search, connection)
    finding.attach(connection, files.search)
    write(connection, TALK)
    yield connection
    connection.close()


@pytest.mark.parametrize("number", [-1, 0, 3, 5, 9])
@pytest.mark.parametrize("limit", [0, 1, 4, 9])
def test_pages(shelf, real, number, limit):
    """Before, after, newest; and whether that is all."""
    id_ = id_of(number)
    assert shelf.before("lobby", id_, limit).result == reading.before(real, "lobby", id_, limit)
    assert shelf.after("lobby", id_, limit).result == reading.after(real, "lobby", id_, limit)
    assert shelf.newest("lobby", limit).result == reading.newest(real, "lobby", limit)


@pytest.mark.parametrize(
    "text", ["word", "word from:bob", "WORD in:@bob", "word 3", "after:08:00:00", "nothing"]
)
def test_searches(shelf, real, text):
    """As far as words go; places, nicks and times are exact."""
    text = text.replace("08:00:00", "2027-01-15T08:00:03")
    query = parse(text, START)
    for before in ("", id_of(3)):
        found = shelf.search(text, WITHIN, before=before, limit=3).result
        places = finding.chosen(query, WITHIN)
        assert found == finding.find(real, query, places, before, 3)


def test_what_else_can_be_asked(shelf, real):
    """By id, and who has talked with whom."""
    ids = [id_of(3), id_of(1), "none"]
    assert shelf.by_ids(ids).result == reading.by_ids(real, ids)
    assert shelf.conversations_of("A").result == ("A B",)
    assert shelf.conversations_of("C").result == ()


def test_what_is_taken_away(shelf):
    """At once: what was deleted, and what was said in a room that ended."""
    shelf.submit([DeleteMessages((id_of(5),)), EndPlace("lobby", id_of(3))], lambda _: None)
    assert [one.text for one in shelf.messages] == ["word 4", "word", "my word"]
    shelf.submit([EndPlace("lobby", WITH_SERVER)], lambda _: None)
    assert len(shelf.messages) == 3


def test_a_search_that_is_behind(shelf):
    """So many of the newest are not found."""
    shelf.behind = 3
    found = shelf.search("word", WITHIN).result
    assert (len(found.messages), found.behind) == (5, 3)
