"""Plain sockets read in one place: real socket pairs and Twisted's own transports for them."""

import select
import socket

import pytest
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.python.failure import Failure

from tests.protocols.wires import Ear, wired
from twistedchat.protocols import reading
from twistedchat.protocols.sockets import READ_BYTES

pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="there is no epoll here")


@pytest.fixture(params=["like TCP", "unix"])
def wires(request, monkeypatch):
    """Pairs of unix sockets behave like TCP as long as nothing but bytes is sent over them."""
    if request.param == "like TCP":
        monkeypatch.setattr(reading, "_READ_TO_THE_END", {socket.AF_UNIX})
    with wired() as wires:
        yield wires


def reset(peer, ear):
    """Vanish with bytes unread, so that the other end gets an error."""
    ear.transport.getHandle().send(b"never read")
    peer.close()


def test_the_reactor_sees_one_descriptor(wires):
    """However many there are, and it calls nothing else."""
    people = [wires.connect() for _ in range(50)]
    before = wires.reactor.added
    assert wires.reactor.readers == [wires.reading]
    for number, (_, peer) in enumerate(people):
        peer.send(b"%d\n" % number)
    wires.turn()
    assert [ear.heard for ear, _ in people] == [[b"%d\n" % number] for number in range(50)]
    assert wires.reactor.added == before
    assert wires.reading.logPrefix() == "reading"


def test_nothing_happens_where_nobody_speaks(wires):
    """Neither while all are silent, nor when one can't be read from, nor when all are gone."""
    (held, talker), (ended, leaver) = wires.connect(), wires.connect()
    held.link.pauseProducing()
    talker.send(b"hello")
    leaver.close()
    wires.turn()
    assert ended.ends == ["read"]
    assert wires.reading.fileno() == -1
    assert wires.reactor.readers == []
    third, _ = wires.connect()
    assert select.select(wires.reactor.readers, [], [], 0) == ([], [], [])
    assert third.heard == []


def test_everybody_gets_a_share_of_a_turn(wires):
    """A long paste is read piece by piece, and others in between."""
    (one, pasting), (two, talking) = wires.connect(), wires.connect()
    paste = bytes(range(256)) * 40
    assert pasting.send(paste) == len(paste)
    talking.send(b"hi")
    wires.turn()
    assert [len(data) for data in one.heard] == [READ_BYTES]
    assert two.heard == [b"hi"]
    wires.turn(5)
    assert b"".join(one.heard) == paste
    assert max(map(len, one.heard)) == READ_BYTES


def test_the_peer_says_no_more(wires):
    """What came before is heard, then the end of input, once; our own end can still be used."""
    ear, peer = wires.connect()
    peer.send(b"x" * (READ_BYTES + 5))
    peer.shutdown(socket.SHUT_WR)
    wires.turn(5)
    assert [len(data) for data in ear.heard] == [READ_BYTES, 5]
    assert ear.ends == ["read"]
    ear.link.pauseProducing()
    ear.link.resumeProducing()
    wires.turn()
    assert ear.ends == ["read"]
    ear.link.write(b"bye")
    ear.link.loseConnection()
    wires.turn(3)
    assert ear.ends == ["read", ConnectionDone]
    assert peer.recv(10) == b"bye"


@pytest.mark.parametrize("wires", ["unix"], indirect=True)
def test_reads_that_end_early(wires):
    """At a descriptor that was passed, which nobody wants; what stands behind it is read too."""
    ear, peer = wires.connect()
    socket.send_fds(peer, [b"one"], [peer.fileno()])
    socket.send_fds(peer, [b"two"], [peer.fileno()])
    peer.send(b"three")
    wires.turn(5)
    assert ear.heard == [b"one", b"two", b"three"]


def test_a_broken_connection(wires):
    """What came before is heard, and its end is not taken for an orderly one."""
    (ear, peer), (other, _) = wires.connect(), wires.connect()
    peer.send(b"x" * READ_BYTES + b"last words")
    reset(peer, ear)
    wires.turn()
    assert ear.ends == []
    wires.turn(2)
    assert ear.heard[1:] == [b"last words"]
    assert ear.ends == [ConnectionLost]
    assert other.ends == []
    assert wires.reactor.readers == [wires.reading]


def test_holding(wires):
    """What a held connection sends waits in its socket."""
    ear, peer = wires.connect()
    ear.link.pauseProducing()
    peer.send(b"hello")
    wires.turn(2)
    assert ear.heard == []
    ear.link.resumeProducing()
    wires.turn()
    assert ear.heard == [b"hello"]


def fail():
    raise ZeroDivisionError


@pytest.mark.parametrize("also_at_its_end", [False, True])
def test_a_fault_ends_one_connection(wires, logged, also_at_its_end):
    """It is logged with the name of the connection; the others are read on in the same turn."""
    people = [wires.connect() for _ in range(3)]
    ear = people[1][0]
    ear.then = fail
    if also_at_its_end:
        ear.connectionLost = lambda _: fail()
    for _, peer in people:
        peer.send(b"hello")
    wires.turn()
    faults = [event for event in logged if "log_failure" in event]
    logged[:] = [event for event in logged if event not in faults]
    assert [event["log_failure"].type for event in faults] == [ZeroDivisionError] * len(faults)
    assert len(faults) == 1 + also_at_its_end
    assert faults[0]["who"] == ear.transport.logPrefix() == "Ear,0,"
    assert ear.ends == ([] if also_at_its_end else [ZeroDivisionError])
    assert people[1][1].recv(10) == b""
    del people[1]
    for one, peer in people:
        assert (one.heard, one.ends) == ([b"hello"], [])
        peer.send(b"again")
    wires.turn()
    assert [one.heard for one, _ in people] == [[b"hello", b"again"]] * 2


def test_who_is_cut_off_is_not_read(wires):
    """Not even what the same poll has found."""
    two, peer = wires.connect()
    one, first = wires.connect(Ear(wires.reading, two.link.abortConnection))
    three, last = wires.connect(Ear(wires.reading, two.link.abortConnection))
    for end in (first, peer, last):
        end.send(b"hello")
    # Whichever of them is read first: the one in question is last if it was held.
    two.link.pauseProducing()
    two.link.resumeProducing()
    wires.turn(2)
    assert (one.heard, three.heard) == ([b"hello"], [b"hello"])
    assert two.heard == []
    assert two.ends == [ConnectionAborted]


def test_a_number_that_is_used_again(wires):
    """Bytes never reach the connection that had it before, nor do its late calls harm the new."""
    came = []

    def replace():
        old.transport.connectionLost(Failure(ConnectionDone()))
        came.append(wires.connect())

    _, first = wires.connect(Ear(wires.reading, replace))
    old, peer = wires.connect()
    number = old.link.number
    for end in (first, peer):
        end.send(b"hello")
    wires.turn()
    [(new, its_peer)] = came
    assert new.link.number == number
    assert (old.heard, old.ends) == ([], [ConnectionDone])
    its_peer.send(b"for the new one")
    old.link.pauseProducing()
    old.link.resumeProducing()
    wires.turn()
    assert (old.heard, new.heard) == ([], [b"for the new one"])


def test_an_event_behind_which_nothing_is_left(wires):
    """Somebody else has read it."""
    two, peer = wires.connect()
    one, first = wires.connect(Ear(wires.reading, lambda: two.transport.getHandle().recv(10)))
    first.send(b"hello")
    peer.send(b"stolen")
    wires.turn(2)
    assert (one.heard, two.heard, two.ends) == ([b"hello"], [], [])


class Producer:
    def resumeProducing(self):
        """There is nothing yet."""

    def stopProducing(self):
        """It is gone."""


def test_the_transport_reads_while_it_writes(wires):
    """So that a reset, which may be found in writing, loses nothing that came before it."""
    ear, peer = wires.connect()
    ear.link.registerProducer(Producer(), False)
    ear.link.write(b"x" * 1_000_000)
    wires.turn()
    assert wires.reactor.readers == [ear.transport]
    peer.send(b"last words")
    peer.close()
    wires.turn(3)
    assert ear.heard == [b"last words"]
    assert ear.ends == [ConnectionLost]


def test_it_is_read_here_again_once_all_is_written(wires):
    """Unless it is held, in either order."""
    ear, peer = wires.connect()
    ear.link.registerProducer(Producer(), False)
    assert wires.reactor.readers == [ear.transport]
    ear.link.unregisterProducer()
    assert wires.reactor.readers == [wires.reading]
    for held_first in (True, False):
        calls = [ear.link.pauseProducing, lambda: ear.link.registerProducer(Producer(), False)]
        for call in calls if held_first else reversed(calls):
            call()
        assert wires.reactor.readers == []
        ear.link.unregisterProducer()
        assert wires.reactor.readers == []
        ear.link.resumeProducing()
        assert wires.reactor.readers == [wires.reading]
    peer.send(b"hello")
    wires.turn()
    assert ear.heard == [b"hello"]


def test_reset_while_our_own_end_is_closed(wires):
    """A goodbye is followed by what the peer still says, and its end."""
    ear, peer = wires.connect()
    ear.link.loseWriteConnection()
    wires.turn()
    assert peer.recv(10) == b""
    peer.send(b"more")
    peer.close()
    wires.turn(3)
    assert (ear.heard, ear.ends) == ([b"more"], ["written", "read"])


def test_nothing_is_read_once_it_is_to_close(wires):
    """As little as a transport would."""
    ear, peer = wires.connect()
    peer.send(b"too late")
    ear.link.loseConnection()
    wires.turn(2)
    assert (ear.heard, ear.ends) == ([], [ConnectionDone])


def test_a_connection_that_is_lost_elsewhere(wires):
    """Its transport found out by itself; it is forgotten here."""
    ear, _ = wires.connect()
    ear.transport.connectionLost(Failure(ConnectionLost()))
    assert ear.ends == [ConnectionLost]
    assert wires.reading.fileno() == -1


def test_when_the_reactor_ends(wires):
    """Everybody who is still read from hears of it, though one fails at that."""
    people = [wires.connect()[0] for _ in range(3)]
    people[0].connectionLost = lambda _: people[0].reading.let_go(people[0].link)
    wires.reading.connectionLost(Failure(ConnectionLost()))
    assert [ear.ends for ear in people] == [[], [ConnectionLost], [ConnectionLost]]
    assert wires.reactor.readers == []


class Turns:
    """Notes when sockets are read; what is done behind that may fail."""

    def __init__(self):
        self.noted, self.fault = [], None

    def begin(self):
        self.noted.append("begun")

    def end(self):
        self.noted.append("ended")
        if self.fault:
            raise self.fault


@pytest.fixture
def turns(wires):
    wires.reading._turns = turns = Turns()
    return turns


def test_what_was_read_is_a_turn(wires, turns):
    """It ends behind the last of the sockets."""
    people = [wires.connect() for _ in range(3)]
    for ear, peer in people:
        ear.then = lambda: turns.noted.append("read")
        peer.send(b"hello")
    wires.turn()
    assert turns.noted == ["begun", "read", "read", "read", "ended"]


@pytest.mark.parametrize("fault", [ZeroDivisionError, SystemExit])
def test_a_fault_behind_the_reading_ends_no_connection(wires, turns, logged, fault):
    """The reactor would end all that is read here with one exception."""
    turns.fault = fault()
    ear, peer = wires.connect()
    for said in (b"one", b"two"):
        peer.send(said)
        wires.turn()
        assert [one["log_failure"].type for one in logged] == [fault]
        logged.clear()
    assert (ear.heard, ear.ends) == ([b"one", b"two"], [])


def test_a_turn_ends_also_when_nothing_can_be_read(wires, turns):
    """Else no other would ever be ended."""

    class Broken:
        def poll(self, *_):
            raise OSError("broken")

    ear, _ = wires.connect()
    poll, wires.reading._poll = wires.reading._poll, Broken()
    with pytest.raises(OSError, match="broken"):
        wires.reading.doRead()
    wires.reading._poll = poll
    assert turns.noted == ["begun", "ended"]
    assert ear.ends == []
