"""Whose a name is, and by what its owner shows that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from twistedchat.core.roles import Role as Role


class ProofKind(StrEnum):
    """By what somebody shows that an account is theirs."""

    PASSWORD = "password"  # noqa: S105 - the name of a kind
    CERTIFICATE = "certificate"
    SSH_KEY = "ssh-key"


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
class SetPassword:
    """An account has this password and no other.

    Attributes:
        account: id of the account.
        value: the password's hash.
        created: the time.
        instead_of: the hash that it has to have now, else nothing is changed; "" for any.
    """

    account: str
    value: str
    created: float
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Forget:
    """An account is erased: its proofs, roles and read positions at once, then all it has said."""

    account: str


@dataclass(frozen=True, slots=True)
class DropAccount:
    """An account is no more, with its proofs, roles and read positions; its messages stay."""

    account: str


@dataclass(frozen=True, slots=True)
class NameRecord:
    """A name that belongs to an account."""

    key: str
    nick: str
    account: str


@dataclass(frozen=True, slots=True)
class ExportPage:
    """Some of what is stored about an account, as JSON can hold it.

    Attributes:
        entries: one for each thing.
        next: by which the next page is asked for; None if this is the last.
    """

    entries: tuple[dict[str, Any], ...]
    next: str | None
