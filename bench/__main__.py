"""``python -m bench``: measure, and print the report."""

import signal
import sys
from dataclasses import replace

from bench import machine, plot
from bench.build import BuildError
from bench.figures import Figures, Run
from bench.measure import alone, measure, set_up
from bench.options import parser
from bench.report import Circumstances, for_programs, in_one_line, report
from bench.servers import SERVERS
from bench.workloads import Workload, choose


def _installed(workloads: tuple[Workload, ...]) -> tuple[Workload, ...]:
    """The workloads without the servers that are not there; says which."""
    names = dict.fromkeys(name for one in workloads for name in one.servers)
    missing = {name for name in names if not SERVERS[name].installed()}
    for name in missing:
        print(f"{name} is not installed and left out (apt-get install {name}).", file=sys.stderr)
    return tuple(
        replace(one, servers=tuple(name for name in one.servers if name not in missing))
        for one in workloads
    )


def _tell(run: Run, number: int, all_: int) -> None:
    print(f"{number:3}/{all_} {in_one_line(run)}", file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Measure what was asked for; 1 if something could not be measured."""
    asked = parser().parse_args(arguments)
    workloads = _installed(choose(asked.only, asked.servers, asked.quick))
    runs = asked.runs or (1 if asked.quick else 3)
    machine.allow_many_files()
    # Like Ctrl-C: the server is ended, and what was measured by then is told.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    before = machine.load_average()
    try:
        with alone(), set_up(asked.reactor, asked.profile) as bench:
            done = measure(bench, workloads, runs, _tell)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    busy = before, machine.load_average()
    about = Circumstances(machine.describe(asked.reactor), arguments, runs, bench.cores, busy)
    figures = Figures(done)
    text = report(figures, workloads, about)
    print(text)
    if asked.markdown:
        asked.markdown.write_text(text, "utf-8")
    if asked.json:
        asked.json.write_text(for_programs(done, about), "utf-8")
    if asked.svg:
        plot.write(asked.svg, figures, workloads)
    return 1 if figures.faulty() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
