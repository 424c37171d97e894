"""Long texts in pieces that fit a line of IRC.

Tags have room of their own, so a line has 512 bytes for source, command, target and text. Texts
are cut behind a space if there is one near the end, else between characters as people see them:
not before a combining mark or a variation selector, nor within a flag or a family joined by ZWJ.
"""

from typing import Final
from unicodedata import category

LINE_BYTES: Final = 512
"""What a line has, its end included."""

LEAST: Final = 16
"""However long a source and a target are, a piece has room for so many bytes."""

# How far back from the end a space is looked for, and the end of what people see as one character.
_SPACE_WITHIN = 60
_JOINED_WITHIN = 32
_JOINER = "\u200d"


def room_for_text(source: str, command: str, target: str) -> int:
    """How many bytes of text fit ``:source command target :text``."""
    around = len(f":{source} {command} {target} :\r\n".encode("utf-8", "replace"))
    return max(LEAST, LINE_BYTES - around)


def split_text(text: str, most: int) -> list[str]:
    """Cut a text into pieces that have at most so many bytes of UTF-8.

    Nothing is lost or added: the pieces joined are the text, and none is empty but that of "".

    Args:
        text: without surrogates.
        most: at least 4, so that each character fits.
    """
    if len(text) <= most and (text.isascii() or len(text.encode()) <= most):
        return [text]
    pieces = []
    start = 0
    while start < len(text):
        end = _end(text, start, most)
        pieces.append(text[start:end])
        start = end
    return pieces


def _end(text: str, start: int, most: int) -> int:
    """Where the piece ends that begins at ``start``."""
    # No character has less than one byte.
    ahead = text[start : start + most]
    raw = ahead.encode()
    if len(raw) <= most:
        end = start + len(ahead)
    else:
        end = start + len(raw[:most].decode("utf-8", "ignore"))
    if end == len(text):
        return end
    space = text.rfind(" ", max(start, end - _SPACE_WITHIN), end)
    # A piece of spaces alone would be an empty line to its reader.
    if space >= 0 and not text[start:space].isspace() and space > start:
        return space + 1
    return _between_characters(text, start, end)


def _between_characters(text: str, start: int, end: int) -> int:
    """The last place up to ``end`` where a character ends that people see as one."""
    for place in range(end, max(start, end - _JOINED_WITHIN), -1):
        if not _is_within(text, start, place):
            return place
    return end


def _is_within(text: str, start: int, place: int) -> bool:
    """Whether a cut there would go through what is seen as one character."""
    after, before = text[place], text[place - 1]
    if after < "\u0300":
        return False
    if after == _JOINER or before == _JOINER or category(after)[0] == "M":
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    return _is_flag(after) and _is_flag(before) and _flags_before(text, start, place) % 2 == 1


def _is_flag(character: str) -> bool:
    """Whether it is one of the two letters of a flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flags_before(text: str, start: int, place: int) -> int:
    count = 0
    while place - count > start and _is_flag(text[place - count - 1]):
        count += 1
    return count
