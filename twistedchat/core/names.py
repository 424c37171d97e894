"""Names of people and rooms: which ones can be had, when two are the same, when they look alike.

A name is normalised (NFKC), prepared and compared by the Nickname profile of PRECIS (RFC 8266), and
kept to what PRECIS lets through and a chat cannot use: no white space, none of the characters that
commands, masks, lists and server lines are made of (nor symbols drawn like them), nothing
invisible, at most 3 combining marks in a row (Hebrew and Indic spelling need 3), and with letters
written from right to left the Bidi rule of RFC 5893. A name of ASCII punctuation such as ``^_^`` is
fine.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from precis_i18n import get_profile
from precis_i18n.bidi import bidi_rule, has_rtl
from precis_i18n.unicode import UnicodeData

from twistedchat.core.errors import BadName, BadNick, BadRoomName
from twistedchat.core.lookalikes import LookIndex, Name, looks_alike
from twistedchat.core.skeletons import caseless, skeleton

__all__ = [
    "RESERVED",
    "LookIndex",
    "Name",
    "is_reserved",
    "known_name",
    "looks_alike",
    "nick_key",
    "prepare_nick",
    "prepare_room",
    "room_key",
]

# fmt: off
RESERVED = frozenset((
    "server", "system", "service", "root", "admin", "administrator", "operator", "sysop",
    "moderator", "twistedchat", "notice", "nickserv", "chanserv", "you", "anonymous", "nobody",
    "everyone", "all", "here",
))
# fmt: on
"""Nicks that nobody can have, because they would be taken for the server or for other people."""

_FORBIDDEN = frozenset("#&@+%~!/<>\"',:;*?$=")
_NOT_FIRST = frozenset("-.{")
# Letters of which PRECIS does nothing but fold the case, whatever stands beside them.
_LETTERS = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u012f\u0134-\u013e\u0141-\u0148\u014a-\u017e"
    "\u0391-\u03a1\u03a3-\u03af\u03b1-\u03ce\u0400-\u045f\u048a-\u052f"
    "\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff"
)
_PLAIN = re.compile(rf"[{_LETTERS}\[\]\\^_`|}}()][{_LETTERS}0-9\[\]\\^_`{{|}}().-]*")
# The only letter drawn like the star of a server line; other letters may look like anything.
_STAR = "\U0001031f"
_NOT_IN_WORDS = re.compile(r"[\W_]+")
_BLANKS = "\u2800\ufffc\ufffd"
_MOST_MARKS = 3
# Nothing longer is looked at: a name of any setting fits, and a cache of these stays small.
_LONGEST = 128

_PRECIS = get_profile("NicknameCaseMapped:CaseFold")
_UNICODE = UnicodeData()


@dataclass(frozen=True, slots=True)
class _Kind:
    noun: str
    error: type[BadName]
    sigil: str


_NICK = _Kind("nick", BadNick, "")
_ROOM = _Kind("room name", BadRoomName, "#")


class _FaultError(Exception):
    """What is wrong with a name, worded to follow "A nick cannot "."""


def prepare_nick(
    text: str,
    max_chars: int = 32,
    max_bytes: int = 64,
    reserved: frozenset[str] = RESERVED,
) -> Name:
    """Make a nick of what somebody typed.

    Args:
        text: the nick as typed.
        max_chars: how many characters it may have.
        max_bytes: how many bytes it may have in UTF-8.
        reserved: words that no nick may look like; empty to leave that to ``is_reserved``.

    Raises:
        BadNick: it cannot be a nick; the sentence says why and what is allowed.
    """
    name = _prepared(text, _NICK, max_chars, max_bytes)
    if is_reserved(name, reserved):
        raise BadNick(f"The nick {name.shown} is reserved: choose another one.")
    return name


def prepare_room(text: str, max_chars: int = 64, max_bytes: int = 100) -> Name:
    """Make a room's name of what somebody typed, with or without ``#`` in front.

    Raises:
        BadRoomName: it cannot be a room's name; the sentence says why and what is allowed.
    """
    return _prepared(text, _ROOM, max_chars, max_bytes)


def known_name(shown: str, key: str) -> Name:
    """The name that was prepared before and kept, whatever the bounds are now."""
    return _name(shown, key)


def nick_key(text: str) -> str | None:
    """Return the form in which a typed nick is looked up, or None if it can be no nick."""
    return _key_or_none(text, "") if len(text) <= _LONGEST else None


def room_key(text: str) -> str | None:
    """Return the form in which a typed room name is looked up, or None if it can be none."""
    return _key_or_none(text, "#") if len(text) <= _LONGEST else None


def is_reserved(name: Name, reserved: frozenset[str] = RESERVED) -> bool:
    """Tell whether a nick is, or looks like, a reserved word, also inside ``_`` or ``[ ]``."""
    bare = _bare(name.shown) if reserved else None
    if bare is None:
        return False
    keys, index = _reserved_words(reserved)
    return bare.key in keys or index.find(bare) is not None


def _prepared(text: str, kind: _Kind, max_chars: int, max_bytes: int) -> Name:
    if len(text) > _LONGEST:
        raise kind.error(_too_long(kind, max_chars, max_bytes))
    shown = _normalised(text, kind.sigil)
    try:
        key = _checked_key(shown)
    except _FaultError as fault:
        raise kind.error(
            f"A {kind.noun} cannot {fault}: begin with a letter and use letters, digits"
            r" and any of [ ] { } | \ ^ _ ` ( ) - ."
        ) from None
    if len(shown) > min(max_chars, _LONGEST) or len(shown.encode()) > max_bytes:
        raise kind.error(_too_long(kind, max_chars, max_bytes))
    return _name(shown, key)


def _too_long(kind: _Kind, max_chars: int, max_bytes: int) -> str:
    return (
        f"That {kind.noun} is too long: choose one of at most {min(max_chars, _LONGEST)}"
        f" characters and {max_bytes} bytes of UTF-8."
    )


def _normalised(text: str, sigil: str) -> str:
    return unicodedata.normalize("NFKC", text).removeprefix(sigil)


def _name(shown: str, key: str) -> Name:
    return Name(shown, key, caseless(shown))


@lru_cache(maxsize=2048)
def _key_or_none(text: str, sigil: str) -> str | None:
    try:
        return _checked_key(_normalised(text, sigil))
    except _FaultError:
        return None


def _checked_key(shown: str) -> str:
    """Return the key of a normalised text; raises _FaultError if it cannot be a name."""
    if _PLAIN.fullmatch(shown):
        return shown.casefold()
    _check_characters(shown)
    _check_marks(shown)
    return _precis_key(shown)


def _check_characters(shown: str) -> None:
    if not shown:
        raise _FaultError("be empty")
    for character in shown:
        if character.isspace():
            raise _FaultError("contain white space")
        if character in _BLANKS or _mimics_forbidden(character):
            raise _FaultError(f"contain {_described(character)}")
    if shown[0] in _NOT_FIRST or shown[0].isdigit():
        raise _FaultError(f"begin with {_described(shown[0])}")


def _mimics_forbidden(character: str) -> bool:
    if character.isascii():
        return character in _FORBIDDEN
    # Letters stay, whatever they look like: a Hebrew yod is drawn like an apostrophe.
    if unicodedata.category(character)[0] in "PS":
        return not _FORBIDDEN.isdisjoint(skeleton(character))
    return character == _STAR


def _check_marks(shown: str) -> None:
    run = 0
    if unicodedata.category(shown[0])[0] == "M":
        raise _FaultError(f"begin with a combining mark (U+{ord(shown[0]):04X})")
    for character in shown:
        run = run + 1 if unicodedata.category(character)[0] == "M" else 0
        if run > _MOST_MARKS:
            raise _FaultError(f"have more than {_MOST_MARKS} combining marks in a row")


def _precis_key(shown: str) -> str:
    try:
        key: str = _PRECIS.enforce(shown)
    except UnicodeEncodeError as error:
        raise _FaultError(f"contain {_described(error.object[error.start])}") from None
    if has_rtl(shown, _UNICODE) and not bidi_rule(shown, _UNICODE):
        raise _FaultError("mix letters written from right to left with others like that")
    return key


def _described(character: str) -> str:
    if character.isascii() and character.isprintable():
        return f'"{character}"' if character != '"' else "a double quote"
    return f"the character U+{ord(character):04X}"


def _bare(text: str) -> Name | None:
    """Return what is left of a name without its ornaments, if anything is."""
    letters = _NOT_IN_WORDS.sub("", unicodedata.normalize("NFKC", text))
    return _name(letters, letters.casefold()) if letters else None


@lru_cache(maxsize=8)
def _reserved_words(reserved: frozenset[str]) -> tuple[frozenset[str], LookIndex]:
    index = LookIndex()
    words = [name for word in reserved if (name := _bare(word))]
    for name in words:
        index.add(name)
    return frozenset(name.key for name in words), index
