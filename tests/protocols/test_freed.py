"""A connection that has ended is freed at once: its parts don't refer to each other in a ring."""

import gc
import weakref
from contextlib import contextmanager

import pytest


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
