"""What a person gets who asks for everything that is stored about them."""

import json

import pytest

from twistedchat.core.records import (
    MessageKind,
    ProofKind,
    ProofRecord,
    ReadRecord,
    Role,
    RoleRecord,
    private_place,
)
from twistedchat.storage import exporting
from twistedchat.storage.exporting import export
from twistedchat.storage.writing import write

PRIVATE = private_place("A", "B")


@pytest.fixture
def entries(connection, account, room, said, monkeypatch):
    monkeypatch.setattr(exporting, "SLICE", 2)
    whisper = {"place": PRIVATE, "kind": MessageKind.WHISPERED}
    write(
        connection,
        [
            *(account(flags=frozenset(["operator"])), account("B", "bob"), room()),
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
    assert [role["room"] for role in of(entries, "role")] == ["lobby"]
    assert [read["id"] for read in of(entries, "read")] == ["7"]


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
