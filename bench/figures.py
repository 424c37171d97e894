"""Many runs into one figure: medians, ratios, and how they are written."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.load import faults, remarks

Result = Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """One run of one workload against one server.

    Attributes:
        workload: its name.
        server: its name.
        result: what the load measured.
    """

    workload: str
    server: str
    result: Result

    @property
    def faults(self) -> str:
        """Why it does not count; empty if it does."""
        return faults(self.result)


class Figures:
    """The medians of all runs that count.

    Args:
        runs: all of them.
    """

    def __init__(self, runs: Iterable[Run]) -> None:
        self._good: dict[tuple[str, str], list[Result]] = defaultdict(list)
        self._bad: dict[tuple[str, str], list[str]] = defaultdict(list)
        for run in runs:
            key = run.workload, run.server
            if run.faults:
                self._bad[key].append(run.faults)
            else:
                self._good[key].append(run.result)

    def value(self, workload: str, server: str, name: str) -> float | None:
        """The median, or None if nothing was measured."""
        found = [run[name] for run in self._good.get((workload, server), ()) if name in run]
        return float(median(found)) if found else None

    def ratio(self, workload: str, name: str, server: str, other: str) -> float | None:
        """How many times another server's median one server's is."""
        return divided(self.value(workload, server, name), self.value(workload, other, name))

    def counted(self, workload: str, server: str) -> int:
        """How many runs count."""
        return len(self._good.get((workload, server), ()))

    def most(self, workload: str, server: str, name: str) -> float | None:
        """The highest of all runs, or None if nothing was measured."""
        found = [run[name] for run in self._good.get((workload, server), ()) if name in run]
        return float(max(found)) if found else None

    def remarks(self, workload: str, server: str) -> str:
        """What has to be known of a median, like ``overloaded in 2 of 3``; empty as a rule."""
        runs = self._good.get((workload, server), ())
        found = Counter(word for run in runs for word in remarks(run))
        return ", ".join(f"{word} in {times} of {len(runs)}" for word, times in found.items())

    def faulty(self) -> list[str]:
        """A line for each run that does not count."""
        return [
            f"{workload}, {server}: {why}"
            for (workload, server), reasons in self._bad.items()
            for why in reasons
        ]


def divided(one: float | None, other: float | None) -> float | None:
    """The ratio of two figures, or None where one is missing."""
    return one / other if one is not None and other else None


def derive(result: Result, connections: int) -> dict[str, Any]:
    """Add what follows from what was measured: memory per connection.

    Args:
        result: of the load.
        connections: how many there were.
    """
    grown = float(result.get("rss_in_kb", 0)) - float(result.get("rss_before_kb", 0))
    return {**result, "kb_per_connection": grown / connections} if connections else dict(result)


_UNITS = {
    "deliveries_per_s": "k/s",
    "lines_per_s": "lines k/s",
    "handshakes_per_s": "/s",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "max_ms": "max ms",
    "us_per_delivery": "us each",
    "cpu": "CPU %",
    "cpu_seconds": "CPU s",
    "load_cpu": "load CPU %",
    "seconds": "s",
    "told_seconds": "s told",
    "took_seconds": "s measured",
    "kb_per_connection": "kB each",
    "rss_before_kb": "MB empty",
    "rss_peak_kb": "MB most",
    "dropped": "dropped",
    "waiting_kb": "kB waiting",
    "slow_ms": "slowest turn ms",
}
_SCALES = {
    "deliveries_per_s": 1e-3, "lines_per_s": 1e-3, "cpu": 100, "load_cpu": 100,
    "rss_before_kb": 1 / 1024, "rss_peak_kb": 1 / 1024,
}  # fmt: skip


def unit(name: str) -> str:
    """What a figure is written in."""
    return _UNITS.get(name, name)


def written(name: str, value: float | None) -> str:
    """A figure as it stands in a table."""
    if value is None:
        return "-"
    value *= _SCALES.get(name, 1)
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
