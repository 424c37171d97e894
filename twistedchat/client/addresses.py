"""Where the server is, as people write it.

HOST  HOST:PORT  ADDRESS  [V6]:PORT  V6
or an endpoint string: tcp:HOST:PORT  unix:PATH  tls:HOST:PORT
"""

import ipaddress
import re
from dataclasses import dataclass

DEFAULT_PORT = 5000

_KINDS = frozenset({"tcp", "unix", "tls", "ssl"})


class AddressError(ValueError):
    """An address that means nothing; the text says what would."""


@dataclass(frozen=True, slots=True)
class Address:
    """A place to connect to.

    Attributes:
        host: name or IP address; empty when ``endpoint`` says all.
        port: TCP port.
        endpoint: a Twisted endpoint string of a Unix socket, used as it is.
        tls: whether the address itself asks for TLS.
    """

    host: str = ""
    port: int = DEFAULT_PORT
    endpoint: str = ""
    tls: bool = False

    @property
    def is_local(self) -> bool:
        """Whether what is sent there stays on this computer."""
        if self.endpoint:
            return True
        if self.host.rstrip(".").lower() == "localhost":
            return True
        return is_ip(self.host) and ipaddress.ip_address(_bare(self.host)).is_loopback

    def __str__(self) -> str:
        if self.endpoint:
            return self.endpoint
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def is_ip(host: str) -> bool:
    """Whether it is an IP address and not a name."""
    try:
        ipaddress.ip_address(_bare(host))
    except ValueError:
        return False
    return True


def parse_address(text: str) -> Address:
    """Understand what somebody typed as the server's address.

    Raises:
        AddressError: it cannot be understood.
    """
    text = text.strip()
    kind = text.split(":", 1)[0]
    if text != kind and kind in _KINDS:
        return _endpoint(kind, text)
    if text.startswith("["):
        return _bracketed(text)
    if is_ip(text):
        return Address(text)
    host, colon, port = text.partition(":")
    if not host or any(character.isspace() or character == "/" for character in text):
        raise AddressError(f"{text!r} is no address. Write HOST or HOST:PORT.")
    return Address(host, _port(port) if colon else DEFAULT_PORT)


def _bracketed(text: str) -> Address:
    host, closing, rest = text[1:].partition("]")
    if not closing or not is_ip(host) or (rest and not rest.startswith(":")):
        raise AddressError(f"{text!r} is no address. Write [ADDRESS]:PORT.")
    return Address(host, _port(rest[1:]) if rest else DEFAULT_PORT)


def _endpoint(kind: str, text: str) -> Address:
    if kind == "unix":
        return Address(endpoint=text)
    if kind == "ssl":
        raise AddressError("ssl: endpoints verify nobody. Write HOST:PORT, or tls:HOST:PORT.")
    parts = [part.replace("\\:", ":") for part in re.split(r"(?<!\\):", text)[1:]]
    if len(parts) != 2:
        raise AddressError(f"{text!r} is not understood. Write {kind}:HOST:PORT.")
    host, port = parts[0].removeprefix("host="), parts[1].removeprefix("port=")
    return Address(host, _port(port), tls=kind == "tls")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise AddressError(f"{text!r} is no port. A port is a number from 1 to 65535.")
    return int(text)


def _bare(host: str) -> str:
    return host.split("%", 1)[0]
