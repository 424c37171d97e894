"""Passwords: hashed with argon2id (RFC 9106), off the reactor, only so many at once.

A hash takes tens of milliseconds and tens of megabytes on purpose; so many at once must not eat
the machine, and none may block the reactor. Who wants one waits in turn (``turns``), and who was
wrong waits before the next try (``backoff``).
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from twisted.internet.defer import Deferred

from twistedchat.accounts.backoff import Guard
from twistedchat.accounts.turns import WAITING, Turns, Who, too_many
from twistedchat.core.networks import is_loopback, network_of

AT_ONCE = 2
NAME_CHARS = 64

Defer = Callable[..., "Deferred[Any]"]


class Passwords:
    """Hashes and checks passwords.

    Args:
        defer: runs a function in a thread, as ``deferToThread`` does.
        now: seconds of any steady clock.
        at_once: how many run at the same time; the others wait.
        hasher: with which parameters; argon2-cffi's defaults, which are RFC 9106's, if not given.
    """

    def __init__(
        self,
        defer: Defer,
        now: Callable[[], float],
        at_once: int = AT_ONCE,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._defer = defer
        self._turns = Turns(at_once)
        self._guard = Guard(now)
        # Of rooms: who mistypes one's password can log in all the same.
        self._doors = Guard(now)
        self._hasher = hasher or PasswordHasher()
        self._nobody: str | None = None

    async def prove(self, hash_: str | None, password: str, who: Who) -> bool:
        """Whether the password belongs to the hash; a broken hash fits none.

        Without a hash it takes as long and fits none, so that the time tells nobody which names
        there are.

        Raises:
            TryLater: there were too many tries.
        """

        async def read() -> str | None:
            return hash_

        return await self.fitting(read, password, who) is not None

    async def fitting(
        self, read: Callable[[], Awaitable[str | None]], password: str, who: Who
    ) -> str | None:
        """The hash that a password belongs to now; None if it does not, as in ``prove``.

        Args:
            read: looks up the hash. It is asked when it is one's turn, and again if the password
                fits: it may have been changed meanwhile.
            password: what was tried.
            who: by whom.

        Raises:
            TryLater: there were too many tries.
        """
        return await self._turns.run(who, lambda: self._prove(read, password, who))

    async def _prove(
        self, read: Callable[[], Awaitable[str | None]], password: str, who: Who
    ) -> str | None:
        # Those who waited in front may have been wrong since.
        wait = self._guard.wait(who)
        if wait > 0:
            raise too_many(wait)
        hash_ = await read()
        while right := await self._right(hash_, password):
            tried, hash_ = hash_, await read()
            if hash_ == tried:
                break
        (self._guard.succeeded if right else self._guard.failed)(who)
        return hash_ if right else None

    async def _right(self, hash_: str | None, password: str) -> bool:
        hidden = hash_ if hash_ is not None else await self._nobodys()
        fits = bool(await self._defer(self._fits, hidden, password))
        return fits and hash_ is not None

    async def _nobodys(self) -> str:
        if self._nobody is None:
            self._nobody = str(await self._defer(self._hasher.hash, "nobody's password"))
        return self._nobody

    async def check(self, hash_: str, password: str, door: str, address: str, user: str) -> bool:
        """Whether a password that many share, a room's, belongs to the hash.

        Args:
            hash_: of the password.
            password: what was tried.
            door: the room: who was wrong there waits there.
            address: where from. Behind this machine's own anybody may be, with a proxy.
            user: who tries, to tell those apart.

        Raises:
            TryLater: there were too many tries, or too many wait already.
        """
        tried = Who(user if is_loopback(address) else network_of(address), door)
        # Many may come to a room at once: they wait as one, however many they are.
        who = Who("", hash_)
        return await self._turns.run(who, lambda: self._check(hash_, password, tried), WAITING)

    async def _check(self, hash_: str, password: str, tried: Who) -> bool:
        wait = self._doors.wait(tried)
        if wait > 0:
            raise too_many(wait)
        right = bool(await self._defer(self._fits, hash_, password))
        (self._doors.succeeded if right else self._doors.failed)(tried)
        return right

    async def hash(self, password: str, who: Who = Who("", "")) -> str:  # noqa: B008 - a constant
        """The password's hash, with its salt and parameters.

        Raises:
            TryLater: too many wait already.
        """
        return str(await self._turns.run(who, lambda: self._defer(self._hasher.hash, password)))

    async def is_operator(
        self, operators: Mapping[str, str], name: str, password: str, address: str
    ) -> bool:
        """Whether the name is among the operators and the password theirs.

        Raises:
            TryLater: there were too many tries.
        """
        known = {nick.casefold(): hash_ for nick, hash_ in operators.items()}
        folded = name.casefold()[:NAME_CHARS]
        # Accounts have no such names: tries for one count nothing for the other.
        return await self.prove(known.get(name.casefold()), password, Who.at(address, f"/{folded}"))

    def outdated(self, hash_: str) -> bool:
        """Whether a hash was made with other parameters than new ones are."""
        return self._hasher.check_needs_rehash(hash_)

    def _fits(self, hash_: str, password: str) -> bool:
        try:
            return self._hasher.verify(hash_, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
