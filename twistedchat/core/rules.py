"""What a room's owners can set: who sees it, who comes in, who speaks, what, and how often."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, TypeAlias

from twistedchat.core import durations
from twistedchat.core.errors import BadArguments
from twistedchat.core.text import clean_or_empty, shorten

SLOWEST = 6 * 3600
KEPT_MOST = 1_000_000_000
WORDS_MOST = 100
WORD_CHARS = 50
PASSWORD_LEAST = 4
PASSWORD_MOST = 128


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of a room.

    Attributes:
        private: only who belongs to it sees it.
        password: hash of what is asked for on joining; "" for nothing.
        invite_only: only who was invited, or has a role, comes in.
        moderated: only operators and voiced people speak.
        slow: seconds between two messages of one person; 0 for no bound.
        keep_seconds: how long messages are kept; 0 for ever, None as everywhere.
        keep_count: how many messages are kept; 0 for all, None as everywhere.
        filtered: words that nobody can say here, case-folded.
    """

    private: bool = False
    password: str = ""
    invite_only: bool = False
    moderated: bool = False
    slow: float = 0.0
    keep_seconds: int | None = None
    keep_count: int | None = None
    filtered: tuple[str, ...] = ()

    @property
    def guarded(self) -> bool:
        """Whether not everybody can say everything at any time."""
        return self.moderated or self.slow > 0 or bool(self.filtered)

    def keeps_less(self, than: "Rules") -> bool:
        """Whether messages could be erased that other settings keep."""
        seconds, count = self.keep_seconds, self.keep_count
        return _tighter(seconds, than.keep_seconds) or _tighter(count, than.keep_count)


def _tighter(bound: int | None, before: int | None) -> bool:
    """Whether a bound keeps less; how much is kept everywhere is not known here."""
    if bound in (before, 0):
        return False
    return bound is None or not before or bound < before


@dataclass(frozen=True, slots=True)
class Retention:
    """How long messages are kept where a room says nothing of its own.

    Attributes:
        seconds: for how long; 0 for ever.
        count: how many of a room; 0 for all.
        private_seconds: for how long private messages are; 0 for ever.
    """

    seconds: int = 0
    count: int = 0
    private_seconds: int = 0


OPEN = Rules()
FOR_EVER = Retention()
NAMES = tuple(field.name for field in fields(Rules))

# What a setting changes: fields of Rules with their new values. Plain data: it crosses the bus.
Changed: TypeAlias = tuple[tuple[str, Any], ...]


def read(setting: str, value: str) -> tuple[str, Changed]:
    """The setting that somebody means, and what it changes.

    A password is given back as it was typed; whoever asks has it hashed.

    Raises:
        BadArguments: there is no such setting, or it can't have this value.
    """
    name = setting.casefold().replace("_", "-")
    found = _SETTINGS.get(name)
    if found is None:
        known = ", ".join(_SETTINGS)
        raise BadArguments(f"A room has no setting {shorten(setting, 20)}. There are: {known}.")
    return name, found(value.strip())


def told(setting: str, rules: Rules) -> str:
    """A setting's value for everybody in the room: neither password nor filtered words."""
    match setting:
        case "slow":
            return durations.spell(rules.slow) if rules.slow else "off"
        case "history":
            return _kept(rules)
        case "filter":
            words = len(rules.filtered)
            return f"{words} {'word' if words == 1 else 'words'}" if words else "off"
        case _:
            return "on" if getattr(rules, setting.replace("-", "_")) else "off"


def _kept(rules: Rules) -> str:
    count, seconds = rules.keep_count, rules.keep_seconds
    if count is None and seconds is None:
        return "as everywhere"
    parts = [f"{count} messages"] if count else []
    parts += [durations.spell(seconds)] if seconds else []
    return ", ".join(parts) or "everything"


def filtered_word(rules: Rules, text: str) -> str | None:
    """The first word of a text that can't be said under these rules.

    Whole words are compared, case-folded and in their compatible form (NFKC), so that neither
    capitals nor full-width letters get around them; a part of a longer word is no match.
    """
    if not rules.filtered:
        return None
    forbidden = _as_set(rules.filtered)
    return next((word for word in words_of(text) if word in forbidden), None)


@lru_cache(maxsize=256)
def _as_set(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(words)


def words_of(text: str) -> list[str]:
    """The words of a text in the form in which they are compared."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    folded = text.casefold()
    return "".join(_part(character) for character in folded).split()


def _part(character: str) -> str:
    """A character that belongs to a word, nothing for one that can't be seen, else a space."""
    if character.isalnum() or character == "_":
        return character
    if character.isascii():
        return " "
    category = unicodedata.category(character)
    if category[0] == "M":
        return character
    return "" if category == "Cf" else " "


def _yes_or_no(field: str) -> Callable[[str], Changed]:
    def read_it(value: str) -> Changed:
        if value.casefold() not in ("on", "off"):
            raise BadArguments(f"{field.replace('_', '-')} is on or off.")
        return ((field, value.casefold() == "on"),)

    return read_it


def _password(value: str) -> Changed:
    if value.casefold() == "off":
        return (("password", ""),)
    if value.split() != [value] or clean_or_empty(value) != value:
        raise BadArguments("A room's password is one word, or off for none.")
    if not PASSWORD_LEAST <= len(value) <= PASSWORD_MOST:
        raise BadArguments(
            f"A room's password has {PASSWORD_LEAST} to {PASSWORD_MOST} characters. Take another."
        )
    return (("password", value),)


def _slow(value: str) -> Changed:
    if value.casefold() in ("off", "0"):
        return (("slow", 0.0),)
    seconds = float(value[:9]) if _is_number(value) else durations.parse(value)
    if seconds is None or not 0 < seconds <= SLOWEST:
        raise BadArguments("Slow mode is off, or a time such as 30 (seconds) or 5m, at most 6h.")
    return (("slow", seconds),)


def _history(value: str) -> Changed:
    match value.casefold():
        case "default":
            return (("keep_seconds", None), ("keep_count", None))
        case "all":
            return (("keep_seconds", 0), ("keep_count", 0))
    if _is_number(value) and 0 < int(value[:10]) <= KEPT_MOST:
        return (("keep_count", int(value[:10])),)
    seconds = None if _is_number(value) else durations.parse(value)
    if not seconds:
        raise BadArguments(
            "history is a number of messages, a time such as 30d, all, or default as everywhere."
        )
    return (("keep_seconds", int(seconds)),)


def _filter(value: str) -> Changed:
    if value.casefold() == "off":
        return (("filtered", ()),)
    words = tuple(dict.fromkeys(words_of(value)))
    if not words:
        raise BadArguments("Say which words nobody can say here, with spaces between, or off.")
    if len(words) > WORDS_MOST or max(map(len, words)) > WORD_CHARS:
        raise BadArguments(
            f"A filter has at most {WORDS_MOST} words of at most {WORD_CHARS} characters."
        )
    return (("filtered", words),)


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit()


_SETTINGS: dict[str, Callable[[str], Changed]] = {
    "private": _yes_or_no("private"),
    "password": _password,
    "invite-only": _yes_or_no("invite_only"),
    "moderated": _yes_or_no("moderated"),
    "slow": _slow,
    "history": _history,
    "filter": _filter,
}
SETTINGS = tuple(_SETTINGS)
