"""The computer's time zone by its name, so that the server reads dates as the person means them."""

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

LOCAL_TIME = Path("/etc/localtime")


def zone_name(environment: Mapping[str, str], local_time: Path = LOCAL_TIME) -> str:
    """The name of the zone, such as Europe/Berlin; empty if it has none that can be found.

    Args:
        environment: may name it in ``TZ``.
        local_time: the system's choice, a link to the zone's file.
    """
    chosen = environment.get("TZ", "").removeprefix(":")
    if chosen:
        return chosen if _is_zone(chosen) else ""
    try:
        name = str(local_time.readlink()).rpartition("zoneinfo/")[2]
    except OSError:
        return ""
    return name if _is_zone(name) else ""


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
