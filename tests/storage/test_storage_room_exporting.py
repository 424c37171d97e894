"""Everything that is stored about a room."""

import json

from twistedchat.core.records import Role, RoleRecord, SentenceKind, SentenceRecord
from twistedchat.core.rooms import Sentence, Topic
from twistedchat.storage import room_exporting
from twistedchat.storage.room_exporting import export_room
from twistedchat.storage.writing import write

BAN = Sentence(
    *("eve*", "ada", "0" * 26, 1.0, None, "spam"),
    *(frozenset({"U"}), "eve*", True, False, frozenset({"cloak"}), "A"),
)


def test_all_of_a_room(connection, account, room, said, monkeypatch):
    """Settings, roles, bans, and page by page what was said in it; JSON can hold it."""
    monkeypatch.setattr(room_exporting, "SLICE", 2)
    write(
        connection,
        [
            account("A", "ada"),
            account("B", "bob"),
            room("ops", password="a hash", slow=5.0, filtered=("foo",), topic=Topic("x", "ada", 1)),
            room("lobby"),
            RoleRecord("ops", "B", Role.VOICED),
            SentenceRecord("ops", SentenceKind.BAN, "eve*", BAN),
            *(said(number, f"text {number}", "ops") for number in range(5)),
            said(9, "elsewhere"),
        ],
    )
    found = list(export_room(connection, "ops"))
    kinds = ["room", "role", "ban", *["message"] * 5]
    assert [one["type"] for one in found] == kinds
    made, role, ban, *messages = found
    assert (made["room"], made["password"], made["slow"]) == ("#Ops", True, 5.0)
    assert (made["founder"], made["topic"]["text"]) == ("A", "x")
    assert (role["account"], role["role"]) == ("B", "voiced")
    assert (ban["who"], ban["reason"]) == ("eve*", "spam")
    assert [one["text"] for one in messages] == [f"text {number}" for number in range(5)]
    assert {one["account"] for one in messages} == {"A"}
    assert "a hash" not in json.dumps(found)


def test_of_a_room_that_nobody_registered_there_is_what_was_said(connection, said):
    """Of one that nobody knows there is nothing."""
    write(connection, [said(1)])
    assert [one["type"] for one in export_room(connection, "lobby")] == ["message"]
    assert list(export_room(connection, "nowhere")) == []
