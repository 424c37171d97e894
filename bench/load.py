"""One run of the load generator, and whether it counts."""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Timer
from typing import Any

from bench import machine

READY = "ready\n"

FAULTS = ("lost", "doubled", "disordered", "altered", "refused", "closed")
"""Counts that must all be 0, or the run does not count."""


BUSY = 0.9
"""The share of its core above which the load may have been the limit."""
DISTURBED = 0.1
"""The share of the time above which waiting for a core that others use spoils a figure."""


class LoadError(Exception):
    """The load generator itself failed."""


def faults(result: Mapping[str, float | str]) -> str:
    """Why a run does not count; empty if it does."""
    found = [f"{int(result[name])} {name}" for name in FAULTS if result.get(name)]
    if result.get("error"):
        found.append(str(result["error"]))
    return ", ".join(found)


def remarks(result: Mapping[str, Any]) -> tuple[str, ...]:
    """What has to be known of a run that counts: words of which the report says what they mean."""
    found = []
    if result.get("overloaded"):
        found.append("overloaded")
    if result.get("load_cpu", 0) > BUSY:
        found.append("load-bound")
    if result.get("disturbed", 0) > DISTURBED:
        found.append("disturbed")
    return tuple(found)


def read_result(text: str) -> dict[str, float | str]:
    """What the load printed.

    Raises:
        LoadError: it is not what the load prints.
    """
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise LoadError(f"The load printed no result but {text[-500:]!r}.")
    return found


def arguments(asked: Mapping[str, object]) -> list[str]:
    """The load's arguments."""
    return [f"{name}={value}" for name, value in asked.items()]


def run(
    program: Path,
    asked: Mapping[str, object],
    core: int,
    patience: float,
    ready: Callable[[], None] = lambda: None,
) -> dict[str, float | str]:
    """Run the load on one core and read what it measured.

    Args:
        program: the load generator.
        asked: its arguments.
        core: where it runs.
        patience: seconds after which it is ended.
        ready: called when everybody is in and the talk begins.

    Raises:
        LoadError: it crashed, printed nonsense or did not end.
    """
    command = [str(program), *arguments(asked)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        machine.pin(process.pid, core)
        assert process.stdout
        timer = Timer(patience, process.kill)
        timer.start()
        try:
            first = process.stdout.readline()
            if first == READY:
                ready()
            out = process.stdout.read()
        finally:
            timer.cancel()
    if process.returncode:
        raise LoadError(f"The load ended with {process.returncode}: {(first + out)[-500:]}")
    return read_result(out if first == READY else first)
