"""Which facts last, and as what: a fact and the state behind it give the rows to be written."""

from collections.abc import Callable, Sequence
from typing import Any

from twistedchat.core.events import Deleted, Emoted, Left, Said, Whispered
from twistedchat.core.keeping_rooms import room_changes
from twistedchat.core.records import (
    Change,
    DeleteMessages,
    MessageKind,
    MessageRecord,
    TouchAccount,
    private_place,
)
from twistedchat.core.state import Fact, Only, State

_NOTHING: Sequence[Change] = ()


def changes_for(state: State, fact: Fact) -> Sequence[Change]:
    """The rows that a fact means; none if it is gone with the server."""
    event, audience = fact
    keep = _KEEP.get(type(event))
    return keep(state, event, audience) if keep is not None else room_changes(state, fact)


def _said(state: State, event: Said, room: str) -> Sequence[Change]:
    return (_message(event, room, MessageKind.SAID),)


def _emoted(state: State, event: Emoted, room: str) -> Sequence[Change]:
    return (_message(event, room, MessageKind.EMOTED),)


def _message(event: Said | Emoted, room: str, kind: MessageKind) -> MessageRecord:
    return MessageRecord(event.id, event.at, room, kind, event.nick, event.account, event.text)


def _whispered(state: State, event: Whispered, audience: Only) -> Sequence[Change]:
    """Between two accounts alone: a guest's words are delivered and forgotten."""
    if not event.account or not event.to_account:
        return _NOTHING
    place = private_place(event.account, event.to_account)
    record = MessageRecord(
        event.id, event.at, place, MessageKind.WHISPERED, event.nick,
        event.account, event.text, event.to,
    )  # fmt: skip
    return (record,)


def _deleted(state: State, event: Deleted, audience: Any) -> Sequence[Change]:
    return (DeleteMessages(event.ids),)


def _left(state: State, event: Left, audience: Any) -> Sequence[Change]:
    return (TouchAccount(event.account, event.at),) if event.account else _NOTHING


_KEEP: dict[type, Callable[[State, Any, Any], Sequence[Change]]] = {
    Said: _said,
    Emoted: _emoted,
    Whispered: _whispered,
    Deleted: _deleted,
    Left: _left,
}
