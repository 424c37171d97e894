"""Passwords are nowhere, however they are mistyped: on nc, in telnet(1), and in programs.

Each is one word in small letters, so that it would be found in the search index too, and each is
typed in one way only, so that the failing test says which way leaks.
"""

import json
import os
import pty
import signal
from itertools import count

import pytest

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"
UNHURRIED = "--limit=rate=0"
TELNET = "--telnet=tcp:0:interface=127.0.0.1"

# What people type with a password in it; PW stands for the password.
AT_THE_NICK = (
    "login ada PW", "/login ada PW", " /login ada PW", "/lgoin ada PW", "/register PW",
    "ada PW", "/oper ada PW", "PW!", "/PW",
)  # fmt: skip
IN_THE_ROOM = (
    " /register PW", "/regsiter PW", "register PW", ".register PW", "/ register PW",
    "\t/register PW", "Login ada PW", "/loginada PW",
    " /login ada PW", "/lgoin ada PW", "/login ada PW", "login ada PW", "7login ada PW",
    "/ login ada PW", "//login", "/logni PW", "/login PW", "/LOGIN ada PW",
    "/msg NickServ identify PW", "/msg nickserv identify ada PW", "/ns identify PW", "identify PW",
    "/passwd wrong PW", "passwd PW", "/paswd PW PW", "/oper ada PW", "oper ada PW", "/forget PW",
    "/keys add PW", "/login ada2 PW", "/whois /login PW", "/invite PW", "/join #lobby PW",
)  # fmt: skip


class Passwords:
    """Makes passwords, and knows how each was typed."""

    def __init__(self):
        self._numbers = count(100)
        self.typed = {}

    def put_into(self, line):
        password = f"zq{next(self._numbers)}hxwvkd"
        self.typed[password] = line
        return line.replace("PW", password)


@pytest.fixture
def passwords():
    return Passwords()


@pytest.fixture
def witness(visit):
    """Somebody who reads everything that is said."""

    def come(server):
        peer = visit(server, "witness")
        peer.say("/join #ops")
        peer.hear("talking in #ops")
        return peer

    return come


def found_in(directory, passwords, *heard):
    """How passwords were typed that are in a file of the server's, or were heard by others."""
    texts = [path.read_bytes().lower() for path in server_files(directory)]
    texts += [one.lower().encode() for one in heard]
    return [line for one, line in passwords.typed.items() if any(one.encode() in t for t in texts)]


def server_files(directory):
    """All that the server has written: its log, its data, and what belongs to that."""
    found = [directory / "server0.out", *(directory / "data").iterdir()]
    assert {"chat.sqlite", "chat.sqlite-wal", "search.sqlite"} <= {path.name for path in found}
    return found


@pytest.fixture
def nothing_is_left(visit, tmp_path, passwords, wait):
    """Look while the server runs, after a kill, and at the history that a newcomer gets."""

    def look(server, witness):
        heard = witness.hear("> the last line")
        newcomer = visit(server, "newcomer")
        newcomer.say("/history 200", "/join #ops", "/history 200", "/who", "/version")
        history = newcomer.hear("runs twistedchat")
        wait(lambda: said_is_in("search.sqlite", tmp_path))
        assert found_in(tmp_path, passwords, heard, history) == []
        server.process.send_signal(signal.SIGKILL)
        server.ends()
        assert found_in(tmp_path, passwords) == []
        assert said_is_in("chat.sqlite", tmp_path)
        assert "Traceback" not in server.output

    return look


def said_is_in(name, directory):
    """Whether what was said last is found where it must be, as a password would be."""
    files = (directory / "data").glob(f"{name}*")
    return any(b"the last line" in path.read_bytes() for path in files)


def test_typed_into_nc(serve, witness, start, passwords, nothing_is_left):
    """At the nickname, in the room, at the question, and once more after it."""
    server = serve("--data=data", UNHURRIED)
    reader = witness(server)
    for line in AT_THE_NICK:
        guest = start("nc", HOST, server.port)
        guest.hear("What is your nickname?")
        guest.say(passwords.put_into(line))
        guest.hear("What is your nickname?", "*** ")
    ada = start("nc", HOST, server.port)
    ada.hear("What is your nickname?")
    ada.say("ada", "/register")
    ada.hear("Choose a password for ada:")
    right = passwords.put_into("PW")
    ada.say(right)
    ada.hear("ada is yours now")
    ada.say("/logout", "/login ada", passwords.put_into("PW"))
    ada.hear("do not belong together")
    ada.say(passwords.put_into("PW"))
    ada.hear("it may be the password that was just refused")
    ada.say("/login ada", right)
    ada.hear("You are logged in as ada")
    ada.say(f"/passwd {right} {passwords.put_into('PW')}")
    ada.hear("Your password is changed.")
    for number, line in enumerate(IN_THE_ROOM):
        ada.say(passwords.put_into(line), f"mark {number}")
        reader.hear(f"> mark {number}\n")
    ada.say("the last line")
    nothing_is_left(server, reader)


def test_typed_into_telnet(serve, witness, start, passwords, nothing_is_left, ending):
    """Where the terminal does not show them; a question that is answered by a cancelled line."""
    server = serve("--data=data", UNHURRIED, TELNET)
    reader = witness(server)
    ours, theirs = pty.openpty()
    keyboard = os.fdopen(ours, "wb", buffering=0)
    ending.callback(keyboard.close)
    ada = start("telnet", HOST, server.ports[1], stdin=theirs)
    os.close(theirs)

    def type_(line):
        keyboard.write(line.encode() + b"\r")

    ada.hear("What is your nickname?")
    type_("ada")
    ada.hear("Hello ada.")
    right = passwords.put_into("PW")
    for answer, question in (("/register", "Choose a password"), (right, "once more")):
        type_(answer)
        ada.hear(question)
    type_(passwords.put_into("PW"))
    ada.hear("The two differ")
    type_(passwords.put_into("PW"))
    ada.hear("That was not said")
    for answer, question in (("/register", "Choose"), (right, "once more"), (right, "is yours")):
        type_(answer)
        ada.hear(question)
    for number, line in enumerate(IN_THE_ROOM):
        # A terminal has its own use for the tabulator.
        type_(passwords.put_into(line.replace("\t", " ")))
        type_(f"mark {number}")
        reader.hear(f"> mark {number}\n")
    type_("the last line")
    nothing_is_left(server, reader)


WRITTEN = (
    '{"type":"login","id":1,"account":"ada","password":"PW"',
    '{"type":"lgoin","id":1,"account":"ada","password":"PW"}',
    '{"type":"login","id":1,"acount":"ada","password":"PW"}',
    '{"type":"login","id":1,"account":"ada","pasword":"PW"}',
    '{"type":"login","id":1,"account":"ada","password":["PW"]}',
    '{"type":"login","id":1,"account":{"PW":1},"password":"PW"}',
    '{"type":"login","id":1,"account":"ada","password":"PW"}',
    '{"type":"passwd","id":1,"old":"PW","new":"short"}',
    '{"type":"register","id":1,"password":"PW","id":"PW"',
    '{"type":"hello","id":1,"account":"ada","password":"PW"}',
    '{"type":"forget","id":1,"password":"PW"}',
    '["login","ada","PW"]',
    "/login ada PW",
    "login ada PW",
)


def test_sent_by_a_program(serve, visit, witness, passwords, nothing_is_left):
    """In requests that are wrong, and in commands as a person has typed them."""
    server = serve("--data=data", UNHURRIED)
    reader = witness(server)
    for line in WRITTEN:
        first = visit(server)
        first.say(passwords.put_into(line.replace('"login"', '"hello"')), "")
        first.hear("\n")
    bot = visit(server)
    bot.say('{"type":"hello","nick":"bot","rooms":["#lobby","#ops"]}')
    bot.hear('"welcome"')
    bot.say(json.dumps({"type": "register", "id": 0, "password": passwords.put_into("PW")}))
    bot.hear('"ok"')
    typed = [{"type": "command", "id": 1, "text": line, "room": "#lobby"} for line in IN_THE_ROOM]
    for number, line in enumerate((*WRITTEN, *map(json.dumps, typed))):
        bot.say(passwords.put_into(line))
        bot.say(json.dumps({"type": "say", "room": "#lobby", "text": f"mark {number}"}))
        reader.hear(f"> mark {number}\n")
    bot.say('{"type":"say","room":"#lobby","text":"the last line"}')
    nothing_is_left(server, reader)
