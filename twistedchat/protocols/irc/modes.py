"""Modes of rooms and of people: reading changes of them, and what they mean here.

A change is written ``+i-m+ov ada bob``: signs and letters first, then the parameters in the order
of the letters that take one. Which take one is settled by their kind:

    A  a list: with a parameter it is changed, without one it is asked for
    B  a parameter to set and to unset; to unset it may be missing
    C  a parameter to set, none to unset
    D  none
    prefix  like B, a nick: what somebody is in the room

What modes mean are rules (``core.rules``) and roles (``core.roles``) of our rooms; nothing here
knows a room.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Final, NamedTuple

from twistedchat.core.roles import Role

MODES_PER_LINE: Final = 20
"""How many changes one line may make; clients know it by the ISUPPORT token MODES."""


class Kind(Enum):
    """What follows a letter."""

    LIST = "A"
    KEY = "B"
    VALUE = "C"
    FLAG = "D"
    PREFIX = "prefix"


class Mode(NamedTuple):
    """A letter and what it means.

    Attributes:
        letter: as it is written.
        kind: what follows it.
        means: the setting of a room, the role, or the list that it stands for.
        sigil: what stands before the nick of somebody with this role.
        fixed: whether nobody can change it by this letter.
    """

    letter: str
    kind: Kind
    means: str
    sigil: str = ""
    fixed: bool = False


Table = Mapping[str, Mode]


def _table(*modes: Mode) -> dict[str, Mode]:
    return {mode.letter: mode for mode in modes}


ROOM_MODES: Final[Table] = _table(
    # The highest first, which is the order of PREFIX.
    Mode("q", Kind.PREFIX, Role.OWNER, "~"),
    Mode("o", Kind.PREFIX, Role.OPERATOR, "@"),
    Mode("v", Kind.PREFIX, Role.VOICED, "+"),
    Mode("b", Kind.LIST, "bans"),
    Mode("I", Kind.LIST, Role.MEMBER),
    Mode("k", Kind.KEY, "password"),
    Mode("H", Kind.VALUE, "history"),
    Mode("W", Kind.VALUE, "slow"),
    Mode("i", Kind.FLAG, "invite-only"),
    Mode("m", Kind.FLAG, "moderated"),
    # Nobody speaks in a room from outside of it.
    Mode("n", Kind.FLAG, "members-only", fixed=True),
    Mode("P", Kind.FLAG, "permanent", fixed=True),
    Mode("r", Kind.FLAG, "registered", fixed=True),
    Mode("s", Kind.FLAG, "private"),
)
"""Of rooms: all that they have."""

USER_MODES: Final[Table] = _table(
    Mode("i", Kind.FLAG, "invisible", fixed=True),
    Mode("o", Kind.FLAG, "operator", fixed=True),
    Mode("r", Kind.FLAG, "account", fixed=True),
    Mode("Z", Kind.FLAG, "secure", fixed=True),
)
"""Of people: what they are, which no letter changes. Everybody is invisible: a mask finds only
those with whom one shares a room."""


class Change(NamedTuple):
    """One change that is asked for, or was made."""

    add: bool
    mode: Mode
    param: str = ""


class Asked(NamedTuple):
    """What a line asks for.

    Attributes:
        changes: in order.
        lists: those to be shown.
        unknown: letters that mean nothing.
        lacking: those whose parameter is missing.
        over: changes beyond what one line may make.
    """

    changes: tuple[Change, ...] = ()
    lists: tuple[Mode, ...] = ()
    unknown: tuple[str, ...] = ()
    lacking: tuple[Mode, ...] = ()
    over: tuple[Change, ...] = ()


def read_modes(
    words: Sequence[str], table: Table = ROOM_MODES, most: int = MODES_PER_LINE
) -> Asked:
    """Read what stands behind the target of MODE.

    Args:
        words: letters with signs, then parameters; those too many are left alone.
        table: which letters there are.
        most: how many changes there may be.
    """
    letters, params = (words[0] if words else ""), iter(words[1:])
    changes: list[Change] = []
    lists: dict[Mode, None] = {}
    unknown: dict[str, None] = {}
    lacking: list[Mode] = []
    add = True
    for letter in letters:
        mode = table.get(letter)
        if letter in "+-":
            add = letter == "+"
        elif mode is None:
            unknown[letter] = None
        else:
            param = next(params, "") if _takes_one(mode, add=add) else ""
            if param or not _needs_one(mode, add=add):
                changes.append(Change(add, mode, param))
            elif mode.kind is Kind.LIST:
                lists[mode] = None
            else:
                lacking.append(mode)
    return Asked(
        tuple(changes[:most]), tuple(lists), tuple(unknown), tuple(lacking), tuple(changes[most:])
    )


def _takes_one(mode: Mode, *, add: bool) -> bool:
    return mode.kind is not Kind.FLAG and (add or mode.kind is not Kind.VALUE)


def _needs_one(mode: Mode, *, add: bool) -> bool:
    return _takes_one(mode, add=add) and (add or mode.kind is not Kind.KEY)


def write_modes(changes: Iterable[Change]) -> tuple[str, ...]:
    """The words of a line that tells changes: letters with as few signs as do, then parameters."""
    letters, params, sign = "", [], ""
    for change in changes:
        wanted = "+" if change.add else "-"
        letters += change.mode.letter if wanted == sign else wanted + change.mode.letter
        sign = wanted
        if change.param:
            params.append(change.param)
    return (letters, *params)


# What there is, for clients


def chanmodes(table: Table = ROOM_MODES) -> str:
    """The ISUPPORT token's value: letters of the kinds A, B, C and D."""
    kinds = (Kind.LIST, Kind.KEY, Kind.VALUE, Kind.FLAG)
    return ",".join(letters(table, kind) for kind in kinds)


def prefix(table: Table = ROOM_MODES) -> str:
    """The ISUPPORT token's value: letters of roles and their signs, the highest first."""
    roles = [mode for mode in table.values() if mode.kind is Kind.PREFIX]
    return f"({''.join(m.letter for m in roles)}){''.join(m.sigil for m in roles)}"


def letters(table: Table, *kinds: Kind) -> str:
    """The letters of these kinds, or all of them without one, in order."""
    return "".join(sorted(m.letter for m in table.values() if not kinds or m.kind in kinds))
