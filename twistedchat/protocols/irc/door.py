"""The IRC door: RFC 2812 and IRCv3, for every client of IRC.

Grammar of what comes in: ``messages``. What goes out ends in CR LF.
"""

from collections.abc import Sequence

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory

from twistedchat.protocols.connection import DoorConnection
from twistedchat.protocols.dialogue import Dialogue, Line
from twistedchat.protocols.entrance import Entrance
from twistedchat.protocols.irc import (  # noqa: F401 - they put the commands in
    account_commands,
    chathistory,
    markers,
    mode_commands,
    people_commands,
    redaction,
    room_commands,
    server_commands,
    talk_commands,
)
from twistedchat.protocols.irc.dialogue import IrcDialogue
from twistedchat.protocols.irc.lens import Lenses
from twistedchat.protocols.irc.people import StatePeople

NOTHING_AGREED: frozenset[str] = frozenset()


class IrcDoor(DoorConnection):
    """One connection of a client of IRC.

    Args:
        entrance: admits it and knows the settings.
        address: where it comes from.
        lenses: how clients see events, by what they have agreed on.
    """

    def __init__(self, entrance: Entrance, address: str, lenses: Lenses) -> None:
        super().__init__(entrance, address)
        self.lenses = lenses

    def connectionMade(self) -> None:
        """Somebody is there: admit them, and wait for what they say."""
        self._begin_session("irc", self.lenses.of(NOTHING_AGREED))
        if self._is_admitted():
            self._dialogue = IrcDialogue(self)
            self._intake.serve(self._dialogue)

    def dataReceived(self, data: bytes) -> None:
        """Divide bytes into lines and carry them out in order."""
        if self._closed or not data:
            return
        self.heard = self.entrance.stir()
        if self.pending:
            self.entrance.spoke(self)
        lines = self._splitter.feed(data)
        if lines:
            self._take(lines)
        self._intake.report()

    def _take(self, lines: Sequence[Line]) -> None:
        self._intake.feed(lines)

    def lineReceived(self, line: Line) -> None:
        """Take one line in, as if it had come from the peer."""
        self._take([line])

    def _let_go(self) -> None:
        super()._let_go()
        self.session.show_missed = None

    def _speaker(self) -> Dialogue:
        return IrcDialogue(self)


class IrcFactory(Factory):
    """Makes the protocols of the IRC doors.

    Args:
        entrance: shared by all doors.
    """

    noisy = False

    def __init__(self, entrance: Entrance) -> None:
        self.entrance = entrance
        chat = entrance.chat
        self._lenses = Lenses(chat.about.name, StatePeople(chat.state))

    def buildProtocol(self, addr: IAddress | None) -> IrcDoor:
        """A protocol for one connection."""
        address = str(getattr(addr, "host", "")) or "unix"
        protocol = IrcDoor(self.entrance, address, self._lenses)
        protocol.factory = self
        return protocol

    def shut_down(self, message: str) -> "Deferred[None]":
        """Take nobody new and say goodbye to everybody; fires when all have gone."""
        return self.entrance.shut_down(message)

    def abort_all(self) -> None:
        """Close every connection that is left, at once."""
        self.entrance.abort_all()
