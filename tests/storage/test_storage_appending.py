"""Rows that are bound as values."""

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from twistedchat.storage import appending, sqlite
from twistedchat.storage.appending import Append
from twistedchat.storage.tables import conversations, messages, pruned

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def counted(connection, table):
    return connection.scalar(select(func.count()).select_from(table))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 100, 1023, 1024, 1025, 3000])
def test_however_many_they_are(connection, count):
    """All of them are written, in their order, and none twice."""
    rows = [(f"{n:026}", float(n), "lobby", "said", "ada", "", "hi", "") for n in range(count)]
    Append(messages)(connection, rows)
    found = connection.execute(select(messages).order_by(messages.c.number)).all()
    assert [tuple(row)[1:] for row in found] == rows


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts, st.floats(allow_nan=False, allow_infinity=False))
def test_values_are_as_they_were(connection, text, at):
    """Whatever signs are in a text, and to the last digit of a number."""
    connection.execute(delete(pruned))
    Append(pruned)(connection, [(text, "1", at)])
    assert connection.execute(select(pruned)).all() == [(text, "1", at)]


def test_what_is_there_already_is_passed_over(connection):
    """Also if it is twice among the rows."""
    append = Append(conversations)
    append(connection, [("A", "A B")])
    append(connection, [("A", "A B"), ("B", "A B"), ("B", "A B")])
    assert counted(connection, conversations) == 2


def test_few_statements(connection):
    """Each lets go of Python's lock, and to get it back may take a while."""
    statements = []
    sqlite.driver_of(connection).set_trace_callback(statements.append)
    append = Append(conversations)
    append(connection, [(str(number), "x") for number in range(1000)])
    assert len(statements) == 6
    append(connection, [(str(number), "y") for number in range(4 * appending.MOST_ROWS)])
    assert len(statements) == 10


def test_an_error_says_nothing_of_what_was_said(connection):
    """Errors go to the log."""
    with pytest.raises(sqlite3.Error) as caught:
        Append(conversations)(connection, [("a secret", None)])
    assert "secret" not in str(caught.value)
