"""What happened, in a sentence: the same words for every door that shows text.

Messages (said, emoted, whispered) are no sentences of the server's and are drawn by the formats.
"""

from typing import TypeAlias, assert_never

from twistedchat.core.durations import spell
from twistedchat.core.events import (
    Announced,
    Banned,
    CameBack,
    Deleted,
    Deopped,
    Emoted,
    Event,
    Invited,
    Joined,
    Kicked,
    Left,
    Muted,
    Notice,
    Opped,
    Parted,
    Renamed,
    RoleChanged,
    RoomChanged,
    RoomDropped,
    RoomRegistered,
    RoomTransferred,
    Said,
    TopicChanged,
    Unbanned,
    Unmuted,
    WentAway,
    Whispered,
)

Told: TypeAlias = Said | Emoted | Whispered
NAMED = 3


def sentence(output: Event | Notice, mine: bool = False) -> str:
    """Say what happened.

    Args:
        output: any output but a message, which has no sentence.
        mine: speak to the person it happened to.
    """
    match output:
        case Notice(text=text):
            return text
        case Joined(room=room, nick=nick):
            return f"{nick} joined #{room}."
        case Parted(room=room, nick=nick, reason=reason):
            return f"{nick} left #{room}{_because(reason)}"
        case Left(nick=nick, reason=reason):
            return f"{nick} has gone{_because(reason)}"
        case Renamed(old=old, nick=nick):
            return f"{old} is now known as {nick}."
        case WentAway(nick=nick, reason=reason):
            return f"{nick} is away{_because(reason)}"
        case CameBack(nick=nick):
            return f"{nick} is back."
        case Announced(text=text, by=by):
            return f"Announcement by {by}: {text}" if by else text
        case Invited(room=room, nick=nick, by=by):
            if mine:
                return f"{by} invites you to #{room}. /join {room} enters."
            return f"You invited {nick} to #{room}."
        case Said() | Emoted() | Whispered():
            return ""
        case Deleted():
            return _about_deleted(output, mine)
        case _:
            return _about_room(output, mine)


_Held: TypeAlias = RoomRegistered | RoomDropped | RoomChanged | RoomTransferred | RoleChanged
_AboutRoom: TypeAlias = (
    TopicChanged | Kicked | Banned | Unbanned | Muted | Unmuted | Opped | Deopped | _Held
)


def _about_room(event: _AboutRoom, mine: bool) -> str:
    match event:
        case TopicChanged(room=room, nick=nick, topic=""):
            return f"{nick} removed the topic of #{room}."
        case TopicChanged(room=room, nick=nick, topic=topic):
            return f"{nick} changed the topic of #{room} to: {topic}"
        case Kicked(room=room, nick=nick, by=by, reason=reason):
            return f"{by} put {'you' if mine else nick} out of #{room}{_because(reason)}"
        case Opped(room=room, nick=nick, by=""):
            return f"{nick} is the operator of #{room} now, having been there longest."
        case Opped(room=room, nick=nick, by=by):
            return f"{by} made {nick} an operator of #{room}."
        case Deopped(room=room, nick=nick, by=by):
            return f"{by} took operator rights in #{room} from {nick}."
        case Banned(room=room, who=who, by=by, reason=reason):
            return f"{by} banned {who} from #{room}{_for(event)}{_because(reason)}"
        case Unbanned(room=room, who=who, by=by):
            return f"{by} lifted the ban on {who} in #{room}."
        case Muted(room=room, nick=nick, by=by, reason=reason):
            return f"{by} muted {nick} in #{room}{_for(event)}{_because(reason)}"
        case Unmuted(room=room, nick=nick, by=by):
            return f"{by} unmuted {nick} in #{room}."
        case _:
            return _about_holding(event)


def _about_holding(event: _Held) -> str:
    match event:
        case RoomRegistered(room=room, nick=nick):
            return f"{nick} registered #{room}: it is here to stay."
        case RoomDropped(room=room, by=""):
            return f"#{room} belongs to nobody any more and ends with its last member."
        case RoomDropped(room=room, by=by):
            return f"{by} gave #{room} up: it ends with its last member."
        case RoomTransferred(room=room, nick=nick, by=""):
            return f"#{room} belongs to {nick} now."
        case RoomTransferred(room=room, nick=nick, by=by):
            return f"{by} handed #{room} on: it belongs to {nick} now."
        case RoomChanged(room=room, setting=setting, value=value, by=by):
            return f"{by} changed #{room}: {_SETTINGS.get(setting, setting)} is {value} now."
        case RoleChanged():
            return _about_role(event)
        case _:
            assert_never(event)


def _about_role(event: RoleChanged) -> str:
    nick, by, room = event.nick, event.by, event.room
    what = _ROLES.get(event.role, f"{event.role} of") if event.role else ""
    match what, by:
        case "", "":
            return f"{nick} has no role in #{room} any more."
        case "", _:
            return f"{by} took {nick}'s role in #{room} away."
        case _, "":
            return f"{nick} is {what} #{room}."
        case _:
            lasts = "for good" if event.account else "as long as they stay"
            return f"{by} made {nick} {what} #{room}, {lasts}."


_SETTINGS = {"password": "a password", "slow": "slow mode", "filter": "the word filter"}
_ROLES = {
    "owner": "an owner of",
    "operator": "an operator of",
    "voiced": "one of the voices in",
    "member": "a member of",
    "outcast": "an outcast of",
}


def _about_deleted(event: Deleted, mine: bool) -> str:
    number = len(event.ids)
    if not event.room:
        what = "1 private message" if number == 1 else f"{number} private messages"
        if mine:
            return f"You took back {what} to {event.to}."
        return f"{event.by} took back {what} to you."
    what = "1 line" if number == 1 else f"{number} lines"
    return f"{event.by} took back {what}{_by_whom(event.of)} in #{event.room}."


def _by_whom(nicks: tuple[str, ...]) -> str:
    if not nicks:
        return ""
    others = len(nicks) - NAMED
    if others > 1:
        return f" of {', '.join(nicks[:NAMED])} and {others} others"
    return f" of {' and '.join(filter(None, (', '.join(nicks[:-1]), nicks[-1])))}"


def _because(reason: str) -> str:
    return f": {reason}" if reason else "."


def _for(event: Banned | Muted) -> str:
    return "" if event.until is None else f" for {spell(event.until - event.at)}"
