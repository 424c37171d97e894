"""Bytes on their way to one reader: bounded, sent at once where that is possible.

On plain TCP and unix sockets ``write`` tries the socket directly and, as a rule, that is all: one
system call, nothing registered, nothing to wake up for. What the socket does not take waits here,
counted, and is handed to the transport 64 KiB at a time. Inside TLS the transport must do the
sending; the outbox counts what it holds back while the transport is full.

A long reply waits in its place as what makes its bytes: they are made when all before them has
been handed over, 64 KiB or two milliseconds of work in a turn of the reactor, and only bytes that
exist are counted. So nobody is dropped for what they asked for.

Everything for a connection goes through its outbox, or order breaks.
"""

import errno
import socket
from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IPullProducer, IPushProducer
from twisted.logger import Logger
from zope.interface import implementer

from twistedchat.core.ports import Pause, Pieces, Watcher
from twistedchat.protocols.backlog import Backlog, make
from twistedchat.protocols.sockets import plain_socket

GOODBYE_SECONDS = 2.0
# The system is short of memory: the socket is as good as before.
_LATER = {errno.ENOBUFS, errno.ENOMEM}


def _nobody_to_tell() -> None:
    """Stand in for the connection's own method, which would tie the two together for ever."""


@implementer(IPullProducer, IPushProducer)
class Outbox:
    """Takes bytes for one reader; a reader too far behind is given up.

    Args:
        transport: of the connection.
        clock: for the end of a goodbye.
        limit: bytes that may wait for long.
        overflowed: called once when a reader is given up; the connection is aborted after it.

    Attributes:
        broken: the peer was found to be gone without having ended what it had to say.
    """

    _log = Logger()

    __slots__ = (
        "_clock", "_closed", "_finishing", "_heard_all", "_limit", "_overflowed",
        "_pause", "_producing", "_push", "_ready", "_said_all", "_socket", "_timer", "_transport",
        "_waiting", "_watcher", "broken",
    )  # fmt: skip

    def __init__(
        self, transport: Any, clock: Any, limit: int, overflowed: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._limit = limit
        self._overflowed = overflowed
        self._socket = plain_socket(transport)
        self._push = self._socket is None
        self._waiting: Backlog | None = None
        self._ready = True
        self._producing = False
        self._finishing = False
        self._said_all = False
        self._heard_all = False
        self._closed = False
        self._timer: Any = None
        self.broken = False
        self._watcher: Watcher | None = None
        self._pause: Pause | None = None

    @property
    def waiting(self) -> int:
        """How many bytes wait."""
        return 0 if self._waiting is None else self._waiting.size

    def watch(self, watcher: Watcher) -> None:
        """Tell somebody, in place of who was told so far, when the reader falls behind."""
        self._lose()
        self._watcher = watcher
        if self._closed:
            self._lose()
        elif self._waiting is not None:
            watcher.fell_behind()

    def _lose(self) -> None:
        """Nothing more is handed over, or somebody else wants to know of it."""
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.lost()

    def write(self, data: bytes) -> None:
        """Send bytes, or keep them until the reader takes them."""
        if self._closed or self._finishing:
            return
        if self._waiting is not None:
            self._keep(data)
        elif self._socket is not None:
            self._send(self._socket, data)
        else:
            self._hand_over(data)

    def _send(self, to: socket.socket, data: bytes) -> None:
        try:
            sent = to.send(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            if error.errno not in _LATER:
                self._gone(error)
                return
            sent = 0
        if sent < len(data):
            self._keep(data, sent)

    def _gone(self, error: OSError) -> None:
        """What the peer sent before it went can still be read; then the reactor finds its end."""
        # The system tells of a reset once, here; of a peer that had said all, by a broken pipe.
        self.broken = error.errno != errno.EPIPE
        self._closed = True
        self._lose()

    def _hand_over(self, data: bytes) -> None:
        if not self._producing:
            self._producing = True
            self._transport.registerProducer(self, True)
        if self._ready:
            self._transport.write(data)
        else:
            self._keep(data)

    def _keep(self, data: bytes, sent: int = 0) -> None:
        if not self._queue().add(data, sent):
            self._give_up()
        elif not self._producing and not self._push:
            self._pull()

    def _queue(self) -> Backlog:
        """What waits; from now on something does."""
        if self._waiting is None:
            self._waiting = Backlog(self._clock, self._limit, self._give_up)
            if self._watcher is not None:
                self._watcher.fell_behind()
        return self._waiting

    def _pull(self) -> None:
        self._producing = True
        # Calls resumeProducing at once, and again each time the transport is empty.
        self._transport.registerProducer(self, False)

    def stream(self, pieces: Pieces) -> None:
        """Send a long reply as the reader takes it; what is written later goes behind it."""
        if self._closed or self._finishing:
            pieces.close()
            return
        idle = self._waiting is None
        self._queue().add_long(pieces)
        if not idle:
            # What stands before it is on its way, and calls for it.
            return
        if not self._push:
            self._pull()
            return
        if not self._producing:
            self._producing = True
            self._transport.registerProducer(self, True)
        self._go_on()

    def _give_up(self) -> None:
        self._closed = True
        self._lose()
        self._overflowed()
        self._drop_waiting()
        self._transport.abortConnection()

    def resumeProducing(self) -> None:
        """The transport can take more."""
        self._ready = True
        self._go_on()

    def _go_on(self) -> None:
        """Hand over what waits, as much as may be at once."""
        while self._waiting and self._ready:
            long = self._waiting.take_long()
            data = self._waiting.take() if long is None else self._make(long)
            if data:
                self._transport.write(data)
                if not self._push:
                    # The transport calls again once it has sent this; nothing may go past it.
                    self._ready = False
                    return
            if long is not None and self._waiting and self._ready:
                if self._pause is not None:
                    self._pause.then(self._go_on)
                else:
                    # Others have their turn before more is made.
                    self._clock.callLater(0, self._go_on)
                return
        if not self._waiting and not self._closed and (self._ready or self._push):
            self._drained()

    def pauseProducing(self) -> None:
        """The transport is full (inside TLS)."""
        self._ready = False

    def stopProducing(self) -> None:
        """The connection is gone."""
        self._drop_waiting()
        self._closed = True
        self._lose()

    def _make(self, long: Pieces) -> bytes:
        """The next bytes of a long reply, which goes back to its place if there is more of it."""
        try:
            data, more, self._pause = make(long, self._clock.seconds)
        except Exception:  # noqa: BLE001 - half a line can't be mended
            self._log.failure("A long reply could not be made")
            self._closed = True
            self._lose()
            self._drop_waiting()
            self._transport.abortConnection()
            data, more = b"", False
        if self._waiting is not None:
            self._waiting.taken += len(data)
        if more and self._waiting is not None:
            self._waiting.put_back(long)
        else:
            long.close()
        return data

    def _drained(self) -> None:
        if self._waiting is not None and self._watcher is not None:
            self._watcher.caught_up()
        self._waiting = None
        if self._producing and not self._push:
            self._producing = False
            self._transport.unregisterProducer()
        if self._finishing:
            self._close()

    def finish(self) -> None:
        """Close the connection once all that was written has gone out, or after 2 seconds."""
        if self._finishing:
            return
        self._finishing = True
        if self._closed:
            self._transport.abortConnection()
            return
        self._timer = self._clock.callLater(GOODBYE_SECONDS, self._transport.abortConnection)
        if self._waiting is None:
            self._close()
        else:
            self._waiting.spare()

    def _close(self) -> None:
        self._said_all = True
        if self._push and self._producing:
            self._producing = False
            self._transport.unregisterProducer()
        if self._socket is None or self._heard_all:
            self._transport.loseConnection()
        else:
            # Unread bytes would turn a plain close into a reset that overtakes our last words.
            self._transport.loseWriteConnection()

    def heard_all(self) -> None:
        """The peer will send nothing more, so nothing need be read to the end."""
        self._heard_all = True
        if self._said_all:
            self._transport.loseConnection()

    def lost(self) -> None:
        """The connection is gone: forget what waits."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._closed = self._finishing = True
        self._said_all = False
        self._overflowed = _nobody_to_tell
        self._lose()
        self._drop_waiting()
        # Inside TLS it never forgets who produced for it.
        self._transport = self._socket = self._timer = None

    def _drop_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.forget()
