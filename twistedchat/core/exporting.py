"""What is stored about somebody, as they may have it: one JSON object for each thing.

Secrets stay where they are: of a password only its age is told, of a key its fingerprint.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from twistedchat.core.fingerprints import fingerprint
from twistedchat.core.reading import BOX
from twistedchat.core.records import (
    AccountRecord,
    MessageRecord,
    ProofRecord,
    ReadRecord,
    RoleRecord,
    RoomRecord,
    Saved,
    SentenceRecord,
    private_ends,
)
from twistedchat.core.timestamps import timestamp

Entry: TypeAlias = dict[str, Any]


def entry(record: Saved) -> Entry:
    """A record as JSON can hold it."""
    return _ENTRIES[type(record)](record)


def _account(one: AccountRecord) -> Entry:
    return {
        "type": "account",
        "account": one.id,
        "nick": one.nick,
        "created": timestamp(one.created),
        "seen": timestamp(one.seen),
        "settings": dict(one.settings),
        "flags": sorted(one.flags),
    }


def _proof(one: ProofRecord) -> Entry:
    told = {"type": "proof", "kind": one.kind.value, "label": one.label}
    shown = fingerprint(one)
    if shown:
        told["fingerprint"] = shown
    return {**told, "time": timestamp(one.created)}


def _room(one: RoomRecord) -> Entry:
    topic = one.topic.text if one.topic else None
    return {
        "type": "room",
        "room": f"#{one.name}",
        "created": timestamp(one.created),
        "topic": topic,
    }


def _role(one: RoleRecord) -> Entry:
    return {"type": "role", "room": f"#{one.room}", "role": one.role.value}


def _read(one: ReadRecord) -> Entry:
    return {"type": "read", "device": one.device, **_place(one.place), "msgid": one.id}


def _sentence(one: SentenceRecord) -> Entry:
    passed = one.sentence
    return {
        "type": one.kind.value,
        "room": f"#{one.room}",
        "who": passed.who,
        "by": passed.by,
        "time": timestamp(passed.at),
        "until": None if passed.until is None else timestamp(passed.until),
        "reason": passed.reason,
    }


def _message(one: MessageRecord) -> Entry:
    to = {"to": one.to} if one.to else _place(one.place)
    told = {"type": "message", "msgid": one.id, "time": timestamp(one.at), "kind": one.kind.value}
    return {**told, **to, "nick": one.nick, "text": one.text}


def _place(place: str) -> Entry:
    if place == BOX:
        return {"private": True}
    ends = private_ends(place)
    return {"accounts": list(ends)} if ends else {"room": f"#{place}"}


_ENTRIES: dict[type, Callable[[Any], Entry]] = {
    AccountRecord: _account,
    ProofRecord: _proof,
    RoomRecord: _room,
    RoleRecord: _role,
    ReadRecord: _read,
    SentenceRecord: _sentence,
    MessageRecord: _message,
}
