"""How much work a message costs: counted, not timed, so that a loss of speed shows in any run.

A thousand people in memory: real doors, outboxes and fan-out, over sockets that only count.
"""

import gc
import socket
import sys
import tracemalloc
from collections import Counter
from contextlib import contextmanager

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from twistedchat.config import Config, Limits
from twistedchat.protocols.cloaks import Cloaks
from twistedchat.protocols.clock import ReactorClock
from twistedchat.protocols.entrance import Entrance
from twistedchat.protocols.line import LineFactory
from twistedchat.render.json import JsonLens
from twistedchat.render.plain import PlainLens
from twistedchat.testing import START, make_chat

READERS = 1000
ADDRESS = IPv4Address("TCP", "127.0.0.1", 40000)
LIMITS = Limits(rate=0, pending=0, history=50)


class Wire(socket.socket):
    """A socket that takes everything, and keeps what it was given until somebody looks."""

    def __new__(cls):
        # Without __init__ it costs the system nothing.
        return super().__new__(cls)

    def __init__(self):
        self.sent = []

    def send(self, data, flags=0):
        self.sent.append(data)
        return len(data)

    def setsockopt(self, *_):
        pass


class Cable(StringTransport):
    """The transport of a connection that has such a socket."""

    def __init__(self):
        super().__init__()
        self.wire = Wire()

    def getHandle(self):
        return self.wire


class Reactor(Clock):
    """Counts what is scheduled."""

    scheduled = 0

    def callLater(self, *call, **arguments):
        self.scheduled += 1
        return super().callLater(*call, **arguments)


class Person:
    """Somebody with a connection."""

    def __init__(self, house, *lines):
        self.cable = Cable()
        self.door = house.factory.buildProtocol(ADDRESS)
        self.door.makeConnection(self.cable)
        self.send(*lines)

    def send(self, *lines):
        self.door.dataReceived("".join(f"{line}\n" for line in lines).encode())

    def heard(self):
        """What was sent to them since the last time, a piece for each system call."""
        sent, self.cable.wire.sent = self.cable.wire.sent, []
        return sent


class House:
    """A server in memory, and everybody in it."""

    def __init__(self):
        self.reactor = Reactor()
        clock = ReactorClock(self.reactor, lambda: START + self.reactor.seconds())
        self.chat = make_chat(clock=clock, limits=LIMITS)
        config = Config(limits=LIMITS, keepalive_seconds=0)
        self.entrance = Entrance(self.chat, config, self.reactor, Cloaks(b"k" * 32), None)
        self.factory = LineFactory(self.entrance)
        self.people = []

    def fill(self, *lines, first=0, count=READERS):
        come = [Person(self, f"n{first + n}", *lines) for n in range(count)]
        self.people += come
        self.settle()
        return come

    def settle(self):
        """Let all who came be told of, and forget that."""
        for _ in range(3):
            self.reactor.advance(1)
        for person in self.people:
            person.heard()

    def turn(self):
        self.reactor.advance(0)

    def close(self):
        for person in self.people:
            person.door.transport = None
        self.entrance._sweeper.stop()


@pytest.fixture(scope="module")
def crowd():
    """A thousand people in the lobby."""
    house = House()
    house.fill()
    yield house
    house.close()


@pytest.fixture
def house():
    house = House()
    yield house
    house.close()


@contextmanager
def calls_of(*functions):
    """Count calls of these functions, by what they are called."""
    codes = {function.__code__: function.__qualname__ for function in functions}
    counted, before = Counter(), sys.getprofile()

    def count(frame, event, _):
        if event == "call" and frame.f_code in codes:
            counted[codes[frame.f_code]] += 1

    sys.setprofile(count)
    try:
        yield counted
    finally:
        sys.setprofile(before)


# Renders


def test_a_message_is_rendered_once_for_all_who_see_it_alike(crowd):
    """The same bytes are sent to each of them; those who spoke get pieces of the same rendering."""
    speakers, others = crowd.people[:5], crowd.people[5:]
    with calls_of(PlainLens.render, JsonLens.render) as renders:
        for number in range(10):
            speakers[number % 5].send(f"message {number}")
        crowd.turn()
    assert renders == {"PlainLens.render": 10}
    assert len({id(piece) for person in others for piece in person.heard()}) == 1
    assert {len(person.heard()) for person in speakers} == {1}


def test_every_other_way_to_see_it_costs_one_render_more(house):
    """However many look at it that way: JSON, a time zone, another room's name."""
    talker, *_ = house.fill(count=20)
    house.fill("/set zone Pacific/Auckland", first=100, count=20)
    house.fill("/join aside", first=200, count=20)
    for number in range(20):
        hello = f'{{"type":"hello","nick":"j{number}","rooms":["#lobby"]}}'
        house.people.append(Person(house, hello))
    house.settle()
    with calls_of(PlainLens.render, JsonLens.render) as renders:
        talker.send("hello")
        house.turn()
    assert renders == {"PlainLens.render": 3, "JsonLens.render": 1}
    assert all(len(person.heard()) == 1 for person in house.people if person is not talker)


# System calls


def test_a_reader_costs_one_system_call_a_turn(house):
    """Whatever they hear: several rooms, many messages, whispers and answers to their questions."""
    people = house.fill("/join one", "/join two", count=50)
    for number, person in enumerate(people):
        person.send(
            "in two", "/join one", "in one", f"/msg n{number - 1 or 2} hi", "/who", "/rooms"
        )
    house.turn()
    assert {len(person.heard()) for person in people} == {1}


def test_who_hears_nothing_costs_nothing(house):
    """A room that talks is no business of the others."""
    here, there = house.fill("/join here", count=2), house.fill("/join there", first=10, count=2)
    for person in (*here, *there):
        person.send("/part lobby")
    house.settle()
    here[0].send("hello")
    house.turn()
    assert [len(person.heard()) for person in (*here, *there)] == [0, 1, 0, 0]


# What is scheduled


def test_a_turn_schedules_one_call(crowd):
    """For a thousand who speak and a thousand who hear."""
    before = crowd.reactor.scheduled
    for person in crowd.people:
        person.send("hello")
    assert crowd.reactor.scheduled - before == 1
    crowd.turn()
    assert crowd.reactor.scheduled - before == 1
    assert {len(person.heard()) for person in crowd.people} == {1}


def test_a_message_makes_no_deferred(crowd):
    """They are for what has to wait."""
    with calls_of(Deferred.__init__) as made:
        for person in crowd.people[:100]:
            person.send("hello")
        crowd.turn()
    assert made == {}
    crowd.settle()


# Memory


def test_deliveries_leave_nothing_behind(crowd):
    """A hundred thousand leave less than one block of memory for a hundred of them."""
    speak(crowd, 60)
    gc.collect()
    before = sys.getallocatedblocks()
    speak(crowd, 100)
    gc.collect()
    left = sys.getallocatedblocks() - before
    assert left < 100 * READERS / 100


def test_a_delivery_makes_no_object_of_its_own(crowd):
    """A turn needs one pointer for each reader, and what the messages themselves need."""
    wires = [person.cable.wire for person in crowd.people]
    speak(crowd, 60)
    for wire in wires:
        wire.send = len
    tracemalloc.start()
    try:
        crowd.people[0].send("hello")
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        crowd.turn()
        most = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
        for wire in wires:
            del wire.send
    assert most / READERS < 24


def test_an_idle_connection_is_small(house):
    """All that Python holds of it, but for its socket and transport."""
    house.fill(count=100)
    tracemalloc.start()
    try:
        cables = [Cable() for _ in range(500)]
        transports = tracemalloc.get_traced_memory()[0]
        del cables
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        house.fill(first=1000, count=500)
        gc.collect()
        held = tracemalloc.get_traced_memory()[0] - before - transports
    finally:
        tracemalloc.stop()
    assert held / 500 < 6200


def speak(house, times):
    for _ in range(times):
        house.people[0].send("the quick brown fox")
        house.turn()
        for person in house.people:
            person.cable.wire.sent.clear()
