"""People who keep a server busy and write down what they saw and what was confirmed to them."""

import asyncio
import json
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

HOST = "127.0.0.1"
PAGE = 200
SAID = re.compile(rb"<\S+> (m-\S+)")


@dataclass
class Fact:
    """Something that has one value at a time: which ones were asked for, and which is confirmed."""

    issued: list = field(default_factory=list)
    confirmed: int = -1

    def issue(self, value):
        self.issued.append(value)
        return len(self.issued) - 1

    def confirm(self, number):
        self.confirmed = max(self.confirmed, number)

    def could_be(self, value):
        """Whether nothing that was confirmed is lost if it is this now; it counts from now on."""
        allowed = self.issued[max(self.confirmed, 0) :]
        # Before the first was confirmed there may be none.
        if value not in allowed and (self.confirmed >= 0 or value):
            return False
        self.issued, self.confirmed = [value], 0
        return True


@dataclass
class Ledger:
    """What must be true of the server after its next start.

    Attributes:
        seen: texts by their ids, for each room, as some reader has read them or their speaker
            has had them confirmed.
        read: texts that were read on nc, where nobody tells ids.
        private: texts of confirmed private messages, by who has sent them.
        facts: everything that has one value at a time.
        numbers: makes texts that nobody has said before.
        counts: how much there was of what.
        faults: what a program has met that must not be.
    """

    seen: dict = field(default_factory=dict)
    read: set = field(default_factory=set)
    private: dict = field(default_factory=dict)
    facts: dict = field(default_factory=dict)
    numbers: count = field(default_factory=count)
    counts: Counter = field(default_factory=Counter)
    faults: list = field(default_factory=list)

    def see(self, room, id_, text):
        self.seen.setdefault(room, {})[id_] = text

    def fact(self, *key):
        return self.facts.setdefault(key, Fact())

    def new(self, what="m"):
        return f"{what}-{next(self.numbers)}"


class Program:
    """A connection that speaks JSON lines and writes down every line that it reads."""

    def __init__(self, ledger, port):
        self.ledger = ledger
        self.port = port
        self.waiting = {}
        self.numbers = count()
        self.last = {}
        self.refusals = Counter()

    async def enter(self, nick, rooms=(), password=None):
        """Come in, as the owner of an account if there is a password."""
        self.nick = nick
        self.reader, self.writer = await asyncio.open_connection(HOST, self.port, limit=1 << 22)
        self.task = asyncio.create_task(self._listen())
        who = {"account": nick, "password": password} if password else {"nick": nick}
        self.welcome = await self.ask(type="hello", rooms=list(rooms), **who)
        assert self.welcome["type"] == "welcome", self.welcome
        return self

    async def ask(self, **request):
        """Send a request; its reply."""
        number = next(self.numbers)
        self.waiting[number] = reply = asyncio.get_running_loop().create_future()
        self.writer.write(json.dumps({"id": number, **request}).encode() + b"\n")
        await self.writer.drain()
        return await reply

    async def must(self, **request):
        """Send a request that cannot be refused."""
        reply = await self.ask(**request)
        assert reply["type"] == "ok", (request, reply)
        return reply

    async def say(self, room):
        text = self.ledger.new()
        reply = await self.ask(type="say", room=room, text=text)
        if reply["type"] == "ok":
            self.ledger.see(room, reply["msgid"], text)
            self.ledger.counts["messages confirmed"] += 1
        else:
            self.refusals[reply["code"]] += 1

    async def _listen(self):
        try:
            while line := await self.reader.readline():
                self._take(json.loads(line))
        except (OSError, ValueError):
            # The line was cut off by the end of the server.
            pass
        except AssertionError as error:
            self.ledger.faults.append(error)
        finally:
            self.writer.close()
            for reply in self.waiting.values():
                if not reply.done():
                    reply.cancel()

    def _take(self, told):
        if told.get("id") in self.waiting:
            reply = self.waiting.pop(told["id"])
            if not reply.done():
                reply.set_result(told)
        elif told["type"] == "said":
            self._hear(told)

    def _hear(self, event):
        assert event.get("stored", True), event
        room = event["room"]
        assert event["msgid"] > self.last.get(room, ""), "told out of order"
        self.last[room] = event["msgid"]
        self.ledger.see(room, event["msgid"], event["text"])
        self.ledger.counts["lines seen by programs"] += 1

    async def close(self):
        self.writer.write_eof()
        await self.task


async def listen_on_nc(ledger, port, nick, room):
    """Read a room as nc shows it, until the server ends."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(f"{nick}\n/join {room}\n".encode())
    with suppress(OSError, asyncio.IncompleteReadError):
        while line := await reader.readline():
            assert b"[not stored]" not in line, line
            # What the end of the server has cut off nobody has read.
            if (found := SAID.search(line)) and line.endswith(b"\n"):
                ledger.read.add(found[1].decode())
                ledger.counts["lines seen on nc"] += 1
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def whole_history(program, **where):
    """All that is kept of a room or a conversation, page by page from the end, oldest first."""
    found, before = [], None
    while True:
        more = {"before": before} if before else {}
        page = await program.must(type="history", limit=PAGE, **where, **more)
        found[:0] = [(one["msgid"], one["text"]) for one in page["events"]]
        if not page["more"]:
            assert page["complete"]
            return found
        before = page["events"][0]["msgid"]
