"""Tables of what was measured, in Markdown."""

from collections.abc import Iterable, Mapping, Sequence

from bench.figures import Figures, unit, written
from bench.targets import judge
from bench.workloads import Workload


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, its columns aligned for reading as text."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in lines
    )


def _cell(figures: Figures, workload: Workload, server: str) -> str:
    if server not in workload.servers:
        return ""
    if not figures.counted(workload.name, server):
        return "none counts"
    found = [written(name, figures.value(workload.name, server, name)) for name in workload.shows]
    remarks = figures.remarks(workload.name, server)
    return "; ".join(found) + (f" ({remarks})" if remarks else "")


def loads(figures: Figures, workloads: Sequence[Workload]) -> str:
    """How busy the load itself was: most of its core in any run."""
    servers = list(dict.fromkeys(name for one in workloads for name in one.servers))
    rows = [[one.name, *(_busy(figures, one, server) for server in servers)] for one in workloads]
    return table(["workload", *servers], rows)


def _busy(figures: Figures, workload: Workload, server: str) -> str:
    if server not in workload.servers:
        return ""
    return written("load_cpu", figures.most(workload.name, server, "load_cpu"))


def medians(figures: Figures, workloads: Sequence[Workload]) -> str:
    """The medians of every workload and server."""
    servers = list(dict.fromkeys(name for one in workloads for name in one.servers))
    rows = [
        [
            one.name,
            "; ".join(unit(name) for name in one.shows),
            *(_cell(figures, one, server) for server in servers),
        ]
        for one in workloads
    ]
    return table(["workload", "figures", *servers], rows)


def ratios(figures: Figures, workloads: Sequence[Workload]) -> str:
    """What ours does, divided by what the others do."""
    rows = [row for one in workloads for row in _ratio_rows(figures, one)]
    others = list(dict.fromkeys(name for one in workloads for name in one.servers[1:]))
    return table(["ours divided by", "figure", *others], [_filled(row, others) for row in rows])


def _ratio_rows(figures: Figures, workload: Workload) -> Iterable[Mapping[str, str]]:
    for name in workload.shows[:2]:
        row = {"workload": workload.name, "figure": unit(name)}
        for other in workload.servers[1:]:
            ratio = figures.ratio(workload.name, name, "ours", other)
            row[other] = "-" if ratio is None else f"{ratio:.2f}"
        if "ours" in workload.servers and len(workload.servers) > 1:
            yield row


def _filled(row: Mapping[str, str], others: Iterable[str]) -> list[str]:
    return [row["workload"], row["figure"], *(row.get(other, "") for other in others)]


def verdicts(figures: Figures, workloads: Sequence[Workload]) -> str:
    """Every target with what was measured."""
    found = judge(figures, (one.name for one in workloads))
    rows = [[one.workload, one.target, one.stretch, one.measured, one.result] for one in found]
    return table(["workload", "target", "stretch", "measured", "result"], rows)


def legend(workloads: Iterable[Workload]) -> str:
    """What each workload is."""
    return "\n".join(f"- {one.name}: {one.says}." for one in workloads)
