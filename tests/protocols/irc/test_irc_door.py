"""The door itself: bounds hold, nothing is left of who has gone, any bytes are survived."""

import gc
import weakref
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# fmt: off
PIECES = st.sampled_from([
    b"NICK ada", b"USER a 0 * :a", b"JOIN #lobby", b"PRIVMSG #lobby :hi", b"CAP LS 302", b"QUIT",
    b"CAP REQ :echo-message", b"CAP END", b"AUTHENTICATE PLAIN", b"MODE #lobby +b", b"WHO *",
    b"\r\n", b"\n", b" ", b":", b"@a=b ", b"\xff", b"\0", b"\xc3", b"NAMES", b"PING",
])
# fmt: on
streams = st.one_of(st.binary(max_size=60), st.lists(PIECES, max_size=30).map(b"".join))


@contextmanager
def counting_alone():
    """Let nothing be freed but by counting references."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


IN = "NICK ada\r\nUSER a 0 * :a\r\n"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "NICK ada\r\n",
        IN,
        f"{IN}JOIN #lobby\r\nPRIVMSG #lobby :hi\r\nWHO #lobby\r\nMODE #lobby +m\r\nFOO\r\n",
        f"{IN}QUIT :bye\r\n",
        "CAP LS 302\r\nCAP REQ :echo-message\r\nAUTHENTICATE PLAIN\r\nhalf a line",
    ],
)
def test_nothing_is_left_of_it(house, connect, said):
    """Whatever was said over it, and whoever closed."""
    peer = connect().peer
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


def test_it_is_full_for_clients_of_irc_too(open_house, connect):
    """They are told in their own words."""
    house = open_house(connections=1)
    house.person("ada")
    peer = type(connect())(house)
    assert peer.read() == ["ERROR :Closing Link: * (The server is full. Try again later.)"]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(streams, st.lists(st.integers(0, 60), max_size=4))
def test_any_bytes_are_survived(house, connect, stream, cuts):
    """Cut anywhere; the others are served as before. A fault would be in the log."""
    one = connect()
    places = sorted(min(cut, len(stream)) for cut in cuts)
    one.peer.send(stream, *places)
    if not one.peer.pipe.closed:
        one.peer.vanish()
    house.pass_time(2, 1)
    assert connect().ask("NICK bob-the-next", "USER b 0 * :b", "QUIT")[0].startswith("001 ")


def test_end_of_input_carries_out_what_was_said(house, connect):
    """Also with nc -N."""
    bob = house.person("bob")
    one = connect()
    one.peer.send(f"{IN}JOIN #lobby\r\nPRIVMSG #lobby :from a script")
    one.peer.half_close()
    house.turn(3)
    assert "<ada> from a script" in bob.lines()
