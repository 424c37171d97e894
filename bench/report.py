"""The report: what was measured, on what, with which command."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from bench import table
from bench.figures import Figures, Run, unit, written
from bench.load import BUSY, DISTURBED, remarks
from bench.servers import SERVERS
from bench.workloads import WORKLOADS, Workload

ENOUGH = 3


@dataclass(frozen=True)
class Circumstances:
    """What has to be known to read the numbers.

    Attributes:
        machine: its description.
        arguments: of the command.
        runs: of each workload and server.
        cores: of the server and of the load.
        busy: the machine's load before and after.
    """

    machine: Mapping[str, str]
    arguments: Sequence[str]
    runs: int
    cores: tuple[int, int]
    busy: tuple[str, str]


def versions(workloads: Sequence[Workload]) -> dict[str, str]:
    """The versions of the programs that are not ours."""
    used = dict.fromkeys(name for one in workloads for name in one.servers)
    return {name: version for name in used if (version := SERVERS[name].version())}


def in_one_line(run: Run) -> str:
    """A run, for whoever watches."""
    if run.faults:
        return f"{run.workload:18} {run.server:9} DOES NOT COUNT: {run.faults}"
    shows = next(one.shows for one in WORKLOADS if one.name == run.workload)
    figures = [f"{written(name, run.result.get(name))} {unit(name)}" for name in shows]
    known = (*figures, f"{written('load_cpu', run.result.get('load_cpu'))} {unit('load_cpu')}")
    return f"{run.workload:18} {run.server:9} {', '.join((*known, *remarks(run.result)))}"


def conditions(about: Circumstances, workloads: Sequence[Workload]) -> str:
    """How it was measured."""
    server, load = about.cores
    others = ", ".join(f"{name} {version}" for name, version in versions(workloads).items())
    lines = [
        f"Command: `{shlex.join(['python', '-m', 'bench', *about.arguments])}`",
        *(f"{name[0].upper()}{name[1:]}: {value}" for name, value in about.machine.items()),
        f"References: {others or 'only those in bench/references'}",
        f"Medians of {about.runs} interleaved runs{_too_few(about.runs)}.",
        f"Servers on core {server}, load on core {load}.",
        f"Load average before and after: {', '.join(about.busy)}",
        "Listening queues: 4096, if not said otherwise.",
        *(f"{word}: {says}." for word, says in _REMARKS.items()),
        *(f"{name}: {terms}" for name, terms in _terms(workloads).items()),
    ]
    return "\n".join(f"- {line}" for line in lines)


_REMARKS = {
    "overloaded": "the rate of an open loop was too much and the run was ended when a second's"
    " lines were under way; latencies are those up to then, and would have grown",
    "load-bound": f"the load took more than {BUSY:.0%} of its core and may have been the limit: the"
    " server does that much at least",
    "disturbed": f"other programs kept the server or the load from its core for more than"
    f" {DISTURBED:.0%} of the time",
}


def _too_few(runs: int) -> str:
    return "" if runs >= ENOUGH else f" (the targets ask for {ENOUGH} at least)"


def _terms(workloads: Sequence[Workload]) -> dict[str, str]:
    used = dict.fromkeys(name for one in workloads for name in one.servers)
    return {name: SERVERS[name].terms for name in used}


def report(figures: Figures, workloads: Sequence[Workload], about: Circumstances) -> str:
    """The whole report in Markdown."""
    parts = [
        "## Targets", table.verdicts(figures, workloads),
        "## Medians", table.medians(figures, workloads),
        "## Ratios", table.ratios(figures, workloads),
        "## The load's own core, %, most of all runs", table.loads(figures, workloads),
        "## Workloads", table.legend(workloads),
        "## Conditions", conditions(about, workloads),
    ]  # fmt: skip
    if figures.faulty():
        parts += ["## Runs that do not count", "\n".join(f"- {one}" for one in figures.faulty())]
    return "\n\n".join(parts) + "\n"


def for_programs(runs: Sequence[Run], about: Circumstances) -> str:
    """All runs, as JSON."""
    found = [{**asdict(run), "faults": run.faults} for run in runs]
    return json.dumps({"circumstances": asdict(about), "runs": found}, indent=1) + "\n"
