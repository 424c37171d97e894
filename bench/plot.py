"""The medians as a plot in SVG, written by hand: bars for each workload and server."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from bench.figures import Figures, unit, written
from bench.workloads import Workload

WIDTH, LEFT, BAR, GAP = 760, 170, 16, 26
COLOURS = {
    "ours": "#c2410c",
    "stored": "#f59e0b",
    "ngircd": "#64748b",
    "inspircd": "#475569",
    "twisted": "#0369a1",
    "asyncio": "#0d9488",
    "floor": "#a3a3a3",
}


def _bar(y: int, server: str, share: float, label: str) -> str:
    length = max(1, round(share * (WIDTH - LEFT - 90)))
    colour = COLOURS.get(server, "#888888")
    return (
        f'<text x="{LEFT - 6}" y="{y + 12}" text-anchor="end">{escape(server)}</text>'
        f'<rect x="{LEFT}" y="{y}" width="{length}" height="{BAR - 3}" fill="{colour}"/>'
        f'<text x="{LEFT + length + 5}" y="{y + 12}">{escape(label)}</text>'
    )


def _group(figures: Figures, workload: Workload, y: int) -> tuple[list[str], int]:
    name = workload.shows[0]
    values = {server: figures.value(workload.name, server, name) for server in workload.servers}
    most = max((value for value in values.values() if value), default=0.0)
    title = f"{workload.name}, {unit(name)}: {workload.says}"
    parts = [f'<text x="6" y="{y + 12}" font-weight="bold">{escape(title)}</text>']
    y += BAR + 4
    for server, value in values.items():
        if value is not None and most:
            parts.append(_bar(y, server, value / most, written(name, value)))
            y += BAR
    return parts, y + GAP - BAR


def draw(figures: Figures, workloads: Sequence[Workload]) -> str:
    """The whole plot."""
    parts: list[str] = []
    y = 10
    for workload in workloads:
        more, y = _group(figures, workload, y)
        parts += more
    style = "font-family:sans-serif;font-size:12px"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" style="{style}">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *parts, "</svg>\n"])


def write(file: Path, figures: Figures, workloads: Sequence[Workload]) -> None:
    """Draw into a file."""
    file.write_text(draw(figures, workloads), "utf-8")
