"""Taking possession of a data directory."""

from contextlib import closing

import pytest

from twistedchat.core.records import WITH_SERVER, EndPlace, Loaded, SentenceKind, SentenceRecord
from twistedchat.core.rooms import Sentence
from twistedchat.storage import sqlite
from twistedchat.storage.errors import StorageError
from twistedchat.storage.opening import claim
from twistedchat.storage.writing import write

START = 1_800_000_000.0


def test_what_is_claimed_is_ready(tmp_path):
    """Database and index are there, and nothing has been said."""
    claimed = claim(tmp_path / "data")
    assert claimed.load(START) == Loaded("")
    assert claimed.files.search.exists()
    claimed.lock.release()


def test_rooms_that_end_with_the_server_have_ended(tmp_path, said):
    """What is said from now on is another room's; what had ended already stays so."""
    claimed = claim(tmp_path / "data")
    with closing(sqlite.connect(claimed.files.database)) as connection:
        ends = [EndPlace("lobby", WITH_SERVER), EndPlace("ops", said(1).id)]
        write(connection, [said(1), said(2), *ends])
    loaded = claimed.load(START)
    assert set(loaded.ended) == {EndPlace("lobby", said(2).id), EndPlace("ops", said(1).id)}
    assert loaded.newest == said(2).id
    claimed.lock.release()


def test_bans_and_mutes_that_are_over_are_dropped(tmp_path, account, room):
    """Else a room that bans for minutes would load them all at each start."""
    claimed = claim(tmp_path / "data")
    left = [ban("bob", START), ban("eve", START + 1), ban("gus", None)]
    with closing(sqlite.connect(claimed.files.database)) as connection:
        write(connection, [account(), room(), *left])
    assert set(claimed.load(START).sentences) == set(left[1:])
    claimed.lock.release()


def ban(who, until):
    sentence = Sentence(
        who, "ada", "1", 1.0, until, "", frozenset(), who, False, False, frozenset(), "A"
    )
    return SentenceRecord("lobby", SentenceKind.BAN, who, sentence)


def test_a_database_that_cannot_be_had_leaves_no_lock(tmp_path):
    """Whoever puts things right can start at once."""
    (tmp_path / "chat.sqlite").write_text("my diary")
    for _ in range(2):
        with pytest.raises(StorageError, match="not a database"):
            claim(tmp_path)


def test_what_goes_wrong_at_the_start_is_one_line(tmp_path):
    """It names the directory."""
    claimed = claim(tmp_path / "data")
    claimed.files.search.mkdir()
    with pytest.raises(StorageError, match="data cannot be used"):
        claimed.load(START)
    claimed.lock.release()
