"""How connections at the line door end: goodbyes, half-closes, breaks, and being dropped."""

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost


def test_half_close_finishes_what_was_said(house):
    """``printf 'ada\\nhello' | nc -N``: delivered, goodbye, closed."""
    bob, ada = house.person("bob"), house.peer()
    ada.send("ada\nhel")
    ada.send("lo")
    ada.half_close()
    assert bob.lines() == [
        "*** ada joined #lobby.",
        "<ada> hello",
        "*** ada has gone: Connection closed",
    ]
    assert ada.lines()[-1] == "*** Goodbye."
    assert ada.pipe.closed
    assert not ada.pipe.aborted


def test_an_end_of_input_without_a_line_is_a_goodbye(house):
    """Whoever connects and closes is let go at once."""
    peer = house.peer()
    peer.half_close()
    assert peer.lines() == ["*** Goodbye."]
    assert peer.pipe.closed


def test_lines_of_somebody_who_is_gone_are_carried_out(house):
    """Inside TLS the end is all there is; a last line without its end counts after a clean end."""
    bob, ada = house.person("bob"), house.peer()
    ada.send("ada\n")
    ada.send("last words")
    ada.vanish()
    assert bob.lines()[1:] == ["<ada> last words", "*** ada has gone: Connection closed"]


def test_half_a_line_of_a_broken_connection_is_not_said(house):
    """Nobody knows how it would have gone on."""
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.send("I never said")
    ada.vanish(ConnectionLost())
    assert bob.lines() == ["*** ada has gone: Connection lost"]


@pytest.mark.parametrize("end", ["half_close", "vanish"])
def test_nor_if_the_outbox_has_seen_the_break(house, end):
    """It is told once: whoever reads afterwards finds what looks like an orderly end."""
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.send("whole\nI never said")
    ada.door.outbox.broken = True
    getattr(ada, end)()
    assert bob.lines() == ["<ada> whole", "*** ada has gone: Connection lost"]
    assert ada.door.broken


def test_many_lines_of_somebody_who_is_gone_are_all_carried_out(open_house):
    """Also more than fit into a turn."""
    house = open_house(rate=0)
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.door.dataReceived(b"".join(b"%d\n" % n for n in range(300)))
    ada.vanish(ConnectionLost())
    assert bob.lines() == [f"<ada> {n}" for n in range(300)] + ["*** ada has gone: Connection lost"]


def test_lines_behind_a_password_are_carried_out_when_the_peer_is_gone(open_house):
    """What takes time holds them and loses none."""
    proof = Deferred()
    house = open_house(operators={"ada": proof})
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.send("/oper ada secret\nhello\n")
    assert bob.lines() == []
    ada.vanish(ConnectionLost())
    proof.callback(False)
    house.turn()
    assert bob.lines() == ["<ada> hello", "*** ada has gone: Connection lost"]


def test_quit_carries_out_what_stands_before_it(house):
    """Lines that the rate held go first, at once; nothing behind it is said."""
    bob, ada = house.person("bob"), house.peer()
    ada.send("ada\n" + "".join(f"{n}\n" for n in range(25)) + "/quit so long\nnot this\n")
    said = [*(f"<ada> {n}" for n in range(25)), "*** ada has gone: so long"]
    assert bob.lines()[1:] == said
    assert ada.lines()[-1] == "*** Goodbye."
    assert ada.pipe.closed


def test_quit_after_held_lines(house):
    """It is not delayed either when it comes a moment later."""
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.send("".join(f"{n}\n" for n in range(25)))
    assert len(bob.lines()) == 19
    ada.send("/quit\n")
    assert bob.lines() == [*(f"<ada> {n}" for n in range(19, 25)), "*** ada has gone."]


@pytest.mark.parametrize("reason", ["x" * 301, "\u0301" * 2000, "\x1b[2J\r*** bye"])
def test_a_long_reason_is_cut(house, reason):
    """It ends the session like any other, with nobody left behind."""
    bob, ada = house.person("bob"), house.person("ada")
    ada.send(f"/quit {reason}\n")
    assert ada.pipe.closed
    assert "ada" not in house.chat.state.nicks
    assert len(bob.lines()[-1]) < 330


def test_goodbye_reads_on_and_gives_up_after_two_seconds(house, monkeypatch):
    """What still comes is thrown away; a peer that never closes is cut off."""
    ada = house.person("ada")
    monkeypatch.setattr(ada.pipe, "loseConnection", lambda: None)
    ada.send("/quit\n")
    ada.send("more\n" * 5)
    assert ada.lines() == ["*** Goodbye."]
    house.turn(1.9)
    assert not ada.pipe.aborted
    house.turn(0.2)
    assert ada.pipe.aborted


def test_telnet_after_the_goodbye_is_not_answered(house):
    """Last words are the last."""
    ada = house.person("ada")
    ada.send(b"/quit\n\xff\xfd\x06")
    assert ada.lines() == ["*** Goodbye."]


def test_a_full_house_says_so(open_house):
    """The reason arrives before the close."""
    house = open_house(connections=1)
    house.person("ada")
    peer = house.peer()
    assert peer.lines() == ["*** The server is full. Try again later."]
    assert peer.pipe.closed


def test_idle_people_are_told(open_house):
    """And closed."""
    house = open_house(idle_seconds=60)
    ada = house.person("ada")
    house.pass_time(75, 1)
    assert ada.lines() == ["*** You said nothing for 60 seconds. Come back any time."]
    assert ada.pipe.closed


def test_late_log_ins_are_told(house):
    """A minute without a nickname is enough."""
    peer, program = house.peer(), house.peer()
    program.send("{")
    house.pass_time(62, 1)
    assert peer.lines()[-1] == "*** You did not choose a nickname in time. Connect again."
    assert program.objects()[-1]["type"] == "closing"


def test_a_silent_program_is_asked_and_then_taken_for_dead(house):
    """It has as long again to answer; any line will do."""
    ada, bob = house.program("ada"), house.person("bob")
    house.pass_time(131, 1)
    assert ada.objects()[-1] == {"type": "ping"}
    ada.send('{"type":"pong"}\n')
    house.pass_time(131, 1)
    assert ada.objects() == [{"type": "ping"}]
    house.pass_time(100, 1)
    assert not ada.pipe.aborted
    house.pass_time(31, 1)
    assert ada.pipe.aborted
    assert house.chat.state.nicks["ada"].adrift is not None
    house.pass_time(61, 1)
    assert "*** ada has gone: Connection lost" in bob.lines()


def test_keep_alive_for_people_shows_nothing(house):
    """nc is left to TCP; telnet gets a NOP now and then."""
    ada, bob = house.person("ada"), house.person("bob")
    bob.send(b"\xff\xf1")
    ada.pipe.clear(), bob.pipe.clear()
    house.pass_time(300, 1)
    assert ada.pipe.value() == b""
    assert bob.pipe.value() == b"\xff\xf1" * 2
    assert not bob.pipe.aborted


def test_nobody_is_probed_while_held_or_closing(house):
    """A program that may not speak cannot answer."""
    ada = house.program("ada")
    ada.read()
    ada.door._intake.holding = True
    house.pass_time(300, 1)
    assert ada.objects() == []
    ada.door._intake.holding = False
    ada.door.close("bye", "Bye.")
    ada.read()
    ada.door.probe()
    house.turn()
    assert all(o["type"] == "closing" for o in ada.objects())


def test_too_slow_readers_are_dropped_with_the_reason(open_house, logged):
    """Others hear why, nobody else is harmed, and it is counted."""
    house = open_house(outbox=16384)
    ada, bob, eve = house.person("ada"), house.person("bob"), house.person("eve")
    ada.read(), bob.read()
    eve.door.outbox.pauseProducing()
    for _ in range(15):
        ada.send("x" * 2000 + "\n")
        house.turn(1)
    assert eve.pipe.aborted
    assert "*** eve has gone: Too slow to read" in bob.lines()
    assert house.entrance.counts.dropped == 1
    assert any("too slow" in event.get("log_format", "") for event in logged)


def test_a_stranger_who_does_not_read_is_dropped_too(house):
    """Without a nickname as well."""
    peer = house.peer()
    house.turn(1)
    peer.door._overflowed()
    assert house.entrance.counts.dropped == 1


def test_closing_twice_says_one_goodbye(house):
    """The first reason stands."""
    ada = house.person("ada")
    ada.door.close("bye", "One.")
    ada.door.close("bye", "Two.")
    ada.door.writeConnectionLost()
    house.turn()
    assert ada.lines() == ["*** One."]


def test_half_close_after_the_goodbye(house):
    """Changes nothing."""
    ada = house.person("ada")
    ada.send("/quit\n")
    ada.half_close()
    assert ada.lines() == ["*** Goodbye."]


def test_everybody_is_told_when_the_server_stops(house):
    """And the door says when all have gone."""
    ada = house.person("ada")
    done = []
    house.factories[False].shut_down("The server is shutting down.").addCallback(done.append)
    house.turn()
    assert ada.lines() == ["*** The server is shutting down."]
    assert done == [None]


def test_abort_all(house):
    """Whoever is left is cut off."""
    ada = house.person("ada")
    house.factories[False].abort_all()
    house.turn()
    assert ada.pipe.aborted
    assert not house.chat.state.users
