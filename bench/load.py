"""One run of the load generator, and whether it counts."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bench import machine

Numbers = Mapping[str, float]
"""What the load measured, by name."""

FAULTS = ("lost", "doubled", "disordered", "refused", "closed")
"""Counts that must all be 0, or the run does not count."""


class LoadError(Exception):
    """The load generator itself failed."""


def faults(result: Mapping[str, float | str]) -> str:
    """Why a run does not count; empty if it does."""
    found = [f"{int(result[name])} {name}" for name in FAULTS if result.get(name)]
    if result.get("error"):
        found.append(str(result["error"]))
    return ", ".join(found)


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
    program: Path, asked: Mapping[str, object], core: int, patience: float
) -> dict[str, float | str]:
    """Run the load on one core and read what it measured.

    Raises:
        LoadError: it crashed, printed nonsense or did not end.
    """
    command = [str(program), *arguments(asked)]
    environment = {**os.environ, "LC_ALL": "C"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        machine.pin(process.pid, core)
        try:
            out, _ = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            raise LoadError(f"The load did not end within {patience:.0f} s.") from None
    if process.returncode:
        raise LoadError(f"The load ended with {process.returncode}: {out[-500:]}")
    return read_result(out)
