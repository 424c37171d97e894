"""A hostile peer harms nobody: two witnesses talk on as before, and memory stays bounded."""

import itertools
import resource
import statistics
import sys
import time

import pytest

pytestmark = pytest.mark.integration

# Sends one piece over and over, reads nothing back unless asked, and says how much it got rid of.
ATTACK = """
import os, socket, sys
port, first, piece = int(sys.argv[1]), *map(bytes.fromhex, sys.argv[2:4])
peer = socket.create_connection(("127.0.0.1", port))
peer.sendall(first)
sent = 0
piece = piece * max(1, 65536 // len(piece)) if piece else os.urandom(1 << 20)
try:
    while True:
        peer.sendall(piece)
        sent += len(piece)
        print(sent, flush=True)
except OSError as error:
    print(error, flush=True)
"""

# People who chat in a room of their own, all together so many long lines a second, and read all.
CROWD = """
import asyncio, sys, time
port, people, rate = map(int, sys.argv[1:])
async def read(reader):
    while await reader.read(1 << 20):
        pass
async def come(number):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"crowd{number}\\n/set quiet on\\n/join crowd\\n/part lobby\\n".encode())
    await reader.readuntil(b"left #lobby")
    return writer, asyncio.create_task(read(reader))
async def main():
    crowd = [await come(number) for number in range(people)]
    print("chatting", flush=True)
    began, said = time.monotonic(), 0
    while True:
        for writer, _ in crowd:
            said += 1
            writer.write("\\N{PARTY POPPER}".encode() * 1900 + b"\\n")
            await asyncio.sleep(max(0, began + said / rate - time.monotonic()))
asyncio.run(main())
"""

# How much slower the witnesses may get, since they share the cores with the attacker; and what
# counts as slow at all, in seconds: an attack that succeeds costs tens of milliseconds.
SLOWER = 8
QUICK = 0.0005
# MiB that the server may grow by under any attack.
GROWTH = 60


@pytest.fixture
def attack(start):
    """A program that sends bytes without end, and reads none."""

    def begin(server, first=b"", piece=b""):
        return start(
            sys.executable, "-c", ATTACK, str(server.port), first.hex(), piece.hex()
        )  # fmt: skip

    return begin


@pytest.fixture
def witnesses(visit):
    """Measures how long lines take from one witness to the other: the median, in seconds."""
    numbers = itertools.count()

    def measure(server):
        times = []
        for _ in range(3):
            number = next(numbers)
            speaker, hearer = visit(server, f"speaker{number}"), visit(server, f"hearer{number}")
            # Fewer than come at once, so that no rate holds them.
            for line in range(15):
                began = time.perf_counter()
                speaker.say(f"probe {line}")
                hearer.hear(f"> probe {line}\n")
                times.append(time.perf_counter() - began)
            speaker.close()
            hearer.close()
        return statistics.median(times)

    return measure


def calm(server, before, during, memory):
    """What must be true after every attack."""
    after = server.memory
    print(f"{before * 1e6:.0f} -> {during * 1e6:.0f} us, {memory:.0f} -> {after:.0f} MiB")
    assert "Traceback" not in server.output
    assert "Unhandled" not in server.output
    assert after < memory + GROWTH
    assert during < max(before, QUICK) * SLOWER


@pytest.mark.parametrize(
    ("first", "piece", "megabytes"),
    [
        (b"", b"", 0),
        (b"mallory\n", b"", 0),
        (b"", b"a", 30),
        (b"mallory\n", b"a", 30),
        (b"{", b'"', 30),
        (b"\xff\xfa\x18", b"a", 30),
        (b"", b"\xff\xfa\x18a\xff\xf0", 0),
        (b"", b"\xff\xfd\x05", 0),
        (b"mallory\n", b"\n", 0),
        (b"mallory\n", b"/nosuch\n", 0),
        (b"mallory\n", b"hi\n", 0),
    ],
    ids=[
        "random bytes", "random bytes with a nick", "an endless line", "an endless line in a room",
        "an endless object", "a telnet subnegotiation without end", "subnegotiations without end",
        "telnet requests without end", "empty lines", "unknown commands", "a flood",
    ],
)  # fmt: skip
def test_bytes_without_end(serve, attack, witnesses, first, piece, megabytes):
    """Whatever comes, and however much of it."""
    server = serve()
    before, memory = witnesses(server), server.memory
    attacker = attack(server, first, piece)
    attacker.hear("\n")
    during = witnesses(server)
    if megabytes:
        while sent(attacker) < megabytes << 20:
            witnesses(server)
    calm(server, before, during, memory)
    print(sent(attacker) >> 20, "MiB")


def test_who_never_reads_is_dropped(serve, start, visit, witnesses):
    """200 others chat; the sleeper is dropped with the reason logged, and delays nobody."""
    server = serve("--limit=outbox=65536")
    crowd = start(sys.executable, "-c", CROWD, server.port, 200, 60)
    crowd.hear("chatting")
    before, memory = witnesses(server), server.memory
    visit(server, "sleeper", receive=4096).say("/join crowd")
    during = [witnesses(server)]
    while "Dropped sleeper from 127.0.0.1: too slow" not in server.output:
        during.append(witnesses(server))
    calm(server, before, statistics.median(during), memory)


def test_2000_connections_that_say_nothing(serve, visit, witnesses):
    """They fill no door: people come in, talk, and the oldest of the silent are told to go."""
    enough, most = 2000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    server = serve()
    before, memory = witnesses(server), server.memory
    silent = [visit(server) for _ in range(enough)]
    calm(server, before, witnesses(server), memory)
    assert "Too many people are at the door. Try again later." in silent[0].rest()
    silent[-1].say("ada")
    silent[-1].hear("Hello ada.")


def sent(attacker):
    return max(int(line) for line in attacker.output.split("\n")[:-1] if line.isdigit())
