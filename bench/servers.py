"""The servers that are measured: how each one is started, and how it ends."""

import contextlib
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import ircd, machine
from bench.build import HERE

RAISED = tuple(
    f"{name}=1000000" for name in ("rate", "burst", "pending", "connections", "per-address")
)
"""Our limits that a benchmark has to raise, though none is switched off; all the others, and all
features, stay as they are."""


class StartError(Exception):
    """A server does not start; the text says what it wrote."""


@dataclass(frozen=True)
class Site:
    """Where a server is to run.

    Attributes:
        port: for plain connections.
        tls_port: for TLS.
        place: a directory for its files.
        tools: the directory with what was built.
        pair: certificate and key.
        reactor: Twisted's, for the servers that are written with it.
    """

    port: int
    tls_port: int
    place: Path
    tools: Path
    pair: tuple[Path, Path]
    reactor: str


@dataclass(frozen=True)
class Server:
    """One that can be measured.

    Attributes:
        name: as it is written in ``--servers`` and in the table.
        wire: what the load speaks with it.
        command: what starts it.
        tls: the command for TLS, if it has any.
        program: what has to be installed.
        at_once: how many clients log in at the same time, where the workload's number suits it ill.
        terms: what has to be known to compare with it, for the report.
    """

    name: str
    wire: str
    command: Callable[[Site], list[str]]
    tls: Callable[[Site], list[str]] | None = None
    program: str = ""
    at_once: int = 0
    terms: str = ""

    def installed(self) -> bool:
        """Whether it can be started here."""
        return not self.program or shutil.which(self.program, path=_PATH) is not None

    def version(self) -> str:
        """What its program calls itself."""
        if not self.program:
            return ""
        found = shutil.which(self.program, path=_PATH) or self.program
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
        match = re.search(r"\d+\.\d+(\.\d+)?", said.stdout + said.stderr)
        return match.group() if match else "?"


# Debian keeps servers where an ordinary user's path does not look.
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _ours(site: Site, data: str = "memory") -> list[str]:
    limits = [word for limit in RAISED for word in ("--limit", limit)]
    twistd = str(Path(sys.executable).parent / "twistd")
    return [
        twistd, "--nodaemon", "--pidfile=", "--reactor", site.reactor, "chat",
        "--port", f"tcp:{site.port}:interface=127.0.0.1", "--data", data, *limits,
    ]  # fmt: skip


def _stored(site: Site) -> list[str]:
    return _ours(site, str(site.place / "data"))


def _ours_tls(site: Site) -> list[str]:
    cert, key = map(str, site.pair)
    door = f"tcp:{site.tls_port}:interface=127.0.0.1"
    return [*_ours(site), "--tls", door, "--cert", cert, "--key", key]


def _naive_twisted(site: Site) -> list[str]:
    return [sys.executable, str(HERE / "references" / "naive_twisted.py"), str(site.port)]


def _naive_twisted_tls(site: Site) -> list[str]:
    return [*_naive_twisted(site)[:-1], str(site.tls_port), *map(str, site.pair)]


def _naive_asyncio(site: Site) -> list[str]:
    return [sys.executable, str(HERE / "references" / "naive_asyncio.py"), str(site.port)]


def _floor(site: Site) -> list[str]:
    return [str(site.tools / "floor"), str(site.port)]


_IRC_TERMS = (
    "Flood limits, DNS and ident are off, pings an hour apart. No TCP_NODELAY, as it comes. Its"
    " lines are IRC's, with the sender's address and the room, and longer than ours. In W3 who"
    " joins is in when all names have been sent, and everybody there has had a JOIN by then; ours"
    " says that one is in, and tells within a second who has come: that is in 's told' alone."
)

SERVERS = {
    server.name: server
    for server in (
        Server(
            "ours",
            "line",
            _ours,
            _ours_tls,
            terms=f"Raised limits: {', '.join(RAISED)}. All other limits, ids, time stamps, history"
            " (500 lines a room) and cleaning are on. Nothing is stored (--data memory). Inside TLS"
            " there are no session tickets.",
        ),
        Server(
            "stored",
            "line",
            _stored,
            terms="Ours with a data directory: what is said is committed before it is delivered"
            " (durability process).",
        ),
        Server(
            "ngircd",
            "irc",
            lambda site: ircd.ngircd(site.port, site.place),
            None,
            "ngircd",
            # Its listening queue is that short: what does not fit waits a second or more.
            at_once=8,
            terms=f"{_IRC_TERMS} Its listening queue holds ten: people come in eight at a time.",
        ),
        Server(
            "inspircd",
            "irc",
            lambda site: ircd.inspircd(site.port, site.place),
            None,
            "inspircd",
            # It lets people in once a second, all who wait.
            at_once=10_000,
            terms=f"{_IRC_TERMS} It lets people in once a second: all come at the same time.",
        ),
        Server(
            "twisted",
            "line",
            _naive_twisted,
            _naive_twisted_tls,
            terms="As one writes it: no TCP_NODELAY, so small pieces wait for acknowledgements."
            " That merges them: it helps in the closed loop and costs up to 40 ms in the open one."
            " On Twisted's default reactor. No limits, no checks, no time stamps. Inside TLS"
            " OpenSSL's defaults: two session tickets with each handshake of TLS 1.3.",
        ),
        Server(
            "asyncio",
            "line",
            _naive_asyncio,
            terms="asyncio sets TCP_NODELAY itself. No limits, no checks, no time stamps.",
        ),
        Server(
            "floor",
            "line",
            _floor,
            terms="TCP_NODELAY. Reads all sockets until nothing has come for 50 us, so that it"
            " meets as many lines at once as slower servers do; passes them on and does no more.",
        ),
    )
}
"""By name: ours without and with a database, IRC servers, naive ones, the bare loop in C."""


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise StartError(f"The server does not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


@contextlib.contextmanager
def running(server: Server, site: Site, tls: bool, core: int) -> Iterator[int]:
    """Start a server on one core, and end it; yields its process id.

    Raises:
        StartError: it does not start.
    """
    command = server.tls(site) if tls and server.tls else server.command(site)
    log = site.place / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=site.place)
    try:
        machine.pin(process.pid, core)
        _wait_for(process, site.tls_port if tls else site.port, log)
        # Its start, and the connection that found it there, are not to be measured as its work.
        time.sleep(0.3)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
