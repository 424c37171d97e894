r"""Masks: ``nick!user@host`` and ``*``, ``?`` in them.

``*`` stands for any characters, ``?`` for one, and a backslash takes from the next of them its
meaning. Letters are compared case-folded, as names are.
"""

from functools import lru_cache
from re import DOTALL, Pattern
from re import compile as compile_
from re import escape as quoted
from typing import NamedTuple

WILD = "*?"
# A person has no user name of their own here; ``~`` says that nobody has checked it.
USER = "~u"


class Mask(NamedTuple):
    """Whom a mask means; each part may be ``*``."""

    nick: str = "*"
    user: str = "*"
    host: str = "*"

    def __str__(self) -> str:
        return f"{self.nick}!{self.user}@{self.host}"


def read_mask(text: str) -> Mask:
    """The parts of a mask, as people write it: a word alone is a nick, what is missing anybody."""
    person, at, host = text.partition("@")
    nick, bang, user = person.partition("!")
    if at and not bang:
        nick, user = "", nick
    return Mask(nick or "*", user or "*", host or "*")


def source_of(nick: str, cloak: str) -> str:
    """Who somebody is, at the beginning of a line."""
    return f"{nick}!{USER}@{cloak}"


def matches(mask: str, text: str) -> bool:
    """Whether a text is meant by a mask; it takes linear time for each star at worst."""
    return _compiled(mask.casefold()).fullmatch(text.casefold()) is not None


@lru_cache(maxsize=512)
def _compiled(mask: str) -> Pattern[str]:
    """A pattern in which each star takes as little as it can and never gives it back.

    The first place where the words behind a star fit is as good as any later one, except for the
    last words, which have to stand at the end.
    """
    pieces = [_piece(one) for one in _stars(mask)]
    if len(pieces) == 1:
        return compile_(pieces[0], DOTALL)
    first, *middle, last = pieces
    inside = "".join(f"(?>.*?{piece})" for piece in middle if piece)
    return compile_(f"{first}{inside}.*{last}", DOTALL)


def _stars(mask: str) -> list[str]:
    """The mask cut at its stars."""
    pieces, letters = [""], iter(mask)
    for letter in letters:
        if letter == "*":
            pieces.append("")
        else:
            pieces[-1] += letter + (next(letters, "") if letter == "\\" else "")
    return pieces


def _piece(text: str) -> str:
    """A pattern for what stands between two stars."""
    made, letters = "", iter(text)
    for letter in letters:
        if letter == "\\":
            made += quoted(next(letters, "\\"))
        else:
            made += "." if letter == "?" else quoted(letter)
    return made
