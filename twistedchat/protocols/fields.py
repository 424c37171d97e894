"""Reading the fields of a request: each is of its kind, or the answer says which is not."""

import json
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from twistedchat.commands.operators import as_target
from twistedchat.core import dates
from twistedchat.core.errors import BadArguments, BadSyntax, ChatError
from twistedchat.core.ids import is_id
from twistedchat.core.names import room_key
from twistedchat.core.text import shorten

Id = str | int | None
ID_CHARS = 64
BIGGEST = 2**53


def read_object(raw: bytes) -> Mapping[str, Any] | ChatError:
    """The JSON object in a line, or what is wrong with it."""
    try:
        found = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        return BadSyntax("The line is not UTF-8.")
    except json.JSONDecodeError as error:
        return BadSyntax(f"The line is not JSON: {error.msg} at character {error.pos + 1}.")
    except (RecursionError, ValueError):
        return BadSyntax("The line is JSON that is nested too deep or has too long a number.")
    if not isinstance(found, dict):
        return BadSyntax("The line is JSON, but no object. Write one object per line.")
    return found


def _no_constant(name: str) -> None:
    """NaN and Infinity are no JSON, though Python would read them."""
    raise json.JSONDecodeError(f"{name} is no JSON number", name, 0)


def request_id(request: Mapping[str, Any]) -> Id:
    """The request's id.

    Raises:
        BadArguments: it is neither a short text nor an integer.
    """
    id_ = request.get("id")
    if id_ is None or (isinstance(id_, str) and len(id_) <= ID_CHARS and _is_unicode(id_)):
        return id_
    if isinstance(id_, int) and not isinstance(id_, bool) and abs(id_) < BIGGEST:
        return id_
    raise BadArguments(f"id must be a text of at most {ID_CHARS} characters or an integer.")


def _is_unicode(id_: str) -> bool:
    """Half a surrogate pair could not be sent back as it came."""
    return not any("\ud800" <= character <= "\udfff" for character in id_)


def text(request: Mapping[str, Any], name: str) -> str:
    """A text that must be there."""
    value = request.get(name)
    if not isinstance(value, str):
        raise BadArguments(f"{name} must be a text.")
    return value


def optional(request: Mapping[str, Any], name: str) -> str:
    """A text, or "" if it is missing."""
    return "" if request.get(name) is None else text(request, name)


def flag(request: Mapping[str, Any], name: str, *, default: bool = False) -> bool:
    """A truth value."""
    value = request.get(name, default)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise BadArguments(f"{name} must be true or false.")
    return value


def number(request: Mapping[str, Any], name: str, least: float, most: float) -> float | None:
    """A number within bounds, or None if it is missing."""
    value = request.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise BadArguments(f"{name} must be a number from {least:.0f} to {most:.0f}.")
    return value


def whole(request: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    """A whole number within bounds, or None if it is missing."""
    value = number(request, name, least, most)
    if value is not None and value != int(value):
        raise BadArguments(f"{name} must be a whole number.")
    return None if value is None else int(value)


def texts(request: Mapping[str, Any], name: str, most: int) -> list[str] | None:
    """A list of texts, or None if it is missing."""
    value = request.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadArguments(f"{name} must be a list of texts.")
    if len(value) > most:
        raise BadArguments(f"{name} can have at most {most} entries.")
    return value


def message_id(request: Mapping[str, Any], name: str) -> str | None:
    """An event's id, or None if it is missing."""
    value = request.get(name)
    if value is not None and not is_id(value):
        raise BadArguments(f"{name} must be a msgid.")
    return value


def moment(request: Mapping[str, Any], name: str) -> float | None:
    """A time as RFC 3339 writes it, in seconds since 1970; None if it is missing."""
    value = request.get(name)
    if value is None:
        return None
    at = dates.exact(value) if isinstance(value, str) else None
    if at is None:
        raise BadArguments(f"{name} must be a time like 2026-11-20T18:30:00Z.")
    return at


def zone(request: Mapping[str, Any], default: tzinfo | None) -> tzinfo | None:
    """The time zone that is named, or another if none is."""
    value = request.get("zone")
    if value is None:
        return default
    try:
        return ZoneInfo(value if isinstance(value, str) else "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadArguments("zone must be the name of a time zone like Europe/Berlin.") from None


def target(request: Mapping[str, Any], name: str) -> str:
    """Somebody as an operator writes them: a nick, mask or cloak.

    Raises:
        BadArguments: nobody is written like that.
    """
    return as_target(text(request, name))


def room(request: Mapping[str, Any], name: str) -> str:
    """The key of a room; a name that no room can have fits none."""
    written = text(request, name)
    return room_key(written) or written[:ID_CHARS]


def quoted(value: str) -> str:
    """A text from a request, for an answer."""
    return f'"{shorten(value, 40)}"'
