"""One line of IRC, and what it says.

Grammar of what comes in, more tolerant than the specifications ask for::

    line    = [ "@" tags 1*SP ] [ ":" source 1*SP ] command *( 1*SP word ) [ 1*SP ":" text ] *SP
    tags    = tag *( ";" tag )
    tag     = key [ "=" value ]            the last of several with one key counts

A line stands between line ends, whichever; spaces too many and missing words are no fault. What is
one: more than 510 bytes without the tags, tags of more than 4094 bytes, bytes that are no UTF-8.
"""

import re
from collections.abc import Iterable, Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

BODY_BYTES: Final = 510
"""What a line may have without its tags and its end (RFC 1459: 512 with it)."""

CLIENT_TAG_BYTES: Final = 4094
"""What tags from a client may have, without the ``@`` before and the space behind them."""

SERVER_TAG_BYTES: Final = 4094
"""The same for tags that a server adds; both together fit 8191 bytes with ``@`` and space."""

Tags: TypeAlias = Mapping[str, str]
NO_TAGS: Tags = MappingProxyType({})

_ESCAPES = {":": ";", "s": " ", "\\": "\\", "r": "\r", "n": "\n"}
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)
_TO_ESCAPE = str.maketrans(
    {"\0": ""} | {plain: f"\\{letter}" for letter, plain in _ESCAPES.items()}
)
# No text of ours may begin a second line; NUL ends lines for some clients.
_NEVER = str.maketrans({"\r": " ", "\n": " ", "\0": ""})


class Message(NamedTuple):
    """What a line says.

    Attributes:
        command: in capitals; "" if there is none, in which case nothing is to be done.
        params: the words behind it, and the text.
        source: who is speaking, as a server puts it; what clients say here counts for nothing.
        tags: what is said about the message, unescaped.
    """

    command: str
    params: tuple[str, ...] = ()
    source: str = ""
    tags: Tags = NO_TAGS


class Flaw(Enum):
    """Why a line is not carried out."""

    LINE_TOO_LONG = auto()
    TAGS_TOO_LONG = auto()
    NOT_UTF8 = auto()


class Flawed(NamedTuple):
    """A line that is not carried out, and as much of it as can be told.

    Attributes:
        flaw: what is wrong.
        command: what was asked for, in capitals; "" if that can't be told.
        tags: those that can be read, among them the label that an answer carries.
    """

    flaw: Flaw
    command: str
    tags: Tags = NO_TAGS


def parse(line: bytes) -> Message | Flawed:
    """Read a line without its end; no bytes raise.

    Args:
        line: what stood before a line end.
    """
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return _flawed(Flaw.NOT_UTF8, line)
    if len(line) > BODY_BYTES or line[:1] == b"@":
        flaw = _too_long(line)
        if flaw is not None:
            return _flawed(flaw, line)
    return read(text)


def read(text: str) -> Message:
    """Read a line that is text, of whatever length."""
    tags, source = NO_TAGS, ""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.startswith("@"):
        raw, _, text = text[1:].partition(" ")
        tags = read_tags(raw)
    # Blanks at the end are part of a text, and of nothing else.
    text = text.lstrip(" ")
    if text.startswith(":"):
        source, _, text = text[1:].partition(" ")
    head, colon, last = text.partition(" :")
    words = head.split(" ")
    if "" in words:
        words = [word for word in words if word]
    if not words:
        return Message("", (), source, tags)
    params = (*words[1:], last) if colon else tuple(words[1:])
    return Message(words[0].upper(), params, source, tags)


def _too_long(line: bytes) -> Flaw | None:
    tags, body = _divided(line)
    if len(tags) > CLIENT_TAG_BYTES:
        return Flaw.TAGS_TOO_LONG
    return Flaw.LINE_TOO_LONG if len(body) > BODY_BYTES else None


def _divided(line: bytes) -> tuple[bytes, bytes]:
    """The tags of a line, and the rest of it."""
    if not line.startswith(b"@"):
        return b"", line
    tags, _, body = line[1:].partition(b" ")
    return tags, body.lstrip(b" ")


def _flawed(flaw: Flaw, line: bytes) -> Flawed:
    tags, body = _divided(line)
    start = body[:BODY_BYTES].decode("utf-8", "replace")
    readable = tags if len(tags) <= CLIENT_TAG_BYTES else b""
    return Flawed(flaw, read(start).command, read_tags(readable.decode("utf-8", "replace")))


# Tags


def read_tags(raw: str) -> Tags:
    """The tags in what stands between ``@`` and the first space."""
    tags = {}
    for tag in raw.split(";"):
        key, _, value = tag.partition("=")
        if key:
            tags[key] = unescape(value)
    return tags


def unescape(value: str) -> str:
    """The value of a tag as it is meant; a backslash before nothing special goes."""
    if "\\" not in value:
        return value
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), value)


def escape(value: str) -> str:
    """The value of a tag as it is sent."""
    return value.translate(_TO_ESCAPE)


def tags_text(tags: Iterable[tuple[str, str]]) -> str:
    """The tags of a line with ``@`` before and a space behind them, or "" if there are none."""
    sent = ";".join(f"{key}={escape(value)}" if value else key for key, value in tags)
    return f"@{sent} " if sent else ""


# Lines of ours


def format_line(
    command: str,
    params: Iterable[str] = (),
    source: str = "",
    tags: Tags = NO_TAGS,
    *,
    text: bool = False,
) -> bytes:
    """The bytes of a line with its end: always exactly one line, whatever the words are.

    It has at most 512 bytes without the tags; what is longer is cut between characters. Only the
    last word may have spaces, begin with a colon or be empty; another one that does is made to
    fit, because what stands behind it would be misread.

    Args:
        command: what it is, or a numeric.
        params: the words behind it; the last one may be a text.
        source: from whom; "" for nobody.
        tags: what is said about it.
        text: the last word is a text: it has a colon also where it could do without, because
            simple clients look for one.
    """
    words = [word.translate(_NEVER) for word in params]
    last = words.pop() if words else None
    parts = [f":{_word(source.translate(_NEVER))}"] if source else []
    parts += [command, *map(_word, words)]
    if last is not None:
        parts.append(f":{last}" if text else _last(last))
    body = " ".join(parts).encode("utf-8", "replace")
    if len(body) > BODY_BYTES:
        body = body[:BODY_BYTES].decode("utf-8", "ignore").encode()
    return tags_text(tags.items()).encode("utf-8", "replace") + body + b"\r\n"


def _word(text: str) -> str:
    if not text or " " in text or text[0] == ":":
        return text.replace(" ", "_").lstrip(":") or "*"
    return text


def _last(text: str) -> str:
    return f":{text}" if not text or " " in text or text[0] == ":" else text
