"""Whatever comes in, however it is cut: the same events and bytes, no fault, no growth."""

import gc
import json
import tracemalloc

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twisted.internet.error import ConnectionLost

from tests.protocols.conftest import House
from twistedchat.protocols.requests import REQUESTS

PIECES = [
    b"ada", b"bob", b"hello", b"/me waves", b"/join ops", b"/part", b"//x", b"/quit", b"/who",
    b"/oper ada secret", b"/set theme light", b"/nick eve", b"/nonsense", b"/msg bob psst",
    b"\n", b"\n", b"\n", b"\r\n", b"\r", b"\0", b"\r\0", b"\x08", b"\x1b[2J", b"\xc3", b"\xb6",
    b"\xe2\x80\xa8", b"\xff\xff", b"\xff\xf1", b"\xff\xfb\x18", b"\xff\xfd\x06",
    b"\xff\xfa\x1f\0\x50", b"\xff\xf0", b"\xff", b"x" * 600, b" ", b"\t",
    b'{"type":"hello","id":0,"nick":"ada"}', b'{"type":"say","id":1,"room":"lobby","text":"hi"}',
    b'{"type":"command","id":2,"text":"/who"}', b'{"type":"nonsense","id":3}', b"{",
    b'{"type":"quit","id":4}', b'{"type":"join","id":5,"room":"ops"}',
]  # fmt: skip
STREAMS = st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=25).map(b"".join)


def often(examples):
    """Try so many; the fixture that looks at the log may look at all of them at once."""
    ignored = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=examples, deadline=None, suppress_health_check=ignored)


@st.composite
def cut_streams(draw):
    """A stream, and places where to cut it."""
    data = draw(STREAMS)
    cuts = draw(st.lists(st.integers(0, len(data)), max_size=12).map(sorted))
    return data, cuts


def heard(data, cuts):
    """What a witness and the peer itself read when all is over."""
    house = House(rate=0, line=512)
    witness = house.person("witness")
    peer = house.peer()
    peer.send(data, *cuts)
    if not peer.pipe.closed:
        peer.half_close()
    house.turn(10)
    return witness.read(), peer.pipe.value()


@often(250)
@given(cut_streams())
def test_cuts_change_nothing(stream):
    """Neither what others see nor what the peer itself reads, to the byte."""
    data, cuts = stream
    assert heard(data, cuts) == heard(data, [])


@often(60)
@given(cut_streams())
def test_cuts_change_nothing_under_a_rate(stream):
    """What is said is the same, whoever has to wait."""
    data, cuts = stream
    seen = []
    for places in (cuts, []):
        house = House(line=512, rate=1, burst=2, hold_seconds=5)
        witness = house.person("witness")
        peer = house.peer()
        peer.send(data, *places)
        house.pass_time(40, 0.5)
        seen.append([line for line in witness.lines() if not line.startswith("*** ")])
    assert seen[0] == seen[1]


@often(60)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_end_well(data, broken):
    """The connection can be closed, and nothing is left running or remembered."""
    house = House()
    peer = house.peer()
    peer.send(data)
    if not peer.pipe.closed:
        peer.vanish(ConnectionLost() if broken else None)
    house.pass_time(70, 1)
    assert not house.chat.state.users
    assert not house.chat.sessions
    assert not house.entrance._connections
    assert house.clock.getDelayedCalls() == []


NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
WORDS = ["ada", "bob", "lobby", "#lobby", "ops", "/who", "0" * 26, "\ud800", "x" * 3000]
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=8) | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = [
    "room", "nick", "text", "who", "seconds", "reason", "limit", "after", "before", "topic",
    "confirm", "password", "resume", "versions", "rooms", "grace", "client", "device",
]  # fmt: skip
TYPES = [*REQUESTS, "say", "emote", "command", "hello", "ping", "nonsense"]
REQUEST = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES) | ANYTHING},
    optional=dict.fromkeys(FIELDS, ANYTHING),
)


@often(400)
@given(st.lists(REQUEST, min_size=1, max_size=4), st.booleans())
def test_any_request_gets_one_reply(requests, known):
    """Whatever is in its fields, and it is never the server that fails."""
    house = House(rate=0)
    house.person("bob")
    peer = house.program("ada") if known else house.peer()
    for number, request in enumerate(requests):
        peer.send(json.dumps({**request, "id": number}) + "\n")
        replies = [one for one in peer.objects() if one.get("id") == number]
        final = [one for one in replies if one["type"] != "notice"]
        assert len(final) == (0 if request["type"] == "pong" else 1), request
        assert final[0]["type"] in {"ok", "error", "welcome", "pong"}
        assert final[0].get("code") != "failed"
    house.turn(1)


def test_an_endless_line_and_an_endless_subnegotiation_are_bounded():
    """Megabytes that never end are not kept."""
    house = House(rate=0)
    peers = [house.peer(), house.peer(), house.peer()]
    starts = [b"", b"\xff\xfa\x1f", b'{"a":"']
    for peer, start in zip(peers, starts, strict=True):
        peer.send(start)
    gc.collect()
    tracemalloc.start()
    for _ in range(100):
        for peer in peers:
            peer.send(b"x" * 65536)
            peer.pipe.clear()
    gc.collect()
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 300_000


def test_a_flood_before_the_nickname_is_bounded():
    """Of lines that are no answer only a few are kept in mind."""
    house = House(rate=0)
    peer = house.peer()
    peer.send(b"a b\n")
    gc.collect()
    tracemalloc.start()
    for _ in range(20):
        peer.send(b"x\n" * 30000)
        peer.pipe.clear()
    gc.collect()
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 300_000
    house.turn(1)
    assert "and 599997 more." in peer.read()
