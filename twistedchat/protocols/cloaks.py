"""Cloaks: what people see of each other's addresses.

A cloak is a keyed digest (HMAC-SHA-256, RFC 2104) of the address: the same address gives the same
cloak, so a ban on it holds, and nobody without the key can tell which address it is or try all of
them.
"""

import base64
import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from twistedchat.core.networks import network_of

KEY_BYTES = 32
KEY_FILE = "cloak.key"
CLOAK_CHARS = 10
REMEMBERED = 4096


class Cloaks:
    """Makes cloaks with one secret key.

    Attributes:
        cloak: gives the cloak for an address.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        # Whoever connects once often connects again.
        self.cloak = lru_cache(maxsize=REMEMBERED)(self._cloak)

    def _cloak(self, address: str) -> str:
        digest = hmac.digest(self._key, network_of(address).encode(), hashlib.sha256)
        return base64.b32encode(digest).decode("ascii").lower()[:CLOAK_CHARS]


def load_key(directory: Path | None) -> bytes:
    """The key in the data directory, made at the first start; a passing one without a directory."""
    if directory is None:
        return secrets.token_bytes(KEY_BYTES)
    path = directory / KEY_FILE
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = b""
    return key if len(key) == KEY_BYTES else _make_key(path)


def _make_key(path: Path) -> bytes:
    key = secrets.token_bytes(KEY_BYTES)
    half = path.with_suffix(".new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    return key
