"""What a change of modes asks of our rooms, and how their rules are told as modes.

Pure data: an act names a verb of ``core.chat`` and its arguments, and touches nothing.
"""

import re
from typing import NamedTuple, TypeAlias

from twistedchat.core.roles import Role
from twistedchat.core.rules import Rules
from twistedchat.protocols.irc.masks import read_mask
from twistedchat.protocols.irc.modes import ROOM_MODES, Change, Kind, Mode, write_modes

MUTE = "m:"
"""What makes a mute of a ban (EXTBAN=,m)."""

# The rooms keep a hash; nobody is shown a password.
HIDDEN_KEY = "*"


class Set(NamedTuple):
    """Change a setting of the room (``Chat.set_room``)."""

    setting: str
    value: str


class Give(NamedTuple):
    """Let somebody have a role in the room, "none" for none (``Chat.set_role``)."""

    nick: str
    role: str


class Op(NamedTuple):
    """Make somebody an operator, or no longer one (``Chat.op``)."""

    nick: str
    operator: bool


class Ban(NamedTuple):
    """Ban or unban whom a mask means (``Chat.ban``)."""

    who: str
    on: bool


class Mute(NamedTuple):
    """Mute or unmute somebody (``Chat.mute``)."""

    nick: str
    on: bool


Act: TypeAlias = Set | Give | Op | Ban | Mute


def act_of(change: Change) -> Act | None:
    """What a change asks for; None if nobody can change that by a mode."""
    mode = change.mode
    match mode.kind:
        case Kind.PREFIX:
            return _role(change)
        case Kind.LIST:
            return _listed(change)
        case _ if mode.fixed:
            return None
        case Kind.FLAG:
            return Set(mode.means, "on" if change.add else "off")
        case Kind.KEY | Kind.VALUE:
            return Set(mode.means, change.param if change.add else _OFF[mode.means])


_OFF = {"password": "off", "slow": "off", "history": "default"}


def _role(change: Change) -> Act:
    if change.mode.means == Role.OPERATOR:
        return Op(change.param, change.add)
    return Give(change.param, change.mode.means if change.add else "none")


def _listed(change: Change) -> Act:
    who = change.param
    if change.mode.means == Role.MEMBER:
        return Give(_nick_of(who), Role.MEMBER if change.add else "none")
    if who.casefold().startswith(MUTE):
        return Mute(_nick_of(who[len(MUTE) :]), change.add)
    return Ban(who, change.add)


def _nick_of(mask: str) -> str:
    """Roles and mutes are somebody's: of a mask the nick counts."""
    return read_mask(mask).nick


# Rules told as modes


def changes_of(
    rules: Rules, *, registered: bool, permanent: bool, values: bool = True
) -> tuple[Change, ...]:
    """All modes that hold in a room, in the order of their letters.

    Args:
        rules: the room's.
        registered: whether it belongs to an account.
        permanent: whether it belongs to the server.
        values: whether the reader may see the parameters.
    """
    known = {
        "members-only": "",
        **({"registered": ""} if registered else {}),
        **({"permanent": ""} if permanent else {}),
        **_set(rules),
    }
    changes = (
        Change(True, mode, known[mode.means] if values else "")
        for mode in ROOM_MODES.values()
        if mode.means in known
    )
    return tuple(sorted(changes, key=lambda change: change.mode.letter))


def _set(rules: Rules) -> dict[str, str]:
    """The settings that differ from those of a new room, with their parameters."""
    found = {
        "private": "" if rules.private else None,
        "invite-only": "" if rules.invite_only else None,
        "moderated": "" if rules.moderated else None,
        "password": HIDDEN_KEY if rules.password else None,
        "slow": f"{rules.slow:g}" if rules.slow else None,
        "history": _history(rules),
    }
    return {setting: value for setting, value in found.items() if value is not None}


def _history(rules: Rules) -> str | None:
    count, seconds = rules.keep_count, rules.keep_seconds
    if count is None and seconds is None:
        return None
    parts = [str(count)] if count else []
    parts += [f"{seconds}s"] if seconds else []
    return ":".join(parts) or "all"


_BY_MEANING = {mode.means: mode for mode in ROOM_MODES.values()}


def mode_for(means: str) -> Mode | None:
    """The mode for a setting or a role, if there is one."""
    return _BY_MEANING.get(means)


def change_told(setting: str, value: str) -> Change | None:
    """The change of a mode that says what ``RoomChanged`` does; None if no mode does.

    Args:
        setting: as in the event.
        value: likewise, as ``core.rules.told`` gives it.
    """
    mode = mode_for(setting)
    if mode is None:
        return None
    add = value not in {"off", "as everywhere"}
    if mode.kind is Kind.KEY:
        return Change(add, mode, HIDDEN_KEY)
    return Change(add, mode, _typed(value) if mode.kind is Kind.VALUE and add else "")


_SPELT = re.compile(r"(\d+) (?:messages?|([wdhms])[a-z]*) ?")


def _typed(value: str) -> str:
    """A value as it is told, in the way in which it is typed: 2h5m for 2 hours 5 minutes."""
    short = _SPELT.sub(lambda found: found[1] + (found[2] or ""), value)
    return "all" if short == "everything" else short.replace(", ", ":")


def sigils_of(roles: tuple[str, ...], *, every: bool) -> str:
    """What stands before the nick of somebody with these roles, the highest first.

    Args:
        roles: what they are in the room.
        every: all of it (multi-prefix), or the highest alone.
    """
    found = "".join(mode.sigil for mode in ROOM_MODES.values() if mode.means in roles)
    return found if every else found[:1]


# What somebody in a role is told to be; a letter that is not there does not hold.
_HELD = {Role.OWNER: "qo", Role.OPERATOR: "o", Role.VOICED: "v"}


def letters_of(role: str) -> str:
    """The modes that hold for somebody with a role, or with none ("")."""
    return _HELD.get(Role(role), "") if role else ""


def role_words(role: str, nick: str) -> tuple[str, ...]:
    """The words of MODE that tell a role: what holds for somebody from now on, and what does not.

    The event does not say what it was before, so everything is said.
    """
    held = letters_of(role)
    changes = [Change(True, ROOM_MODES[letter], nick) for letter in held]
    if role == Role.MEMBER:
        changes.append(Change(True, ROOM_MODES["I"], nick))
    changes += [Change(False, ROOM_MODES[one], nick) for one in "qov" if one not in held]
    return write_modes(changes)
