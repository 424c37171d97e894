"""A connection that is opened again after trouble."""

import sqlite3

import pytest

from twistedchat.storage import sqlite
from twistedchat.storage.connections import Reopening


def test_it_is_opened_once_and_closed(files):
    """And opened again when it is used again."""
    opened = []

    def open_():
        opened.append(sqlite.connect(files.database))
        return opened[-1]

    link = Reopening(open_)
    with link.use() as one, link.use() as other:
        assert one is other
    link.close()
    link.close()
    assert one.closed
    with link.use() as again:
        assert not again.closed
    link.close()
    assert len(opened) == 2


@pytest.mark.parametrize(("error", "closed"), [(OSError("gone"), True), (ValueError("no"), False)])
def test_trouble_of_the_machine_closes_it(files, error, closed):
    """Other mistakes are not the connection's."""
    link = Reopening(lambda: sqlite.connect(files.database))
    with pytest.raises(type(error)), link.use() as connection:
        raise error
    assert connection.closed == closed
    link.close()


def test_what_cannot_be_opened_is_tried_again(files):
    """The file may be there the next time."""
    tries = [sqlite3.OperationalError("unable to open"), None]

    def open_():
        if error := tries.pop(0):
            raise error
        return sqlite.connect(files.database)

    link = Reopening(open_)
    with pytest.raises(sqlite3.OperationalError), link.use():
        pass
    with link.use() as connection:
        assert not connection.closed
    link.close()
