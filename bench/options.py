"""The benchmark's command line."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.servers import SERVERS
from bench.workloads import GROUPS, WORKLOADS


def names(known: Sequence[str], what: str) -> "_Names":
    """A reader of comma-separated names."""
    return _Names(known, what)


class _Names:
    def __init__(self, known: Sequence[str], what: str) -> None:
        self._known = known
        self._what = what

    def __call__(self, text: str) -> tuple[str, ...]:
        found = tuple(name.strip() for name in text.split(",") if name.strip())
        for name in found:
            if name not in self._known:
                there = ", ".join(self._known)
                raise argparse.ArgumentTypeError(f"no {self._what} {name!r}; there are: {there}")
        return found


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} must be a whole number, at least 1")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    made = argparse.ArgumentParser("python -m bench", description=__doc__)
    workloads = (*GROUPS, *(one.name for one in WORKLOADS))
    add = made.add_argument
    add("--only", type=names(workloads, "workload"), default=(), help="workloads, like W1,W2")
    add("--servers", type=names(tuple(SERVERS), "server"), default=(), help="like ours,ngircd")
    add("--runs", type=_positive, help="of each; 3 if not given, 1 with --quick")
    add("--quick", action="store_true", help="a smoke run in under a minute")
    add("--reactor", default="epoll", help="Twisted's, for ours: epoll or asyncio")
    add("--json", type=Path, metavar="FILE", help="write all runs for programs")
    add("--svg", type=Path, metavar="FILE", help="draw a plot")
    add("--markdown", type=Path, metavar="FILE", help="write the report to a file too")
    add("--profile", type=Path, metavar="DIRECTORY", help="record our server with py-spy")
    return made
