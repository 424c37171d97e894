"""Bytes on their way in: all plain sockets are read in one place.

A reactor calls every transport that can be read by itself, each time through its log context and
its checks. Where many people say one short line each, that is a fifth of what a line costs. So
plain sockets wait in an epoll of our own, which the reactor sees as one descriptor: one call reads
all of them. Their transports are paused, and do all the rest as ever; how a connection ended is
told to them as the reactor would tell it.

Where that can't be done, transports read for themselves: inside TLS, behind a wrapper, and where
there is no epoll.
"""

import select
import socket
from contextlib import suppress
from typing import Any

from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IHalfCloseableDescriptor, IReactorFDSet, IReadDescriptor
from twisted.internet.protocol import connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from twistedchat.protocols.clock import Turns
from twistedchat.protocols.sockets import READ_BYTES, plain_socket

# Other systems don't know them.
_INPUT: int = getattr(select, "EPOLLIN", 0)
# Told once when something comes, so that the kernel does not look again at each socket that has
# just been read. Where one read may not have been enough, it is asked to: the peer has closed, or
# sent an urgent byte (telnet does), at which a read ends.
_EVENTS: int = _INPUT | sum(
    getattr(select, name, 0) for name in ("EPOLLPRI", "EPOLLRDHUP", "EPOLLET")
)
# A read of a unix socket ends wherever a descriptor was passed.
_READ_TO_THE_END = {socket.AF_INET, socket.AF_INET6}
_ENDED = Failure(ConnectionDone())
_BROKEN = Failure(ConnectionLost())


@implementer(IReadDescriptor)
class Reading:
    """Reads plain sockets for their transports; open as long as it has any to read.

    Args:
        reactor: calls it; if it knows no descriptors, nothing is read here.
        turns: is told, so that what was read need not wait for the reactor to be answered.
    """

    _log = Logger()

    def __init__(self, reactor: Any, turns: Turns | None = None) -> None:
        self._reactor = reactor
        self._turns = turns
        self._poll: Any = None
        self._channels: dict[int, Channel] = {}

    def take_up(self, transport: Any, protocol: Any) -> Any:
        """Read for a transport from now on, if that can be done here.

        Args:
            transport: of the connection.
            protocol: gets its bytes; who else does so has to see them first.

        Returns:
            What is to be used in the transport's place; or the transport itself.
        """
        handle = plain_socket(transport)
        if (
            handle is not None
            and getattr(transport, "protocol", None) is protocol
            and IHalfCloseableDescriptor.providedBy(transport)
            and IReactorFDSet.providedBy(self._reactor)
            and hasattr(select, "epoll")
        ):
            return Channel(self, transport, handle)
        return transport

    def let_go(self, taken: Any) -> None:
        """Forget what `take_up` gave: its connection is gone."""
        if isinstance(taken, Channel):
            taken.stop()

    # For the channels

    def begin(self, channel: "Channel") -> bool:
        """Read a channel; says whether that is possible."""
        try:
            self._open()
            self._poll.register(channel.number, _EVENTS)
        except OSError:
            # The process has no descriptor left for the epoll, or the kernel no memory.
            self._close_if_idle()
            return False
        self._channels[channel.number] = channel
        return True

    def end(self, channel: "Channel") -> None:
        """Read a channel no more."""
        # Its number may be another's by now, if the socket was closed.
        if self._channels.get(channel.number) is not channel:
            return
        del self._channels[channel.number]
        # A closed socket has left the epoll already.
        with suppress(OSError):
            self._poll.unregister(channel.number)
        self._close_if_idle()

    def _open(self) -> None:
        if self._poll is None:
            self._poll = select.epoll()
            self._reactor.addReader(self)

    def _close_if_idle(self) -> None:
        if self._poll is not None and not self._channels:
            self._reactor.removeReader(self)
            self._poll.close()
            self._poll = None

    # For the reactor

    def fileno(self) -> int:
        """The epoll's own descriptor, which can be read if any of the sockets can."""
        return -1 if self._poll is None else int(self._poll.fileno())

    def logPrefix(self) -> str:
        """What is logged while it reads begins with this."""
        return "reading"

    def doRead(self) -> None:
        """Read once from each socket that has something to read."""
        if self._turns is None:
            self._read_all()
            return
        self._turns.begin()
        try:
            self._read_all()
        finally:
            self._end_turn(self._turns)

    def _end_turn(self, turns: Turns) -> None:
        try:
            turns.end()
        except BaseException:  # noqa: BLE001 - the reactor would give up all that is read here
            self._log.failure("What was to be done behind the reading failed")

    def _read_all(self) -> None:
        channels = self._channels
        # An event only says where to look: whoever has the number now is looked at.
        for number, event in self._poll.poll(0, len(channels)):
            channel = channels.get(number)
            if channel is not None:
                try:
                    self._read(channel, event)
                except BaseException:  # noqa: BLE001 - as reactors do: the others are read on
                    self._failed(channel)

    def _read(self, channel: "Channel", event: int) -> None:
        transport = channel.transport
        try:
            data = channel.socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            channel.stop()
            transport.connectionLost(_BROKEN)
            return
        if data:
            if event != _INPUT or len(data) == READ_BYTES or channel.unsure:
                self._poll.modify(channel.number, _EVENTS)
            transport.protocol.dataReceived(data)
        else:
            channel.stop()
            transport.readConnectionLost(_ENDED)

    def _failed(self, channel: "Channel") -> None:
        fault = Failure()
        self._log.failure(
            "What {who} sent made a fault; the connection is closed",
            fault,
            who=channel.transport.logPrefix(),
        )
        channel.stop()
        self._lose(channel, fault)

    def _lose(self, channel: "Channel", reason: Failure) -> None:
        try:
            channel.transport.connectionLost(reason)
        except Exception:  # noqa: BLE001 - the others go on
            self._log.failure("A connection could not be closed in order")

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The reactor is about to end, and ends whatever it reads from."""
        for channel in list(self._channels.values()):
            channel.stop()
            self._lose(channel, reason)


class Channel:
    """A transport that does not read for itself, to be used in its place.

    Args:
        reading: reads for it.
        transport: of the connection.
        handle: its socket.

    Attributes:
        unsure: more may be left than a read gives, though it gives little.
    """

    __slots__ = (
        "_held", "_lent", "_reading", "_stopped", "number", "socket", "transport", "unsure",
    )  # fmt: skip

    def __init__(self, reading: Reading, transport: Any, handle: socket.socket) -> None:
        self._reading = reading
        self.transport = transport
        self.socket = handle
        self.number = handle.fileno()
        self.unsure = handle.family not in _READ_TO_THE_END
        self._held = False
        self._lent = False
        self._stopped = False
        self._go_on()

    def getHandle(self) -> socket.socket:
        """The transport's socket."""
        return self.socket

    # Reading

    def pauseProducing(self) -> None:
        """Let nothing be read."""
        self._held = True
        self._reading.end(self)
        self.transport.pauseProducing()

    def resumeProducing(self) -> None:
        """Go on reading."""
        self._held = False
        self._go_on()

    def _go_on(self) -> None:
        if self._held or self._stopped:
            return
        if self._lent or not self._reading.begin(self):
            self.transport.resumeProducing()
        else:
            self.transport.pauseProducing()

    def stop(self) -> None:
        """Nothing is read any more: all has been read, or the connection is to end."""
        self._stopped = True
        self._reading.end(self)

    # Writing

    def write(self, data: bytes) -> None:
        """Let the transport send bytes."""
        self.transport.write(data)

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Let the transport send what is produced.

        It reads for itself as long: one that only writes takes a reset for the end of all, and
        what came before the reset would never be read.
        """
        self._lent = True
        self._reading.end(self)
        self._go_on()
        self.transport.registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        """All has been produced."""
        self.transport.unregisterProducer()
        self._lent = False
        self._go_on()

    # The end

    def loseConnection(self) -> None:
        """Close once all has been sent."""
        self.stop()
        self.transport.loseConnection()

    def loseWriteConnection(self) -> None:
        """Close our own end once all has been sent."""
        self.transport.loseWriteConnection()

    def abortConnection(self) -> None:
        """Close at once."""
        self.stop()
        self.transport.abortConnection()
