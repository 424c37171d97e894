"""What a connection is answered: short replies at once, long ones as their reader takes them.

A reply that is longer than a part of the outbox is made piece by piece, in its place among the
events around it. Whoever asks waits for it: until it has been taken, nothing more of what the
connection sends is carried out, and it is not read from. The same holds for one whose reader is
behind. So who asks and does not read makes nothing grow, and who reads is never dropped for what
they asked for.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from twisted.internet.defer import Deferred

from twistedchat.core.ports import Pause
from twistedchat.core.users import Session
from twistedchat.protocols.outbox import Outbox

if TYPE_CHECKING:
    from twistedchat.protocols.entrance import Entrance

LONG = 16384
PIECE = 8192
# Of a small outbox a reply may fill so much, on top of as much that waits already.
SHARE = 4


class Asker(Protocol):
    """A connection that asks."""

    entrance: "Entrance"
    session: Session
    outbox: Outbox


# A long reply's bytes, and what it has to wait for.
Made: TypeAlias = bytes | Pause


class Until:
    """A pause in a long reply until something is known.

    Args:
        known: fires then.
    """

    __slots__ = ("_known",)

    def __init__(self, known: "Deferred[Any]") -> None:
        self._known = known

    def then(self, call: Callable[[], None]) -> None:
        """Call when it is known."""

        def called(result: Any) -> Any:
            call()
            return result

        self._known.addBoth(called)


class LongReply:
    """A long reply on its way.

    Args:
        pieces: its bytes; an empty piece where more would take too long for one turn.
        entrance: has the turns' shares that all long replies have together.

    Attributes:
        taken: fires when the reader has taken all of it, or will never take the rest.
    """

    __slots__ = ("_entrance", "_made", "_pieces", "taken")

    def __init__(self, pieces: Iterator[Made], entrance: "Entrance") -> None:
        self._pieces = pieces
        self._entrance = entrance
        self._made = False
        self.taken: Deferred[None] = Deferred()
        entrance.awaited.add(self)

    def __iter__(self) -> Iterator[Made]:
        return self

    def __next__(self) -> Made:
        if self._made and not self._entrance.turnstile.has_time():
            # One piece can be had in any case: nobody waits for ever because others are busy.
            self._made = False
            return b""
        piece = next(self._pieces)
        self._made = bool(piece)
        return piece

    def close(self) -> None:
        """Forget the rest."""
        self._pieces = iter(())
        self.let_go()

    def let_go(self) -> None:
        """Let whoever waits for it go on; the reader still gets all of it."""
        self._entrance.awaited.discard(self)
        if not self.taken.called:
            self.taken.callback(None)


def start(asker: Asker, pieces: Iterable[Made]) -> LongReply | None:
    """Send a reply, behind all that was heard so far; what is returned is to be waited for."""
    pieces = iter(pieces)
    first: list[bytes] = []
    size = 0
    for piece in pieces:
        if not isinstance(piece, bytes):
            return stream(asker, chain(cut(b"".join(first)), (piece,), pieces))
        first.append(piece)
        size += len(piece)
        if not piece or size > min(LONG, _share(asker)):
            return stream(asker, chain(cut(b"".join(first)), pieces))
    asker.entrance.chat.fanout.send(asker.session, b"".join(first))
    return None


async def reply(asker: Asker, pieces: Iterable[Made]) -> None:
    """Send a reply, and wait until a long one has been taken."""
    await taken(asker, start(asker, pieces))


async def taken(asker: Asker, *replies: LongReply | None) -> None:
    """Wait until replies have been taken; not when the server is about to stop."""
    for one in replies:
        if one is not None and not asker.entrance.chat.stopping:
            await one.taken


async def caught_up(asker: Asker) -> None:
    """Wait until the reader has taken what was sent so far, if that is a lot."""
    if is_behind(asker):
        await taken(asker, stream(asker, iter(())))


def is_behind(asker: Asker) -> bool:
    """Whether the reader has not taken a lot of what was sent so far."""
    owed = asker.entrance.chat.fanout.owed(asker.session)
    return asker.outbox.waiting + owed > _share(asker)


def _share(asker: Asker) -> int:
    return asker.entrance.config.limits.outbox // SHARE


def stream(asker: Asker, pieces: Iterator[Made]) -> LongReply:
    """Send a reply that is begun only when all before it has been handed over and is stored."""
    long = LongReply(pieces, asker.entrance)
    asker.entrance.chat.fanout.stream(asker.session, long)
    return long


def cut(data: bytes) -> Iterator[bytes]:
    """Bytes in pieces."""
    return (data[start : start + PIECE] for start in range(0, len(data), PIECE))
