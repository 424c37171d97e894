"""Text as people send it, made safe to show: cleaned once here, for every door.

What becomes of the characters that are not plain text:

- a run of line ends of any kind (CR, LF, VT, FF, FS, NEL, line and paragraph separator) and a
  tab each become one space, so no text ever makes a second line;
- terminal colour sequences and IRC formatting codes with their digits go, and so do all other
  control characters, NUL, BEL and ESC among them;
- characters that are drawn as nothing but change or hide what is around them go: embeddings,
  overrides and isolates of writing direction, tags, interlinear annotation, zero-width space,
  soft hyphen, word joiner, byte order mark, musical and shorthand format controls;
- lone surrogates and noncharacters become U+FFFD;
- joiners (ZWJ, ZWNJ), variation selectors and the direction *marks* (LRM, RLM, ALM) stay: emoji,
  Persian and Indic spelling and mixed writing need them, and they cannot turn other text around;
- of combining marks and of those invisible ones at most 8 stay in a row: Tibetan and emoji stay
  whole, towers of marks do not;
- white space at the end goes.
"""

import re
from unicodedata import category

from twistedchat.core.errors import Empty, TooLong

MOST_MARKS = 8
"""How many combining marks and joiners may follow each other."""

# Kept although not "printable": they join, part or spell what stands beside them.
_JOINERS = frozenset("\u061c\u180e\u200c\u200d\u200e\u200f")

_MARKS = frozenset(("Mn", "Mc", "Me"))
_FIRST_MARK = "\u0300"

_BREAKS = re.compile("[\n\r\x0b\x0c\x1c\x85\u2028\u2029]+|\t")
_TERMINAL = re.compile("\x1b\\[[0-?]*[ -/]*[@-~]")
_FORMATTING = re.compile(
    "\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?"
    "|[\x02\x0f\x11\x16\x1d\x1e\x1f]"
)
_HIDDEN = (
    "\x00-\x1f\x7f-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U00013430-\U0001343f\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_BROKEN_RANGES = "\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_GONE = re.compile(f"[{_HIDDEN}]+")
_BROKEN = re.compile(f"[{_BROKEN_RANGES}]")
_UNSAFE = re.compile(f"[{_HIDDEN}\u2028\u2029{_BROKEN_RANGES}]")

# Drawn as nothing: a text of these alone is empty.
_UNSEEN = re.compile(
    "[\\s\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c-\u200f\u2800\u3164\ufe00-\ufe0f"
    "\uffa0\U000e0100-\U000e01ef]*"
)


def decode(raw: bytes) -> str:
    """Decode UTF-8, showing what is none as U+FFFD."""
    return raw.decode("utf-8", "replace")


def _joins(character: str) -> bool:
    return category(character) in _MARKS or character in _JOINERS


def _has_tower(text: str) -> bool:
    """Tell whether more than ``MOST_MARKS`` marks follow each other.

    Such a run covers one of the places looked at first, so ordinary text costs a ninth.
    """
    for index, character in enumerate(text[MOST_MARKS :: MOST_MARKS + 1]):
        if character >= _FIRST_MARK and _joins(character):
            place = MOST_MARKS + index * (MOST_MARKS + 1)
            if _run_at(text, place) > MOST_MARKS:
                return True
    return False


def _run_at(text: str, place: int) -> int:
    """Count the marks in a row around one of them, no further than needed."""
    near = text[max(place - MOST_MARKS, 0) : place + MOST_MARKS + 1]
    place = min(place, MOST_MARKS)
    first = last = place
    while first and _joins(near[first - 1]):
        first -= 1
    while last + 1 < len(near) and _joins(near[last + 1]):
        last += 1
    return last - first + 1


def _without_towers(text: str) -> str:
    kept = []
    run = 0
    for character in text:
        run = run + 1 if _joins(character) else 0
        if run <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _is_unsafe(text: str) -> bool:
    # Without what Persian, emoji, French and Japanese write every day most text is printable:
    # asking so is several times faster than the search.
    for everyday in "\u200c\u200d\u00a0\u202f\u3000":
        text = text.replace(everyday, "")
    return not text.isprintable() and _UNSAFE.search(text) is not None


def _defused(text: str) -> str:
    """Remove or replace what must not reach a reader."""
    text = _FORMATTING.sub("", _TERMINAL.sub("", text))
    return _BROKEN.sub("\ufffd", _GONE.sub("", _BREAKS.sub(" ", text)))


def _scrubbed(text: str) -> str:
    """Clean a text that is not plain printable ASCII."""
    if not text.isprintable() and _is_unsafe(text):
        text = _defused(text)
    if not text.isascii() and _has_tower(text):
        text = _without_towers(text)
    return text


def clean_or_empty(text: str, max_chars: int = 2000) -> str:
    """Make a text safe to show, where having none is fine (a reason, a topic).

    Returns:
        The text on one line, or ``""`` when nothing of it can be seen.

    Raises:
        TooLong: the cleaned text has more than ``max_chars`` characters; nothing is cut.
    """
    if not (text.isascii() and text.isprintable()):
        text = _scrubbed(text)
    text = text.rstrip()
    if len(text) > max_chars:
        raise TooLong(
            f"That is {len(text)} characters long and {max_chars} are allowed:"
            " shorten it or send it in parts."
        )
    # Most texts show something at once; only those that begin otherwise are looked through.
    if text and " " < text[0] <= "~":
        return text
    return "" if _UNSEEN.fullmatch(text) else text


def clean(text: str, max_chars: int = 2000) -> str:
    """Make a text safe to show: one line, no controls, nothing that hides or turns other text.

    Cleaning a cleaned text changes nothing.

    Raises:
        Empty: nothing that can be seen is left.
        TooLong: the cleaned text has more than ``max_chars`` characters; nothing is cut.
    """
    cleaned = clean_or_empty(text, max_chars)
    if not cleaned:
        raise Empty("There is nothing to show in that: write some text.")
    return cleaned


def shorten(text: str, chars: int) -> str:
    """Cut what somebody typed for quoting it in a sentence, and make it safe to show.

    Args:
        text: anything, of any length.
        chars: how many characters the result may have, the ellipsis included.

    Returns:
        The text on one line, ending in an ellipsis when something was cut.
    """
    start = text[: 4 * chars + 16]
    cleaned = _scrubbed(start).strip()
    if len(cleaned) <= chars and len(start) == len(text):
        return cleaned
    cut = cleaned[: max(chars - 1, 0)]
    while cut and len(cut) < len(cleaned) and _joins(cleaned[len(cut)]):
        cut = cut[:-1]
    return (cut.rstrip() + "…")[: max(chars, 0)]
