"""Whose a name is."""

from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, Protocol

from twistedchat.core.records import ExportPage, ProofRecord

if TYPE_CHECKING:
    from twistedchat.core.users import Session


class Accounts(Protocol):
    """Knows whose a name is, and by what its owner proves that."""

    def warning(self, session: "Session") -> str:
        """What somebody should know before they send a password; "" if it is safe.

        Raises:
            NotAllowed: passwords are not taken over this connection.
        """

    async def register(self, session: "Session", password: str) -> None:
        """Make an account of the session's nick.

        Raises:
            ChatError: it is not done; the sentence says why.
        """

    async def log_in(
        self, session: "Session", nick: str, password: str, *, resumable: bool = False
    ) -> str:
        """Let the owner of a name in; gives a token as ``Chat.log_in`` does.

        Raises:
            BadLogin: name and password do not belong together.
            TryLater: there were too many tries.
        """

    async def log_in_by_certificate(
        self, session: "Session", *, resumable: bool = False
    ) -> str | None:
        """Let the owner of the session's certificate in; None if it is nobody's."""

    async def log_out(self, session: "Session", *, resumable: bool = False) -> str:
        """Let the session go on as a guest's; gives a token as ``Chat.log_out`` does.

        Raises:
            NotAllowed: it belongs to no account.
        """

    async def change_password(self, session: "Session", old: str, new: str) -> None:
        """Give the account another password.

        Raises:
            ChatError: it is not done; the sentence says why.
        """

    async def export(self, session: "Session", cursor: str = "") -> ExportPage:
        """Some of what is stored about the account: the first of it, or from a cursor on."""

    async def has_password(self, session: "Session") -> bool:
        """Whether the account has a password; else keys alone log in."""

    async def forget(self, session: "Session", confirmation: str) -> None:
        """Erase the account, and all that was said by it.

        Args:
            session: goes on as a guest's.
            confirmation: the password; of an account that has none, its nick.

        Raises:
            ChatError: it is not done; the sentence says why.
        """

    async def keys(self, session: "Session") -> Sequence[ProofRecord]:
        """By what else than the password the account can be logged in to."""

    async def add_certificate(self, session: "Session", label: str) -> ProofRecord:
        """Let the certificate of this connection log in from now on."""

    async def add_ssh_key(self, session: "Session", text: str) -> ProofRecord:
        """Let an SSH key, written as in ``id_ed25519.pub``, log in from now on."""

    async def remove_key(self, session: "Session", label: str) -> ProofRecord:
        """Let one of them log in no more."""


class Hashing(Protocol):
    """Makes hashes of rooms' passwords and checks them, off the event loop."""

    def hash(self, password: str) -> Awaitable[str]:
        """The password's hash, with its salt and parameters."""

    def check(
        self, hash_: str, password: str, door: str, address: str, user: str
    ) -> Awaitable[bool]:
        """Whether the password of a room, the door, belongs to the hash.

        Args:
            hash_: of the password.
            password: what was tried.
            door: the room: who was wrong there waits there.
            address: where from.
            user: who tries, for where an address says nothing.

        Raises:
            TryLater: there were too many tries.
        """
