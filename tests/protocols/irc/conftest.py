"""Clients of IRC at a server in memory."""

import pytest

from twistedchat.protocols.irc.door import IrcFactory


class Client:
    """A client of IRC, driven line by line."""

    def __init__(self, house, address="127.0.0.1"):
        house.factories.setdefault("irc", IrcFactory(house.entrance))
        self.peer = house.peer(address, telnet="irc")
        self.house = house

    def ask(self, *lines):
        """Send lines, and give back what came, the server's name left out as a source."""
        self.send(*lines)
        return self.read()

    def send(self, *lines):
        """Send lines."""
        for line in lines:
            self.peer.send(line.encode() + b"\r\n" if isinstance(line, str) else line)

    def read(self):
        """The lines that came since the last time."""
        text = self.peer.read()
        assert not text or text.endswith("\r\n")
        return [line.removeprefix(":chat.example.org ") for line in text.split("\r\n")[:-1]]

    def codes(self, *lines):
        """The numerics and commands that come to these lines."""
        return [
            line.lstrip("@").split()[0 if line[0] not in ":@" else 1] for line in self.ask(*lines)
        ]


@pytest.fixture
def connect(house):
    """Makes clients that have not said anything yet."""

    def make(address="127.0.0.1"):
        return Client(house, address)

    return make


@pytest.fixture
def client(connect):
    """Makes clients that are in, in rooms, and have read all of it."""

    def make(nick, *rooms, caps="", address="127.0.0.1"):
        made = connect(address)
        if caps:
            made.send("CAP LS 302", f"CAP REQ :{caps}", "CAP END")
        made.send(f"NICK {nick}", f"USER {nick} 0 * :{nick}")
        made.send(*(f"JOIN #{room}" for room in rooms))
        made.read()
        return made

    return make
