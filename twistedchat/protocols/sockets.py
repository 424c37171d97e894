"""What a transport's own socket can do that Twisted does not ask of it."""

import socket
from functools import cache
from typing import Any

from twisted.internet.interfaces import ISSLTransport

KEEPALIVE_PROBES = 4
UNSENT_BYTES = 131072
# Many connections can have this much to read in one turn of the reactor, and none may hold it up.
READ_BYTES = 4096
# The idle time is called so on macOS.
_IDLE_OPTIONS = ("TCP_KEEPIDLE", "TCP_KEEPALIVE")


def plain_socket(transport: Any) -> socket.socket | None:
    """The socket that bytes may be sent to directly, if there is one."""
    if ISSLTransport.providedBy(transport):
        return None
    handle = getattr(transport, "getHandle", lambda: None)()
    return handle if isinstance(handle, socket.socket) else None


def set_up(transport: Any, keepalive_seconds: int) -> None:
    """Send without delay, and let the kernel find out when the peer is gone.

    Args:
        transport: any; what it can't do is left out.
        keepalive_seconds: of silence after which the kernel begins to ask; 0 for its own default.
    """
    for option in ("setTcpNoDelay", "setTcpKeepAlive"):
        getattr(transport, option, lambda _: None)(True)
    # Inside TLS the transport is a wrapper around the one with the socket.
    below = getattr(transport, "transport", transport)
    below.bufferSize = READ_BYTES
    handle = plain_socket(below)
    if handle is not None and handle.family != socket.AF_UNIX:
        for number, value in _options(keepalive_seconds):
            handle.setsockopt(socket.IPPROTO_TCP, number, value)


@cache
def _options(keepalive_seconds: int) -> list[tuple[int, int]]:
    """What is set on each socket, as far as this system knows it."""
    # What the kernel takes beyond this is waited for in the outbox, where it is counted.
    values: dict[str, int] = {"TCP_NOTSENT_LOWAT": UNSENT_BYTES}
    if keepalive_seconds:
        idle = next((name for name in _IDLE_OPTIONS if hasattr(socket, name)), "")
        every = max(1, keepalive_seconds // KEEPALIVE_PROBES)
        values |= {idle: keepalive_seconds, "TCP_KEEPINTVL": every}
        values["TCP_KEEPCNT"] = KEEPALIVE_PROBES
    known = [name for name in values if hasattr(socket, name)]
    return [(getattr(socket, name), values[name]) for name in known]
