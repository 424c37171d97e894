"""Whoever comes back is shown what was missed, once and in order, whatever became of the server."""

import re
import signal
import sqlite3
import threading
import time
from contextlib import closing

import pytest

from twistedchat.core.reading import BOX
from twistedchat.storage.positions import MARK

pytestmark = pytest.mark.integration

GOOD = "Tr0ub4dor&3"
DATA = ("--data=data", "--limit=rate=0", "--limit=burst=100000")
NEWEST = "(SELECT max(id) FROM messages)"


@pytest.fixture
def server(serve):
    return serve(*DATA)


@pytest.fixture
def restart(serve):
    """Kill a server and start another on its data."""

    def kill_and_start(server, how=signal.SIGKILL):
        server.process.send_signal(how)
        server.ends()
        return serve(*DATA)

    return kill_and_start


@pytest.fixture
def stored(tmp_path, wait):
    """Wait until something is true of what is stored."""

    def until(condition):
        with closing(sqlite3.connect(tmp_path / "data" / "chat.sqlite")) as connection:
            wait(lambda: connection.execute(f"SELECT {condition}").fetchone()[0])

    return until


def register(visit, server, nick):
    peer = visit(server, nick)
    peer.say(f"/register {GOOD}")
    peer.hear("is yours now")
    return peer


def come_back(visit, server, nick):
    """Log in; what was shown between the welcome and an answer that comes behind it."""
    peer = visit(server)
    peer.say(f"/login {nick} {GOOD}", "/uptime")
    peer.hear("/help lists the commands.")
    return peer, lines(peer.hear("*** Running for "))


def lines(told):
    """What was said, without time stamps, and the server's lines."""
    found = re.findall(r"^(?:\d\d:\d\d )?(<.*|\*\*\* \d+ new .*|\*\*\* Now:)$", told, re.MULTILINE)
    return [re.sub(r" since you were here \(.*\):", "", line) for line in found]


def missed(*said):
    many = "line" if len(said) == 1 else "lines"
    return [f"*** {len(said)} new {many} in #lobby", *said, "*** Now:"]


def test_what_was_missed_is_shown_once_after_a_kill(server, restart, visit):
    """One leaves, the other goes on talking, the server is killed."""
    ada, bob = register(visit, server, "ada"), register(visit, server, "bob")
    bob.say("hello")
    ada.hear("<bob> hello")
    ada.say("/quit")
    ada.rest()
    five = [f"line {number}" for number in range(5)]
    bob.say(*five, "/uptime")
    bob.hear("*** Running for ")
    server = restart(server)
    ada, told = come_back(visit, server, "ada")
    assert told == missed(*(f"<bob> {one}" for one in five))
    ada.say("/quit")
    ada.rest()
    assert come_back(visit, server, "ada")[1] == []


def test_who_was_there_when_it_was_killed_is_shown_nothing_again(server, restart, visit, stored):
    """And the lines that came while they found the way back."""
    ada, bob = register(visit, server, "ada"), register(visit, server, "bob")
    bob.say("one", "two")
    ada.hear("<bob> two")
    # What is released is noted behind it, with the next batch or a moment later.
    stored(f"(SELECT value FROM about WHERE key = '{MARK}') >= {NEWEST}")
    server = restart(server)
    bob, told = come_back(visit, server, "bob")
    assert told == []
    bob.say("three")
    bob.say("/uptime")
    bob.hear("*** Running for ")
    ada, told = come_back(visit, server, "ada")
    assert told == missed("<bob> three")


def test_a_clean_end_is_as_exact(server, restart, visit):
    """Without any wait."""
    ada, bob = register(visit, server, "ada"), register(visit, server, "bob")
    bob.say("one", "two")
    ada.hear("<bob> two")
    server = restart(server, signal.SIGTERM)
    assert come_back(visit, server, "ada")[1] == []
    assert come_back(visit, server, "bob")[1] == []


def test_killed_in_the_midst_of_talk_nobody_misses_a_line(server, restart, visit):
    """Five times: what a reader has seen and is shown is everything, in order."""
    ada, bob = register(visit, server, "ada"), register(visit, server, "bob")
    seen, number = [], 0
    for _ in range(5):
        stop = threading.Event()

        def talk(stop=stop, bob=bob):
            nonlocal number
            try:
                while not stop.is_set():
                    bob.say(*(f"line {number + one}" for one in range(20)))
                    number += 20
                    # So fast that batches overlap, and no faster than the reader reads.
                    time.sleep(0.002)
            except OSError:
                pass

        talker = threading.Thread(target=talk)
        talker.start()
        told = ada.hear(f"<bob> line {number + 1500}\n")
        server.process.send_signal(signal.SIGKILL)
        stop.set()
        talker.join()
        heard = re.findall(r"<bob> line (\d+)$", told + _rest(ada), re.MULTILINE)
        seen.append([int(one) for one in heard])
        server = restart(server)
        ada, told = come_back(visit, server, "ada")
        bob, _ = come_back(visit, server, "bob")
        shown = [int(one.removeprefix("<bob> line ")) for one in told if one.startswith("<bob>")]
        seen.append(shown)
    _check(seen)


def _rest(peer):
    """Whole lines that came until the end."""
    try:
        while data := peer.socket.recv(65536):
            peer.heard += data
    except OSError:
        pass
    return peer.heard.decode("utf-8", "replace").rpartition("\n")[0]


def _check(seen):
    """No gap between what was heard before a kill and what was shown after it."""
    for heard, shown in zip(seen[::2], seen[1::2], strict=True):
        assert heard == sorted(set(heard))
        assert shown == sorted(set(shown))
        if shown:
            assert shown[0] <= heard[-1] + 1
            again = [one for one in shown if one <= heard[-1]]
            # Only of the last batch that was handed over, which may be long on a busy machine.
            assert len(again) < len(heard) / 2


def test_a_private_message_waits_over_a_kill(server, restart, visit, stored):
    """For whoever it was for, on any device, once."""
    ada, bob = register(visit, server, "ada"), register(visit, server, "bob")
    ada.say("/quit")
    ada.rest()
    bob.say("/msg ada are you there?")
    bob.hear("*** ada is not here and gets that on coming back.")
    server = restart(server)
    ada = visit(server)
    ada.say(f"/login ada {GOOD}", "/uptime")
    told = ada.hear("*** Running for ")
    assert "*** 1 private message while you were away:" in told
    assert "bob -> you: are you there?" in told
    ada.say("/quit")
    ada.rest()
    stored(f"EXISTS (SELECT 1 FROM reads WHERE place = '{BOX}' AND NOT follows AND id >= {NEWEST})")
    server = restart(server)
    ada = visit(server)
    ada.say(f"/login ada {GOOD}", "/uptime")
    assert "are you there" not in ada.hear("*** Running for ")


def test_with_nc(server, start, visit):
    """As a person sees it."""
    bob = visit(server, "bob")
    bob.say("hello", "/uptime")
    bob.hear("*** Running for ")
    nc = start("nc", "127.0.0.1", server.port)
    nc.say("carl")
    nc.hear("*** The last line in #lobby:\n", " <bob> hello\n*** Now:\n")
