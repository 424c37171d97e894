"""Passwords: hashed with argon2id (RFC 9106), off the reactor, only so many at once.

A hash takes tens of milliseconds and tens of megabytes on purpose; so many at once must not eat
the machine, and none may block the reactor.
"""

from collections.abc import Callable, Mapping
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from twisted.internet.defer import Deferred, DeferredSemaphore

AT_ONCE = 2

Defer = Callable[..., "Deferred[Any]"]


class Passwords:
    """Hashes and checks passwords.

    Args:
        defer: runs a function in a thread, as ``deferToThread`` does.
        at_once: how many run at the same time; the others wait.
    """

    def __init__(self, defer: Defer, at_once: int = AT_ONCE) -> None:
        self._defer = defer
        self._turns = DeferredSemaphore(at_once)
        self._hasher = PasswordHasher()
        self._nobody: str | None = None

    async def check(self, hash_: str, password: str) -> bool:
        """Whether the password belongs to the hash; a broken hash fits none."""
        return bool(await self._turns.run(self._defer, self._check, hash_, password))

    async def hash(self, password: str) -> str:
        """The password's hash, with its salt and parameters."""
        return str(await self._turns.run(self._defer, self._hasher.hash, password))

    async def is_operator(self, operators: Mapping[str, str], name: str, password: str) -> bool:
        """Whether the name is among the operators and the password theirs.

        An unknown name takes as long as a wrong password, so the time tells nobody which names
        there are.
        """
        known = {nick.casefold(): hash_ for nick, hash_ in operators.items()}
        hash_ = known.get(name.casefold())
        if hash_ is None:
            if self._nobody is None:
                self._nobody = await self.hash("nobody's password")
            await self.check(self._nobody, password)
            return False
        return await self.check(hash_, password)

    def _check(self, hash_: str, password: str) -> bool:
        try:
            return self._hasher.verify(hash_, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
