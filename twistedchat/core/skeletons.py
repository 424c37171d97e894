"""What a text looks like: skeletons after Unicode's UTS 39, and the looks of a name.

Two texts with the same skeleton are drawn alike in common fonts. The table comes from Unicode (see
``_confusables.py``) and is loaded when the first text that is not ASCII asks for it.

A skeleton alone is not enough to say that two *names* look alike, because names are compared
without regard to case, and letters look different in capitals: a stranger called ``lan`` is seen
as ``Ian`` by those who know ``ian``. So a name has looks:

- *seen*: how it is shown, capitals counted or not;
- *meant*: how people may expect to see it: in lower case, capitalised, in capitals.

Two names look alike when one is seen as the other is meant.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cache, lru_cache

# What an ASCII character is drawn like, of the same table, so that ASCII never loads it.
_ASCII = str.maketrans(
    {'"': "''", "%": "\u00ba/\u2080", "`": "'", "|": "l", "1": "l", "I": "l", "0": "O", "m": "rn"}
)

# Between two ASCII names only these count: "modem" and "modern" are two honest words.
_ASCII_NAME = str.maketrans({"1": "l", "I": "l", "0": "O"})

# Default_Ignorable_Code_Point: drawn as nothing, so a skeleton has none (UTS 39 since 15.1).
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]+"
)


class _Prototypes:
    """The table as ``str.translate`` wants it; packed, as a dict would take ten times as much."""

    def __init__(self, characters: str, prototypes: str) -> None:
        self._characters = characters
        self._prototypes = prototypes
        self._starts = array("H", [0])
        self._starts.extend(end.end() for end in re.finditer("\n", prototypes))

    def __getitem__(self, code: int) -> str:
        character = chr(code)
        index = bisect_left(self._characters, character)
        if self._characters[index : index + 1] != character:
            raise LookupError
        return self._prototypes[self._starts[index] : self._starts[index + 1] - 1]


@cache
def _table() -> _Prototypes:
    from twistedchat.core import _confusables  # only who needs it pays for it

    return _Prototypes(_confusables.CHARACTERS, _confusables.PROTOTYPES)


def skeleton(text: str) -> str:
    """Reduce a text to what it looks like (UTS 39): equal skeletons are drawn alike.

    A skeleton is for comparing only; it is never shown.
    """
    if text.isascii():
        return text.translate(_ASCII)
    visible = _IGNORABLE.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFD", visible.translate(_table()))


def _ascii_shape(text: str) -> str:
    return text.translate(_ASCII_NAME)


def caseless(text: str, shape: Callable[[str], str] = skeleton) -> str:
    """Reduce a text to what it looks like when capitals are not told from small letters."""
    if text.isascii():
        return text.translate(_ascii_caseless(shape))
    return _caseless(text, shape)


def _caseless(text: str, shape: Callable[[str], str]) -> str:
    # Lower case can have a prototype of its own (M, m, rn), and that a lower case again.
    for _ in range(2):
        text = shape(shape(text).casefold())
    return text


class _AsciiCaseless(dict[int, str]):
    """The same for each ASCII character: there none changes what another becomes."""

    def __init__(self, shape: Callable[[str], str]) -> None:
        super().__init__()
        self._shape = shape

    def __missing__(self, code: int) -> str:
        self[code] = _caseless(chr(code), self._shape)
        return self[code]


_ascii_caseless = cache(_AsciiCaseless)


def _looks(shown: str, key: str, shape: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Yield each look as what it is filed under and what it is asked for."""
    plain = caseless(key, shape)
    for look in {plain} if shown == key else {plain, caseless(shown, shape)}:
        yield "~" + look, "~" + look
    yield "seen " + shape(shown), "meant " + shape(shown)
    # In capitals a name is only news where it reads differently there: "ian" as "Ian", "lan".
    for capitals in {key[:1].upper() + key[1:], key.upper()}:
        if caseless(capitals, shape) != plain:
            yield "meant " + shape(capitals), "seen " + shape(capitals)


@lru_cache(maxsize=128)
def looks(shown: str, key: str) -> tuple[frozenset[str], frozenset[str]]:
    """Compute the looks of a name, for use as the keys of an index.

    Args:
        shown: the name as it is shown.
        key: the form in which it is compared, in lower case.

    Returns:
        What to file the name under, and what to look for to find those that look like it: one name
        looks like another when something the one looks for is what the other is filed under.
    """
    whole = list(_looks(shown, key, skeleton))
    if not shown.isascii():
        return (
            frozenset("other " + filed for filed, _ in whole),
            frozenset(kind + asked for _, asked in whole for kind in ("other ", "ascii ")),
        )
    narrow = list(_looks(shown, key, _ascii_shape))
    return (
        frozenset([*("ascii " + filed for filed, _ in whole), *(filed for filed, _ in narrow)]),
        frozenset([*("other " + asked for _, asked in whole), *(asked for _, asked in narrow)]),
    )
