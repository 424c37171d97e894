"""Everything that is stored about an account, as its owner may have it."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, TypeAlias

from sqlalchemy import Connection

from twistedchat.core.records import MessageRecord, ProofKind
from twistedchat.storage import reading

Entry: TypeAlias = dict[str, Any]

SLICE = 500


def export(connection: Connection, account: str) -> Iterator[Entry]:
    """What is stored about an account, one JSON-able entry after the other.

    Secrets stay where they are: of a password only its label and age are told.
    """
    record = reading.account_with(connection, account)
    if record is None:
        return
    yield {"type": "account", **asdict(record), "flags": sorted(record.flags)}
    yield from _belongings(connection, account)
    for message in _messages(connection, account):
        yield {"type": "message", **asdict(message)}


def _belongings(connection: Connection, account: str) -> Iterator[Entry]:
    for proof in reading.proofs_of(connection, account):
        entry = {"type": "proof", **asdict(proof)}
        if proof.kind is ProofKind.PASSWORD:
            del entry["value"]
        yield entry
    for role in reading.roles_of(connection, account):
        yield {"type": "role", **asdict(role)}
    for position in reading.positions_of(connection, account):
        yield {"type": "read", **asdict(position)}


def _messages(connection: Connection, account: str) -> Iterator[MessageRecord]:
    """What the account has said, then what others have told it in private."""
    last = ""
    while said := reading.written_by(connection, account, last, SLICE):
        yield from said
        last = said[-1].id
    for place in reading.conversations_of(connection, account):
        yield from (one for one in _whole(connection, place) if one.account != account)


def _whole(connection: Connection, place: str) -> Iterator[MessageRecord]:
    last = ""
    while found := reading.after(connection, place, last, SLICE).messages:
        yield from found
        last = found[-1].id
