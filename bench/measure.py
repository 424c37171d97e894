"""Carries the runs out, interleaved, so that what disturbs the machine disturbs all alike."""

import fcntl
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import load, machine
from bench.build import build_floor, build_load
from bench.figures import Run, derive
from bench.servers import SERVERS, Site, StartError, free_port, running
from bench.workloads import Workload

# The load gives up by itself before that.
PATIENCE = 600.0
# They watch their own turns.
OURS = ("ours", "stored")


@dataclass(frozen=True)
class Bench:
    """What every run needs.

    Attributes:
        tools: the directory with what was built.
        load: the load generator.
        pair: certificate and key.
        reactor: for the servers written with Twisted.
        cores: for the server and for the load.
        profiles: where to write profiles of our server; None for none.
    """

    tools: Path
    load: Path
    pair: tuple[Path, Path]
    reactor: str
    cores: tuple[int, int]
    profiles: Path | None


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other benchmark runs on this machine: two would measure each other."""
    with (Path(tempfile.gettempdir()) / "twistedchat-bench.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another benchmark is running here: waiting for its end.", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def set_up(reactor: str, profiles: Path | None) -> Iterator[Bench]:
    """Build what has to be built, in a directory that goes away again."""
    with tempfile.TemporaryDirectory(prefix="twistedchat-bench-") as name:
        tools = Path(name)
        build_floor(tools)
        pair = make_certificate(tools)
        yield Bench(tools, build_load(tools), pair, reactor, machine.cores(), profiles)


def make_certificate(place: Path) -> tuple[Path, Path]:
    """A P-256 certificate of our own."""
    cert, key = place / "cert.pem", place / "key.pem"
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2", "-subj", "/CN=localhost", "-out", str(cert), "-keyout", str(key),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


def plan(workloads: Sequence[Workload], runs: int) -> list[tuple[Workload, str]]:
    """The runs in their order: servers next to each other, repetitions far apart."""
    return [(one, server) for _ in range(runs) for one in workloads for server in one.servers]


def measure(
    bench: Bench, workloads: Sequence[Workload], runs: int, tell: Callable[[Run, int, int], None]
) -> list[Run]:
    """Carry all runs out.

    Args:
        bench: what every run needs.
        workloads: with their servers.
        runs: of each.
        tell: is told of every run, with its number and how many there are.
    """
    planned = plan(workloads, runs)
    done: list[Run] = []
    try:
        for workload, server in planned:
            done.append(one_run(bench, workload, server))
            tell(done[-1], len(done), len(planned))
    except KeyboardInterrupt:
        print(f"Stopped after {len(done)} of {len(planned)} runs.", file=sys.stderr)
    return done


def one_run(bench: Bench, workload: Workload, server: str) -> Run:
    """Start a server, put the load on it, end it."""
    try:
        result = _measured(bench, workload, server)
    except (StartError, load.LoadError) as error:
        result = {"error": str(error)}
    return Run(workload.name, server, result)


def _measured(bench: Bench, workload: Workload, name: str) -> dict[str, Any]:
    server = SERVERS[name]
    with tempfile.TemporaryDirectory(prefix="twistedchat-bench-") as place:
        site = Site(free_port(), free_port(), Path(place), bench.tools, bench.pair, bench.reactor)
        Path(place).chmod(0o755)
        with running(server, site, workload.tls, bench.cores[0]) as pid:
            port = site.tls_port if workload.tls else site.port
            asked = {"proto": server.wire, **workload.load, "port": port, "pid": pid}
            if server.at_once:
                asked["at_once"] = server.at_once
            with _profiler(bench, workload, name, pid) as watch:
                result = load.run(bench.load, asked, bench.cores[1], PATIENCE, watch)
        if name in OURS:
            result["slow_ms"] = slowest_turn((site.place / "log").read_text("utf-8", "replace"))
    return derive(result, connections(asked))


def slowest_turn(log: str) -> float:
    """The longest turn that our server's watch has logged, in ms; 0 if none was over 50."""
    return max(map(float, re.findall(r"Slow turns?: .*?(\d+) ms in ", log)), default=0.0)


def connections(asked: dict[str, Any]) -> int:
    """How many connections a load opens."""
    return int(asked.get("idle", 0)) + int(asked.get("rooms", 1)) * int(asked.get("members", 10))


@contextmanager
def _profiler(
    bench: Bench, workload: Workload, server: str, pid: int
) -> Iterator[Callable[[], None]]:
    """What starts to record our server, if that is wanted; it ends with the run."""
    if bench.profiles is None or server != "ours":
        yield lambda: None
        return
    bench.profiles.mkdir(parents=True, exist_ok=True)
    out = bench.profiles / f"{workload.name.replace(' ', '-')}.raw"
    tool = str(Path(sys.executable).parent / "py-spy")
    command = [tool, "record", "--pid", str(pid), "--rate", "500", "-f", "raw", "-o", str(out)]
    recording: list[subprocess.Popen[bytes]] = []

    def watch() -> None:
        quiet = subprocess.DEVNULL
        recording.append(subprocess.Popen(command, stdout=quiet, stderr=quiet))
        machine.pin(recording[0].pid, bench.cores[1])

    try:
        yield watch
    finally:
        for spy in recording:
            # It writes its file when it is interrupted.
            spy.send_signal(signal.SIGINT)
            spy.wait()
