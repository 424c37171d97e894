"""The workloads W1 to W8, as arguments of the load generator."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

ALL = ("ours", "stored", "ngircd", "inspircd", "twisted", "asyncio", "floor")
IRC = ("ours", "ngircd", "inspircd")


@dataclass(frozen=True)
class Workload:
    """One kind of load.

    Attributes:
        name: as in the table, like ``W1 closed``; its first word is what ``--only`` takes.
        says: what happens in it.
        load: arguments of bench/load.c.
        servers: who is measured.
        tls: inside TLS.
        shows: what is printed of it.
    """

    name: str
    says: str
    load: Mapping[str, object]
    servers: tuple[str, ...] = ALL
    tls: bool = False
    shows: tuple[str, ...] = ("deliveries_per_s", "p99_ms", "us_per_delivery")

    @property
    def group(self) -> str:
        """W1, W2, ..."""
        return self.name.split()[0]


_OPEN = ("deliveries_per_s", "p50_ms", "p99_ms", "cpu")
# Auditors are the first of a room: those who talk.
_BIG = {
    "rooms": 1, "members": 1000, "talkers": 10, "checkers": 20, "auditors": 10, "prefix": "lobby",
}  # fmt: skip
_SMALL = {
    "rooms": 100, "members": 10, "talkers": 10, "checkers": 2, "auditors": 10, "window": 1,
}  # fmt: skip
# Where arriving is not what is measured, it is spared.
_CALM = {"at_once": 8}
_IDLE = {
    "idle": 10000, "rooms": 1, "members": 100, "talkers": 100, "checkers": 20, "auditors": 100,
    "rate": 200,
}  # fmt: skip
_STORM = {
    "mode": "storm", "rooms": 1, "members": 2, "talkers": 1, "checkers": 1, "rate": 200,
    "prefix": "aside", "idle": 5000, "idle_join": 1, "at_once": 5000,
}  # fmt: skip
# Lines a second that make so many deliveries: a room of 1,000 hears each 999 times.
_FIXED = (300_000, 1_000_000, 3_000_000)


def _big_rooms() -> Iterable[Workload]:
    closed = {"mode": "closed", "window": 8, **_BIG, **_CALM}
    yield Workload("W1 closed", "1,000 in one room, 10 talk, 8 outstanding each", closed)
    for rate in _FIXED:
        load = {**_BIG, **_CALM, "mode": "open", "rate": round(rate / 999)}
        yield Workload(
            f"W1 open {rate // 1000}k", f"the same at {rate:,} deliveries/s", load, shows=_OPEN
        )
    search = {**_BIG, **_CALM, "mode": "search", "rate": 400, "warm": 0.3}
    yield Workload(
        "W1 search", "highest rate with a 99th percentile under 250 ms", search,
        shows=("deliveries_per_s", "p99_ms"),
    )  # fmt: skip


def _small_rooms() -> Iterable[Workload]:
    load = {"mode": "closed", **_SMALL, **_CALM}
    says = "100 rooms of 10, each says the next line when the last has arrived"
    yield Workload("W2 closed", says, load)
    eight = {**load, "window": 8}
    yield Workload("W2 closed 8", "the same, 8 lines under way for each", eight)
    fixed = {**load, "mode": "open", "rate": 4000}
    yield Workload("W2 open 36k", "the same at 36,000 deliveries/s", fixed, shows=_OPEN)


def _arrivals() -> Iterable[Workload]:
    shows = ("seconds", "told_seconds", "p99_ms", "max_ms", "cpu_seconds", "slow_ms")
    rooms = {**_STORM, "idle_rooms": 100}
    yield Workload(
        "W3 rooms",
        "5,000 connect, log in, join 100 rooms of 50; latency of two bystanders; told is when the"
        " last of them has heard the last of the others' coming",
        rooms,
        shows=shows,
    )  # fmt: skip
    # ngIRCd is left out: it needs minutes.
    servers = ("ours", "inspircd")
    yield Workload("W3 one room", "the same, all into one room", _STORM, servers, shows=shows)


def _calm() -> Iterable[Workload]:
    room = {"rooms": 1, "members": 100, "talkers": 100, "checkers": 100, "prefix": "lobby"}
    yield Workload(
        "W4", "room of 100, 10 lines/s in all",
        {"mode": "open", **room, **_CALM, "rate": 10, "seconds": 10},
        shows=("p50_ms", "p99_ms", "cpu"),
    )  # fmt: skip
    shows = ("p50_ms", "p99_ms", "kb_per_connection", "rss_before_kb", "cpu")
    idle = {"mode": "open", **_IDLE, "at_once": 500, "seconds": 5}
    yield Workload("W5 lines", "10,000 idle, room of 100 at 200 lines/s", idle, shows=shows)
    yield Workload("W5 TLS", "the same inside TLS", {**idle, "tls": 1}, ("ours",), True, shows)


# Rooms of nine who talk, and who else is in each.
_BESIDES: tuple[tuple[str, Mapping[str, object], str], ...] = (
    ("none", {}, "100 rooms of 9, all talk"),
    ("living", {"members": 10}, "and one more a room who only reads, as fast as the others"),
    ("stopped", {"members": 10, "stopped": 1}, "and one more a room who has stopped reading"),
    ("slow", {"members": 10, "slow": 1}, "and one more a room who reads 1 kB/s"),
)
# What waits for each of the dead when measuring begins, in kB.
_FILL = {"fill": 32}


def _slow_readers() -> Iterable[Workload]:
    shows = ("deliveries_per_s", "lines_per_s", "p99_ms", "rss_peak_kb", "dropped", "waiting_kb")
    for kind, besides, says in _BESIDES:
        room = {**_SMALL, **_CALM, **_FILL, "members": 9, "talkers": 9, **besides}
        dead = "stopped" in besides or "slow" in besides
        load = {**room, "mode": "closed", "window": 8, "seconds": 10}
        until = "; from when something waits for all of them until the last is dropped"
        if dead:
            load |= {"until_dropped": 1, "seconds": 90}
        yield Workload(
            f"W6 {kind} closed", says + until * dead, load, ("ours",),
            shows=(*shows, "took_seconds"),
        )  # fmt: skip
        load = {**room, "mode": "open", "rate": 4000, "seconds": 5}
        while_ = "; something waits for all of them all the time"
        yield Workload(
            f"W6 {kind} open", f"{says}, 4,000 lines/s{while_ * dead}", load, ("ours",),
            shows=(*shows, "cpu"),
        )  # fmt: skip


def _other_wires() -> Iterable[Workload]:
    closed = {"mode": "closed", "window": 8, **_BIG, **_CALM}
    yield Workload(
        "W7", "W1 closed, half lines and half JSON", {**closed, "proto": "mix"}, ("ours",)
    )
    yield Workload(
        "W8 closed", "W1 closed inside TLS", {**closed, "tls": 1}, ("ours", "twisted"), True
    )
    shakes = {"mode": "handshakes", "rooms": 0, "idle": 16, "tls": 1, "seconds": 3}
    yield Workload(
        "W8 handshakes", "full TLS handshakes", shakes, ("ours", "twisted"), True,
        ("handshakes_per_s", "cpu"),
    )  # fmt: skip


def _all() -> Iterable[Workload]:
    yield from _big_rooms()
    yield from _small_rooms()
    yield from _arrivals()
    yield from _calm()
    yield from _slow_readers()
    yield from _other_wires()


WORKLOADS = tuple(_all())
"""In the order of the table."""

GROUPS = tuple(dict.fromkeys(workload.group for workload in WORKLOADS))


# A smoke run shows that everything works; its numbers mean little.
_QUICK = {"seconds": 0.4, "warm": 0.1}
_SMOKE = (
    "W1 closed", "W2 closed", "W2 open 36k", "W3 rooms", "W4", "W5 lines", "W6 stopped closed",
    "W7", "W8 closed", "W8 handshakes",
)  # fmt: skip


def _quick(workload: Workload) -> Workload:
    fewer = {"idle": 500} if int(str(workload.load.get("idle", 0))) >= 500 else {}
    return replace(workload, load={**workload.load, **_QUICK, **fewer})


def _wanted(workload: Workload, only: Iterable[str]) -> bool:
    return any(workload.name == name or workload.group == name for name in only)


def choose(only: Iterable[str], servers: Iterable[str], quick: bool) -> tuple[Workload, ...]:
    """The workloads asked for.

    Args:
        only: groups like W1, or names; none means all.
        servers: whom to measure; none means all.
        quick: a smoke run: short, small, and of less, if nothing else is asked for.
    """
    only = tuple(only) or (_SMOKE if quick else GROUPS)
    servers = tuple(servers) or (("ours", "twisted") if quick else ())
    chosen = [one for one in WORKLOADS if _wanted(one, only)]
    if quick:
        chosen = [_quick(one) for one in chosen]
    if servers:
        chosen = [
            replace(one, servers=tuple(name for name in one.servers if name in servers))
            for one in chosen
        ]
    return tuple(one for one in chosen if one.servers)
