"""Keeps one conversation going over as many connections as it takes.

connect -> wire -> conversation -> items -> whoever shows them
   ^          |
   +-- wait --+   with growing pauses, unless the end is final
"""

from collections.abc import Callable
from typing import Any, Protocol

from twisted.application.internet import ClientService, backoffPolicy
from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.error import ConnectionRefusedError as Refused
from twisted.internet.error import DNSLookupError
from twisted.internet.error import TimeoutError as TimedOut
from twisted.internet.interfaces import IAddress, IDelayedCall
from twisted.internet.protocol import Factory
from twisted.logger import Logger
from twisted.python.failure import Failure

from twistedchat.client.conversation import Conversation
from twistedchat.client.items import Item, Request
from twistedchat.client.refusals import Exit, Refusal
from twistedchat.client.text import safe
from twistedchat.client.wire import Judge, Wire

#: Seconds that a goodbye may take.
GOODBYE_WITHIN = 3.0


class Way(Protocol):
    """Where to connect to."""

    def open(self, reactor: object) -> tuple[Any, Judge | None]:
        """The endpoint, and with TLS what judges the peer."""

    def __str__(self) -> str: ...


class View(Protocol):
    """Who shows the conversation."""

    def show(self, items: list[Item]) -> None:
        """Show what happened; the conversation's state may have changed with it."""

    def ask_nick(self) -> None:
        """The server refused the nick; another is needed."""

    def lost(self, reason: str) -> None:
        """The connection is gone; it is made again."""

    def waiting(self, seconds: float) -> None:
        """The next attempt to connect comes in so many seconds."""

    def over(self, refusal: Refusal) -> None:
        """The conversation cannot begin, or has ended for good."""


class _Wires(Factory):
    noisy = False

    def __init__(self, build: Callable[[], Wire]) -> None:
        self._build = build

    def buildProtocol(self, addr: IAddress | None) -> Wire:  # noqa: ARG002
        """A wire for the next connection."""
        return self._build()


class Link:
    """Drives a conversation.

    Args:
        reactor: connects and keeps time.
        way: where to.
        conversation: what is said and heard.
        view: who shows it.
        keeps_trying: whether to connect again once a conversation has begun.
    """

    _log = Logger()

    def __init__(
        self,
        reactor: Any,
        way: Way,
        conversation: Conversation,
        view: View,
        *,
        keeps_trying: bool = True,
    ) -> None:
        self.conversation = conversation
        self._reactor = reactor
        self._way = way
        self._view = view
        self._keeps_trying = keeps_trying
        self._policy = backoffPolicy(maxDelay=60.0)
        self._failures = 0
        self._service: ClientService | None = None
        self._wire: Wire | None = None
        self._pacing: IDelayedCall | None = None
        self._left: Deferred[None] | None = None

    # What the person does

    def start(self) -> None:
        """Connect, and go on doing so."""
        endpoint, judge = self._way.open(self._reactor)
        factory = _Wires(lambda: Wire(self, self._reactor, judge))
        self._service = ClientService(endpoint, factory, self._pause, self._reactor)
        connected = self._service.whenConnected(failAfterFailures=1)
        connected.addCallbacks(lambda _: None, self._never_connected)
        self._service.startService()

    def restart(self) -> None:
        """Connect anew at once, leaving the connection there is."""
        self._failures = 0
        self.stop().addCallback(lambda _: self._start_if_stopped())

    def stop(self) -> Deferred[Any]:
        """Close the connection and try no more."""
        service, self._service = self._service, None
        if self._wire is not None:
            self._wire.abort("This connection was given up")
        return succeed(None) if service is None else service.stopService()

    def quit(self, reason: str = "") -> Deferred[None]:
        """Say goodbye and close; fires when that is done."""
        self._left = left = Deferred[None]()
        if self._wire is None or not self.conversation.online:
            self.stop().addCallback(lambda _: self._gone())
            return left
        self.conversation.quit(reason)
        self.flush()
        late = self._reactor.callLater(GOODBYE_WITHIN, self.stop)
        left.addCallback(lambda _: late.cancel() if late.active() else None)
        return left

    def flush(self) -> None:
        """Show and send what the conversation has to show and to send."""
        items, requests = self.conversation.take(self._reactor.seconds())
        if self._wire is not None:
            for request in requests:
                self._wire.send(request)
        # Also without items: something that was waited for may have come.
        self._view.show(items)
        self._pace()
        self._see_how_it_stands()

    # What the wire does

    def opened(self, wire: Wire) -> None:
        """The wire may be written to."""
        self._wire = wire
        self.conversation.connected()
        self.flush()

    def received(self, obj: Request) -> None:
        """The server sent an object."""
        if self._wire is None:
            return
        try:
            self.conversation.received(obj)
        except (KeyError, TypeError, ValueError, AttributeError):
            # A server that breaks the protocol in one object is no reason to lose the rest.
            self._log.failure("an object of the server's is not as the protocol says")
        if self.conversation.online:
            self._failures = 0
        self.flush()

    def closed(self, reason: str, refusal: Refusal | None) -> None:
        """The wire is gone."""
        self._wire = None
        was_online = self.conversation.online
        self.conversation.lost()
        self.flush()
        if self._left is not None:
            self.stop().addCallback(lambda _: self._gone())
        elif self._service is None:
            return
        elif refusal is not None:
            self._end(refusal)
        elif self.conversation.welcomes == 0 or not self._keeps_trying:
            self._end(Refusal(Exit.NO_CONNECTION, f"No connection to {self._way}: {reason}."))
        elif was_online:
            self._view.lost(reason)

    # Inside

    def _start_if_stopped(self) -> None:
        # Somebody impatient may have asked twice while the first connection was still closing.
        if self._service is None:
            self.start()

    def _pause(self, _attempt: int) -> float:
        # The service counts a connection that dies before it is welcomed as a success.
        self._failures += 1
        seconds = self._policy(self._failures)
        self._view.waiting(seconds)
        return seconds

    def _never_connected(self, failure: Failure) -> None:
        if failure.check(CancelledError):
            return
        refusal = Refusal(Exit.NO_CONNECTION, why_not_connected(str(self._way), failure))
        # Later: the service tells of the failure in the middle of it, and cannot be stopped there.
        self._reactor.callLater(0, self._give_up_first, self._service, refusal)

    def _give_up_first(self, service: ClientService | None, refusal: Refusal) -> None:
        if service is self._service and self.conversation.welcomes == 0:
            self._end(refusal)

    def _pace(self) -> None:
        if self._pacing is not None and self._pacing.active():
            self._pacing.cancel()
        wait = self.conversation.wait(self._reactor.seconds())
        if wait is not None:
            self._pacing = self._reactor.callLater(wait, self.flush)

    def _see_how_it_stands(self) -> None:
        ending = self.conversation.ending
        if ending is not None and self._left is None and self._service is not None:
            exit_code = Exit.DONE if ending.code == "bye" else Exit.FAILED
            self._end(Refusal(exit_code, ending.text))
        elif self.conversation.asks_nick:
            self.conversation.asks_nick = False
            self._view.ask_nick()

    def _end(self, refusal: Refusal) -> None:
        self.stop()
        self._view.over(refusal)

    def _gone(self) -> None:
        left, self._left = self._left, None
        if left is not None:
            left.callback(None)


def why_not_connected(place: str, failure: Failure) -> str:
    """A failed attempt to connect, in a sentence that says what to look at."""
    if failure.check(Refused):
        return f"Nothing answers at {place}. Is the server running, and is that its port?"
    if failure.check(DNSLookupError):
        return f"No address is known for {place}. Is the name spelled right?"
    if failure.check(TimedOut):
        return f"{place} did not answer in time. Is the address right, or a firewall in the way?"
    return f"No connection to {place}: {safe(failure.getErrorMessage()).rstrip('.')}."
