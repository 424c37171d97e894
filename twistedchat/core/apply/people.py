"""Coming, going and names: enter, attach, detach, expire, rename, away, ignore, elevate."""

from twistedchat.core import intents
from twistedchat.core.apply import speech
from twistedchat.core.apply.leaving import take_out
from twistedchat.core.errors import BadLogin, Muted, NickTaken, NotAllowed, TooMany
from twistedchat.core.events import CameBack, Left, Renamed, WentAway
from twistedchat.core.free_names import nearest_free
from twistedchat.core.names import Name, nick_key
from twistedchat.core.state import Among, Fact, State
from twistedchat.core.users import User

IGNORED_AT_MOST = 200
# One address that comes and breaks off again must not push out everybody else.
ADRIFT_BEHIND_ONE_CLOAK = 50


def enter(state: State, intent: intents.Enter, id_: str, at: float) -> list[Fact]:
    """A new user, under the nick wanted or the nearest free one."""
    name = free_name(state, intent.name)
    user = User(id_, name, intent.cloak, intent.address, intent.token, at, at, client=intent.client)
    state.add_user(user)
    attach_session(state, user, intent.session)
    return []


def attach(state: State, intent: intents.Attach, id_: str, at: float) -> list[Fact]:
    """One more session of a user who is here or has just lost the connection."""
    user = state.tokens.get(intent.token)
    if user is None:
        raise BadLogin("That token is unknown or too old. Come in as a new user.")
    attach_session(state, user, intent.session)
    return []


def attach_session(state: State, user: User, session: str) -> None:
    """Let a session be a user's, who is not adrift then."""
    user.sessions.add(session)
    user.adrift = None
    state.adrift.pop(user.id, None)
    state.sessions[session] = user


def detach(state: State, intent: intents.Detach, id_: str, at: float) -> list[Fact]:
    """A session ended; with the last one the user leaves, at once or after the grace period."""
    user = state.sessions.pop(intent.session, None)
    if user is None:
        return []
    user.sessions.discard(intent.session)
    if user.sessions:
        return []
    if intent.lingers:
        return _set_adrift(state, user, intent.reason, id_, at)
    return leave(state, user, intent.reason, id_, at)


def _set_adrift(state: State, user: User, reason: str, id_: str, at: float) -> list[Fact]:
    """Keep the user for a while; of too many who wait, the one that has waited longest leaves."""
    user.adrift = at
    state.adrift[user.id] = user
    behind = [other for other in state.adrift.values() if other.cloak == user.cloak]
    if len(behind) > ADRIFT_BEHIND_ONE_CLOAK:
        return leave(state, behind[0], reason, id_, at)
    most = state.limits.adrift
    if not most or len(state.adrift) <= most:
        return []
    return leave(state, next(iter(state.adrift.values())), reason, id_, at)


def expire(state: State, intent: intents.Expire, id_: str, at: float) -> list[Fact]:
    """A user whose connection broke did not come back."""
    user = state.users.get(intent.user)
    # Whoever came back may be adrift again since, and waits for another Expire.
    if user is None or user.adrift != intent.adrift:
        return []
    return leave(state, user, intent.reason, id_, at)


def leave(state: State, user: User, reason: str, id_: str, at: float) -> list[Fact]:
    """Take a user out of every room and off the server."""
    rooms = tuple(user.rooms)
    # It is heard in every room.
    if not all(speech.reason_in(room, user, reason, at) for room in user.rooms.values()):
        reason = ""
    heirs: list[Fact] = []
    for room in list(user.rooms.values()):
        heirs += take_out(state, user, room, id_, at)
    state.remove_user(user, at, reason)
    return [(Left(id_, at, user.nick, reason, user.account), Among(user, rooms)), *heirs]


def rename(state: State, intent: intents.Rename, id_: str, at: float) -> list[Fact]:
    """Another nick, if nobody has it or one that looks like it, and it is no other account's."""
    user, name = state.user(intent.user), intent.name
    if name == user.name:
        return []
    if _is_muted(user, at):
        raise Muted("You are muted in one of your rooms and keep your nick as long as that lasts.")
    old = user.name
    other = state.nicks.get(name.key)
    alike = state.nick_looks.find(name, apart_from=old)
    if other is not None and other is not user:
        raise _taken(state, name, f"{other.nick} is taken")
    if alike is not None:
        raise _taken(state, name, f"{name.shown} looks like {alike.shown}, who is here")
    if state.owned.owner(name) not in ("", user.account):
        raise _taken(state, name, f"{name.shown} belongs to an account: /login if it is yours")
    state.rename_user(user, name)
    return [(Renamed(id_, at, old.shown, name.shown), Among(user, tuple(user.rooms)))]


def _taken(state: State, name: Name, what: str) -> NickTaken:
    free = free_name(state, name)
    return NickTaken(f"{what}. Choose another nick: {free.shown} is free.")


def free_name(state: State, name: Name) -> Name:
    """The name itself, or the nearest that nobody has."""
    if not state.nick_is_taken(name):
        return name
    limits = state.limits
    return nearest_free(name, state.nick_is_taken, limits.nick, limits.nick_bytes)


def set_away(state: State, intent: intents.SetAway, id_: str, at: float) -> list[Fact]:
    """Away with a reason, or back."""
    user = state.user(intent.user)
    if user.away == intent.reason:
        return []
    user.away = "" if intent.reason and _is_muted(user, at) else intent.reason
    around = Among(user, tuple(user.rooms))
    if user.away is None:
        return [(CameBack(id_, at, user.nick), around)]
    return [(WentAway(id_, at, user.nick, user.away or ""), around)]


def _is_muted(user: User, at: float) -> bool:
    """Whether an operator of any of the user's rooms took the user's voice away."""
    return any(room.mute_on(user, at) is not None for room in user.rooms.values())


def ignore(state: State, intent: intents.Ignore, id_: str, at: float) -> list[Fact]:
    """Hear no more of somebody, under this nick or any other they take."""
    user = state.user(intent.user)
    if not intent.ignore:
        _unignore(state, user, intent.nick)
        return []
    other = state.named(intent.nick)
    if other is user:
        raise NotAllowed("That would be yourself. /ignore NICK is for somebody else.")
    if other.id not in user.ignored and len(user.ignored) >= IGNORED_AT_MOST:
        raise TooMany(f"You ignore {IGNORED_AT_MOST} people already. /unignore one first.")
    user.ignored[other.id] = other.nick
    return []


def _unignore(state: State, user: User, nick: str) -> None:
    """Under the nick that was ignored, or the one they have now."""
    key = nick_key(nick)
    called_so = state.nicks.get(key or "")
    for id_, ignored in list(user.ignored.items()):
        if nick_key(ignored) == key or (called_so is not None and called_so.id == id_):
            del user.ignored[id_]


def elevate(state: State, intent: intents.Elevate, id_: str, at: float) -> list[Fact]:
    """The user is a server operator from now on."""
    state.user(intent.user).operator = True
    return []
