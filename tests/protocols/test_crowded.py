"""When too much waits to be stored, who publishes is not read from, and nothing is lost."""

import pytest

from twistedchat.protocols.turnstile import SHARE_SECONDS


class CrowdedGate:
    """Says that it is crowded until it is relieved."""

    keeps = False

    def __init__(self):
        self.crowded = True
        self.calls = []

    def relieved(self, call):
        self.calls.append(call)

    def relieve(self):
        self.crowded = False
        calls, self.calls = self.calls, []
        for call in calls:
            call()


@pytest.fixture
def gate(house):
    return CrowdedGate()


def crowd(house, gate):
    house.chat.gate = gate


def test_a_person_waits_and_is_heard(house, gate):
    """In order, once there is room; readers notice nothing."""
    ada, bob = house.person("ada"), house.person("bob")
    crowd(house, gate)
    ada.send("one\n/me waves\n/part\n")
    assert bob.lines() == []
    assert not ada.pipe.reading
    assert bob.pipe.reading
    gate.relieve()
    house.turn()
    assert bob.lines()[:3] == ["<ada> one", "* ada waves", "*** ada left #lobby."]
    assert ada.pipe.reading


def test_a_program_waits_and_gets_its_answers(house, gate):
    """Likewise."""
    bob, bot = house.person("bob"), house.peer()
    bot.ask(type="hello", id=1, nick="bot")
    bob.read()
    crowd(house, gate)
    bot.send('{"type":"say","id":2,"room":"lobby","text":"hi"}\n')
    assert bot.objects() == []
    bot.send('{"type":"say","id":3,"room":"lobby","text":"ho"}\n')
    assert not bot.pipe.reading
    gate.relieve()
    house.turn()
    assert bob.lines() == ["<bot> hi", "<bot> ho"]
    assert [one["id"] for one in bot.objects() if one["type"] == "ok"] == [2, 3]


def test_before_the_end_nobody_waits(house, gate):
    """What was read is carried out when the server stops, however much waits."""
    ada, bob = house.person("ada"), house.person("bob")
    crowd(house, gate)
    ada.send("one\n")
    house.chat.stopping = True
    gate.relieve()
    gate.crowded = True
    ada.send("two\n")
    assert bob.lines() == ["<ada> one", "<ada> two"]


def test_those_who_were_held_go_on_in_shares(house, gate):
    """Thousands in one turn would hold up what they say themselves; their order holds."""
    crowd(house, gate)
    done = []

    def slow(number):
        house.clock.rightNow += SHARE_SECONDS / 1.9
        done.append(number)

    for number in range(5):
        house.entrance.when_relieved(lambda number=number: slow(number))
    gate.relieve()
    assert done == [0, 1]
    house.pass_time(1)
    assert done == [0, 1, 2, 3, 4]
