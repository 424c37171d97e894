"""What a room's operators do: op, deop, kick, ban, unban, mute, unmute."""

from twistedchat.core import intents
from twistedchat.core.apply.leaving import take_out
from twistedchat.core.durations import spell
from twistedchat.core.errors import BadArguments, NoSuchNick, NotAllowed, TooMany
from twistedchat.core.events import (
    Banned,
    Deopped,
    Event,
    Kicked,
    Muted,
    Opped,
    Unbanned,
    Unmuted,
)
from twistedchat.core.names import nick_key
from twistedchat.core.rooms import Room, Sentence, forget_over
from twistedchat.core.state import QUOTED, Fact, State
from twistedchat.core.text import shorten
from twistedchat.core.users import User

WILD = "*?"
WHO_CHARS = 128


def set_operator(state: State, intent: intents.SetOperator, id_: str, at: float) -> list[Fact]:
    """Make a member an operator, or no longer one."""
    actor, room = _operator(state, intent.user, intent.room)
    target = _member(state, room, intent.nick)
    member = room.members[target.id]
    if member.operator == intent.operator:
        state_now = "an operator already" if intent.operator else "no operator"
        raise NotAllowed(f"{target.nick} is {state_now} in #{room.name.shown}.")
    if not intent.operator and sum(m.operator for m in room.members.values()) == 1:
        raise NotAllowed(f"#{room.name.shown} would have no operator. /op somebody else first.")
    member.operator = intent.operator
    kind = Opped if intent.operator else Deopped
    return [(kind(id_, at, room.name.shown, target.nick, actor.nick), intent.room)]


def kick(state: State, intent: intents.Kick, id_: str, at: float) -> list[Fact]:
    """Put a member out; they may come back."""
    actor, room = _operator(state, intent.user, intent.room)
    target = _member(state, room, intent.nick)
    _spare_operators(actor, target)
    return _put_out(state, room, target, actor, intent.reason, id_, at)


def ban(state: State, intent: intents.Ban, id_: str, at: float) -> list[Fact]:
    """Keep somebody out, and put out whoever of them is in."""
    actor, room = _operator(state, intent.user, intent.room)
    sentence = _sentence(state, actor, intent, intent.who, id_, at)
    met = [m.user for m in room.members.values() if sentence.meets(m.user)]
    _add(state, room.bans, sentence, "ban")
    until, shown = sentence.until, room.name.shown
    event: Event = Banned(id_, at, shown, sentence.who, actor.nick, until, intent.reason)
    facts: list[Fact] = [(event, intent.room)]
    why = _with_length("banned", intent.seconds, intent.reason)
    for user in met:
        facts += _put_out(state, room, user, actor, why, id_, at)
    return facts


def unban(state: State, intent: intents.Unban, id_: str, at: float) -> list[Fact]:
    """Lift a ban."""
    actor, room = _operator(state, intent.user, intent.room)
    sentence = _remove(room.bans, intent.who, at)
    if sentence is None:
        raise NoSuchNick(
            f"There is no ban on {shorten(intent.who, QUOTED)} in #{room.name.shown}."
            " /bans lists them."
        )
    return [(Unbanned(id_, at, room.name.shown, sentence.who, actor.nick), intent.room)]


def mute(state: State, intent: intents.Mute, id_: str, at: float) -> list[Fact]:
    """Take away somebody's voice; they go on reading."""
    actor, room = _operator(state, intent.user, intent.room)
    target = _member(state, room, intent.nick)
    _spare_operators(actor, target)
    if room.members[target.id].operator:
        raise NotAllowed(
            f"{target.nick} is an operator of #{room.name.shown}, whom no mute holds."
            f" /deop {target.nick} first."
        )
    sentence = _sentence(state, actor, intent, target.nick, id_, at)
    _add(state, room.mutes, sentence, "mute")
    muted = Muted(id_, at, room.name.shown, target.nick, actor.nick, sentence.until, intent.reason)
    return [(muted, intent.room)]


def unmute(state: State, intent: intents.Unmute, id_: str, at: float) -> list[Fact]:
    """Give somebody the voice back."""
    actor, room = _operator(state, intent.user, intent.room)
    sentence = _remove(room.mutes, intent.nick, at)
    if sentence is None:
        nick = shorten(intent.nick, QUOTED)
        raise NoSuchNick(f"{nick} is not muted in #{room.name.shown}. /bans lists who is.")
    return [(Unmuted(id_, at, room.name.shown, sentence.who, actor.nick), intent.room)]


def _operator(state: State, user: str, room: str) -> tuple[User, Room]:
    actor = state.user(user)
    if actor.operator and room in state.rooms:
        return actor, state.rooms[room]
    found, member = state.member(actor, room)
    if not member.operator:
        raise NotAllowed(f"Only operators of #{found.name.shown} can do that. /who shows them (@).")
    return actor, found


def _member(state: State, room: Room, nick: str) -> User:
    user = state.named(nick)
    if user.id not in room.members:
        raise NoSuchNick(f"{user.nick} is not in #{room.name.shown}. /who lists who is.")
    return user


def _spare_operators(actor: User, target: User) -> None:
    if target is actor:
        raise NotAllowed("That would be yourself. /part leaves a room.")
    if target.operator and not actor.operator:
        raise NotAllowed(
            f"{target.nick} is a server operator and can't be put out, banned or muted."
        )


def _put_out(
    state: State, room: Room, target: User, actor: User, reason: str, id_: str, at: float
) -> list[Fact]:
    heir = take_out(state, target, room, id_, at)
    kicked = Kicked(id_, at, room.name.shown, target.nick, actor.nick, reason)
    return [(kicked, room.name.key), *heir]


def _with_length(word: str, seconds: float | None, reason: str) -> str:
    length = "" if seconds is None else f" for {spell(seconds)}"
    return f"{word}{length}: {reason}" if reason else f"{word}{length}"


def _sentence(
    state: State,
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
    pattern = _pattern(who)
    user = state.nicks.get(pattern)
    if user is not None:
        _spare_operators(actor, user)
    return Sentence(
        who=user.nick if user else shorten(who, WHO_CHARS),
        by=actor.nick,
        id=id_,
        at=at,
        until=None if seconds is None else at + seconds,
        reason=intent.reason,
        users=frozenset((user.id,) if user else ()),
        pattern=pattern,
        wild=any(c in pattern for c in WILD),
        on_cloaks=bool(who.partition("@")[2].strip("*")),
        cloaks=frozenset((user.cloak,) if user and not user.account else ()),
        author=actor.id,
    )


def _pattern(who: str) -> str:
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
    return sentences.pop(_pattern(who), None)
