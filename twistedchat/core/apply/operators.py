"""What a room's operators do: op, deop, kick, ban, unban, mute, unmute."""

from twistedchat.core import intents
from twistedchat.core.apply.leaving import put_out
from twistedchat.core.apply.powers import member_called, operator_of
from twistedchat.core.apply.roles import change
from twistedchat.core.durations import spell
from twistedchat.core.errors import BadArguments, NoSuchNick, NotAllowed, TooMany
from twistedchat.core.events import Banned, Deopped, Event, Muted, Opped, Unbanned, Unmuted
from twistedchat.core.names import nick_key
from twistedchat.core.roles import RUNNING, Rank, Role
from twistedchat.core.rooms import Room, Sentence, forget_over
from twistedchat.core.state import QUOTED, Fact, State
from twistedchat.core.text import shorten
from twistedchat.core.users import User

WILD = "*?"
WHO_CHARS = 128


def set_operator(state: State, intent: intents.SetOperator, id_: str, at: float) -> list[Fact]:
    """Make a member an operator, or no longer one.

    In a room that lasts, what an owner gives to somebody with an account is a role and lasts too;
    what an operator gives ends when they leave.
    """
    actor, room = operator_of(state, intent.user, intent.room)
    target = member_called(state, room, intent.nick)
    if room.lasting and target.account and room.rank(actor) >= Rank.OWNER:
        role = room.role_of(target)
        if intent.operator or role is not None:
            wanted = Role.OPERATOR if intent.operator else None
            return change(state, room, actor, (target.account, target), wanted, id_, at)
    _check_operator(room, target, operator=intent.operator)
    room.members[target.id].operator = intent.operator
    kind = Opped if intent.operator else Deopped
    return [(kind(id_, at, room.name.shown, target.nick, actor.nick), intent.room)]


def _check_operator(room: Room, target: User, *, operator: bool) -> None:
    shown, is_operator = room.name.shown, room.members[target.id].operator
    if is_operator == operator:
        state_now = "an operator already" if operator else "no operator"
        raise NotAllowed(f"{target.nick} is {state_now} in #{shown}.")
    if operator:
        return
    if room.role_of(target) in RUNNING:
        raise NotAllowed(
            f"{target.nick} has a role in #{shown} that lasts. Only its owners can take it away."
        )
    if not room.lasting and sum(m.operator for m in room.members.values()) == 1:
        raise NotAllowed(f"#{shown} would have no operator. /op somebody else first.")


def kick(state: State, intent: intents.Kick, id_: str, at: float) -> list[Fact]:
    """Put a member out; they may come back."""
    actor, room = operator_of(state, intent.user, intent.room)
    target = member_called(state, room, intent.nick)
    _spare(room, actor, target)
    return put_out(state, room, target, actor.nick, intent.reason, id_, at)


def ban(state: State, intent: intents.Ban, id_: str, at: float) -> list[Fact]:
    """Keep somebody out, and put out whoever of them is in."""
    actor, room = operator_of(state, intent.user, intent.room)
    sentence = _sentence(state, room, actor, intent, intent.who, id_, at)
    met = [
        m.user for m in room.members.values()
        if sentence.meets(m.user) and not room.owned_by(m.user)
    ]  # fmt: skip
    _add(state, room.bans, sentence, "ban")
    until, shown = sentence.until, room.name.shown
    event: Event = Banned(id_, at, shown, sentence.who, actor.nick, until, intent.reason)
    facts: list[Fact] = [(event, intent.room)]
    why = _with_length("banned", intent.seconds, intent.reason)
    for user in met:
        facts += put_out(state, room, user, actor.nick, why, id_, at)
    return facts


def unban(state: State, intent: intents.Unban, id_: str, at: float) -> list[Fact]:
    """Lift a ban."""
    actor, room = operator_of(state, intent.user, intent.room)
    sentence = _remove(room.bans, intent.who, at)
    if sentence is None:
        raise NoSuchNick(
            f"There is no ban on {shorten(intent.who, QUOTED)} in #{room.name.shown}."
            " /bans lists them."
        )
    return [(Unbanned(id_, at, room.name.shown, sentence.who, actor.nick), intent.room)]


def mute(state: State, intent: intents.Mute, id_: str, at: float) -> list[Fact]:
    """Take away somebody's voice; they go on reading."""
    actor, room = operator_of(state, intent.user, intent.room)
    target = member_called(state, room, intent.nick)
    _spare(room, actor, target)
    if room.members[target.id].operator:
        raise NotAllowed(
            f"{target.nick} is an operator of #{room.name.shown}, whom no mute holds."
            f" /deop {target.nick} first."
        )
    sentence = _sentence(state, room, actor, intent, target.nick, id_, at)
    _add(state, room.mutes, sentence, "mute")
    muted = Muted(id_, at, room.name.shown, target.nick, actor.nick, sentence.until, intent.reason)
    return [(muted, intent.room)]


def unmute(state: State, intent: intents.Unmute, id_: str, at: float) -> list[Fact]:
    """Give somebody the voice back."""
    actor, room = operator_of(state, intent.user, intent.room)
    sentence = _remove(room.mutes, intent.nick, at)
    if sentence is None:
        nick = shorten(intent.nick, QUOTED)
        raise NoSuchNick(f"{nick} is not muted in #{room.name.shown}. /bans lists who is.")
    return [(Unmuted(id_, at, room.name.shown, sentence.who, actor.nick), intent.room)]


def _spare(room: Room, actor: User, target: User) -> None:
    """Operators have power over neither server operators nor the room's owners."""
    if target is actor:
        raise NotAllowed("That would be yourself. /part leaves a room.")
    if target.operator and not actor.operator:
        raise NotAllowed(
            f"{target.nick} is a server operator and can't be put out, banned or muted."
        )
    if room.owned_by(target):
        raise NotAllowed(
            f"{target.nick} is an owner of #{room.name.shown} and can't be put out, banned or"
            f" muted. The founder can end that: /room role {target.nick} none."
        )


def _with_length(word: str, seconds: float | None, reason: str) -> str:
    length = "" if seconds is None else f" for {spell(seconds)}"
    return f"{word}{length}: {reason}" if reason else f"{word}{length}"


def _sentence(
    state: State,
    room: Room,
    actor: User,
    intent: intents.Ban | intents.Mute,
    who: str,
    id_: str,
    at: float,
) -> Sentence:
    """A ban or mute on a nick (with the guest's cloak behind it), a mask or a cloak."""
    seconds = intent.seconds
    if seconds is not None and seconds <= 0:
        raise BadArguments("That would be over at once. Give a time such as 10m, or none.")
    pattern = pattern_of(who)
    user = state.nicks.get(pattern)
    if user is not None:
        _spare(room, actor, user)
    return Sentence(
        who=user.nick if user else shorten(who, WHO_CHARS),
        by=actor.nick,
        id=id_,
        at=at,
        until=None if seconds is None else at + seconds,
        reason=intent.reason,
        users=frozenset(filter(None, (user.id, user.account)) if user else ()),
        pattern=pattern,
        wild=any(c in pattern for c in WILD),
        on_cloaks=bool(who.partition("@")[2].strip("*")),
        cloaks=frozenset((user.cloak,) if user and not user.account else ()),
        author=actor.id,
    )


def pattern_of(who: str) -> str:
    """What a ban meets: a nick's key, a cloak, or a mask over both."""
    who = _nick_or_cloak(who.strip().casefold())
    if not who.strip(WILD + "!@."):
        raise BadArguments("Say whom: a nick, a cloak, or a mask such as bob* with some letters.")
    if len(who) > WHO_CHARS:
        raise BadArguments(f"No nick or cloak is so long. A mask has {WHO_CHARS} letters at most.")
    if not any(c in who for c in WILD):
        return nick_key(who) or who
    return who.replace("[", "[[]")


def _nick_or_cloak(mask: str) -> str:
    """What matters of nick!user@host, as IRC people write masks: the nick, or the host."""
    person, _, host = mask.partition("@")
    nick, _, user = person.partition("!")
    if host.strip("*") and (nick + user).strip("*"):
        raise BadArguments("A mask is for nicks or for cloaks, not both: write bob* or *!*@cloak.")
    return host if host.strip("*") else nick


def _add(state: State, sentences: dict[str, Sentence], sentence: Sentence, what: str) -> None:
    forget_over(sentences, sentence.at)
    if sentence.pattern not in sentences and len(sentences) >= state.limits.bans:
        raise TooMany(
            f"The room has as many {what}s as there can be ({len(sentences)}). /un{what} one first."
        )
    sentences[sentence.pattern] = sentence


def _remove(sentences: dict[str, Sentence], who: str, at: float) -> Sentence | None:
    forget_over(sentences, at)
    return sentences.pop(pattern_of(who), None)
