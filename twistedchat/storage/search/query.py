"""The language of searches: words, "a phrase", wor*, from:nick, in:#room, before:DATE, after:DATE.

All words and phrases must be in the message. Of several nicks or rooms one is enough; ``in:@bob``
is one's private conversation with somebody. A date is what ``core.dates`` understands; ``after:``
includes the day that it names, ``before:`` does not.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from twistedchat.core import dates
from twistedchat.core.errors import BadArguments
from twistedchat.core.names import nick_key, room_key
from twistedchat.core.text import shorten
from twistedchat.storage.search.words import has_word, is_whole

MOST_TERMS = 30
PREFIX_LEAST = 2
QUOTED = 40

_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'))
_ITEM = re.compile(
    r"""(from|in|before|after):(?:"([^"]*)"?|(\S*)) | "([^"]*)"? | (\S+)""",
    re.IGNORECASE | re.VERBOSE,
)

HOW = 'Write words, "a phrase", from:NICK, in:#ROOM, before:DATE or after:DATE.'


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase; with ``prefix`` the beginning of one."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What to search for.

    Attributes:
        terms: all of these are in the message.
        nicks: keys of nicks, one of which is the speaker's; empty for anybody's.
        places: keys of rooms, or of nicks with ``@``, one of which it was said in; empty for any.
        since: when it was said at the earliest, in seconds since 1970.
        until: before when it was said.
    """

    terms: tuple[Term, ...] = ()
    nicks: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    since: float | None = None
    until: float | None = None


@dataclass
class _Parts:
    now: float
    zone: tzinfo | None
    terms: list[Term] = field(default_factory=list)
    nicks: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    since: list[float] = field(default_factory=list)
    until: list[float] = field(default_factory=list)


def parse(text: str, now: float, zone: tzinfo | None = UTC) -> Query:
    """Understand what somebody has typed.

    Args:
        text: as it was typed.
        now: seconds since 1970, for times ago.
        zone: in which dates are meant; None for the machine's own.

    Raises:
        BadArguments: it is no query; the sentence says why.
    """
    parts = _Parts(now, zone)
    for key, quoted, value, phrase, word in _ITEM.findall(text.translate(_QUOTES)):
        if key:
            _KEYS[key.lower()](parts, quoted or value)
        elif has_word(phrase or word):
            parts.terms.append(Term(phrase) if phrase else _word(word))
    if len(parts.terms) > MOST_TERMS:
        raise BadArguments(f"Search for at most {MOST_TERMS} words at once.")
    query = _query(parts)
    if query == Query():
        raise BadArguments(f"There is no word to search for. {HOW}")
    return query


def _query(parts: _Parts) -> Query:
    return Query(
        tuple(dict.fromkeys(parts.terms)),
        frozenset(parts.nicks),
        frozenset(parts.places),
        max(parts.since, default=None),
        min(parts.until, default=None),
    )


def _word(text: str) -> Term:
    word = text.rstrip("*")
    if word == text or is_whole(word):
        return Term(word)
    if len(word) < PREFIX_LEAST:
        raise BadArguments(
            f"{word}* is too short: write at least {PREFIX_LEAST} letters before the star."
        )
    return Term(word, prefix=True)


def _from(parts: _Parts, value: str) -> None:
    key = nick_key(value.removeprefix("@"))
    if key is None:
        raise BadArguments(f"from:{shorten(value, QUOTED)} is no nick. Write from:NICK.")
    parts.nicks.add(key)


def _in(parts: _Parts, value: str) -> None:
    private = value.startswith("@")
    key = nick_key(value[1:]) if private else room_key(value)
    if key is None:
        raise BadArguments(f"in:{shorten(value, QUOTED)} is no room. Write in:#ROOM or in:@NICK.")
    parts.places.add(f"@{key}" if private else key)


def _before(parts: _Parts, value: str) -> None:
    parts.until.append(_time(parts, "before", value))


def _after(parts: _Parts, value: str) -> None:
    parts.since.append(_time(parts, "after", value))


_KEYS: dict[str, Callable[[_Parts, str], None]] = {
    "from": _from,
    "in": _in,
    "before": _before,
    "after": _after,
}


def _time(parts: _Parts, key: str, value: str) -> float:
    at = dates.read(value, parts.now, parts.zone)
    if at is None:
        raise BadArguments(
            f"{key}:{shorten(value, QUOTED)} is no date. Write one of {dates.EXAMPLES}."
        )
    return at
