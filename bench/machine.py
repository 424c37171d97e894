"""What the numbers were measured on."""

import importlib.metadata
import os
import platform
import re
import resource
from pathlib import Path

from OpenSSL import SSL

FILES = 1 << 16


def cores() -> tuple[int, int]:
    """A core for the server and one for the load; the same one where there is only one."""
    there = sorted(os.sched_getaffinity(0))
    return there[0], there[min(1, len(there) - 1)]


def processor() -> str:
    """The processor's name."""
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    return found.group(1) if found else platform.machine()


def describe(reactor: str) -> dict[str, str]:
    """The machine and the versions, for the output."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": f"{processor()}, {os.cpu_count()} cores, {pages / 2**30:.0f} GB",
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "TLS": SSL.SSLeay_version(SSL.SSLEAY_VERSION).decode("ascii"),
        "twisted": f"{importlib.metadata.version('twisted')}, reactor {reactor}",
    }


def pin(process: int, core: int) -> None:
    """Keep a process on one core."""
    os.sched_setaffinity(process, {core})


def allow_many_files() -> int:
    """Raise the bound of open files as far as allowed; returns it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, max(FILES, hard)))
    except (ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def load_average() -> str:
    """How busy the machine is otherwise."""
    return Path("/proc/loadavg").read_text("ascii").split(maxsplit=1)[0]
