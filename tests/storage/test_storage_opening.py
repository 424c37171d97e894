"""Taking possession of a data directory."""

from contextlib import closing

import pytest

from twistedchat.core.records import WITH_SERVER, EndPlace, Loaded
from twistedchat.storage import sqlite
from twistedchat.storage.errors import StorageError
from twistedchat.storage.opening import claim
from twistedchat.storage.writing import write


def test_what_is_claimed_is_ready(tmp_path):
    """Database and index are there, and nothing has been said."""
    claimed = claim(tmp_path / "data")
    assert claimed.load() == Loaded("")
    assert claimed.files.search.exists()
    claimed.lock.release()


def test_rooms_that_end_with_the_server_have_ended(tmp_path, said):
    """What is said from now on is another room's; what had ended already stays so."""
    claimed = claim(tmp_path / "data")
    with closing(sqlite.connect(claimed.files.database)) as connection:
        ends = [EndPlace("lobby", WITH_SERVER), EndPlace("ops", said(1).id)]
        write(connection, [said(1), said(2), *ends])
    loaded = claimed.load()
    assert set(loaded.ended) == {EndPlace("lobby", said(2).id), EndPlace("ops", said(1).id)}
    assert loaded.newest == said(2).id
    claimed.lock.release()


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
        claimed.load()
    claimed.lock.release()
