"""A connection that has ended is freed at once: its parts don't refer to each other in a ring."""

import gc
import weakref
from contextlib import contextmanager

import pytest
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.python.failure import Failure

from tests.protocols.test_line_behind_tls import Visitor


@contextmanager
def counting_alone():
    """Let nothing be freed but by counting references."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "said",
    [
        "",
        "ada\n",
        "ada\n/join ops\nhi\n/who\n/history 5\n/nosuch\n",
        "ada\n/quit\n",
        "#not a nick\nbob\n",
        '{"type":"hello","id":1,"nick":"ada"}\n{"type":"say","room":"lobby","text":"hi"}\n',
        "ada\nhalf a line",
    ],
)
@pytest.mark.parametrize("telnet", [False, True])
def test_nothing_is_left_of_it(house, said, telnet):
    """Whatever was said over it, and whoever closed."""
    peer = house.peer(telnet=telnet)
    with counting_alone():
        if said:
            peer.send(said)
        house.pass_time(3)
        if not peer.pipe.closed:
            peer.vanish()
        house.pass_time(100, 1)
        door = weakref.ref(peer.door)
        peer.pipe.protocol = peer.door = None
        peer.pipe.producer = None
        assert door() is None


@pytest.mark.parametrize("end", ["vanish", "refused"])
def test_nothing_is_left_of_who_goes_before_the_greeting(open_house, end):
    """Health checks and scanners come by the thousand."""
    house = open_house(connections=1 if end == "refused" else 0)
    if end == "refused":
        house.person("ada")
    with counting_alone():
        peer = house.peer()
        if not peer.pipe.closed:
            peer.vanish()
        house.pass_time(100, 1)
        door = weakref.ref(peer.door)
        peer.pipe.protocol = peer.door = None
        peer.pipe.producer = None
        assert door() is None


@pytest.mark.parametrize("said", [b"", b"ada\nhi\n", b"ada\n/who\n/quit\n"])
@pytest.mark.parametrize("end", ["close_notify", ConnectionDone, ConnectionLost])
def test_nothing_is_left_of_one_inside_tls(house, said, end):
    """TLS has rings of its own, which its end has to break."""
    house.person("bob").send("hi\n")
    with counting_alone():
        visitor = Visitor(house)
        tls = visitor.server
        gone = weakref.ref(tls), weakref.ref(tls.wrappedProtocol)
        visitor.send(said)
        if end == "close_notify":
            visitor.close()
        elif not visitor.client.lost:
            tls.connectionLost(Failure(end()))
        house.pass_time(100, 1)
        # What stands in for the network is no part of it.
        tls.transport.protocol = None
        del tls
        visitor.server = visitor.pump = None
        assert [one() for one in gone] == [None, None]
