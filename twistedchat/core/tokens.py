"""Tokens: unguessable texts that stand for somebody."""

import hashlib


def digest(token: str) -> str:
    """What is kept of a token; looking it up tells nothing about the token by its timing."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
