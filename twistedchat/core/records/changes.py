"""All that can be written, and whether it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from twistedchat.core.records.accounts import (
    AccountRecord,
    DropAccount,
    DropProof,
    Forget,
    NameRecord,
    ProofRecord,
    SetPassword,
    TouchAccount,
)
from twistedchat.core.records.messages import (
    DeleteMessages,
    EndPlace,
    MessageRecord,
)
from twistedchat.core.records.reads import DropRead, Mark, ReadRecord
from twistedchat.core.records.rooms import (
    DropRole,
    DropRoom,
    DropSentence,
    RoleRecord,
    RoomRecord,
    SentenceRecord,
)
from twistedchat.core.roles import Role as Role

Saved: TypeAlias = (
    AccountRecord
    | ProofRecord
    | RoomRecord
    | RoleRecord
    | SentenceRecord
    | MessageRecord
    | ReadRecord
)


Change: TypeAlias = (
    Saved
    | TouchAccount
    | DropAccount
    | DropProof
    | SetPassword
    | DropRoom
    | DropRole
    | DropSentence
    | DeleteMessages
    | DropRead
    | Mark
    | EndPlace
    | Forget
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a server has to know before anybody comes.

    Attributes:
        newest: the greatest id of a message that was ever stored, or "".
        names: the names that belong to somebody.
        rooms: the registered rooms.
        roles: who is what in them.
        sentences: their bans and mutes.
        ended: the places of rooms that have ended and of which something may still be there.
    """

    newest: str
    names: tuple[NameRecord, ...] = ()
    rooms: tuple[RoomRecord, ...] = ()
    roles: tuple[RoleRecord, ...] = ()
    sentences: tuple[SentenceRecord, ...] = ()
    ended: tuple[EndPlace, ...] = ()


class NotStored(Exception):
    """A batch is not in the database, or nobody knows whether it is.

    Attributes:
        kept: it waits, and will be written as soon as that works again.
    """

    def __init__(self, reason: str, *, kept: bool = False) -> None:
        super().__init__(reason)
        self.kept = kept


def weigh(changes: Sequence[object]) -> int:
    """About how many bytes a batch takes while it waits."""
    return sum(_FIXED + len(c.text) if isinstance(c, MessageRecord) else _FIXED for c in changes)


_FIXED = 500
