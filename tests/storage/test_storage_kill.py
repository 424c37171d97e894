"""kill -9 in the middle of everything: what was confirmed is there, and nothing needs repair."""

import random
import select
import subprocess
import sys
from contextlib import closing

import pytest

from twistedchat.storage import sqlite, upkeep
from twistedchat.storage.files import DataFiles
from twistedchat.storage.opening import claim
from twistedchat.storage.search import index

ROUNDS = 6

# Writes without pause, takes back every seventh message, and prints what was confirmed.
WRITER = """
import sys, time
from pathlib import Path
from twisted.internet import reactor
from twistedchat.core.ids import Ids
from twistedchat.core.records import DeleteMessages, MessageKind, MessageRecord
from twistedchat.protocols.clock import ReactorClock
from twistedchat.storage.opening import claim
from twistedchat.storage.store import Storage

clock = ReactorClock(reactor, time.time)
storage = Storage(claim(Path(sys.argv[1])), reactor.callFromThread, clock, time.monotonic, print)
ids = Ids(2**54, storage.start().newest)

def batch():
    made = [ids.next(time.time()) for _ in range(50)]
    kept = [MessageRecord(id_, at, "lobby", MessageKind.SAID, "ada", "", f"said {id_}")
            for id_, at in made]
    gone = tuple(one.id for one in kept[::7])
    return kept, gone, f"{kept[1].id} {kept[0].id}"

def go():
    if storage.waiting < 200_000:
        kept, gone, line = batch()
        def told(failure):
            if failure is None:
                print(line, flush=True)
        storage.submit([*kept, DeleteMessages(gone)], told)
    reactor.callLater(0, go)

reactor.callWhenRunning(go)
reactor.run()
"""


def read_for(process, seconds):
    """Lines of a process until the time is over."""
    deadline_passed = not select.select([process.stdout], [], [], 20)[0]
    assert not deadline_passed
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    return process.communicate()[0].splitlines()


@pytest.mark.parametrize("seed", [1])
def test_what_was_confirmed_survives_kill_9(tmp_path, seed):
    """Over several rounds on the same data, each killed at a random moment under full load."""
    chance = random.Random(seed)
    files = DataFiles(tmp_path)
    confirmed = []
    for _ in range(ROUNDS):
        command = [sys.executable, "-c", WRITER, tmp_path]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        # The last line may be cut off.
        confirmed += [line.split() for line in read_for(process, chance.uniform(0.05, 0.6))[:-1]]
        claim(tmp_path).lock.release()
        assert upkeep.check(files) == []
    assert len(confirmed) > 100
    with closing(sqlite.connect(files.database)) as connection:
        query = "SELECT id FROM messages WHERE place = 'lobby' ORDER BY id"
        stored = list(connection.exec_driver_sql(query).scalars())
    there = set(stored)
    assert len(there) == len(stored)
    assert {kept for kept, _ in confirmed} <= there
    assert not {gone for _, gone in confirmed} & there
    the_index_catches_up(files, stored)


def the_index_catches_up(files, stored):
    """It has every message once, although it was killed as often."""
    with (
        closing(sqlite.connect(files.database)) as database,
        closing(sqlite.connect(files.search)) as fed,
    ):
        while index.feed(database, fed) or index.remove_erased(database, fed):
            gone = "DELETE FROM erased WHERE number IN (SELECT number FROM erased LIMIT 300)"
            database.exec_driver_sql(gone)
        count = "SELECT count(*) FROM said WHERE said MATCH 'said'"
        assert fed.exec_driver_sql(count).scalar() == len(stored)
