"""Moments as people write them: ``2h`` ago, ``14:30`` today, ``2026-11-20 14:30``."""

from datetime import datetime, time, tzinfo

from twistedchat.core.durations import parse


def moment(text: str, now: float, zone: tzinfo | None = None) -> float | None:
    """The moment in seconds since 1970; None if the text names none.

    Args:
        text: a span of time that ends now, a time of today, or a date with or without a time.
        now: in seconds since 1970.
        zone: in which it is meant; None for the computer's.
    """
    span = parse(text)
    if span is not None:
        return now - span
    try:
        named = datetime.fromisoformat(text)
    except ValueError:
        return _today(text, now, zone)
    return _seconds(named, zone)


def _today(text: str, now: float, zone: tzinfo | None) -> float | None:
    try:
        named = time.fromisoformat(text)
    except ValueError:
        return None
    today = datetime.fromtimestamp(now, zone).date()
    return _seconds(datetime.combine(today, named), zone)


def _seconds(named: datetime, zone: tzinfo | None) -> float | None:
    try:
        return (named if named.tzinfo or zone is None else named.replace(tzinfo=zone)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
