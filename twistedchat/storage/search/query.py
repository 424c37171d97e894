"""The language of searches: words, "a phrase", wor*, from:nick, in:#room, before:DATE, after:DATE.

All words and phrases must be in the message. Of several nicks or rooms one is enough. A date is
``2026-11-20``, ``2026-11-20T18:30``, ``today``, ``yesterday`` or a time ago such as ``2h`` or
``3d``; ``after:`` includes the day that it names, ``before:`` does not.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from twistedchat.core import durations
from twistedchat.core.errors import BadArguments
from twistedchat.core.names import nick_key, room_key
from twistedchat.core.text import shorten
from twistedchat.storage.search.words import has_word

MOST_TERMS = 30
_QUOTED = 40

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
        places: keys of rooms, one of which it was said in; empty for any.
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
    zone: tzinfo
    terms: list[Term] = field(default_factory=list)
    nicks: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    since: list[float] = field(default_factory=list)
    until: list[float] = field(default_factory=list)


def parse(text: str, now: float, zone: tzinfo = UTC) -> Query:
    """Understand what somebody has typed.

    Args:
        text: as it was typed.
        now: seconds since 1970, for times ago.
        zone: in which dates are meant.

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
    return Term(text.rstrip("*"), prefix=text.endswith("*"))


def _from(parts: _Parts, value: str) -> None:
    key = nick_key(value.removeprefix("@"))
    if key is None:
        raise BadArguments(f"from:{shorten(value, _QUOTED)} is no nick. Write from:NICK.")
    parts.nicks.add(key)


def _in(parts: _Parts, value: str) -> None:
    key = room_key(value)
    if key is None:
        raise BadArguments(f"in:{shorten(value, _QUOTED)} is no room. Write in:#ROOM.")
    parts.places.add(key)


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
_DAYS_AGO = {"today": 0, "yesterday": 1}


def _time(parts: _Parts, key: str, value: str) -> float:
    span = durations.parse(value)
    if span is not None:
        return parts.now - span
    try:
        if value.lower() in _DAYS_AGO:
            return _day(parts, _DAYS_AGO[value.lower()])
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=parts.zone)).timestamp()
    except (ValueError, OverflowError):
        raise BadArguments(
            f"{key}:{shorten(value, _QUOTED)} is no date. "
            f"Write {key}:2026-11-20, {key}:2026-11-20T18:30, {key}:yesterday or {key}:2h."
        ) from None


def _day(parts: _Parts, ago: int) -> float:
    here = datetime.fromtimestamp(parts.now, parts.zone) - timedelta(days=ago)
    return here.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
