"""What becomes of accounts."""

from dataclasses import dataclass

from twistedchat.core.names import Name


@dataclass(frozen=True, slots=True)
class Register:
    """An account has been made and ``name`` is its own; the user who asked for it belongs to it."""

    user: str
    account: str
    name: Name


@dataclass(frozen=True, slots=True)
class LogIn:
    """A session has proved to be the owner of an account.

    ``cloak`` to ``client`` are those of a new user, if there has to be one; ``token`` is the digest
    of a secret that was told to this session, or "".
    """

    session: str
    account: str
    name: Name
    operator: bool
    cloak: str
    address: str
    token: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True)
class LogOut:
    """A session goes on as a guest; the owner's other sessions stay.

    ``cloak`` to ``client`` are those of the guest.
    """

    session: str
    cloak: str
    address: str
    token: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True)
class RenameAccount:
    """An account has been given another name, which no other account has."""

    account: str
    name: Name


@dataclass(frozen=True, slots=True)
class GiveUpName:
    """An account is no more, and its name is free."""

    account: str


@dataclass(frozen=True, slots=True)
class ForgetAccount:
    """An account is no more, its name is free, and what it said is forgotten."""

    account: str
