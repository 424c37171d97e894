"""Long replies and readers who are behind: nothing is lost, nothing grows, nobody is dropped."""

import json

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred

from twistedchat.core.names import Name
from twistedchat.core.rooms import Member
from twistedchat.core.users import User
from twistedchat.protocols.backlog import PIECE
from twistedchat.protocols.replies import LongReply, Until, start
from twistedchat.testing import ignore_outcome, run


class Reader:
    """Somebody at a socket, who reads when the test says so."""

    def __init__(self, house, transport):
        self.house, self.transport, self.got = house, transport, b""
        self.transport.reading = True
        transport.pauseProducing = lambda: setattr(transport, "reading", False)
        transport.resumeProducing = lambda: setattr(transport, "reading", True)
        self.door = house.factories[False].buildProtocol(IPv4Address("TCP", "127.0.0.1", 40000))
        self.door.makeConnection(transport)
        self.most = 0

    def send(self, text):
        self.door.dataReceived(text.encode())
        self.turn()

    def turn(self):
        self.house.turn()
        self.most = max(self.most, self.door.outbox.waiting + len(self.transport.buffer))

    def read(self, until=None):
        """Read until some bytes have come, or nothing comes any more."""
        still = 0
        while still < 3 and (until is None or until not in self.got):
            data = self.transport.read()
            self.got += data
            self.transport.writable()
            self.turn()
            still = 0 if data or self.transport.buffer else still + 1
        return self.got

    @property
    def dropped(self):
        return "abortConnection" in self.transport.calls


@pytest.fixture
def reader(socket_transport):
    return lambda house: Reader(house, socket_transport())


def populate(house, rooms, people):
    """Fill rooms at once, each with the same people."""
    state, cloak = house.chat.state, "cloak"
    users = [User(f"u{n}", Name(f"n{n:04}", f"n{n:04}", f"n{n:04}"), cloak, "", "", 0, 0)
             for n in range(people)]  # fmt: skip
    for number in range(rooms):
        name = f"room{number:02}"
        room = state.open_room(Name(name, name, name))
        room.members = {user.id: Member(user, 0) for user in users}
    return users


ROOMS, PEOPLE = 50, 5000


def everything(rooms):
    asked = [f"/who room{number:02}" for number in range(rooms)]
    return "".join(f"{line}\n" for line in [*asked, "/rooms", "/bans", "/help"])


@pytest.mark.parametrize("outbox", [16384, 65536])
def test_who_asks_for_everything_gets_all_of_it(open_house, reader, outbox):
    """Fifty rooms of five thousand names, over a socket that takes 4 kB, with events between."""
    house = open_house(outbox=outbox, rate=0, rooms=0)
    users = populate(house, ROOMS, PEOPLE)
    ada, bob = reader(house), house.person("bob")
    ada.send("ada\n")
    ada.send(everything(ROOMS))
    for number in range(ROOMS // 2):
        bob.send(f"meanwhile {number}\n")
        ada.read(f"In #room{number:02}, ".encode())
    text = ada.read().decode()
    assert not ada.dropped
    assert ada.most < PIECE + outbox
    assert ada.transport.reading
    assert text.count("n0000,") == text.count(users[-1].nick) == ROOMS
    for number in range(ROOMS // 2):
        assert text.count(f"<bob> meanwhile {number}\n") == 1
    assert text.endswith("The beginning of a name is enough.\n")


def test_a_program_comes_into_many_large_rooms(open_house, reader):
    """The welcome, what was missed in all of them, and every page of every list."""
    house = open_house(outbox=16384, rate=0, rooms=0)
    populate(house, ROOMS, PEOPLE)
    ada = reader(house)
    rooms = [f"room{number:02}" for number in range(ROOMS)]
    ada.send(json.dumps({"type": "hello", "id": 0, "nick": "ada", "rooms": rooms}) + "\n")
    ada.read()
    [welcome] = [json.loads(line) for line in ada.got.splitlines()]
    assert [len(room["members"]) for room in welcome["rooms"]] == [10] * ROOMS
    assert [room["count"] for room in welcome["rooms"]] == [PEOPLE + 1] * ROOMS
    assert all(room["more"] for room in welcome["rooms"])
    for room in rooms:
        for number in range(30):
            house.chat.say(ada.door.session, room, f"{number} " + "x" * 500, ignore_outcome)
    house.turn()
    ada.door.connectionLost()
    again = reader(house)
    resume = {"token": welcome["token"], "after": house.chat.state.started}
    again.send(json.dumps({"type": "hello", "nick": "", "resume": resume}) + "\n")
    again.send('{"type":"ping","id":1}\n')
    again.read()
    welcome, *missed, pong = [json.loads(line) for line in again.got.splitlines()]
    assert welcome["resumed"]
    assert {one["room"] for one in missed} == {f"#{room}" for room in rooms}
    assert all(one["events"][-1]["text"][:2] == "29" for one in missed if one["last"])
    assert pong == {"type": "pong", "id": 1}
    assert not again.dropped


def test_what_happens_after_the_question_comes_behind_the_whole_reply(open_house, reader):
    """And what happened before it, before."""
    house = open_house(rate=0)
    populate(house, 1, 3000)
    ada, bob = reader(house), house.person("bob")
    ada.send("ada\n")
    bob.send("before\n")
    ada.send("/who room00\n")
    bob.send("behind\n")
    lines = ada.read().decode().splitlines()
    said = [number for number, line in enumerate(lines) if "<bob>" in line]
    assert said[1] - said[0] == 3000 // 40 + 2
    assert said[1] == len(lines) - 1


def test_who_asks_and_never_reads_makes_nothing_grow(open_house, reader):
    """No more is carried out and nothing more is read, and nobody is dropped for it."""
    house = open_house(rate=0)
    populate(house, 2, 5000)
    ada, bob = reader(house), house.person("bob")
    ada.send("ada\n")
    for _ in range(500):
        if ada.transport.reading:
            ada.send("/who room00\n/who room01\n")
        ada.turn()
    assert not ada.transport.reading
    assert ada.most <= PIECE
    assert not ada.dropped
    bob.read()
    bob.send("/whois ada\n")
    assert bob.lines()[0].startswith("*** ada, from")
    text = ada.read().decode()
    assert ada.transport.reading
    assert text.count("In #room00, 5000 people:") == text.count("In #room01, 5000 people:")


def test_short_replies_wait_for_their_reader_too(open_house, reader):
    """A flood of small questions, also of pings, whose answers nobody reads."""
    for line in ("/whois ada\n", '{"type":"ping","id":1}\n', '{"type":"who","id":1}\n'):
        house = open_house(rate=0, outbox=16384)
        ada = reader(house)
        ada.send('{"type":"hello","nick":"ada"}\n' if "{" in line else "ada\n")
        sent = 0
        while ada.transport.reading and sent < 10_000:
            ada.send(line * 20)
            sent += 20
        assert not ada.transport.reading
        assert not ada.dropped
        assert ada.most < PIECE + 16384
        ada.read()
        answers = sum(ada.got.count(one) for one in (b"pong", b"bad-arguments", b"ada, from"))
        assert answers == sent
        assert ada.transport.reading


def test_messages_do_not_wait_for_what_waits_for_their_sender(open_house, reader):
    """Only behind one's own questions: what was said is heard by the others."""
    house = open_house(rate=0)
    ada, bob = reader(house), house.person("bob")
    ada.send("ada\n")
    bob.read()
    while ada.door.outbox.waiting < 300_000:
        bob.send("x" * 1000 + "\n")
    ada.send("hello\n")
    assert bob.lines() == ["<ada> hello"]
    ada.send("/whois bob\nhello again\n")
    assert bob.lines() == []
    ada.read()
    assert bob.lines() == ["<ada> hello again"]


def test_end_of_input_and_quit_wait_for_long_replies(open_house, reader):
    """All that was asked for arrives, however slowly it is read."""
    for ending in ("", "/quit\n"):
        house = open_house()
        populate(house, 2, 5000)
        ada = reader(house)
        ada.send("ada\n/who room00\n/who room01\n" + ending)
        ada.door.readConnectionLost()
        house.turn(10)
        assert ada.transport.calls == []
        text = ada.read().decode()
        assert text.count("n4999") == 2
        assert text.endswith("*** Goodbye.\n")
        assert ada.transport.calls == ["loseConnection"]


def test_lines_behind_a_long_reply_are_carried_out_though_the_peer_is_gone(open_house, reader):
    """Nobody reads it any more, so nothing waits for that."""
    house = open_house()
    populate(house, 1, 5000)
    ada, bob = reader(house), house.person("bob")
    ada.send("ada\n/who room00\nlast words\n")
    assert "<ada> last words" not in bob.lines()
    ada.door.connectionLost()
    house.turn()
    assert "<ada> last words" in bob.lines()
    assert house.entrance.awaited == set()


def test_lines_behind_a_long_reply_are_carried_out_before_the_server_stops(open_house, reader):
    """Whoever is still reading gets the two seconds of a goodbye."""
    house = open_house()
    populate(house, 1, 5000)
    ada, bob = reader(house), house.person("bob")
    ada.send("ada\n/who room00\n/who room00\nlast words\n")
    bob.read()
    house.entrance.shut_down("Going down.")
    house.turn()
    assert "<ada> last words" in bob.lines()
    text = ada.read().decode()
    assert text.count("n4999") == 2
    assert text.endswith("*** Going down.\n")


def test_a_reader_who_is_given_up_leaves_nothing_behind(open_house, reader):
    """Neither what they asked for nor what they had sent."""
    house = open_house(rate=0, outbox=16384)
    populate(house, 1, 5000)
    ada, bob = reader(house), house.person("bob")
    ada.send("ada\n/who room00\n/who room00\nnot said\n")
    bob.read()
    for _ in range(40):
        bob.send("x" * 1000 + "\n")
    house.pass_time(6)
    assert ada.dropped
    ada.door.connectionLost()
    house.turn()
    assert house.entrance.awaited == set()
    assert not any("not said" in line for line in bob.lines())


def test_inside_tls_and_with_telnet(open_house):
    """A transport that does the sending itself is waited for in the same way."""
    house = open_house(rate=0)
    populate(house, 1, 5000)
    ada = house.peer(telnet=True)
    ada.send("ada\r\n")
    ada.door.outbox.pauseProducing()
    ada.send("/who room00\r\n/who room00\r\n")
    assert not ada.pipe.reading
    ada.door.outbox.resumeProducing()
    house.turn()
    assert ada.pipe.reading
    assert ada.pipe.value().decode("utf-8", "replace").count("n4999\r\n") == 2


def test_one_turn_has_a_share_for_all_long_replies(open_house):
    """When it is used up each still gets a piece every other time it asks."""
    house = open_house()
    house.entrance.turnstile.has_time = lambda: False
    long = LongReply(iter([b"a", b"b", b""]), house.entrance)
    assert [next(long) for _ in range(5)] == [b"a", b"", b"b", b"", b""]
    long.close()
    assert list(long) == []
    assert long.taken.called
    long.close()


def test_bans_in_pages(open_house):
    """Of many with long reasons as many as fit, and whether there are more."""
    house = open_house(rate=0)
    ada = house.program("ada", rooms=["ops"])
    for number in range(120):
        house.chat.bus.publish(ban(ada.door.session.user.id, number), "", 0)
    house.turn()
    ada.read()
    seen, after = [], None
    while True:
        [page] = ada.ask(type="bans", id=1, room="ops", after=after)
        seen += [one["who"] for one in page["bans"]]
        assert len(json.dumps(page, ensure_ascii=False).encode()) < 70_000
        if not page["more"]:
            break
        after = page["bans"][-1]["msgid"]
    assert seen == [f"mask{number}*" for number in range(120)]


def ban(user, number):
    from twistedchat.core.intents import Ban

    return Ban(user, "ops", f"mask{number}*", None, "\U0001f600" * 300)


def test_what_commands_ask_of_a_program(open_house):
    """Lines that are poured are notices with the request's id; ignored people are left out."""
    house = open_house(rate=0)
    ada, bob = house.program("ada"), house.program("bob")
    for peer, text in ((ada, "one"), (bob, "two")):
        peer.ask(type="say", room="lobby", text=text)
    run(house.chat.ignore(ada.door.session, "bob", ignore=True))
    ada.read()
    told = ada.ask(type="command", id=7, room="lobby", text="/history")
    assert [one.get("text", "")[-8:] for one in told][1:-2] == ["<ada> one"[-8:]]
    assert {one["id"] for one in told} == {7}


def test_a_reply_that_waits_for_something_has_its_place(house, reader):
    """What was there before goes at once; the rest when it is known, before what came later."""
    known, ada = Deferred(), reader(house)
    ada.send("ada\n")
    ada.read()
    ada.got = b""

    def pieces():
        yield b"first\n"
        while not known.called:
            yield Until(known)
        yield b"second\n"

    long = start(ada.door, pieces())
    bob = house.person("bob")
    bob.send("hi\n")
    assert ada.read().splitlines() == [b"first"]
    assert not long.taken.called
    known.callback("anything")
    told = [line.decode() for line in ada.read().splitlines()]
    assert told[1] == "second"
    assert told[-1].endswith("<bob> hi")
    assert long.taken.called
    assert known.result == "anything"
