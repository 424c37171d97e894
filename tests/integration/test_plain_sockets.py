"""The real server reads all plain sockets in one place, on each reactor."""

import itertools
import os
import re
import signal
import socket
import struct

import pytest

pytestmark = pytest.mark.integration

PEOPLE = 200
# Over the rate: it is read with pauses, for about a second.
PASTE = [f"{number} " + "x" * 1000 for number in range(100)]


@pytest.fixture(params=["epoll", "asyncio"])
def server(request, serve):
    limits = ("rate=100", "burst=10", "hold-seconds=0", "pending=0", "per-address=0")
    return serve(
        *(f"--limit={limit}" for limit in limits), twistd=[f"--reactor={request.param}"]
    )  # fmt: skip


def drain(peer):
    """Read what has come: bytes that nobody read turn a close into a reset."""
    peer.say("/version")
    peer.hear("runs twistedchat")


def close(peer):
    drain(peer)
    peer.close()


def half_close(peer):
    """As ``nc -N`` does."""
    peer.socket.shutdown(socket.SHUT_WR)
    assert peer.rest().endswith("*** Goodbye.\n")
    peer.close()


def reset(peer):
    peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def leave(peer):
    peer.say("/quit")
    assert peer.rest().endswith("*** Goodbye.\n")
    peer.close()


WAYS = {
    close: "Connection closed",
    half_close: "Connection closed",
    reset: "Connection lost",
    leave: "",
}


def descriptors(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


def test_how_people_go(server, visit):
    """An end, half an end, a reset and a goodbye are told as what they are."""
    witness = visit(server, "witness")
    for number, (way, told) in enumerate(WAYS.items()):
        person = visit(server, f"p{number}")
        person.say("my last words")
        witness.hear("my last words\n")
        way(person)
        reason = f": {told}" if told else "."
        assert f"*** p{number} has gone{reason}\n" in witness.hear("has gone") + witness.hear("\n")


def test_many_people(server, visit, wait):
    """Each hears each of them once; whichever way they go, nothing of them is left."""
    witness = visit(server, "witness")
    before = descriptors(server)
    people = [visit(server, f"p{number}") for number in range(PEOPLE)]
    for number, person in enumerate(people):
        person.say(f"{number}:")
    for number, person in enumerate(people):
        others = [other for other in range(PEOPLE) if other != number]
        said = "".join(person.hear(":\n") for _ in others)
        assert sorted(map(int, re.findall(r"<p\d+> (\d+):", said))) == others
    for person, way in zip(people, itertools.cycle(WAYS), strict=False):
        way(person)
    drain(witness)
    wait(lambda: descriptors(server) == before)
    assert "Traceback" not in server.output


def test_urgent_bytes(server, visit):
    """Telnet sends them; a read ends there, and what stands behind it is read all the same."""
    witness, urgent = visit(server, "witness"), visit(server, "urgent")
    server.process.send_signal(signal.SIGSTOP)
    for number in range(5):
        urgent.say(f"before {number}")
        urgent.socket.send(b"!", socket.MSG_OOB)
        urgent.say(f"behind {number}")
    server.process.send_signal(signal.SIGCONT)
    witness.hear("behind 4\n")


def test_a_paste_over_the_rate(server, visit):
    """The server stops reading and goes on again and again, and loses nothing."""
    witness, pasting = visit(server, "witness"), visit(server, "pasting")
    pasting.say(*PASTE)
    pasting.socket.shutdown(socket.SHUT_WR)
    said = witness.hear("pasting has gone: Connection closed")
    assert re.findall(r"<pasting> (.*)", said) == PASTE
    assert len("".join(PASTE)) > 100_000
    assert pasting.rest().endswith("*** Goodbye.\n")
