"""Talking: say, emote, whisper, announce."""

from twistedchat.core import intents
from twistedchat.core.apply import speech
from twistedchat.core.errors import NoSuchNick, NotAllowed
from twistedchat.core.events import Announced, Emoted, Said, Whispered
from twistedchat.core.rooms import Room
from twistedchat.core.state import Everybody, Fact, Only, State, not_in
from twistedchat.core.users import User


def say(state: State, intent: intents.Say, id_: str, at: float) -> list[Fact]:
    """A line for a room."""
    user, room = _speaker(state, intent, at)
    said = Said(id_, at, room.name.shown, user.name.shown, intent.text, user.id, user.account)
    room.history.append(said)
    if room.forgets:
        room.trim(at)
    return [(said, intent.room)]


def emote(state: State, intent: intents.Emote, id_: str, at: float) -> list[Fact]:
    """An action in a room."""
    user, room = _speaker(state, intent, at)
    emoted = Emoted(id_, at, room.name.shown, user.name.shown, intent.text, user.id, user.account)
    room.history.append(emoted)
    if room.forgets:
        room.trim(at)
    return [(emoted, intent.room)]


def whisper(state: State, intent: intents.Whisper, id_: str, at: float) -> list[Fact]:
    """A line for one person; somebody who ignores the sender is not told."""
    user = state.user(intent.user)
    to = state.nicks.get(intent.to) or state.owners.get(state.owned.account_of(intent.to))
    if to is None:
        return _left_word(state, user, intent, id_, at)
    user.spoke = at
    # Who ignores somebody has nothing of theirs in their own history, either.
    kept = to.account if user.account and user.id not in to.ignored else ""
    whispered = Whispered(
        id_, at, user.nick, to.nick, intent.text, user.id, user.account, kept,
        absent=kept != "" and not to.sessions,
    )  # fmt: skip
    user.whispers.append(whispered)
    if user.id in to.ignored:
        return [(whispered, Only((user,)))]
    if to is not user:
        to.whispers.append(whispered)
    return [(whispered, Only((user, to) if to is not user else (user,)))]


def _left_word(
    state: State, user: User, intent: intents.Whisper, id_: str, at: float
) -> list[Fact]:
    """A line for an account's owner who is not here; nobody else can be left one.

    Raises:
        NoSuchNick: it is no account's name.
        NotAllowed: the sender is a guest, of whom nothing private is stored.
    """
    account = state.owned.account_of(intent.to)
    name = state.owned.name_of(account)
    if name is None:
        raise NoSuchNick("Nobody here is called that. /who lists who is here.")
    if not user.account:
        raise NotAllowed(
            f"{name.shown} is not here, and only who has an account can leave them a word."
            " /register makes one, /login takes yours."
        )
    user.spoke = at
    whispered = Whispered(
        id_, at, user.nick, name.shown, intent.text, user.id, user.account, account, absent=True
    )
    user.whispers.append(whispered)
    return [(whispered, Only((user,)))]


def announce(state: State, intent: intents.Announce, id_: str, at: float) -> list[Fact]:
    """A line for everybody."""
    if not intent.user:
        return [(Announced(id_, at, intent.text), Everybody())]
    user = state.user(intent.user)
    if not user.operator:
        raise NotAllowed("Only server operators can tell everybody. /oper makes you one.")
    return [(Announced(id_, at, intent.text, user.nick), Everybody())]


def _speaker(state: State, intent: intents.Say | intents.Emote, at: float) -> tuple[User, Room]:
    user = state.user(intent.user)
    room = user.rooms.get(intent.room)
    if room is None:
        raise not_in(intent.room)
    if room.mutes or room.guarded:
        member = room.members[user.id]
        if not member.operator:
            speech.check(room, member, intent.text, at)
    user.spoke = at
    return user, room
