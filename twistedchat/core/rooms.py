"""Where people talk: rooms, their members and who is kept out."""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from twistedchat.core.durations import spell
from twistedchat.core.history import History
from twistedchat.core.names import Name
from twistedchat.core.users import User


@dataclass(slots=True, eq=False)
class Member:
    """A user's place in one room."""

    user: User
    since: float
    operator: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """What a room is about, who said so, and when."""

    text: str
    nick: str
    at: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """A ban or a mute: whom it meets, and until when.

    Attributes:
        who: as the operator wrote it: a nick, a mask with ``*`` or ``?``, or a cloak.
        by: the operator's nick.
        id: its place in the order; whoever came later has a greater one.
        at: when it was passed, in seconds since 1970.
        until: when it ends; None for never.
        reason: as the operator gave it.
        users: ids of the users it met when it was passed.
        pattern: a nick's key, a cloak, or with ``wild`` a mask (``fnmatch``).
        wild: whether the pattern is a mask.
        on_cloaks: whether a mask is meant for cloaks, as in ``*!*@mask``, and not for nicks.
        cloaks: cloaks of guests that were behind a nick; these meet only people who came later, so
            that others behind the same address who are here already are left in peace.
        author: id of the operator, whom it never meets.
    """

    who: str
    by: str
    id: str
    at: float
    until: float | None
    reason: str
    users: frozenset[str]
    pattern: str
    wild: bool
    on_cloaks: bool
    cloaks: frozenset[str]
    author: str

    def over(self, now: float) -> bool:
        """Whether its time has passed."""
        return self.until is not None and now >= self.until

    def meets(self, user: User) -> bool:
        """Whether it is meant for this user."""
        if user.id == self.author or user.operator:
            return False
        return (
            user.id in self.users
            or (self._fits(user.name.key) and not self.on_cloaks)
            or (self._fits(user.cloak) and (self.on_cloaks or not self.wild))
            or (user.cloak in self.cloaks and user.id > self.id)
        )

    def told(self, now: float) -> str:
        """For how long, why, and what to do: the end of what those it meets are told."""
        reason = f": {self.reason.rstrip('.')}." if self.reason else "."
        if self.until is None:
            return f"{reason} Only {self.by} and the room's other operators can lift that."
        return f" for another {spell(self.until - now)}{reason} Try again then."

    def _fits(self, text: str) -> bool:
        return fnmatchcase(text, self.pattern) if self.wild else text == self.pattern


@dataclass(slots=True, eq=False)
class Room:
    """A room and what is true of it, the same on every node.

    Attributes:
        name: as its first member wrote it, without ``#``.
        members: by user id, in the order of joining.
        bans: by the key of what was written.
        mutes: likewise.
        history: the newest messages.
    """

    name: Name
    history: History
    topic: Topic | None = None
    members: dict[str, Member] = field(default_factory=dict)
    bans: dict[str, Sentence] = field(default_factory=dict)
    mutes: dict[str, Sentence] = field(default_factory=dict)

    def ban_on(self, user: User, now: float) -> Sentence | None:
        """The ban that keeps this user out, if there is one."""
        return _first_that_meets(self.bans, user, now)

    def mute_on(self, user: User, now: float) -> Sentence | None:
        """The mute that keeps this user silent, if there is one."""
        return _first_that_meets(self.mutes, user, now)


def _first_that_meets(sentences: dict[str, Sentence], user: User, now: float) -> Sentence | None:
    if not sentences:
        return None
    forget_over(sentences, now)
    return next((s for s in sentences.values() if s.meets(user)), None)


def forget_over(sentences: dict[str, Sentence], now: float) -> None:
    """Forget the sentences whose time has passed."""
    for key in [key for key, sentence in sentences.items() if sentence.over(now)]:
        del sentences[key]
