"""How far people have read, in the database."""

import pytest

from twistedchat.core.ids import encode
from twistedchat.core.records import (
    AccountRecord,
    DropRead,
    Mark,
    MessageKind,
    MessageRecord,
    ReadRecord,
    private_place,
)
from twistedchat.storage import positions, reading, schema, sqlite
from twistedchat.storage.files import DataFiles
from twistedchat.storage.writing import write


@pytest.fixture
def connection(files):
    with sqlite.connect(files.database) as connection:
        accounts = [AccountRecord(one, one, one.lower(), 1.0, 1.0) for one in "ABC"]
        write(connection, accounts)
        yield connection


def read(place, id_, *, device="phone", follows=False, account="A"):
    return ReadRecord(account, device, place, id_, follows)


def stored(connection, account="A"):
    return {(one.device, one.place): one for one in reading.positions_of(connection, account)}


def whisper(number, sender, to, place=None):
    id_ = encode(number, 26)
    where = place or private_place(sender, to)
    return MessageRecord(id_, 1.0, where, MessageKind.WHISPERED, sender, sender, f"{number}", to)


def test_a_position_never_goes_back(connection):
    """Not even in one batch; whether it follows is what was said last."""
    write(connection, [read("lobby", "5"), read("ops", "7", follows=True)])
    write(connection, [read("lobby", "8"), read("lobby", "3", follows=True), read("ops", "2")])
    assert stored(connection) == {
        ("phone", "lobby"): read("lobby", "8", follows=True),
        ("phone", "ops"): read("ops", "7"),
    }


def test_who_is_no_more_reads_nothing(connection):
    """An account may be erased while it reads; the others' rows of the batch are written."""
    write(connection, [read("lobby", "5", account="gone"), read("lobby", "5")])
    assert list(stored(connection)) == [("phone", "lobby")]
    assert stored(connection, "gone") == {}


def test_after_the_server_whoever_followed_has_read_up_to_the_mark(connection):
    """But never less than their row says; the others stay where they were."""
    write(connection, [read("one", "4", follows=True), read("two", "9", follows=True)])
    write(connection, [read("three", "4"), Mark("3"), Mark("6")])
    positions.server_ended(connection)
    assert {place: (one.id, one.follows) for (_, place), one in stored(connection).items()} == {
        "one": ("6", False), "two": ("9", False), "three": ("4", False),
    }  # fmt: skip


def test_without_a_mark_they_stay_where_they_were(connection):
    """The server ended before anything was released."""
    write(connection, [read("one", "4", follows=True)])
    positions.server_ended(connection)
    assert stored(connection)["phone", "one"] == read("one", "4")


def test_no_id_is_given_that_somebody_has_read_already(connection):
    """The mark may be newer than all messages, and the machine's clock may go back."""
    write(connection, [whisper(3, "A", "B"), Mark(encode(9, 26))])
    assert reading.newest_id(connection) == encode(9, 26)


def test_a_device_is_asked_for_with_the_private_messages_of_all(connection):
    """And not with the positions of others."""
    own = [read("lobby", "5"), read("ops", "6", follows=True)]
    box = read("@", "7", device="")
    others = [read("lobby", "8", device="desk"), read("lobby", "9", account="B")]
    write(connection, [*own, box, *others])
    found, unused = positions.positions_on(connection, "A", "phone", 20)
    assert sorted(found, key=lambda one: one.id) == [*own, box]
    assert unused == ()


def test_a_new_device_beyond_the_most_takes_the_place_of_the_one_least_used(connection):
    """One that is known takes nobody's."""
    write(connection, [read("lobby", str(n), device=f"d{n}") for n in range(1, 6)])
    assert positions.positions_on(connection, "A", "new", 5)[1] == ("d1",)
    assert positions.positions_on(connection, "A", "new", 6)[1] == ()
    assert positions.positions_on(connection, "A", "d3", 2)[1] == ()


def test_a_device_that_is_being_read_on_is_not_the_one_least_used(connection):
    """Its row says where that began, which may be weeks ago."""
    rows = [read("lobby", str(n), device=f"d{n}") for n in range(2, 6)]
    write(connection, [read("lobby", "1", device="desk", follows=True), *rows])
    assert positions.positions_on(connection, "A", "new", 5)[1] == ("d2",)
    assert positions.positions_on(connection, "A", "new", 1)[1] == ("d5", "d4", "d3", "d2")


def test_positions_are_forgotten_of_a_place_or_of_a_device(connection):
    """Whatever was saved before in the same batch, too."""
    write(connection, [read("lobby", "5"), read("ops", "6"), read("lobby", "5", device="desk")])
    write(connection, [read("lobby", "7"), DropRead("A", "phone", "lobby"), DropRead("A", "desk")])
    assert list(stored(connection)) == [("phone", "ops")]


def test_waiting_private_messages_are_those_of_others_in_ones_own_conversations(connection):
    """Oldest first; of many the newest."""
    said = [
        whisper(1, "B", "A"), whisper(2, "A", "B"), whisper(3, "C", "A"), whisper(4, "B", "C"),
        whisper(5, "B", "A"), whisper(6, "C", "B"),
    ]  # fmt: skip
    write(connection, said)

    def texts(id_, limit):
        found = positions.whispers_after(connection, "A", encode(id_, 26), limit)
        return [one.text for one in found]

    assert texts(0, 10) == ["1", "3", "5"]
    assert texts(1, 10) == ["3", "5"]
    assert texts(0, 2) == ["3", "5"]
    assert texts(5, 10) == []


def test_waiting_private_messages_are_found_without_reading_all(connection):
    """By the index of each conversation, behind the id."""
    query = str(positions._WAITING.compile(connection))
    asked = f"EXPLAIN QUERY PLAN {query}", ("",) * query.count("?")
    plan = connection.exec_driver_sql(*asked).fetchall()
    told = " ".join(row[3] for row in plan)
    assert "messages_by_place (place=? AND id>?)" in told
    assert "SCAN messages" not in told


def test_all_private_messages_from_before_have_been_handed_over(tmp_path):
    """The migration that lets them wait shows nobody what they have read long ago."""
    files = DataFiles(tmp_path)
    old = tmp_path / "migrations"
    _copy_migrations(old, "0002")
    schema.prepare(files, old)
    with sqlite.connect(files.database) as connection:
        connection.exec_driver_sql("INSERT INTO accounts VALUES ('A', 'A', 'a', 1, 1, '{}', '[]')")
        connection.exec_driver_sql(
            'INSERT INTO messages (id, at, place, kind, nick, account, text, "to") '
            "VALUES ('M', 1, 'A B', 'whispered', 'B', 'B', 'x', 'A')"
        )
        connection.exec_driver_sql("INSERT INTO reads VALUES ('A', 'line', 'lobby', 'K')")
    schema.prepare(files)
    with sqlite.connect(files.database) as connection:
        assert stored(connection) == {
            ("line", "lobby"): read("lobby", "K", device="line"),
            ("", "@"): read("@", "M", device=""),
        }


def _copy_migrations(to, last):
    (to / "versions").mkdir(parents=True)
    for path in schema.MIGRATIONS.glob("*.*"):
        (to / path.name).write_text(path.read_text())
    for path in (schema.MIGRATIONS / "versions").glob("[0-9]*.py"):
        if path.name[:4] <= last:
            (to / "versions" / path.name).write_text(path.read_text())
