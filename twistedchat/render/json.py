"""Events as JSON objects, as ``docs/wire-protocol.md`` says; for both ends of the wire."""

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from functools import cache
from typing import Any, get_args

from twistedchat.core.events import Crowd, Deleted, Event, Notice, Output, Recalled
from twistedchat.core.timestamps import timestamp as timestamp

to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode

_TYPES: dict[type, str] = {
    kind: re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower() for kind in get_args(Event)
}
_KINDS = {name: kind for kind, name in _TYPES.items()}
_OUTSIDE = {"id": "msgid", "at": "time", "ids": "msgids"}
_FLAGS = frozenset({"forced", "absent"})
_INSIDE = frozenset({"user", "to_account"})
_LISTS = frozenset({"ids", "of"})
# What is told only where it is otherwise.
_USUAL = {
    "account": "", "stored": True, "forced": False, "absent": False, "role": "", "of": (), "to": "",
}  # fmt: skip


class JsonLens:
    """Renders outputs as JSON lines: the same bytes for every program."""

    __slots__ = ()

    echo = True
    bell = b""
    follows = False

    def for_room(self, current: bool) -> "JsonLens":
        """Programs see every room alike."""
        return self

    def render(self, output: Output, mine: bool = False) -> bytes:
        """One line for each event."""
        if isinstance(output, Crowd):
            return b"".join(line(encode(event)) for event in output.events)
        return line(encode(output.message if isinstance(output, Recalled) else output))


JSON_LENS = JsonLens()


def line(message: Mapping[str, Any]) -> bytes:
    """An object as one line of UTF-8."""
    return f"{to_json(message)}\n".encode("utf-8", "replace")


def encode(output: Event | Notice) -> dict[str, Any]:
    """The object for an output."""
    if isinstance(output, Notice):
        return {"type": "notice", "code": output.code, "text": output.text}
    kind: type = type(output)
    encoded: dict[str, Any] = {"type": _TYPES[kind]}
    for name, outside in _names(kind):
        value = getattr(output, name)
        if name not in _USUAL or value != _USUAL[name] or name in _required(kind):
            encoded[outside] = _encode_value(name, value)
    if isinstance(output, Deleted) and not output.room:
        encoded["room"] = None
    return encoded


def _encode_value(name: str, value: Any) -> Any:
    match name:
        case "at" | "until":
            return None if value is None else timestamp(value)
        case "room":
            return f"#{value}"
        case _:
            return value


def decode(message: Mapping[str, Any]) -> Event | Notice | None:
    """The event or notice in an object from the server; None if it is neither.

    Raises:
        ValueError: a field is missing or has a value that it can't have.
    """
    if message.get("type") == "notice":
        return Notice(_text(message, "text"), _text(message, "code"))
    kind = _KINDS.get(str(message.get("type")))
    if kind is None:
        return None
    given = {
        name: _decode_value(name, outside, message)
        for name, outside in _names(kind)
        if message.get(outside) is not None or name in _required(kind)
    }
    event: Event = kind(**given)
    return event


def _decode_value(name: str, outside: str, message: Mapping[str, Any]) -> Any:
    if name == "stored":
        return message[outside] is not False
    if name in _FLAGS:
        return message[outside] is True
    if name in _LISTS:
        return _texts(message, outside)
    text = _text(message, outside)
    match name:
        case "at" | "until":
            return _seconds(text)
        case "room":
            return text.removeprefix("#")
        case _:
            return text


def _seconds(text: str) -> float:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} does not say in which time zone")
    return at.timestamp()


def _text(message: Mapping[str, Any], name: str) -> str:
    text = message.get(name)
    if not isinstance(text, str):
        raise ValueError(f"{name} must be a text")  # noqa: TRY004 - one kind of error for all
    return text


def _texts(message: Mapping[str, Any], name: str) -> tuple[str, ...]:
    texts = message.get(name)
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise ValueError(f"{name} must be a list of texts")
    return tuple(texts)


@cache
def _names(kind: type) -> tuple[tuple[str, str], ...]:
    """A kind of event's fields, here and outside; ids of users stay inside."""
    told = (f.name for f in fields(kind) if f.name not in _INSIDE)
    return tuple((name, _OUTSIDE.get(name, name)) for name in told)


@cache
def _required(kind: type) -> frozenset[str]:
    return frozenset(f.name for f in fields(kind) if f.default is MISSING)
