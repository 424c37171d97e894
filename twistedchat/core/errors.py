"""What can be refused, and the sentence the person reads.

``str(error)`` is written for people, ``error.code`` for programs; both reach every door unchanged.
The codes are part of the wire protocol (``docs/wire-protocol.md``), so they never change their
meaning.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar


class ChatError(Exception):
    """A request was refused; the state is as it was before.

    Attributes:
        code: the stable name of the reason, for programs.
        carried: what else programs are told.
    """

    code: ClassVar[str] = "refused"
    carried: Mapping[str, Any] = MappingProxyType({})


class BadName(ChatError):
    """A nick or room name that nobody can have."""

    code = "bad-name"


class BadNick(BadName):
    """A nick with a character, a length or a look that is not allowed."""

    code = "bad-nick"


class BadRoomName(BadName):
    """A room name with a character or a length that is not allowed."""

    code = "bad-room-name"


class NickTaken(ChatError):
    """The nick, or one that looks the same, belongs to somebody else."""

    code = "nick-taken"


class LooksAlike(ChatError):
    """A new room would look like one that exists; asked again, it is made."""

    code = "looks-alike"


class NoSuchRoom(ChatError):
    """No room of this name can be seen by the person."""

    code = "no-such-room"


class NoSuchNick(ChatError):
    """Nobody of this nick is here."""

    code = "no-such-nick"


class NoSuchMessage(ChatError):
    """There is no message with this id, or it is gone."""

    code = "no-such-message"


class NoSuchCommand(ChatError):
    """The slash command does not exist, or its prefix fits several."""

    code = "no-such-command"


class NotInRoom(ChatError):
    """The act needs membership of the room."""

    code = "not-in-room"


class NotAllowed(ChatError):
    """The act belongs to operators, or is switched off here."""

    code = "not-allowed"


class Banned(ChatError):
    """The person is banned from the room."""

    code = "banned"


class InviteOnly(ChatError):
    """Only who was invited comes into the room."""

    code = "invite-only"


class WrongPassword(ChatError):
    """The room asks for a password, and none or a wrong one was given."""

    code = "wrong-password"


class Moderated(ChatError):
    """Only operators and voiced people speak in the room."""

    code = "moderated"


class SlowMode(ChatError):
    """The person spoke in the room not long enough ago; ``wait`` has the seconds."""

    code = "slow-mode"


class Filtered(ChatError):
    """The text has a word in it that can't be said in the room."""

    code = "filtered"


class Unconfirmed(ChatError):
    """The act can't be taken back; asked again, it is done."""

    code = "confirm"


class Muted(ChatError):
    """The person may read in the room but not speak."""

    code = "muted"


class TooMany(ChatError):
    """A bound on a number of things is reached (rooms of a user, bans of a room, ...)."""

    code = "too-many"


class TooLong(ChatError):
    """A line or a message is longer than the server takes."""

    code = "too-long"


class TooFast(ChatError):
    """Lines were refused because they would have waited too long."""

    code = "too-fast"


class Empty(ChatError):
    """The text has nothing in it that can be shown."""

    code = "empty"


class BadArguments(ChatError):
    """A request or command lacks an argument, or one is of the wrong kind."""

    code = "bad-arguments"


class BadLogin(ChatError):
    """The name and password do not belong together."""

    code = "bad-login"


class BadPassword(ChatError):
    """The password is too easy to guess, too long, or cannot be typed everywhere."""

    code = "bad-password"


class TryLater(ChatError):
    """Too many tries, or too much at once; ``carried["wait"]`` has the seconds to wait."""

    code = "try-later"


class NotSaved(ChatError):
    """What was asked for could not be stored, so it was not done."""

    code = "not-stored"


class BadSyntax(ChatError):
    """The line is not what the protocol allows (not JSON, not an object, ...)."""

    code = "bad-syntax"


class UnknownRequest(ChatError):
    """A program asked for something this server does not know."""

    code = "unknown-request"


class UnsupportedVersion(ChatError):
    """No protocol version of the program is spoken here."""

    code = "unsupported-version"


class NotYet(ChatError):
    """The request came before the log-in was finished."""

    code = "not-logged-in"


class ShuttingDown(ChatError):
    """The server is about to stop and takes no new work."""

    code = "shutting-down"


class Failed(ChatError):
    """The server could not do it through a fault of its own; the log has the reason."""

    code = "failed"
