"""Spans of time as people write and read them: ``10m``, ``2 hours``."""

import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_WORDS = (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
_SPAN = re.compile(r"(?:\d{1,6}[smhdw])+", re.ASCII | re.IGNORECASE)
_PART = re.compile(r"(\d+)([smhdw])", re.ASCII | re.IGNORECASE)
LONGEST = 10 * 366 * 86400


def parse(text: str) -> float | None:
    """The seconds in ``10m``, ``2h``, ``1d12h``; None if the text is no span of time.

    More than ten years count as ten years.
    """
    if not _SPAN.fullmatch(text):
        return None
    parts = _PART.findall(text)
    return float(min(LONGEST, sum(int(n) * _SECONDS[unit.lower()] for n, unit in parts)))


def spell(seconds: float) -> str:
    """A span of time in words, to two units: ``2 hours 5 minutes``."""
    left = max(1, round(seconds))
    words: list[str] = []
    for word, size in _WORDS:
        count, left = divmod(left, size)
        if count:
            words.append(f"{count} {word}{'s' if count > 1 else ''}")
        if len(words) == 2 or (words and not count):
            break
    return " ".join(words)
