"""Text from the server made safe for a terminal, whatever the server has let through."""

import json
import re
from typing import Any

from twistedchat.core.text import clean_or_empty

# Controls, separators of lines, what changes the reading direction, the byte order mark, and halves
# of surrogate pairs, which no UTF-8 stream can carry.
_ESCAPED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def safe(text: str) -> str:
    """The text as one line that cannot steer a terminal."""
    return clean_or_empty(text, max_chars=len(text) + 1)


def safe_lines(text: str) -> list[str]:
    """The text cut at its line feeds, every line safe."""
    return [safe(line) for line in text.replace("\r\n", "\n").split("\n")]


def safe_json(obj: dict[str, Any]) -> str:
    """One object as one line of JSON in which what could steer a terminal is escaped."""
    line = json.dumps(obj, ensure_ascii=False, separators=(",", ":"))
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same line once the server has cleaned them."""
    return safe(one).split() == safe(other).split()
