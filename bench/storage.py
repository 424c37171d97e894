"""What the storage can do: ``python -m bench.storage`` writes a table and leaves nothing behind.

Rows a second are written while the main thread is busy, as a server's reactor is under load; the
times of pages, searches and a start are those that a person would wait with so many rows.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from twisted.internet import defer, task
from twisted.internet.defer import Deferred

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


def row(what: str, figure: str) -> None:
    """Print a line of the table."""
    print(f"{what:<44}{figure:>16}")


async def measure(reactor: Any, directory: Path, rows: int, options: Options) -> None:
    """Write, ask and print."""
    one = Measurement(reactor, directory, options)
    began = time.perf_counter()
    one.storage.start()
    row("start, empty", f"{(time.perf_counter() - began) * 1e3:.1f} ms")
    light = sorted([await one.commit_one() for _ in range(LIGHT)])
    row("one message committed, median", f"{light[LIGHT // 2] * 1e3:.2f} ms")
    row("one message committed, 99 %", f"{light[LIGHT * 99 // 100] * 1e3:.2f} ms")
    busy = min(rows, 50_000)
    row("written, main thread busy", f"{await one.write(busy, busy=True):,.0f}/s")
    row("written, main thread free", f"{await one.write(rows - busy, busy=False):,.0f}/s")
    began = time.perf_counter()
    await one.index()
    row("until all can be searched", f"{time.perf_counter() - began:.1f} s")
    page = await one.storage.newest("room1", max(1, rows // len(ROOMS) // 2))
    for what, ask in questions(one.storage, page.messages[0].id).items():
        row(what, f"{await measured(ask) * 1e3:.1f} ms")
    await one.storage.stop()
    began = time.perf_counter()
    again = Measurement(reactor, directory, options)
    again.storage.start()
    row(f"start, {rows:,} rows", f"{(time.perf_counter() - began) * 1e3:.1f} ms")
    await again.storage.stop()


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser("python -m bench.storage", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many messages")
    parser.add_argument("--durability", choices=("process", "power"), default="process")
    given = parser.parse_args()
    options = Options(durability=given.durability)
    with tempfile.TemporaryDirectory(prefix="bench-storage-") as directory:
        task.react(
            lambda reactor: defer.ensureDeferred(
                measure(reactor, Path(directory), given.rows, options)
            )
        )


if __name__ == "__main__":
    main()
