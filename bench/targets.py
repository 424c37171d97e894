"""What must be shown: every target, what was measured of it, and whether it is met."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.figures import Figures, divided, written
from twistedchat.config import Limits

OUTBOX_KB = Limits().outbox / 1024
RATE, LINES, P99 = "deliveries_per_s", "lines_per_s", "p99_ms"
# Less than that may be on its way only: an outbox is in use if more waits for a reader.
IN_USE_KB = 16.0


@dataclass(frozen=True)
class Verdict:
    """One target.

    Attributes:
        workload: what it is measured in.
        target: in words.
        stretch: what would be better still, in words.
        measured: as written in the table.
        result: in words.
    """

    workload: str
    target: str
    stretch: str
    measured: str
    result: str


@dataclass(frozen=True)
class Target:
    """A figure of ours that must reach a bound, or not pass it.

    Attributes:
        workload: what it is measured in.
        name: of the figure.
        bound: what is asked for; None where only the stretch is.
        stretch: what would be better still.
        least: whether more is better.
        reference: what the figure is divided by: another server's, or another workload's of ours.
        beyond: it is not divided by the reference, but counted from there.
        of: whose figure it is.
    """

    workload: str
    name: str
    bound: float | None
    stretch: float | None = None
    least: bool = False
    reference: str = ""
    beyond: bool = False
    of: str = "ours"

    def judge(self, figures: Figures) -> Verdict:
        """Compare what was measured with what was asked for."""
        value = self._measured(figures)
        return Verdict(
            self.workload,
            f"{_NAMES[self.name]}{self._whose} {self._asked(self.bound)}",
            "" if self.stretch is None else self._asked(self.stretch),
            self._written(value) + ("" if value is None else self._remarks(figures)),
            grade(value, self),
        )

    def _remarks(self, figures: Figures) -> str:
        """What has to be known of either side."""
        sides = {self.of: (self.workload, self.of)}
        if self.reference:
            sides[self.reference] = self._compared
        found = ((name, figures.remarks(*side)) for name, side in sides.items())
        return "".join(f" ({name}: {remarks})" for name, remarks in found if remarks)

    @property
    def _whose(self) -> str:
        return "" if self.of == "ours" else f", {self.of},"

    def _measured(self, figures: Figures) -> float | None:
        mine = figures.value(self.workload, self.of, self.name)
        if not self.reference:
            return mine
        other = figures.value(*self._compared, self.name)
        if self.beyond:
            return None if mine is None or other is None else mine - other
        return divided(mine, other)

    @property
    def _compared(self) -> tuple[str, str]:
        """The workload and the server that it is compared with."""
        if self.reference.startswith("W"):
            return self.reference, "ours"
        return self.workload, self.reference

    def _asked(self, bound: float | None) -> str:
        words = "at least" if self.least else "at most"
        return f"against {self.reference}" if bound is None else f"{words} {self._written(bound)}"

    def _written(self, value: float | None) -> str:
        if value is None or not self.reference:
            return written(self.name, value)
        if self.beyond:
            return f"{written(self.name, value)} more than {self.reference}"
        return f"{value:.2f} x {self.reference}"


def grade(value: float | None, target: Target) -> str:
    """Say whether a value is on the right side of a target's bounds."""
    if value is None:
        return "not measured"
    if target.stretch is not None and reached(value, target.stretch, target.least):
        return "stretch"
    if target.bound is None:
        return "below the stretch"
    return "pass" if reached(value, target.bound, target.least) else "FAIL"


def reached(value: float, bound: float, least: bool) -> bool:
    """Whether a value is on the right side of its bound."""
    return value >= bound if least else value <= bound


def _least(
    workload: str, name: str, reference: str, bound: float | None, more: float | None = None
) -> Target:
    return Target(workload, name, bound, more, least=True, reference=reference)


def _most(
    workload: str, name: str, reference: str, bound: float | None, more: float | None = None
) -> Target:
    return Target(workload, name, bound, more, reference=reference)


def _hurt_by(kind: str) -> tuple[Target, ...]:
    """What readers who are dead may cost, and that they are: else nothing was tried.

    They are compared with rooms without them, and, as a stretch alone, with rooms of as many.
    """
    closed, open_ = f"W6 {kind} closed", f"W6 {kind} open"
    return (
        _least(closed, RATE, "W6 none closed", 0.9),
        _most(closed, P99, "W6 none closed", 1.1),
        _least(closed, LINES, "W6 living closed", None, 0.9),
        Target(closed, "waiting_kb", IN_USE_KB, least=True),
        Target(closed, "dropped", 100, least=True),
        _bounded(closed),
        _most(open_, P99, "W6 none open", 1.1),
        _most(open_, P99, "W6 living open", None, 1.1),
        Target(open_, "waiting_kb", IN_USE_KB, least=True),
    )


def _bounded(workload: str) -> Target:
    """What waits for a hundred readers fills their outboxes, and grows for a second more.

    Up to half an outbox is said in such a room in that second; a fifth is for what holds it.
    """
    reference = "W6 none closed"
    most = 1.5 * 1.2 * 100 * OUTBOX_KB
    return Target(workload, "rss_peak_kb", most, reference=reference, beyond=True)


_NAMES = {
    RATE: "deliveries/s",
    LINES: "lines/s",
    P99: "p99 ms",
    "p50_ms": "p50 ms",
    "slow_ms": "slowest turn of the reactor, ms",
    "cpu": "CPU %",
    "seconds": "seconds until all are in",
    "kb_per_connection": "kB per connection",
    "rss_before_kb": "MB with nobody in it",
    "rss_peak_kb": "most memory, MB",
    "handshakes_per_s": "full handshakes/s",
    "waiting_kb": "kB waiting for each who is dead",
    "dropped": "dropped",
}

TARGETS: tuple[Target, ...] = (
    _least("W1 closed", RATE, "ngircd", 2, 3),
    _least("W1 closed", RATE, "inspircd", 2),
    _least("W1 closed", RATE, "twisted", 4),
    _least("W1 closed", RATE, "floor", None, 0.75),
    _least("W1 search", RATE, "ngircd", 4, 8),
    _least("W2 closed", RATE, "ngircd", 2, 3),
    _least("W2 closed", RATE, "inspircd", 1.1, 1.5),
    _least("W2 closed", RATE, "twisted", 1.6),
    _least("W2 closed", RATE, "floor", None, 0.5),
    Target("W2 open 36k", P99, 10, 4),
    _most("W2 open 36k", "cpu", "ngircd", 1, 0.8),
    _most("W3 rooms", "seconds", "ngircd", 0.2, 0.1),
    Target("W3 rooms", "slow_ms", 100),
    Target("W3 one room", "slow_ms", 100),
    _most("W4", "p50_ms", "ngircd", 1.3, 1),
    _most("W4", P99, "ngircd", 1.3, 1),
    Target("W5 lines", P99, 4),
    Target("W5 lines", "kb_per_connection", 6, 4),
    Target("W5 TLS", P99, 4),
    Target("W5 TLS", "kb_per_connection", 36),
    Target("W5 lines", "rss_before_kb", 70 * 1024, 55 * 1024),
    *_hurt_by("stopped"),
    *_hurt_by("slow"),
    _least("W8 closed", RATE, "twisted", 1.2),
    _least("W8 closed", RATE, "W1 closed", None, 0.4),
    Target("W8 handshakes", "handshakes_per_s", 1000, least=True),
    Target("W1 closed", RATE, 0.75, least=True, reference="ours", of="stored"),
    Target("W2 closed", RATE, 0.5, least=True, reference="ours", of="stored"),
    Target("W4", "p50_ms", 2, reference="ours", beyond=True, of="stored"),
)


def judge(figures: Figures, workloads: Iterable[str]) -> list[Verdict]:
    """Judge the targets of these workloads."""
    measured = set(workloads)
    return [target.judge(figures) for target in TARGETS if target.workload in measured]
