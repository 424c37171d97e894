"""What the value of a setting may be.

Each check takes what a flag or the TOML file gave and returns the value to keep, or raises a
ValueError whose text says what is allowed.
"""
# A wrong type is one more value that is not allowed.
# ruff: noqa: TRY004

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo


def whole(least: int) -> Callable[[Any], int]:
    """Make a check for whole numbers from ``least`` up."""
    allowed = f"a whole number, {least} or more"

    def read(given: Any) -> int:
        try:
            number = int(given) if isinstance(given, str) else given
        except ValueError:
            raise ValueError(f"it must be {allowed}") from None
        if type(number) is not int or number < least:
            raise ValueError(f"it must be {allowed}")
        return number

    return read


def one_of(*words: str) -> Callable[[Any], str]:
    """Make a check for one of some words."""

    def read(given: Any) -> str:
        if given not in words:
            raise ValueError(f"it must be {' or '.join(words)}")
        return str(given)

    return read


def text(given: Any) -> str:
    """Check that it is text."""
    if not isinstance(given, str):
        raise ValueError("it must be a text in quotes")
    if "\0" in given:
        raise ValueError("it must be a text without NUL")
    return given


def word(given: Any) -> str:
    """Check that it can be the name of a server."""
    name = text(given)
    if not re.fullmatch(r"[^\s\x00-\x1f\x7f]{1,63}", name):
        raise ValueError("it must be 1 to 63 characters without spaces, like chat.example.org")
    return name


def room(given: Any) -> str:
    """Check that it can be the name of a room."""
    name = text(given).removeprefix("#")
    if not name or re.search(r"[\s#,\x00-\x1f\x7f]", name):
        raise ValueError("it must be the name of a room, like lobby")
    # Not at the top: what prepares names takes a while to load, and --help needs none.
    from twistedchat.core.errors import BadRoomName
    from twistedchat.core.names import prepare_room

    try:
        return prepare_room(name).shown
    except BadRoomName as error:
        raise ValueError(f"it must be the name of a room: {str(error).rstrip('.')}") from None


def rooms(given: Any) -> tuple[str, ...]:
    """Check that all can be names of rooms."""
    several = [given] if isinstance(given, str) else given
    if not isinstance(several, list):
        raise ValueError('it must be the name of a room or a list of them, like ["ops"]')
    return tuple(dict.fromkeys(room(one) for one in several))


def zone(given: Any) -> str:
    """Check that it is a time zone this machine knows."""
    name = text(given)
    try:
        if name:
            ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError(
            "it must be a name of the IANA time zones, like Europe/Berlin, or empty"
        ) from None
    return name


def _endpoint(given: Any) -> str:
    description = text(given)
    kind, colon, rest = description.partition(":")
    if kind.isdigit():
        raise ValueError(f"a number alone is not enough; write tcp:{kind}")
    if not kind or not colon:
        raise ValueError("it must be an endpoint, like tcp:5000 or unix:/run/chat.sock")
    port = rest.split(":", 1)[0]
    named = "=" in port
    if kind in {"tcp", "tcp6", "ssl"} and not (named or (port.isdecimal() and int(port) < 65536)):
        raise ValueError(f"after {kind}: must come a port number from 0 to 65535")
    return description


def endpoints(given: Any) -> tuple[str, ...]:
    """Check endpoint strings as far as that goes without a reactor."""
    several = [given] if isinstance(given, str) else given
    if not isinstance(several, list):
        raise ValueError('it must be an endpoint or a list of them, like ["tcp:5000"]')
    return () if several == ["none"] else tuple(_endpoint(one) for one in several)


def operators(given: Any) -> Mapping[str, str]:
    """Check that every nick has a password hash."""
    if not isinstance(given, dict):
        raise ValueError("it must be a table of nicks, each with a password hash")
    for nick, secret in given.items():
        if not isinstance(secret, str) or not secret.startswith("$argon2"):
            raise ValueError(f"the value of {nick} must be a line that twistedchat-admin made")
    return MappingProxyType(dict(given))


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant, as the end of a sentence."""
    names = list(known)
    close = difflib.get_close_matches(name, names, 1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}."
