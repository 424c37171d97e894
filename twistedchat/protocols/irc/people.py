"""Who people are to others on IRC: ``nick!user@host``, and the name of an account.

Events have nicks; hosts are cloaks, which the state has for those who are here. Of who has just
left the last ones are remembered, because their QUIT is told when they are gone.
"""

from typing import Final, Protocol

from twistedchat.core.names import nick_key
from twistedchat.core.state import State
from twistedchat.protocols.irc.masks import source_of

REMEMBERED: Final = 20_000
UNKNOWN_HOST: Final = "unknown"


class People(Protocol):
    """Knows who people are."""

    def source(self, nick: str, user: str = "") -> str:
        """Somebody as the source of a line.

        Args:
            nick: as the event has it.
            user: id of the user, where the event has it.
        """

    def renamed(self, old: str, nick: str) -> str:
        """Somebody under the nick they had until now."""

    def remember(self, nick: str, cloak: str) -> None:
        """Somebody has come, with this cloak."""

    def account(self, id_: str) -> str:
        """How an account is called; "" for none, or one that is no more."""

    def away(self, nick: str) -> str | None:
        """Why somebody is away ("" for no reason); None if they are not."""


class StatePeople:
    """Looks people up in the chat's state.

    Args:
        state: the chat's.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        # By nick, the one longest known first.
        self._cloaks: dict[str, str] = {}

    def source(self, nick: str, user: str = "") -> str:
        """Somebody who is here, or was a moment ago."""
        found = self._state.users.get(user) or self._state.nicks.get(nick_key(nick) or "")
        known = self._cloaks.get(nick)
        cloak = found.cloak if found is not None else known or UNKNOWN_HOST
        if cloak != known:
            self.remember(nick, cloak)
        return source_of(nick, cloak)

    def renamed(self, old: str, nick: str) -> str:
        """Somebody who has another nick now."""
        found = self._state.nicks.get(nick_key(nick) or "")
        if found is not None:
            self.remember(old, found.cloak)
        cloak = self._cloaks.get(old, UNKNOWN_HOST)
        self.remember(nick, cloak)
        return source_of(old, cloak)

    def remember(self, nick: str, cloak: str) -> None:
        """Keep a cloak for when its owner has gone; of too many the oldest is forgotten."""
        self._cloaks.pop(nick, None)
        self._cloaks[nick] = cloak
        if len(self._cloaks) > REMEMBERED:
            del self._cloaks[next(iter(self._cloaks))]

    def account(self, id_: str) -> str:
        """The name that belongs to the account."""
        name = self._state.owned.name_of(id_) if id_ else None
        return name.shown if name else ""

    def away(self, nick: str) -> str | None:
        """Why somebody is away."""
        found = self._state.nicks.get(nick_key(nick) or "")
        return found.away if found is not None else None
