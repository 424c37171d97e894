"""Records to rows and back; the order in a row is that of the table's columns."""

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import Row

from twistedchat.core.records import (
    AccountRecord,
    MessageKind,
    MessageRecord,
    NameRecord,
    ProofKind,
    ProofRecord,
    ReadRecord,
    Role,
    RoleRecord,
    RoomRecord,
    SentenceKind,
    SentenceRecord,
)
from twistedchat.core.rooms import Sentence, Topic
from twistedchat.storage.bulk import seconds, ticks

Cells: TypeAlias = tuple[Any, ...]


def from_account(one: AccountRecord) -> Cells:
    """An account's row."""
    settings, flags = json.dumps(dict(one.settings)), json.dumps(sorted(one.flags))
    return one.id, one.nick, one.key, ticks(one.created), ticks(one.seen), settings, flags


def to_account(row: Row[Any]) -> AccountRecord:
    """A row's account."""
    settings, flags = json.loads(row.settings), frozenset(json.loads(row.flags))
    return AccountRecord(row.id, row.nick, row.key, row.created, row.seen, settings, flags)


def to_name(row: Row[Any]) -> NameRecord:
    """The name alone of an account."""
    return NameRecord(row.key, row.nick, row.id)


def from_proof(one: ProofRecord) -> Cells:
    """A proof's row."""
    return one.account, one.kind, one.value, one.label, ticks(one.created)


def to_proof(row: Row[Any]) -> ProofRecord:
    """A row's proof."""
    return ProofRecord(row.account, ProofKind(row.kind), row.value, row.label, row.created)


def from_room(one: RoomRecord) -> Cells:
    """A room's row."""
    topic = one.topic
    about = (topic.text, topic.nick, ticks(topic.at)) if topic else (None, None, None)
    return (
        *(one.key, one.name, one.founder, ticks(one.created), *about),
        *(one.private, one.password, one.invite_only, one.moderated, ticks(one.slow)),
        *(one.keep_seconds, one.keep_count, json.dumps(one.filtered)),
    )


def to_room(row: Row[Any]) -> RoomRecord:
    """A row's room."""
    topic = None if row.topic is None else Topic(row.topic, row.topic_by, row.topic_at)
    return RoomRecord(
        *(row.key, row.name, row.founder, row.created, topic),
        *(row.private, row.password, row.invite_only, row.moderated, row.slow),
        *(row.keep_seconds, row.keep_count, tuple(json.loads(row.filtered))),
    )


def from_role(one: RoleRecord) -> Cells:
    """A role's row."""
    return one.room, one.account, one.role


def to_role(row: Row[Any]) -> RoleRecord:
    """A row's role."""
    return RoleRecord(row.room, row.account, Role(row.role))


def from_sentence(one: SentenceRecord) -> Cells:
    """A sentence's row."""
    s = one.sentence
    return (
        *(one.room, one.kind, one.key, s.who, s.by, s.id, ticks(s.at), ticks(s.until), s.reason),
        *(json.dumps(sorted(s.users)), s.pattern, s.wild, s.on_cloaks),
        *(json.dumps(sorted(s.cloaks)), s.author),
    )


def to_sentence(row: Row[Any]) -> SentenceRecord:
    """A row's sentence."""
    users, cloaks = frozenset(json.loads(row.users)), frozenset(json.loads(row.cloaks))
    sentence = Sentence(
        *(row.who, row.by, row.id, row.at, row.until, row.reason),
        *(users, row.pattern, row.wild, row.on_cloaks, cloaks, row.author),
    )
    return SentenceRecord(row.room, SentenceKind(row.kind), row.key, sentence)


def from_message(one: MessageRecord) -> Cells:
    """A message's row for ``Append``, without the number that the database gives."""
    kind = one.kind.value
    return one.id, one.at, one.place, kind, one.nick, one.account, one.text, one.to


def to_message(cells: Sequence[Any]) -> MessageRecord:
    """The message of a row that ``gathered`` has given."""
    _, id_, at, place, kind, nick, account, text, to = cells
    return MessageRecord(id_, seconds(at), place, _KINDS[kind], nick, account, text, to)


_KINDS = {kind.value: kind for kind in MessageKind}


def from_read(one: ReadRecord) -> Cells:
    """A read position's row."""
    return one.account, one.device, one.place, one.id, one.follows


def to_read(row: Row[Any]) -> ReadRecord:
    """A row's read position."""
    return ReadRecord(row.account, row.device, row.place, row.id, row.follows)
