"""The line door: what a person at nc or telnet sees, and how connections end."""

import pytest

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


def test_blank_lines_in_the_same_read_do_not_count_either(house):
    """They are no requests that fail."""
    peer = house.peer()
    peer.send('\n \n{"type":"ping"}\n')
    assert peer.read() == GREETING + '{"type":"pong"}\n'


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


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\0"])
def test_line_ends(house, end):
    """LF, CR LF and CR NUL end a line; what is no text in it does no harm."""
    ada, bob = house.person("ada"), house.person("bob")
    ada.read()
    bob.send(b"a\0b\x1b[31m\xff\xffx\r*** y\xe2\x80\xa8z" + end.encode())
    [line] = ada.lines()
    assert line.startswith("<bob> ab")
    assert line.endswith("x *** y z")


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


def test_a_unix_socket_is_this_machine(open_house):
    """It has no address, and no bound on one."""
    house = open_house(per_address=1)
    for nick in "abc":
        peer = house.peer("unix")
        peer.send(nick + "\n")
        assert f"Hello {nick}" in peer.read()


def test_line_received_takes_a_line(house):
    """As LineReceiver has it."""
    ada, bob = house.person("ada"), house.person("bob")
    ada.read()
    bob.door.lineReceived(b"hello")
    house.turn()
    assert ada.lines() == ["<bob> hello"]


def test_long_lines_count_as_several(house):
    """Everybody has to read them; short ones count as ever, and nothing is lost."""
    ada, bob = house.person("ada"), house.person("bob")
    ada.send("".join(f"{number}\n" for number in range(15)))
    assert len(bob.lines()) == 15
    house.pass_time(5)
    for number in range(10):
        ada.send(f"{number}{'x' * 1999}\n")
    at_once = len(bob.lines())
    assert 4 < at_once < 8
    house.pass_time(6)
    assert at_once + len(bob.lines()) == 10
