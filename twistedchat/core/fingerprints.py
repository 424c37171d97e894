"""What people compare of keys."""

import base64
import hashlib

from twistedchat.core.records import ProofKind, ProofRecord


def fingerprint(proof: ProofRecord) -> str:
    """Of a certificate its SHA-256, of an SSH key as OpenSSH shows it; of a password nothing."""
    if proof.kind is ProofKind.PASSWORD:
        return ""
    if proof.kind is ProofKind.CERTIFICATE:
        return proof.value
    digest = hashlib.sha256(base64.b64decode(proof.value.split(" ", 1)[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
