"""Times as people and programs read them everywhere: RFC 3339 in UTC."""

from datetime import UTC, datetime
from functools import lru_cache


def timestamp(at: float) -> str:
    """A time in seconds since 1970 as RFC 3339 in UTC, to the millisecond."""
    second, millisecond = divmod(int(at * 1000), 1000)
    return f"{_to_second(second)}.{millisecond:03}Z"


@lru_cache(maxsize=256)
def _to_second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
