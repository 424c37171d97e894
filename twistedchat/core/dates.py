"""Dates and times as people write and read them: 2026-11-20, yesterday, 18:30, 2h."""

import re
from datetime import datetime, timedelta, tzinfo

from twistedchat.core import durations

EXAMPLES = "2026-11-20, 2026-11-20T18:30, 18:30, yesterday or 2h"
"""What ``read`` understands, for a sentence that says so."""

_DAYS_AGO = {"today": 0, "yesterday": 1}
_TIME = re.compile(r"(?:(today|yesterday)[ t])?(\d{1,2}):(\d\d)", re.ASCII)
_EXACT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def read(text: str, now: float, zone: tzinfo | None) -> float | None:
    """The moment that somebody means.

    Args:
        text: a date, a date and a time with ``T`` or a space between them, ``today``,
            ``yesterday``, a time of these or alone (the last one that has been), or a time ago
            such as ``2h``.
        now: seconds since 1970.
        zone: in which it is meant, if it does not say so itself; None for the machine's own.

    Returns:
        Seconds since 1970; None if the text is no date.
    """
    span = durations.parse(text)
    if span is not None:
        return now - span
    try:
        return _moment(text.lower(), datetime.fromtimestamp(now, zone))
    except (ValueError, OverflowError, OSError):
        return None


def exact(text: str) -> float | None:
    """The moment that RFC 3339 writes like this; None if the text is no such time."""
    if not _EXACT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).timestamp()
    except (ValueError, OverflowError):
        return None


def _moment(text: str, now: datetime) -> float:
    if text in _DAYS_AGO:
        return _on(now, days=_DAYS_AGO[text])
    if time := _TIME.fullmatch(text):
        hour, minute = int(time[2]), int(time[3])
        at = _on(now, hour, minute, days=_DAYS_AGO.get(time[1], 0))
        return at if time[1] or at <= now.timestamp() else _on(now, hour, minute, days=1)
    if not _DATE.match(text):
        raise ValueError("This is no date.")
    moment = datetime.fromisoformat(text.upper())
    return (moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)).timestamp()


def _on(now: datetime, hour: int = 0, minute: int = 0, *, days: int = 0) -> float:
    there = now - timedelta(days=days)
    return there.replace(hour=hour, minute=minute, second=0, microsecond=0).timestamp()


def day(at: float, zone: tzinfo | None) -> str:
    """A day in words: ``Friday, 20 November 2026``."""
    there = datetime.fromtimestamp(at, zone)
    name, month = _DAYS[there.weekday()], _MONTHS[there.month - 1]
    return f"{name}, {there.day} {month} {there.year}"


def minute(at: float, zone: tzinfo | None) -> str:
    """A time to the minute: ``2026-11-20 18:30``, which ``read`` understands."""
    return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M}"
