"""The nearest free nick, for whoever wants one that is taken."""

import unicodedata
from collections.abc import Callable

from twistedchat.core.errors import BadNick
from twistedchat.core.names import Name, prepare_nick

_TRIED_SINGLY = 20


def nearest_free(
    name: Name, taken: Callable[[Name], bool], max_chars: int = 32, max_bytes: int = 64
) -> Name:
    """Find a free nick near a taken one: ada2, ada3, ...

    The first numbers are tried one by one, then by doubling and halving, so that a crowd with one
    nick costs nobody much. ``taken`` says whether somebody has a nick, or one that looks like it.

    Raises:
        BadNick: no number that fits is free.
    """

    def numbered(number: int) -> Name:
        return _numbered(name, str(number), max_chars, max_bytes)

    # One place stays for the first character of the name.
    end = 10 ** (min(max_chars, max_bytes) - 1)
    number = _first_free(lambda number: not taken(numbered(number)), end)
    if number is None:
        raise BadNick(f"Every nick near {name.shown} is taken: choose another one.")
    return numbered(number)


def _first_free(is_free: Callable[[int], bool], end: int) -> int | None:
    """Find a free number from 2 up, in few questions; the number before it is taken."""
    low = 1
    high = 2
    while high < end and not is_free(high):
        low, high = high, high + 1 if high < _TRIED_SINGLY else high * 2
    if high >= end:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_free(middle) else (middle, high)
    return high


def _numbered(name: Name, number: str, max_chars: int, max_bytes: int) -> Name:
    cut = _cut(name.shown, max_chars - len(number), max_bytes - len(number))
    try:
        return prepare_nick(cut + number, max_chars, max_bytes, frozenset())
    except BadNick:  # what is left of the nick cannot stand before a number
        cut = _cut("guest", max_chars - len(number), max_bytes - len(number))
        return prepare_nick(cut + number, max_chars, max_bytes, frozenset())


def _cut(text: str, chars: int, size: int) -> str:
    """Shorten a nick without parting a letter from its marks."""
    end = min(len(text), chars)
    while end and (
        len(text[:end].encode()) > size
        or (end < len(text) and unicodedata.category(text[end])[0] in "MC")
    ):
        end -= 1
    return text[:end]
