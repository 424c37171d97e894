"""The obvious chat server in Twisted: ``sendLine`` to each member.

    naive_twisted.py PORT [CERTIFICATE KEY]

The first line is a nick, ``/join ROOM`` enters a room, every other line is said in it.
"""

import sys

from twisted.internet import ssl
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory, connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure


class Chatter(LineReceiver):
    """One connection."""

    delimiter = b"\n"

    def __init__(self, rooms: "dict[bytes, set[Chatter]]") -> None:
        self.rooms = rooms
        self.nick = b""
        self.room: set[Chatter] = set()

    def lineReceived(self, line: bytes) -> None:
        """A nick, a command or something said."""
        if not self.nick:
            self.nick = line
            self.sendLine(b"*** Hello " + line + b".")
        elif line.startswith(b"/join "):
            self.join(line[6:])
        else:
            message = b"<" + self.nick + b"> " + line
            for member in self.room:
                if member is not self:
                    member.sendLine(message)

    def join(self, name: bytes) -> None:
        """Leave the room and enter another."""
        self.room.discard(self)
        self.room = self.rooms.setdefault(name, set())
        self.room.add(self)
        self.sendLine(b"*** You are now talking in #" + name + b".")

    def connectionLost(self, _reason: Failure = connectionDone) -> None:
        """Leave the room."""
        self.room.discard(self)


class Chat(Factory):
    """Makes the connections' protocols."""

    def __init__(self) -> None:
        self.rooms: dict[bytes, set[Chatter]] = {}

    def buildProtocol(self, _addr: IAddress | None) -> Chatter:
        """A protocol for one connection."""
        return Chatter(self.rooms)


def main() -> None:
    """Listen, with a queue long enough that a storm measures the code and not the kernel."""
    from twisted.internet import reactor

    port, *pair = sys.argv[1:]
    if pair:
        context = ssl.DefaultOpenSSLContextFactory(pair[1], pair[0], ssl.SSL.TLS_METHOD)
        reactor.listenSSL(int(port), Chat(), context, 4096, "127.0.0.1")
    else:
        reactor.listenTCP(int(port), Chat(), 4096, "127.0.0.1")
    reactor.run()


main()
