"""What lasts: frozen records of everything that survives a restart, and the changes to it.

A batch of changes is written as a whole or not at all. A record in it saves itself, in place of the
one with the same key if there is one; what is to go has a change of its own. Times are seconds
since 1970-01-01 UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from twistedchat.core.roles import Role as Role
from twistedchat.core.rooms import Sentence, Topic


class MessageKind(StrEnum):
    """How something was said."""

    SAID = "said"
    EMOTED = "emoted"
    WHISPERED = "whispered"


class ProofKind(StrEnum):
    """By what somebody shows that an account is theirs."""

    PASSWORD = "password"  # noqa: S105 - the name of a kind
    CERTIFICATE = "certificate"
    SSH_KEY = "ssh-key"


class SentenceKind(StrEnum):
    """What a sentence keeps somebody from."""

    BAN = "ban"
    MUTE = "mute"


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """Somebody's name and what belongs to it.

    Attributes:
        id: never changes and is never given again.
        nick: the name as its owner writes it.
        key: the form in which names are compared; no two accounts have the same.
        created: when it was registered.
        seen: when its owner was last here.
        settings: what the owner has chosen, as JSON can hold it.
        flags: what is true of it, such as ``operator``.
    """

    id: str
    nick: str
    key: str
    created: float
    seen: float
    settings: Mapping[str, Any] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ProofRecord:
    """One way to log in to an account.

    Attributes:
        account: id of the account.
        kind: what it is.
        value: a password's hash, a fingerprint; of one kind no two accounts have the same.
        label: by which the owner knows it.
        created: when it was added.
    """

    account: str
    kind: ProofKind
    value: str
    label: str
    created: float


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """A room that somebody registered.

    Attributes:
        key: the form in which room names are compared.
        name: as it is written, without ``#``.
        founder: id of the account it belongs to, or "".
        created: when it was registered.
        topic: what it is about.
        private: only members see it.
        password: hash of what is asked for on joining; "" for nothing.
        invite_only: only who was invited comes in.
        moderated: only operators and voiced people speak.
        slow: seconds between two messages of one person; 0 for no bound.
        keep_seconds: how long messages are kept; 0 for ever, None as everywhere.
        keep_count: how many messages are kept; 0 for all, None as everywhere.
        filtered: words that nobody can say here.
    """

    key: str
    name: str
    founder: str
    created: float
    topic: Topic | None = None
    private: bool = False
    password: str = ""
    invite_only: bool = False
    moderated: bool = False
    slow: float = 0.0
    keep_seconds: int | None = None
    keep_count: int | None = None
    filtered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleRecord:
    """What an account is in a room; both are there."""

    room: str
    account: str
    role: Role


@dataclass(frozen=True, slots=True)
class SentenceRecord:
    """A ban or a mute in a registered room.

    Attributes:
        room: key of the room.
        kind: ban or mute.
        key: the key of what the operator wrote.
        sentence: whom it meets, and until when.
    """

    room: str
    kind: SentenceKind
    key: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """Something that was said.

    Attributes:
        id: its ULID, which gives its place in the order.
        at: when.
        place: key of the room, or for a private message ``private_place`` of the two accounts.
        kind: how.
        nick: the speaker's nick then.
        account: id of the speaker's account; "" for a guest.
        text: what.
        to: to whom, for a private message.
    """

    id: str
    at: float
    place: str
    kind: MessageKind
    nick: str
    account: str
    text: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """How far an account has read in a place on one of its devices; it never goes back."""

    account: str
    device: str
    place: str
    id: str


@dataclass(frozen=True, slots=True)
class TouchAccount:
    """An account's owner is here, or has just left."""

    account: str
    seen: float


@dataclass(frozen=True, slots=True)
class DropProof:
    """An account can no longer be logged in to by this."""

    account: str
    kind: ProofKind
    value: str


@dataclass(frozen=True, slots=True)
class DropRoom:
    """A room is no longer registered; its roles and sentences go with it, its messages stay."""

    room: str


@dataclass(frozen=True, slots=True)
class DropRole:
    """An account is nothing special in a room any more."""

    room: str
    account: str


@dataclass(frozen=True, slots=True)
class DropSentence:
    """A ban or a mute was lifted or is over."""

    room: str
    kind: SentenceKind
    key: str


@dataclass(frozen=True, slots=True)
class DeleteMessages:
    """These messages were taken back; ids that nobody has are passed over."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forget:
    """An account is erased: its proofs, roles and read positions at once, then all it has said."""

    account: str


@dataclass(frozen=True, slots=True)
class DropAccount:
    """An account is no more, with its proofs, roles and read positions; its messages stay."""

    account: str


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
    | DropRoom
    | DropRole
    | DropSentence
    | DeleteMessages
    | Forget
)


@dataclass(frozen=True, slots=True)
class NameRecord:
    """A name that belongs to an account."""

    key: str
    nick: str
    account: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a server has to know before anybody comes.

    Attributes:
        newest: the greatest id of a message that was ever stored, or "".
        names: the names that belong to somebody.
        rooms: the registered rooms.
        roles: who is what in them.
        sentences: their bans and mutes.
    """

    newest: str
    names: tuple[NameRecord, ...] = ()
    rooms: tuple[RoomRecord, ...] = ()
    roles: tuple[RoleRecord, ...] = ()
    sentences: tuple[SentenceRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredPage:
    """Some messages of one place, oldest first.

    Attributes:
        messages: the messages.
        complete: nothing is missing on the side that was asked from, as in ``history.Page``;
            what was deleted on purpose is not missed.
    """

    messages: tuple[MessageRecord, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found, newest first.

    Attributes:
        messages: the messages.
        older: the id from which to search on (``before``), or "" when there is no more.
        behind: how many of the newest messages are not in the index yet.
    """

    messages: tuple[MessageRecord, ...]
    older: str
    behind: int = 0


class NotStored(Exception):
    """A batch is not in the database, or nobody knows whether it is.

    Attributes:
        kept: it waits, and will be written as soon as that works again.
    """

    def __init__(self, reason: str, *, kept: bool = False) -> None:
        super().__init__(reason)
        self.kept = kept


def private_place(one: str, other: str) -> str:
    """The place where two accounts talk, whoever of them begins."""
    return " ".join(sorted((one, other)))


def private_ends(place: str) -> tuple[str, ...]:
    """The ids of the two accounts that talk in a place; none if it is a room."""
    return tuple(place.split(" ")) if " " in place else ()


def weigh(changes: Sequence[object]) -> int:
    """About how many bytes a batch takes while it waits."""
    return sum(_FIXED + len(c.text) if isinstance(c, MessageRecord) else _FIXED for c in changes)


_FIXED = 500
