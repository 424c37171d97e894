"""Where people talk: rooms, their members and who is kept out."""

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import takewhile

from twistedchat.core.durations import spell
from twistedchat.core.history import History
from twistedchat.core.names import Name
from twistedchat.core.roles import Rank, Role, rank_for
from twistedchat.core.rules import FOR_EVER, OPEN, Retention, Rules
from twistedchat.core.users import User

INVITED_SECONDS = 86400.0
INVITED_MOST = 200
# Of more people than this a room in slow mode forgets when the first of them spoke.
SPOKE_MOST = 10_000


@dataclass(slots=True, eq=False)
class Member:
    """A user's place in one room."""

    user: User
    since: float
    operator: bool = False
    voiced: bool = False


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
        users: ids of the users it met when it was passed, and of their accounts.
        pattern: a nick's key, a cloak, or with ``wild`` a mask (``fnmatch``).
        wild: whether the pattern is a mask.
        on_cloaks: whether a mask is meant for cloaks, as in ``*!*@mask``, and not for nicks.
        cloaks: cloaks of guests that were behind a nick; these meet only guests who came later, so
            that others behind the same address who are here already, or have an account, are left
            in peace.
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
            or (user.account != "" and user.account in self.users)
            or (self._fits(user.name.key) and not self.on_cloaks)
            or (self._fits(user.cloak) and (self.on_cloaks or not self.wild))
            or (user.cloak in self.cloaks and user.account == "" and user.id > self.id)
        )

    def by_place(self, user: User) -> bool:
        """Whether it meets this user for nothing but the place that a guest came from."""
        return self.meets(user) and not replace(self, cloaks=frozenset()).meets(user)

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
        begun: of what is stored under the room's key only messages with greater ids are its own;
            what was said before belongs to rooms of this name that have ended.
        rules: what its owners have set.
        permanent: whether it is there for ever, because the server's settings name it.
        founder: id of the account that it is registered by; "" for none.
        created: when it was registered or first there for ever.
        roles: by account id, who is what here.
        invited: until when somebody who was invited may come in, by account or else user id.
        spoke: when people spoke last, likewise; kept in slow mode only, the oldest first.
        guarded: the same as of the rules; asked for each message.
        forgets: whether the rules bound what is kept; likewise.
    """

    name: Name
    history: History
    begun: str = ""
    topic: Topic | None = None
    members: dict[str, Member] = field(default_factory=dict)
    bans: dict[str, Sentence] = field(default_factory=dict)
    mutes: dict[str, Sentence] = field(default_factory=dict)
    rules: Rules = OPEN
    permanent: bool = False
    founder: str = ""
    created: float = 0.0
    roles: dict[str, Role] = field(default_factory=dict)
    invited: dict[str, float] = field(default_factory=dict)
    spoke: dict[str, float] = field(default_factory=dict)
    guarded: bool = False
    forgets: bool = False

    @property
    def lasting(self) -> bool:
        """Whether it outlives its members, and what is true of it lasts."""
        return self.permanent or self.founder != ""

    @property
    def closed(self) -> bool:
        """Whether not everybody can come in who knows its name."""
        rules = self.rules
        return rules.private or rules.invite_only or rules.password != ""

    @property
    def listed(self) -> bool:
        """Whether it is there and everybody may know of it."""
        return not self.rules.private and (bool(self.members) or self.lasting)

    def set_rules(self, rules: Rules) -> None:
        """Change the settings."""
        self.rules = rules
        self.guarded = rules.guarded
        self.forgets = bool(rules.keep_count or rules.keep_seconds)
        if not rules.slow:
            self.spoke.clear()

    def trim(self, now: float, everywhere: Retention = FOR_EVER) -> None:
        """Forget the messages that are not to be kept any longer.

        Args:
            now: seconds since 1970.
            everywhere: what holds where the room says nothing of its own.
        """
        seconds, count = self.rules.keep_seconds, self.rules.keep_count
        seconds = everywhere.seconds if seconds is None else seconds
        count = everywhere.count if count is None else count
        self.history.trim(count, now - seconds if seconds else float("-inf"))

    def beyond(self, wanted: Rules, now: float) -> int:
        """How many of the messages in memory other settings would not keep."""
        seconds, count = wanted.keep_seconds or 0, wanted.keep_count or 0
        young = sum(not seconds or one.at >= now - seconds for one in self.history)
        return len(self.history) - (min(young, count) if count else young)

    def role_of(self, user: User) -> Role | None:
        """What the user's account is here."""
        return self.roles.get(user.account) if user.account else None

    def rank(self, user: User) -> Rank:
        """How much the user's word counts here."""
        if user.operator:
            return Rank.SERVER
        if user.account and user.account == self.founder:
            return Rank.FOUNDER
        role, member = self.role_of(user), self.members.get(user.id)
        of_role = rank_for(role) if role else Rank.NOBODY
        if member is not None and member.operator:
            return max(of_role, Rank.OPERATOR)
        return max(of_role, Rank.VOICED) if member is not None and member.voiced else of_role

    def owned_by(self, user: User) -> bool:
        """Whether the user is one of its owners, whom no operator of it has power over."""
        return bool(self.roles) and self.role_of(user) is Role.OWNER

    def seen_by(self, user: User, now: float) -> bool:
        """Whether the user may know that it is there."""
        return (
            not self.rules.private
            or user.id in self.members
            or self.rank(user) > Rank.NOBODY
            or self.is_invited(user, now)
        )

    def is_invited(self, user: User, now: float) -> bool:
        """Whether an operator has invited the user, not too long ago."""
        until = self.invited.get(user.account, 0.0), self.invited.get(user.id, 0.0)
        return max(until) > now

    def remember_invited(self, user: User, now: float) -> None:
        """Let the user come in for some time; of too many the first is forgotten."""
        whom = user.account or user.id
        self.invited.pop(whom, None)
        for one in [one for one, until in self.invited.items() if until <= now]:
            del self.invited[one]
        if len(self.invited) >= INVITED_MOST:
            del self.invited[next(iter(self.invited))]
        self.invited[whom] = now + INVITED_SECONDS

    def wait_of(self, user: User, now: float) -> float:
        """How many seconds the user must wait before speaking again."""
        last = self.spoke.get(user.account or user.id)
        return 0.0 if last is None else max(0.0, last + self.rules.slow - now)

    def remember_spoke(self, user: User, now: float) -> None:
        """The user speaks now."""
        whom, over = user.account or user.id, now - self.rules.slow
        self.spoke.pop(whom, None)
        for one in list(takewhile(lambda one: self.spoke[one] <= over, self.spoke)):
            del self.spoke[one]
        if len(self.spoke) >= SPOKE_MOST:
            del self.spoke[next(iter(self.spoke))]
        self.spoke[whom] = now

    def ban_on(self, user: User, now: float) -> Sentence | None:
        """The ban that keeps this user out, if there is one; none holds an owner."""
        return None if self.owned_by(user) else _first_that_meets(self.bans, user, now)

    def mute_on(self, user: User, now: float) -> Sentence | None:
        """The mute that keeps this user silent, if there is one; none holds an owner."""
        return None if self.owned_by(user) else _first_that_meets(self.mutes, user, now)


def _first_that_meets(sentences: dict[str, Sentence], user: User, now: float) -> Sentence | None:
    if not sentences:
        return None
    forget_over(sentences, now)
    return next((s for s in sentences.values() if s.meets(user)), None)


def forget_over(sentences: dict[str, Sentence], now: float) -> None:
    """Forget the sentences whose time has passed."""
    for key in [key for key, sentence in sentences.items() if sentence.over(now)]:
        del sentences[key]
