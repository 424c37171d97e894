"""A server that may be killed, somebody who talks, and an account that comes and goes."""

import json

from twisted.internet.defer import succeed

from twistedchat.core.gates import OpenGate, StoreGate
from twistedchat.core.names import prepare_nick
from twistedchat.core.reads import MARK_SECONDS
from twistedchat.core.records import (
    AccountRecord,
    DropRead,
    Loaded,
    Mark,
    MessageRecord,
    ReadRecord,
    StoredPage,
)
from twistedchat.core.restoring import restore
from twistedchat.render.json import JSON_LENS
from twistedchat.storage.memory import MemoryStore
from twistedchat.testing import START, VirtualClock, connect, enter, ignore_outcome, make_chat, run

ADA = AccountRecord("A", "ada", "ada", 1.0, 1.0)


class Disk:
    """What is committed; outlives the server."""

    def __init__(self):
        self.messages, self.rows, self.mark = [], {}, ""

    def write(self, change):
        match change:
            case MessageRecord():
                self.messages.append(change)
            case ReadRecord(account, device, place, id_, follows):
                before = self.rows.get((account, device, place), ("", False))[0]
                self.rows[account, device, place] = max(before, id_), follows
            case DropRead(account, device, place):
                for key in [key for key in self.rows if key[:2] == (account, device)]:
                    if place in ("", key[2]):
                        del self.rows[key]
            case Mark(id_):
                self.mark = id_

    def server_ended(self):
        for key, (id_, follows) in self.rows.items():
            self.rows[key] = (max(id_, self.mark) if follows else id_), False


class Store(MemoryStore):
    """Commits when it is told to, on a disk that somebody else keeps."""

    def __init__(self, disk):
        super().__init__()
        self.disk, self.submitted, self.written = disk, [], []

    def submit(self, changes, done, *, keep=True):
        self.submitted.append((list(changes), done))

    def write(self):
        """Commit, before anybody hears of it."""
        submitted, self.submitted = self.submitted, []
        for changes, _ in submitted:
            for change in changes:
                self.disk.write(change)
        self.written += submitted

    def commit(self):
        self.write()
        written, self.written = self.written, []
        for _, done in written:
            done(None)

    def positions_on(self, account, device, most):
        found = [
            ReadRecord(*key, id_, follows)
            for key, (id_, follows) in self.disk.rows.items()
            if key[0] == account and key[1] in (device, "")
        ]
        return succeed((tuple(found), ()))

    def before(self, place, id_, limit):
        found = [one for one in self.disk.messages if one.place == place and one.id < id_]
        return succeed(StoredPage(tuple(found[-limit:]), complete=len(found) <= limit))


class Reader:
    """A sink whose reader may be slow, or gone."""

    def __init__(self):
        self.taken, self.queue = b"", []
        self.slow = self.gone = False
        self.watcher = None

    def watch(self, watcher):
        self.watcher = watcher

    def write(self, data):
        if self.gone:
            return
        if self.slow or self.queue:
            if not self.queue and self.watcher:
                self.watcher.fell_behind()
            self.queue.append(data)
        else:
            self.taken += data

    def speed_up(self):
        self.slow = False
        if self.queue and not self.gone:
            self.taken += b"".join(self.queue)
            self.queue.clear()
            if self.watcher:
                self.watcher.caught_up()

    def lose(self):
        self.gone = True
        self.queue.clear()
        watcher, self.watcher = self.watcher, None
        if watcher:
            watcher.lost()

    def stream(self, pieces):
        raise AssertionError

    def finish(self):
        pass


class World:
    """A server that may be killed, somebody who talks, and an account that comes and goes."""

    def __init__(self, *, keeps=True):
        self.disk, self.keeps = Disk(), keeps
        self.readers, self.session, self.said = [], None, []
        self.clock = None
        self.start()

    def start(self):
        self.clock = VirtualClock(self.clock.now() + 10 if self.clock else START)
        self.store = Store(self.disk)
        gate = StoreGate(self.clock.soon, self.store, 1 << 20)
        gate = gate if self.keeps else OpenGate(self.clock.soon)
        store = self.store if self.keeps else None
        self.chat = make_chat(clock=self.clock, store=store, gate=gate)
        newest = self.disk.messages[-1].id if self.disk.messages else ""
        restore(self.chat.state, Loaded(max(newest, self.disk.mark)))
        self.chat.state.owned.give(prepare_nick("ada"), "A")
        self.bob = enter(self.chat, "bob", "lobby")

    # What happens

    def say(self):
        self.chat.say(self.bob, "lobby", str(len(self.said)), ignore_outcome)
        self.said.append(str(len(self.said)))

    def talk(self):
        self.say()
        self.turn()
        self.commit()

    def cut_off(self):
        """Be killed when something is stored and nobody has heard of it."""
        self.say()
        self.turn()
        self.write()
        self.kill()

    def turn(self):
        self.clock.turn()

    def write(self):
        self.store.write()

    def commit(self):
        self.store.commit()
        self.clock.turn()

    def wait(self):
        self.clock.advance(2 * MARK_SECONDS)

    def come(self):
        """Log in; a password takes its time, so that the last connection is over by then."""
        if self.session is not None:
            return
        for reader in self.readers:
            reader.lose()
        self.settle()
        reader = Reader()
        self.readers.append(reader)
        self.session = self.chat.connect(reader, JSON_LENS, "line", "192.0.2.1", "cloak")
        self.session.replays = True
        run(self.chat.log_in(self.session, ADA))
        run(self.chat.join(self.session, "lobby"))
        self.chat.arrive(self.session)
        self.catch_up()

    def catch_up(self):
        missed, self.session.missed = self.session.missed or {}, None
        if "lobby" in missed:
            after, before = missed["lobby"]
            page = run(self.chat.past.before(self.chat.state.rooms["lobby"], before, 10_000))
            shown = [one for one in page.events if one.id > after]
            if after:
                for one in shown:
                    self.chat.fanout.send(self.session, JSON_LENS.render(one))

    def part(self):
        if self.session is not None and self.session.user.rooms:
            run(self.chat.part(self.session, "lobby"))

    def join(self):
        if self.session is not None:
            run(self.chat.join(self.session, "lobby"))
            self.catch_up()

    def quit(self):
        if self.session is not None:
            self.chat.disconnect(self.session, "bye")
            self.session = None

    def lose(self):
        if self.readers:
            self.readers[-1].lose()
            self.quit()

    def slow(self):
        if self.readers:
            self.readers[-1].slow = True

    def speed_up(self):
        for reader in self.readers:
            reader.speed_up()

    def kill(self):
        self.session = None
        for reader in self.readers:
            reader.lose()
        self.readers[:] = [reader for reader in self.readers if reader.taken]
        # What was not committed was heard by nobody.
        self.disk.server_ended()
        self.said = [one.text for one in self.disk.messages]
        self.start()

    def settle(self):
        for _ in range(3):
            self.turn()
            self.commit()
            self.wait()
            self.commit()
            self.speed_up()

    # What ada was shown

    @property
    def shown(self):
        lines = b"".join(reader.taken for reader in self.readers).splitlines()
        told = map(json.loads, lines)
        return [one["text"] for one in told if one["type"] == "said"]


def another(world, nick="ada", account=ADA, device="line"):
    """One more connection that has logged in."""
    session = connect(world.chat)
    session.replays, session.device = True, device
    run(world.chat.log_in(session, account))
    world.chat.arrive(session)
    return session
