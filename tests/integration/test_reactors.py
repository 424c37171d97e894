"""Every reactor carries the same load: many readers inside and outside TLS, and stopped ones."""

import asyncio
import re
import ssl

import pytest

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"
LINES, BATCH = 1500, 50
TEXT = "x" * 500
LAST = b"<talker> %d " % (LINES - 1)
SAID = re.compile(rb"<talker> (\d+) ")


@pytest.fixture(params=["epoll", "asyncio", "poll"])
def server(request, serve):
    server = serve(
        "--tls=tcp:0:interface=127.0.0.1", "--limit=rate=0", "--limit=outbox=65536",
        twistd=[f"--reactor={request.param}"],
    )  # fmt: skip
    assert f"{request.param}reactor" in server.output.lower()
    return server


def trusting():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Reader:
    """Somebody in the lobby, inside TLS or not."""

    def __init__(self):
        self.heard = b""
        self.heard_all = asyncio.Event()

    async def come(self, port, nick, tls):
        # A small buffer of our own: who stops reading is not read for by it.
        opening = asyncio.open_connection(HOST, port, ssl=tls, limit=4096)
        self.reader, self.writer = await opening
        self.say(nick)
        await self.until(b"*** Hello ")

    def say(self, *lines):
        self.writer.write("".join(f"{line}\n" for line in lines).encode())

    async def until(self, word):
        while word not in self.heard:
            data = await asyncio.wait_for(self.reader.read(65536), 20)
            assert data, f"it ended before {word!r}: {self.heard[-500:]!r}"
            self.heard += data

    async def read_on(self):
        """Hear a whole talk, and read whatever comes after it."""
        await self.until(LAST)
        self.heard_all.set()
        while await self.reader.read(65536):
            pass

    @property
    def numbers(self):
        return [int(number) for number in SAID.findall(self.heard)]


class Chat:
    """People who come, and are all gone at its end."""

    def __init__(self, server):
        self.ways = [(server.ports[0], None), (server.ports[1], trusting())]
        self.people = []

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        for reader in self.people:
            reader.writer.transport.abort()
        await asyncio.gather(*(r.writer.wait_closed() for r in self.people), return_exceptions=True)

    async def come(self, *names):
        """As many outside TLS as inside."""
        found = [Reader() for _ in names]
        self.people += found
        for number, (reader, name) in enumerate(zip(found, names, strict=True)):
            port, tls = self.ways[number % 2]
            await reader.come(port, name, tls)
        return found


async def talk(talker, witness, lines=LINES):
    """Say many lines, as fast as a healthy reader reads them."""
    for first in range(0, lines, BATCH):
        talker.say(*(f"{number} {TEXT}" for number in range(first, first + BATCH)))
        await witness.until(b"<talker> %d " % (first + BATCH - 1))


async def drown(server, readers, stopped):
    """Talk until those who stopped reading are dropped; the kernel holds megabytes for them."""
    async with Chat(server) as chat:
        readers = await chat.come(*readers)
        await chat.come(*stopped)
        (talker,) = await chat.come("talker")
        hearing = [asyncio.create_task(reader.read_on()) for reader in readers[1:]]
        for _ in range(20):
            await talk(talker, readers[0])
            if server.output.count("too slow") == len(stopped):
                break
            readers[0].heard = b""
        for reader in readers[1:]:
            await asyncio.wait_for(reader.heard_all.wait(), 20)
        for task in hearing:
            task.cancel()
        return [reader.numbers[:LINES] for reader in readers[1:]]


def test_many_readers_and_some_that_stopped(server, start):
    """All who read hear all of it in order; who does not is dropped, and so says the log."""
    nc = start("nc", HOST, server.port)
    nc.say("listener")
    nc.hear("Hello listener")
    readers = [f"reader{number}" for number in range(60)]
    heard = asyncio.run(drown(server, readers, ["stopped0", "stopped1"]))
    assert heard == [list(range(LINES))] * 59
    nc.hear(f"<talker> {LINES - 1} ")
    dropped = re.findall(r"Dropped (\S+) from .* too slow", server.output)
    assert sorted(dropped) == ["stopped0", "stopped1"]
    assert "Traceback" not in server.output


async def pause(server):
    async with Chat(server) as chat:
        pausing = await chat.come("pausing0", "pausing1")
        talker, witness = await chat.come("talker", "witness")
        await talk(talker, witness, 4 * BATCH)
        for reader in pausing:
            await reader.until(b"<talker> %d " % (4 * BATCH - 1))
        return [reader.numbers for reader in pausing]


def test_who_pauses_within_the_bounds_loses_nothing(server):
    """What waited for them comes in order when they read again."""
    assert asyncio.run(pause(server)) == [list(range(4 * BATCH))] * 2
    assert "too slow" not in server.output
