"""Taking possession of a data directory."""

import pytest

from twistedchat.core.records import Loaded
from twistedchat.storage.errors import StorageError
from twistedchat.storage.opening import claim


def test_what_is_claimed_is_ready(tmp_path):
    """Database and index are there, and nothing has been said."""
    claimed = claim(tmp_path / "data")
    assert claimed.load() == Loaded("")
    assert claimed.files.search.exists()
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
