"""What is stored, as JSON can hold it."""

import json
from typing import get_args

import pytest

from twistedchat.core.exporting import entry
from twistedchat.core.records import (
    AccountRecord,
    MessageKind,
    MessageRecord,
    ProofKind,
    ProofRecord,
    ReadRecord,
    Role,
    RoleRecord,
    RoomRecord,
    Saved,
    SentenceKind,
    SentenceRecord,
    private_place,
)
from twistedchat.core.rooms import Sentence, Topic

ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti"
ZERO = "1970-01-01T00:00:00.000Z"
NOBODY = frozenset()
BAN = Sentence("ada", "bob", "1", 0, 60.0, "spam", NOBODY, "ada", False, False, NOBODY, "u")
SAID = MessageRecord("1", 0, "ops", MessageKind.SAID, "ada", "A", "hi")
TOLD = MessageRecord("1", 0, "A B", MessageKind.WHISPERED, "ada", "A", "hi", "bob")
ENTRIES = [
    (
        AccountRecord("A", "Ada", "ada", 0, 0, {"zone": "UTC"}, frozenset({"b", "a"})),
        {
            "type": "account", "account": "A", "nick": "Ada", "created": ZERO, "seen": ZERO,
            "settings": {"zone": "UTC"}, "flags": ["a", "b"],
        },
    ),
    (
        ProofRecord("A", ProofKind.PASSWORD, "$argon2id$secret", "", 0),
        {"type": "proof", "kind": "password", "label": "", "time": ZERO},
    ),
    (
        ProofRecord("A", ProofKind.CERTIFICATE, "ab:cd", "laptop", 0),
        {
            "type": "proof", "kind": "certificate", "label": "laptop", "fingerprint": "ab:cd",
            "time": ZERO,
        },
    ),
    (
        RoomRecord("ops", "Ops", "A", 0, Topic("ship it", "bob", 0), password="hash"),
        {"type": "room", "room": "#Ops", "created": ZERO, "topic": "ship it"},
    ),
    (
        RoomRecord("ops", "Ops", "A", 0),
        {"type": "room", "room": "#Ops", "created": ZERO, "topic": None},
    ),
    (RoleRecord("ops", "A", Role.OWNER), {"type": "role", "room": "#ops", "role": "owner"}),
    (
        SentenceRecord("ops", SentenceKind.MUTE, "ada", BAN),
        {
            "type": "mute", "room": "#ops", "who": "ada", "by": "bob", "time": ZERO,
            "until": "1970-01-01T00:01:00.000Z", "reason": "spam",
        },
    ),
    (
        ReadRecord("A", "phone", "ops", "7"),
        {"type": "read", "device": "phone", "room": "#ops", "msgid": "7"},
    ),
    (
        ReadRecord("A", "phone", private_place("A", "B"), "7"),
        {"type": "read", "device": "phone", "accounts": ["A", "B"], "msgid": "7"},
    ),
    (
        ReadRecord("A", "", "@", "7"),
        {"type": "read", "device": "", "private": True, "msgid": "7"},
    ),
    (
        SAID,
        {
            "type": "message", "msgid": "1", "time": ZERO, "kind": "said", "room": "#ops",
            "nick": "ada", "text": "hi",
        },
    ),
    (
        TOLD,
        {
            "type": "message", "msgid": "1", "time": ZERO, "kind": "whispered", "to": "bob",
            "nick": "ada", "text": "hi",
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("record", "expected"), ENTRIES, ids=lambda one: type(one).__name__)
def test_everything_has_its_form(record, expected):
    """Times as everywhere, rooms with their sign, no secret."""
    assert entry(record) == expected
    assert json.loads(json.dumps(expected)) == expected


def test_all_that_can_be_saved_can_be_exported():
    """A new kind of record needs its form."""
    assert {type(record) for record, _ in ENTRIES} == set(get_args(Saved))


def test_an_ssh_key_is_told_by_its_fingerprint():
    """As ``ssh-keygen -l`` shows it."""
    told = entry(ProofRecord("A", ProofKind.SSH_KEY, ED25519, "laptop", 0))
    assert told["fingerprint"].startswith("SHA256:")
    assert "AAAAC3" not in json.dumps(told)
