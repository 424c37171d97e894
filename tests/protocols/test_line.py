"""The line door: what a person at nc or telnet sees, and how connections end."""

import pytest
from twisted.internet.error import ConnectionLost

GREETING = "*** Welcome to chat.example.org: 0 people in 0 rooms.\n*** What is your nickname?\n"


def test_the_greeting_waits_for_silence(house):
    """A program that speaks at once never sees it; a person sees it after 150 ms."""
    peer = house.peer()
    house.turn(0.149)
    assert peer.read() == ""
    house.turn(0.002)
    assert peer.read() == GREETING


def test_the_greeting_comes_with_the_first_byte(house):
    """It does not wait for the line's end, and comes once."""
    peer = house.peer()
    peer.send("a")
    assert peer.read() == GREETING
    peer.send("da\n")
    house.turn(1)
    assert peer.lines() == ["*** Hello ada. You are in #lobby alone. /help lists the commands."]


def test_a_brace_gets_no_greeting(house):
    """What begins with a brace is a program, however slowly its first line comes."""
    peer = house.peer()
    peer.send('{"type":')
    house.turn(1)
    assert peer.read() == ""
    peer.send('"ping"}\n')
    assert peer.read() == '{"type":"pong"}\n'


@pytest.mark.parametrize("blank", ["\n", "\r\n \r\n", "  ", "\r\0"])
def test_json_may_come_after_the_greeting_and_blanks(house, blank):
    """Neither decides what is spoken; the first object is the answer to the first line."""
    peer = house.peer()
    house.turn(1)
    peer.send(blank)
    assert peer.read() == GREETING
    peer.send('{"type":"hello","nick":"ada"}\n')
    assert peer.read().startswith('{"type":"welcome"')


def test_an_endless_first_json_line_is_answered_in_json(house):
    """The brace decides, not the line's end."""
    peer = house.peer()
    house.turn(1)
    peer.read()
    peer.send("{" + "x" * 40000)
    [error] = peer.objects()
    assert (error["type"], error["code"]) == ("error", "too-long")


def test_a_brace_inside_a_nick_is_no_json(house):
    """Only the first byte of the line counts."""
    peer = house.peer()
    peer.send("ad")
    peer.send("{a\n")
    assert "Hello ad{a." in peer.read()


def test_people_hear_each_other(house):
    """Lines go to the others in the room, with who said them."""
    ada, bob = house.person("ada"), house.person("bob")
    assert ada.lines() == ["*** bob joined #lobby."]
    bob.send("hi all\r\n//shrug\r\n/me waves\n")
    assert ada.lines() == ["<bob> hi all", "<bob> /shrug", "* bob waves"]
    assert bob.read() == ""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\0"])
def test_line_ends(house, end):
    """LF, CR LF and CR NUL end a line; what is no text in it does no harm."""
    ada, bob = house.person("ada"), house.person("bob")
    ada.read()
    bob.send(b"a\0b\x1b[31m\xff\xffx\r*** y\xe2\x80\xa8z" + end.encode())
    [line] = ada.lines()
    assert line.startswith("<bob> ab")
    assert line.endswith("x *** y z")


def test_backspaces_are_carried_out(house):
    """Clients that send each key send them too; they do not change what a line costs either."""
    ada, bob = house.person("ada"), house.person("bob")
    ada.read()
    bob.send("helo\x7flo\n")
    assert ada.lines() == ["<bob> hello"[:9] + "lo"]


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
    from twisted.internet.defer import Deferred

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


def test_the_rate_holds_and_loses_nothing(house):
    """25 lines at once all arrive in order; the sender is told once and not read meanwhile."""
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.send("".join(f"{n}\n" for n in range(25)))
    assert not ada.pipe.reading
    house.pass_time(5)
    assert bob.lines() == [f"<ada> {n}" for n in range(25)]
    assert ada.pipe.reading
    [told] = ada.lines()
    assert told == "*** Slow down: 2 s behind. Nothing is lost."


def test_a_paste_of_15_lines_passes(house):
    """Nobody is told anything."""
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.send("x\n" * 15)
    assert len(bob.lines()) == 15
    assert ada.read() == ""
    assert ada.pipe.reading


def test_what_would_wait_too_long_is_refused(house):
    """With the number, once for what came in one read; the rest is said."""
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.send("".join(f"{n}\n" for n in range(200)))
    assert (
        "*** Too fast: 31 lines were not delivered. 20 may come at once, then 5 a second."
        in ada.lines()
    )
    house.pass_time(35)
    assert bob.lines() == [f"<ada> {n}" for n in range(169)]


def test_no_rate_means_no_bound(open_house):
    """2000 lines in one read arrive, in turns that leave room for others."""
    house = open_house(rate=0)
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.door.dataReceived(b"".join(b"%d\n" % n for n in range(2000)))
    between = []
    said = house.chat.state.rooms["lobby"].history
    house.clock.callLater(0, lambda: between.append(said.newest(1).events[0].text))
    house.turn()
    assert between == ["127"]
    assert bob.lines() == [f"<ada> {n}" for n in range(2000)]
    assert ada.pipe.reading


def test_a_hold_of_none(open_house):
    """Then lines wait as long as it takes."""
    house = open_house(hold_seconds=0)
    bob, ada = house.person("bob"), house.person("ada")
    bob.read()
    ada.send("x\n" * 300)
    house.pass_time(60)
    assert len(bob.lines()) == 300


def test_unknown_commands_suggest(house):
    """One line says what to do, and never repeats what could be a password."""
    ada = house.person("ada")
    ada.send("/opr ada secret\n/oper ada secret extra\n/ oper ada secret\n")
    told = ada.lines()
    assert told[0] == "*** There is no command /opr. Did you mean /oper? /help lists them."
    assert told[1] == "*** Write it like this: /oper NAME PASSWORD"
    assert "secret" not in "".join(told)
    assert house.proofs == []


def test_a_long_line_is_refused_and_the_connection_stays(house):
    """In the nick's place too."""
    ada, bob = house.peer(), house.person("bob")
    ada.send("x" * 40000 + "\n")
    assert "*** A line has at most 32768 bytes. Yours was longer and not delivered." in ada.lines()
    house.turn(1)
    ada.send("ada\n" + "y" * 40000 + "\nhello\n")
    assert bob.lines() == ["*** ada joined #lobby.", "<ada> hello"]


def test_blank_lines_are_nothing(house):
    """No answer, no message."""
    ada, bob = house.person("ada"), house.person("bob")
    ada.read()
    bob.send("\n   \n\r\n")
    assert bob.read() == ada.read() == ""


def test_a_fault_ends_nobodys_connection(house, monkeypatch, logged):
    """The person is told, the log has the reason."""
    ada = house.person("ada")
    monkeypatch.setattr(house.chat, "say", lambda *_: 1 / 0)
    monkeypatch.setattr(house.chat, "set_away", lambda *_: 1 / 0)
    ada.send("hello\n/away\n")
    assert [line[:28] for line in ada.lines()] == ["*** Something went wrong her"] * 2
    faults = [event for event in logged if "log_failure" in event]
    assert len(faults) == 2
    logged.clear()


def test_refused_says_are_told(house):
    """Muted, too long, in no room: each gets its line."""
    bob, ada = house.person("bob"), house.person("ada")
    bob.send("/mute ada\n")
    ada.read()
    ada.send("hello\n" + "x" * 2001 + "\n/part\nhello\n")
    told = ada.lines()
    assert told[0].startswith("*** bob muted you in #lobby.")
    assert "2000 are allowed" in told[1]
    assert told[-1] == "*** You are in no room. /rooms lists them, /join ROOM enters one."


def test_telnet_before_the_first_line(house):
    """Negotiation begins when the peer sends an IAC, also inside a line, and shows in no text."""
    peer = house.peer()
    peer.send(b"a\xff\xf1da\n")
    data = peer.pipe.value()
    assert b"\xff\xfd\x18" in data
    assert b"Hello ada. You are in #lobby alone. /help lists the commands.\r\n" in data


def test_a_telnet_listener_negotiates_at_once(house):
    """Before a byte has come."""
    peer = house.peer(telnet=True)
    assert peer.pipe.value().startswith(b"\xff\xfd\x18")


def test_a_terminal_gets_colours(house):
    """Once it has told its name; what the person chose then stays."""
    ada, bob = house.person("ada"), house.person("bob")
    ada.pipe.clear()
    ada.send(b"\xff\xfb\x18\xff\xfa\x18\0XTERM\xff\xf0")
    ada.pipe.clear()
    bob.send("hi\n")
    assert "\x1b[" in ada.read()
    ada.send("/set theme none\n")
    ada.send(b"\xff\xfb\x1f\xff\xfa\x1f\0\x50\0\x18\xff\xf0")
    ada.pipe.clear()
    bob.send("hi\n")
    assert "\x1b[" not in ada.read()


def test_typing_telnet_begins_it(house):
    """For clients that wait for the server; before the nickname too."""
    ada, bob = house.person("ada"), house.peer()
    ada.send("/telnet\n")
    assert b"\xff\xfd\x18" in ada.pipe.value()
    bob.send("/telnet\n")
    assert b"\xff\xfd\x18" in bob.pipe.value()


def test_telnet_floods_are_counted(house):
    """Questions then wait a moment, and the next line is still answered."""
    ada = house.person("ada")
    ada.send(b"\xff\xf1" * 5000 + b"/version\n")
    ada.pipe.clear()
    house.pass_time(3)
    assert "twistedchat 1.0" in ada.read()


def test_telnet_in_json_changes_nothing(house):
    """It is taken out, and neither answered nor allowed to change the format."""
    ada, bob = house.program("ada"), house.person("bob")
    ada.read()
    ada.send(b'\xff\xf1\xff\xfd\x01{"type":"ping"}\n')
    assert ada.pipe.value() == b'{"type":"pong"}\n'
    ada.pipe.clear()
    bob.send("hi\n")
    assert ada.objects()[0]["type"] == "said"


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
    assert bob.lines()[-1] == "*** ada has gone: Connection lost"


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


def test_a_unix_socket_is_this_machine(open_house):
    """It has no address, and no bound on one."""
    house = open_house(per_address=1)
    for nick in "abc":
        peer = house.peer("unix")
        peer.send(nick + "\n")
        assert f"Hello {nick}" in peer.read()


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


def test_line_received_takes_a_line(house):
    """As LineReceiver has it."""
    ada, bob = house.person("ada"), house.person("bob")
    ada.read()
    bob.door.lineReceived(b"hello")
    house.turn()
    assert ada.lines() == ["<bob> hello"]
