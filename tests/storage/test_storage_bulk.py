"""Many rows in one statement, in and out."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.sql.expression import bindparam

from twistedchat.storage import bulk
from twistedchat.storage.tables import conversations, erased, pruned

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(texts, texts, max_size=6))
def test_rows_go_in_and_come_out_as_they_are(connection, rows):
    """Whatever signs they have: quotes, line ends, other scripts; in the order of the query."""
    connection.execute(delete(conversations))
    connection.execute(bulk.add_rows(conversations), {"rows": bulk.encode(list(rows.items()))})
    query = bulk.gather(select(conversations).order_by(conversations.c.account.desc()))
    found = bulk.gathered(connection, query)
    assert dict(found) == rows
    # SQLite compares bytes; in UTF-8 their order is that of the characters.
    assert [account for account, _ in found] == sorted(rows, reverse=True)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(1_080_000_000, 4_290_000_000))
def test_times_are_exact(connection, at):
    """SQLite 3.40 alone would change the last digits on the way."""
    connection.execute(bulk.save_rows(pruned), {"rows": bulk.encode([("p", "1", bulk.ticks(at))])})
    ((_, _, ticks),) = bulk.gathered(connection, bulk.gather(select(pruned)))
    assert bulk.seconds(ticks) == at
    assert connection.scalar(select(pruned.c.at)) == at


def test_no_time_stays_none(connection):
    """A ban that never ends has none."""
    assert bulk.ticks(None) is None


def test_what_is_there_already_is_passed_over(connection, said):
    """By ``add_rows`` and ``add_selected``; no rows at all are no mistake."""
    numbers = select(bindparam("number").label("number"))
    for _ in range(2):
        connection.execute(bulk.add_selected(erased, numbers), {"number": 7})
        connection.execute(bulk.add_rows(conversations), {"rows": '[["A", "A B"]]'})
    connection.execute(bulk.add_rows(conversations), {"rows": "[]"})
    assert bulk.gathered(connection, bulk.gather(select(erased))) == [[7]]
    assert bulk.gathered(connection, bulk.gather(select(conversations))) == [["A", "A B"]]


def test_values_are_looked_for_in_one_statement(connection):
    """However many; none is none."""
    connection.execute(
        bulk.add_rows(conversations), {"rows": bulk.encode([("A", "x"), ("B", "x"), ("C", "x")])}
    )
    query = select(conversations.c.account).where(conversations.c.account.in_(bulk.one_of("some")))
    for some in (["A", "C", "D"], []):
        found = connection.execute(query, {"some": bulk.encode(some)}).scalars().all()
        assert found == [one for one in some if one != "D"]
