"""The entrance: who may come in, how many, and who has to leave."""

import pytest


class Guest:
    """A connection as the entrance sees it."""

    def __init__(self, house, address="192.0.2.1"):
        self.entrance, self.address = house.entrance, address
        self.heard = self.begun = house.clock.seconds()
        self.pending = False
        self.told = []

    def close(self, code, text, reason=None):
        self.told.append((code, text))

    def wind_up(self):
        pass

    def probe(self):
        self.told.append("probe")

    def abort(self):
        self.told.append("abort")

    def come(self):
        refusal = self.entrance.admit(self)
        return refusal.code if refusal else None


def guests(house, count, address="192.0.2.1"):
    return [Guest(house, address) for _ in range(count)]


def logged_texts(logged):
    from twisted.logger import formatEvent

    return [
        formatEvent(event)
        for event in logged
        if event.get("log_namespace", "").endswith("Entrance")
    ]


def test_connections_in_all(open_house, logged):
    """One too many is refused, whoever has gone makes room, and the log names the setting."""
    house = open_house(connections=2)
    one, two, three, four = guests(house, 4)
    assert [one.come(), two.come(), three.come(), four.come()] == [None, None, "full", "full"]
    assert logged_texts(logged) == [
        "Refused a connection from 192.0.2.1: over 2 (limit connections)"
    ]
    house.entrance.gone(three)
    house.entrance.gone(one)
    assert Guest(house).come() is None
    assert house.entrance.counts.refused["connections"] == 2
    assert house.entrance.counts.accepted == 3


def test_connections_from_one_address(open_house):
    """Refused ones take nobody's place, not even when they go; loopback is exempt."""
    house = open_house(per_address=2)
    one, two, three = guests(house, 3)
    assert [one.come(), two.come(), three.come()] == [None, None, "full"]
    house.entrance.gone(three)
    assert Guest(house).come() == "full"
    assert Guest(house, "192.0.2.2").come() is None
    for address in ("127.0.0.1", "127.5.0.1", "::1", "::ffff:127.0.0.1", "unix"):
        assert [guest.come() for guest in guests(house, 3, address)] == [None] * 3
    house.entrance.gone(one)
    assert Guest(house).come() is None


def test_no_bounds(open_house):
    """0 is none."""
    house = open_house(connections=0, per_address=0, pending=0, login_seconds=0)
    crowd = guests(house, 200)
    assert {guest.come() for guest in crowd} == {None}
    house.pass_time(100, 1)
    assert all(guest.told == [] for guest in crowd)


def test_unfinished_log_ins(open_house, logged):
    """The oldest that has said nothing goes, never the newcomer; who is known is no part of it."""
    house = open_house(pending=3)
    known, early, spoken, late = guests(house, 4)
    known.come()
    house.entrance.settled(known)
    early.come(), spoken.come(), late.come()
    house.entrance.spoke(early)
    house.entrance.spoke(early)
    newcomer = Guest(house)
    assert newcomer.come() is None
    assert [bool(guest.told) for guest in (known, early, spoken, late, newcomer)] == [
        False, False, True, False, False,
    ]  # fmt: skip
    assert spoken.told[0][0] == "full"
    assert house.entrance.counts.refused["pending"] == 1
    assert logged_texts(logged) == ["More than 3 unfinished log-ins (limit pending)"]


def test_when_all_have_said_something(open_house):
    """The oldest of them goes; who said nothing after them goes before them."""
    house = open_house(pending=2)
    one, two = guests(house, 2)
    one.come(), two.come()
    house.entrance.spoke(two)
    house.entrance.spoke(one)
    silent, newcomer = guests(house, 2)
    silent.come()
    assert two.told
    assert not one.told
    newcomer.come()
    assert silent.told
    assert not one.told


def test_log_in_time(house):
    """Whoever says something has no more time than others."""
    silent, speaking, known = guests(house, 3)
    for guest in (silent, speaking, known):
        guest.come()
    house.entrance.spoke(speaking)
    house.entrance.settled(known)
    house.pass_time(60, 1)
    assert silent.told == []
    house.entrance.sweep()
    house.clock.advance(1)
    assert silent.told[0][0] == speaking.told[0][0] == "timeout"
    assert known.told == []


class Broken(Guest):
    """One with a fault in it."""

    def close(self, code, text, reason=None):
        super().close(code, text)
        raise ZeroDivisionError

    def wind_up(self):
        raise ZeroDivisionError


def test_one_fault_keeps_nobody_else(house, logged):
    """From being told that their time is up, nor from hearing a goodbye."""
    for guest in [broken := Broken(house), other := Guest(house)]:
        guest.come()
    house.pass_time(62, 1)
    assert [told[0][0] for told in (broken.told, other.told)] == ["timeout"] * 2
    assert other.told[-1] == other.told[0]
    sweeps = len(other.told)
    house.clock.advance(1)
    assert len(other.told) > sweeps
    house.entrance.shut_down("Bye.")
    assert [told[-1][0] for told in (broken.told, other.told)] == ["shutting-down"] * 2
    assert {event["log_failure"].type for event in logged if "log_failure" in event} == {
        ZeroDivisionError
    }
    logged.clear()


@pytest.mark.parametrize(("idle", "text"), [(1, "1 second"), (30, "30 seconds")])
def test_idle_time(open_house, idle, text):
    """None unless it is set; whoever is logging in has their own time."""
    house = open_house(idle_seconds=idle, login_seconds=0)
    guest, pending = guests(house, 2)
    guest.come(), pending.come()
    house.entrance.settled(guest)
    house.pass_time(idle + 12, 1)
    assert guest.told[0] == ("idle", f"You said nothing for {text}. Come back any time.")
    assert pending.told == []


def test_keep_alive_time(open_house):
    """Everybody who is silent is probed, of many a share at a time; 0 is never."""
    house = open_house(keepalive_seconds=30, per_address=0, pending=0)
    crowd = guests(house, 2500)
    for guest in crowd:
        guest.come()
        house.entrance.settled(guest)
    house.pass_time(31, 1)
    assert 1000 < sum(guest.told != [] for guest in crowd) < 1500
    house.pass_time(1, 1)
    assert all(guest.told == ["probe"] for guest in crowd)
    house = open_house(keepalive_seconds=0)
    guest = Guest(house)
    guest.come()
    house.entrance.settled(guest)
    house.pass_time(41, 1)
    assert guest.told == []


def test_refusals_are_logged_rarely(open_house, logged):
    """A flood of connections is no flood of lines; nor is what is remembered of it unbounded."""
    house = open_house(per_address=1, pending=0)
    for number in range(1100):
        address = f"192.0.{number // 250}.{number % 250}"
        assert [guest.come() for guest in guests(house, 3, address)][1:] == ["full", "full"]
    assert len(logged_texts(logged)) == 1100
    assert len(house.entrance._looked) < 1001
    house.clock.advance(61)
    Guest(house, "192.0.0.1").come()
    assert len(logged_texts(logged)) == 1101


def test_shutting_down(house):
    """Everybody is told, nobody new comes in, and it is over when the last has gone."""
    one, two = guests(house, 2)
    one.come(), two.come()
    done = []
    for _ in range(2):
        house.entrance.shut_down("Bye.").addCallback(done.append)
    assert one.told == two.told == [("shutting-down", "Bye.")]
    late = Guest(house)
    assert late.come() == "shutting-down"
    for guest in (one, two):
        house.entrance.gone(guest)
    assert done == []
    house.entrance.gone(late)
    assert done == [None, None]
    later = Guest(house)
    later.come()
    house.entrance.gone(later)


def test_shutting_down_an_empty_house(house):
    """Is over at once."""
    done = []
    house.entrance.shut_down("Bye.").addCallback(done.append)
    assert done == [None]


def test_abort_all(house):
    """Everybody who is left."""
    guest = Guest(house)
    guest.come()
    house.entrance.abort_all()
    assert guest.told == ["abort"]


def test_an_empty_house_keeps_no_clock_running(house):
    """Nothing is swept when nobody is there."""
    guest = Guest(house)
    guest.come()
    assert house.clock.getDelayedCalls()
    house.entrance.gone(guest)
    house.entrance.gone(guest)
    house.turn()
    assert not house.clock.getDelayedCalls()


def test_slow_readers_are_counted_and_logged(house, logged):
    """With who it was and which limit."""
    house.entrance.dropped(Guest(house), "ada")
    assert house.entrance.counts.dropped == 1
    assert logged_texts(logged) == [
        "Dropped ada from 192.0.2.1: too slow, over 262144 bytes waited (limit outbox)"
    ]


def test_settings_are_taken_up(house):
    """The time zone too."""
    from dataclasses import replace

    assert house.entrance.zone is None
    house.entrance.configure(replace(house.config, timezone="Europe/Berlin"))
    assert str(house.entrance.zone) == "Europe/Berlin"


def test_a_server_that_stops_tells_nobody_who_leaves(house):
    """Everybody does; a thousand people would each read a thousand lines."""
    ada, bob = house.person("ada"), house.person("bob")
    bob.lines()
    house.entrance.shut_down("The server is shutting down.")
    house.turn(0)
    assert bob.lines() == ["*** The server is shutting down."]
    assert ada.pipe.closed


def test_lines_that_wait_for_their_rate_are_said_before_the_server_stops(open_house):
    """They were received; the one who stays longer hears them all."""
    house = open_house(rate=1, burst=3)
    bob, ada = house.person("bob"), house.person("ada")
    ada.send("one\ntwo\nthree\nfour\n")
    assert bob.lines()[-1] == "<ada> two"
    house.entrance.shut_down("The server is shutting down.")
    house.turn(0)
    assert bob.lines() == ["<ada> three", "<ada> four", "*** The server is shutting down."]


def test_an_ipv6_network_is_one_address(open_house):
    """Every household has more addresses in it than there are limits."""
    house = open_house(per_address=2)
    answers = [Guest(house, f"2001:db8::{number}").come() for number in range(3)]
    assert answers == [None, None, "full"]
    assert Guest(house, "2001:db8:0:1::1").come() is None


def test_one_broken_connection_keeps_no_other_from_being_looked_at(open_house, logged):
    """Time-outs go on for everybody."""
    house = open_house(idle_seconds=5)
    bad, good = guests(house, 2)
    for guest in (bad, good):
        guest.come()
        house.entrance.settled(guest)
    bad.close = lambda *_: 1 / 0
    house.pass_time(10, 1)
    assert good.told[0][0] == "idle"
    assert logged
    logged.clear()


def test_no_line_is_lost_when_the_server_stops(open_house):
    """Not even of more than one turn's worth."""
    house = open_house(rate=5, burst=20)
    bob, ada = house.person("bob"), house.person("ada")
    ada.send("".join(f"{number}\n" for number in range(150)))
    house.entrance.shut_down("The server is shutting down.")
    house.turn(0)
    assert [line for line in bob.lines() if line[0] == "<"] == [f"<ada> {n}" for n in range(150)]


def test_coming_and_leaving_is_no_way_around_the_rate(open_house):
    """What one address says in order to leave has a rate of its own; nothing of it is lost."""
    house = open_house(rate=5, burst=20)
    bob = house.person("bob", "198.51.100.1")
    lines = "".join(f"{number}\n" for number in range(150)) + "/quit\n"

    def flood(nick):
        house.peer("192.0.2.9").send(f"{nick}\n{lines}")
        house.turn(0)
        return len([line for line in bob.lines() if line.startswith("<")])

    assert flood("one") == 150
    assert flood("two") < 100
    assert flood("three") < 30
    house.pass_time(31, 1)
    assert len([line for line in bob.lines() if line.startswith("<")]) > 150
