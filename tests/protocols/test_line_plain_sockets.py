"""The line door over real sockets that are read in one place."""

import select
import socket
import weakref

import pytest

from tests.protocols.conftest import House
from tests.protocols.test_freed import counting_alone
from tests.protocols.wires import Reactor, wired
from twistedchat.protocols.line import LineFactory

pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="there is no epoll here")


class WiredHouse(House):
    """A server with real sockets, and a witness in memory."""

    make_clock = Reactor


@pytest.fixture
def at_home():
    """Makes a server; gives it, and what connects to it."""
    with wired() as wires:

        def make(**settings):
            house = WiredHouse(**settings)
            wires.reactor, wires.reading = house.clock, house.entrance.reading
            return house, lambda: wires.connect(LineFactory(house.entrance).buildProtocol(None))

        yield make


def test_how_people_go(at_home):
    """An orderly end, a reset, and half a connection (``nc -N``) are told as what they are."""
    house, connect = at_home()
    witness = house.person("witness")
    people = {nick: connect() for nick in ("ada", "bob", "eve")}
    for nick, (_, peer) in people.items():
        peer.send(f"{nick}\n".encode())
        house.clock.turn(2)
    witness.read()
    people["ada"][1].recv(10000)
    people["ada"][1].close()
    house.clock.turn(3)
    people["bob"][1].send(b"my last words\nand half a li")
    people["bob"][1].close()
    house.clock.turn(3)
    people["eve"][1].send(b"bye")
    people["eve"][1].shutdown(socket.SHUT_WR)
    house.clock.turn(5)
    house.turn(2)
    assert [line for line in witness.lines() if "joined" not in line] == [
        "*** ada has gone: Connection closed",
        "<bob> my last words",
        "*** bob has gone: Connection lost",
        "<eve> bye",
        "*** eve has gone: Connection closed",
    ]
    assert people["eve"][1].recv(10000).endswith(b"*** Goodbye.\n")
    assert people["eve"][1].recv(10000) == b""


def test_who_is_over_their_rate_is_not_read_from(at_home):
    """And goes on when their time has come, with nothing lost."""
    house, connect = at_home(rate=10, burst=10, hold_seconds=0)
    witness = house.person("witness")
    _, peer = connect()
    peer.send(b"ada\n" + b"".join(b"%d\n" % number for number in range(2000)))
    house.clock.turn()
    assert house.entrance.reading.fileno() == -1
    for _ in range(100):
        house.clock.turn()
        house.turn(1)
    said = [line for line in witness.lines() if line.startswith("<ada>")]
    assert len(said) > 400
    assert said == [f"<ada> {number}" for number in range(len(said))]


def test_nothing_is_left_of_a_connection(at_home):
    """It is freed as soon as it has ended, however it did."""
    house, connect = at_home()
    house.person("witness")
    with counting_alone():
        for end in ("quit", "close", "reset", "abort"):
            door, peer = connect()
            peer.send(b"ada\nhi\n" + (b"/quit\n" if end == "quit" else b""))
            house.clock.turn(3)
            if end != "reset":
                peer.recv(10000)
            if end == "abort":
                door.abort()
            else:
                peer.close()
            house.clock.turn(5)
            house.pass_time(100, 1)
            gone = weakref.ref(door), weakref.ref(door.transport)
            del door
            assert [one() for one in gone] == [None, None], end
            assert house.clock.readers == []
