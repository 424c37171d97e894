"""What a person gets who asks for everything that is stored about them."""

import json
from dataclasses import replace

import pytest

from twistedchat.core.records import (
    MessageKind,
    ProofKind,
    ProofRecord,
    ReadRecord,
    Role,
    RoleRecord,
    SentenceKind,
    SentenceRecord,
    private_place,
)
from twistedchat.core.rooms import Sentence
from twistedchat.storage import exporting
from twistedchat.storage.exporting import export, page
from twistedchat.storage.writing import write

PRIVATE = private_place("A", "B")


def sentence(*users):
    nobody = frozenset()
    return Sentence(
        *("ada", "bob", "7", 7.0, None, "spam", frozenset(users)),
        *("ada", False, False, nobody, "B"),
    )


@pytest.fixture
def entries(connection, account, room, said, monkeypatch):
    monkeypatch.setattr(exporting, "SLICE", 2)
    whisper = {"place": PRIVATE, "kind": MessageKind.WHISPERED}
    write(
        connection,
        [
            *(account(flags=frozenset(["operator"])), account("B", "bob"), room()),
            replace(room("ops"), founder="B"),
            SentenceRecord("ops", SentenceKind.BAN, "ada", sentence("A", "u1")),
            SentenceRecord("ops", SentenceKind.BAN, "eve", sentence("AA", "u2")),
            ProofRecord("A", ProofKind.PASSWORD, "$argon2id$secret", "", 1.0),
            ProofRecord("A", ProofKind.CERTIFICATE, "ab:cd", "laptop", 2.0),
            ProofRecord("B", ProofKind.CERTIFICATE, "ef:01", "", 2.0),
            RoleRecord("lobby", "A", Role.OWNER),
            ReadRecord("A", "phone", "lobby", "7"),
            *(said(number, f"mine {number}") for number in range(5)),
            said(6, "bob's own", account="B"),
            said(7, "to bob", to="bob", **whisper),
            *(said(number, "to ada", account="B", to="ada", **whisper) for number in (8, 9, 10)),
        ],
    )
    return list(export(connection, "A"))


def of(entries, kind):
    return [entry for entry in entries if entry["type"] == kind]


def test_all_that_is_the_accounts_own(entries):
    """Its data, keys, roles and read positions, and nobody else's."""
    (account,) = of(entries, "account")
    assert (account["nick"], account["flags"]) == ("ada", ["operator"])
    assert [proof["kind"] for proof in of(entries, "proof")] == ["password", "certificate"]
    assert [role["room"] for role in of(entries, "role")] == ["#lobby"]
    assert [read["msgid"] for read in of(entries, "read")] == ["7"]
    assert [one["room"] for one in of(entries, "room")] == ["#Lobby"]


def test_what_others_have_noted_about_it(entries):
    """That it is banned somewhere, and why."""
    (ban,) = of(entries, "ban")
    assert (ban["room"], ban["by"], ban["reason"]) == ("#ops", "bob", "spam")


def test_all_that_it_said_and_was_told_in_private(entries):
    """Each once; what others said in rooms is theirs."""
    assert [message["text"] for message in of(entries, "message")] == [
        *(f"mine {number}" for number in range(5)), "to bob", *["to ada"] * 3,
    ]  # fmt: skip


def test_a_passwords_hash_stays_where_it_is(entries):
    """It is of use only to somebody who wants to guess the password."""
    assert "secret" not in json.dumps(entries)
    assert "ab:cd" in json.dumps(entries)


def test_nothing_is_known_of_nobody(connection):
    """An account that is not there has nothing."""
    assert list(export(connection, "A")) == []


def test_no_page_is_large(connection, entries):
    """However much there is, only so many messages are in memory at once; each is there once."""
    pages, cursor = [], ""
    while cursor is not None:
        found = page(connection, "A", cursor)
        pages.append(found.entries)
        cursor = found.next
    assert [one for entries_ in pages for one in entries_] == entries
    assert all(len(of(entries_, "message")) <= 3 for entries_ in pages)
    assert len(pages) > 4


@pytest.mark.parametrize("count", range(1, 6))
def test_several_conversations(connection, account, said, monkeypatch, count):
    """Wherever a page ends, the next goes on there."""
    monkeypatch.setattr(exporting, "SLICE", count)
    others = [account(id_, f"nick{id_}") for id_ in "BCD"]
    told = [
        said(number, f"{number}", private_place("A", id_), account=id_, to="ada",
             kind=MessageKind.WHISPERED)
        for number, id_ in enumerate("BCDBCDBB")
    ]  # fmt: skip
    write(connection, [account(), *others, *told])
    texts = [one["text"] for one in of(export(connection, "A"), "message")]
    assert texts == ["0", "3", "6", "7", "1", "4", "2", "5"]
