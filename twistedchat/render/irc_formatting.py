"""Formatting codes of IRC (modern.ircdocs.horse/formatting): stripped, or as colours of terminals.

    02 bold   1D italics   1F underline   1E strikethrough   11 monospace   16 reverse   0F plain
    03 [fg ["," bg]]            colours 00 to 98; 99 is the reader's own; alone: both are
    04 [rrggbb ["," rrggbb]]    likewise in hexadecimal

Each of the first six ends what it has begun. Nothing lasts beyond the end of a text.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from twistedchat.render.ansi import RESET

CODES: Final = re.compile(
    "\x03(?:([0-9]{1,2})(?:,([0-9]{1,2}))?)?"
    "|\x04(?:([0-9a-fA-F]{6})(?:,([0-9a-fA-F]{6}))?)?"
    "|[\x02\x0f\x11\x16\x1d\x1e\x1f]"
)
"""Every code with its digits."""

_COLOUR, _HEX, _PLAIN = "\x03", "\x04", "\x0f"
# What switches, with its parameter of SGR (ECMA-48); terminals have one kind of letter anyway.
_SWITCHES = {"\x02": 1, "\x1d": 3, "\x1f": 4, "\x16": 7, "\x1e": 9, "\x11": 0}
# Colours 00 to 15 of IRC as foregrounds of SGR.
_BASIC = (97, 30, 34, 32, 91, 31, 35, 33, 93, 92, 36, 96, 94, 95, 90, 37)
# Colours 16 to 98 among the 256 of terminals.
_EXTENDED = (
    *(52, 94, 100, 58, 22, 29, 23, 24, 17, 54, 53, 89),
    *(88, 130, 142, 64, 28, 35, 30, 25, 18, 91, 90, 125),
    *(124, 166, 184, 106, 34, 49, 37, 33, 19, 129, 127, 161),
    *(196, 208, 226, 154, 46, 86, 51, 75, 21, 171, 201, 198),
    *(203, 215, 227, 191, 83, 122, 87, 111, 63, 177, 207, 205),
    *(217, 223, 229, 193, 157, 158, 159, 153, 147, 183, 219, 212),
    *(16, 233, 235, 237, 239, 241, 244, 247, 250, 254, 231),
)
_DEFAULT = "99"


class Look(NamedTuple):
    """How a part of a text looks.

    Attributes:
        switches: codes that hold, in the order of ``_SWITCHES``.
        front: colour of the letters, as in the code; "" for the reader's own.
        back: colour behind them.
    """

    switches: str = ""
    front: str = ""
    back: str = ""


OWN = Look()
"""How a text looks in which nothing is said about it."""


def strip(text: str) -> str:
    """The text without codes."""
    return text if text.isprintable() else CODES.sub("", text)


def to_ansi(text: str) -> str:
    """The text with its codes as those of terminals; what looks otherwise ends with the text."""
    if text.isprintable():
        return text
    parts, last = [], OWN
    for look, part in runs(text):
        if look != last:
            parts.append(_sgr(look))
            last = look
        parts.append(part)
    if last != OWN:
        parts.append(RESET)
    return "".join(parts)


def runs(text: str) -> Iterator[tuple[Look, str]]:
    """The parts of a text, none empty, and how each looks."""
    look, start = OWN, 0
    for found in CODES.finditer(text):
        if found.start() > start:
            yield look, text[start : found.start()]
        look, start = _after(look, found), found.end()
    if start < len(text):
        yield look, text[start:]


def look_after(text: str, look: Look = OWN) -> Look:
    """How the next letter would look behind a text that begins with this look."""
    for found in CODES.finditer(text):
        look = _after(look, found)
    return look


def opening(look: Look) -> str:
    """The codes that make what follows look so, whatever it begins with."""
    codes, front = "", look.front
    if look.back:
        # What is behind can only be given together with the letters' own colour of its kind.
        anyhow = _DEFAULT if len(look.back) == 2 else "000000"
        codes = f"{_code(look.back)}{anyhow},{look.back}"
        front = front or _DEFAULT
    codes += f"{_code(front)}{front}" if front else ""
    # Bold on and off: a comma and digits behind it belong to the text.
    return codes + (look.switches or ("\x02\x02" if codes else ""))


def _code(colour: str) -> str:
    return _COLOUR if len(colour) == 2 else _HEX


def _after(look: Look, found: re.Match[str]) -> Look:
    """How it looks behind a code."""
    code = found[0][0]
    if code == _PLAIN:
        return OWN
    if code in _SWITCHES:
        held = set(look.switches) ^ {code}
        return look._replace(switches="".join(one for one in _SWITCHES if one in held))
    front, back = (found[1], found[2]) if code == _COLOUR else (found[3], found[4])
    if front is None:
        return look._replace(front="", back="")
    return look._replace(front=_named(front), back=look.back if back is None else _named(back))


def _named(colour: str) -> str:
    """A colour in two digits or six; "" for the reader's own."""
    return "" if colour == _DEFAULT else colour.zfill(2)


def _sgr(look: Look) -> str:
    if look == OWN:
        return RESET
    numbers = [str(_SWITCHES[one]) for one in look.switches if _SWITCHES[one]]
    if look.front:
        numbers.append(_colour(look.front, 0))
    if look.back:
        numbers.append(_colour(look.back, 10))
    return f"\x1b[{';'.join(['0', *numbers])}m"


def _colour(colour: str, behind: int) -> str:
    """The parameters of a colour for the letters, or with 10 for what is behind them."""
    if len(colour) == 2 and int(colour) < len(_BASIC):
        return str(_BASIC[int(colour)] + behind)
    if len(colour) == 2:
        return f"{38 + behind};5;{_EXTENDED[int(colour) - len(_BASIC)]}"
    red, green, blue = (_step(int(colour[at : at + 2], 16)) for at in (0, 2, 4))
    return f"{38 + behind};5;{16 + 36 * red + 6 * green + blue}"


def _step(part: int) -> int:
    """The nearest of the six levels that each part of a colour has among the 256."""
    return min(range(6), key=lambda step: abs(part - (55 + 40 * step if step else 0)))
