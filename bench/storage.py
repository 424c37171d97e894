"""What the storage can do: ``python -m bench.storage`` writes a table and leaves nothing behind.

Rows a second are written while the main thread is busy, as a server's reactor is under load; the
times of pages, searches and a start are those that a person would wait with so many rows. A witness
shows how long the reactor is held up meanwhile: it wants to be called every two milliseconds, and
notes how late it is. What issue 4 asks for stands beside each figure.
"""

import argparse
import contextlib
import random
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from twisted.internet import defer, task
from twisted.internet.defer import Deferred

from bench.servers import SERVERS, Site, StartError, free_port
from twistedchat.core.ids import Ids
from twistedchat.core.records import MessageKind, MessageRecord, SearchedPlace
from twistedchat.protocols.clock import ReactorClock
from twistedchat.storage.opening import claim
from twistedchat.storage.store import Options, Storage

ROOMS = tuple(f"room{number}" for number in range(50))
WITHIN = {room: SearchedPlace(room) for room in ROOMS}
WORDS = 50_000
A_TURN = 0.005
LIGHT = 200
BATCH = 200
WAITING = 4 << 20
ASKED = 7
WITNESS = 0.002
WATCHED = 5.0
STARTS = 3
PATIENCE = 120.0
AT_ONCE = "well below 1 s"


def messages() -> Iterator[MessageRecord]:
    """Talk in fifty rooms; few words are common and most are rare."""
    chance = random.Random(1)
    words = [f"w{int(chance.paretovariate(0.5)) % WORDS}" for _ in range(100_000)]
    ids = Ids(2**54)
    for number in range(1 << 62):
        id_, at = ids.next(time.time())
        first = number * 7919 % (len(words) - 10)
        account = "" if number % 2 else f"{number % 100:026}"
        text = " ".join(words[first : first + 10])
        place, nick = ROOMS[number % len(ROOMS)], f"nick{number % 100}"
        yield MessageRecord(id_, at, place, MessageKind.SAID, nick, account, text)


class Measurement:
    """One storage in a directory of its own."""

    def __init__(self, reactor: Any, directory: Path, options: Options) -> None:
        self._reactor = reactor
        self._talk = messages()
        clock = ReactorClock(reactor, time.time)
        self.storage = Storage(
            claim(directory), reactor.callFromThread, clock, time.monotonic, print, options
        )

    async def write(self, rows: int, *, busy: bool) -> float:
        """Write rows as fast as that goes; rows a second."""
        began = time.perf_counter()
        left = rows
        while left > 0:
            turn = time.perf_counter() + A_TURN
            if self.storage.waiting < WAITING:
                self._submit(min(BATCH, left))
                left -= BATCH
            while busy and time.perf_counter() < turn:
                pass
            await task.deferLater(self._reactor, 0)
        while self.storage.waiting:
            await task.deferLater(self._reactor, 0.001)
        return rows / (time.perf_counter() - began)

    def _submit(self, count: int) -> "Deferred[object]":
        done: Deferred[object] = Deferred()
        self.storage.submit([next(self._talk) for _ in range(count)], done.callback)
        return done

    async def commit_one(self) -> float:
        """Seconds until a single message is committed, on a quiet server."""
        await task.deferLater(self._reactor, A_TURN)
        began = time.perf_counter()
        await self._submit(1)
        return time.perf_counter() - began

    async def index(self) -> None:
        """Wait until the search index has everything."""
        while (await self.storage.search("w1", WITHIN)).behind:
            await task.deferLater(self._reactor, 0.5)


async def measured(ask: Callable[[], "Deferred[Any]"]) -> float:
    """The median of the seconds that an answer takes."""
    took = []
    for _ in range(ASKED):
        began = time.perf_counter()
        await ask()
        took.append(time.perf_counter() - began)
    return sorted(took)[ASKED // 2]


def questions(storage: Storage, middle: str) -> dict[str, Callable[[], "Deferred[Any]"]]:
    """What people ask for, by what it is called in the table."""
    return {
        "the newest 100 of a room": lambda: storage.newest("room1", 100),
        "100 before one in the middle": lambda: storage.before("room1", middle, 100),
        "100 after one in the middle": lambda: storage.after("room1", middle, 100),
        "unread in 50 rooms": lambda: storage.unread("x", dict.fromkeys(ROOMS, middle), 1000),
        "search: a common word": lambda: storage.search("w1", WITHIN),
        "search: three common words": lambda: storage.search("w1 w2 w3", WITHIN),
        "search: a rare word": lambda: storage.search("w40123", WITHIN),
        "search: a phrase": lambda: storage.search('"w1 w2 w1"', WITHIN),
        "search: a beginning": lambda: storage.search("w4*", WITHIN),
        "search: from: and in:": lambda: storage.search("w1 from:nick7 in:room7", WITHIN),
        "search: what is not there": lambda: storage.search("w1 from:nick7 in:room8", WITHIN),
    }


class Witness:
    """Wants to be called again and again, and notes how late it is.

    Args:
        reactor: that calls it.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self.late: list[float] = []
        self._wait()

    def _wait(self) -> None:
        due = self._reactor.seconds() + WITNESS
        self._call = self._reactor.callLater(WITNESS, self._called, due)

    def _called(self, due: float) -> None:
        self.late.append(self._reactor.seconds() - due)
        self._wait()

    def stop(self) -> None:
        """End it."""
        self._call.cancel()


async def watched(reactor: Any, asks: Sequence[Callable[[], "Deferred[Any]"]]) -> str:
    """How late a witness is while all of that is asked again and again, or nothing at all."""
    end = reactor.seconds() + WATCHED
    witness = Witness(reactor)
    while reactor.seconds() < end:
        for ask in asks:
            await ask()
        if not asks:
            await task.deferLater(reactor, A_TURN)
    witness.stop()
    late = sorted(witness.late)
    figures = (late[len(late) * share // 100] for share in (50, 99))
    return " / ".join(f"{figure * 1e3:.1f}" for figure in (*figures, late[-1])) + " ms"


def started(place: Path) -> float:
    """Seconds until the real server lets somebody in, its data in ``place/data``; the median.

    Raises:
        StartError: it ends, or needs too long.
    """
    return sorted(_one_start(place) for _ in range(STARTS))[STARTS // 2]


def _one_start(place: Path) -> float:
    port = free_port()
    site = Site(port, 0, place, place, (place, place), "epoll")
    log = place / "log"
    began = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(SERVERS["stored"].command(site), stdout=out, stderr=out)
    try:
        while process.poll() is None and time.perf_counter() - began < PATIENCE:
            with contextlib.suppress(ConnectionRefusedError):
                _come_in(port)
                return time.perf_counter() - began
            time.sleep(0.01)
    finally:
        process.terminate()
        process.wait()
    raise StartError(f"The server does not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def _come_in(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as person:
        person.sendall(b"ada\n")
        heard = b""
        while b"*** Hello" not in heard and (more := person.recv(4096)):
            heard += more


def row(what: str, figure: str, asked: str = "") -> None:
    """Print a line of the table, with what is asked for."""
    print(f"{what:<44}{figure:>22}  {asked}".rstrip(), flush=True)


async def measure(reactor: Any, place: Path, rows: int, options: Options) -> None:
    """Write, ask and print."""
    row("", "measured", "asked for")
    empty = started(place / "empty")
    one = Measurement(reactor, place / "full" / "data", options)
    began = time.perf_counter()
    one.storage.start()
    alone = time.perf_counter() - began
    await _written(one, rows)
    page = await one.storage.newest("room1", max(1, rows // len(ROOMS) // 2))
    await _asked(reactor, questions(one.storage, page.messages[0].id))
    await one.storage.stop()
    await _started_again(reactor, place / "full", options, alone, empty, rows)


async def _written(one: Measurement, rows: int) -> None:
    light = sorted([await one.commit_one() for _ in range(LIGHT)])
    row("one message committed, median", f"{light[LIGHT // 2] * 1e3:.2f} ms", "at most 2 ms")
    row("one message committed, 99 %", f"{light[LIGHT * 99 // 100] * 1e3:.2f} ms")
    busy = min(rows, 50_000)
    asked = "above 10,000/s"
    row("written, main thread busy", f"{await one.write(busy, busy=True):,.0f}/s", asked)
    if rows > busy:
        row(
            "written, main thread free", f"{await one.write(rows - busy, busy=False):,.0f}/s", asked
        )
    began = time.perf_counter()
    await one.index()
    row("until all can be searched", f"{time.perf_counter() - began:.1f} s")


async def _asked(reactor: Any, asks: dict[str, Callable[[], "Deferred[Any]"]]) -> None:
    for what, ask in asks.items():
        row(what, f"{await measured(ask) * 1e3:.1f} ms", AT_ONCE)
    row("witness late, median / 99 % / most:", "")
    row("  while nobody asks", await watched(reactor, ()))
    asked = "as while nobody asks"
    row("  while all of that is asked", await watched(reactor, tuple(asks.values())), asked)


async def _started_again(
    reactor: Any, place: Path, options: Options, alone: float, empty: float, rows: int
) -> None:
    again = Measurement(reactor, place / "data", options)
    began = time.perf_counter()
    again.storage.start()
    took = time.perf_counter() - began
    await again.storage.stop()
    row("storage starts, empty", f"{alone * 1e3:.1f} ms")
    row(f"storage starts, {rows:,} rows", f"{took * 1e3:.1f} ms")
    row("server lets somebody in, empty", f"{empty:.2f} s")
    row(
        f"server lets somebody in, {rows:,} rows",
        f"{started(place):.2f} s",
        f"at most {empty + 1:.2f} s",
    )


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser("python -m bench.storage", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many messages")
    parser.add_argument("--durability", choices=("process", "power"), default="process")
    given = parser.parse_args()
    options = Options(durability=given.durability)
    with tempfile.TemporaryDirectory(prefix="bench-storage-") as directory:
        for name in ("empty", "full"):
            (Path(directory) / name).mkdir()
        task.react(
            lambda reactor: defer.ensureDeferred(
                measure(reactor, Path(directory), given.rows, options)
            )
        )


if __name__ == "__main__":
    main()
