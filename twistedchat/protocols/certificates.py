"""A certificate and its key: read from two PEM files, and checked.

A pair is a chain (the server's certificate first, then its intermediates) and the private key that
belongs to it. Nothing here knows Twisted.
"""

import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

PrivateKey = (
    rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
)
Now = Callable[[], datetime]

# A long chain is some 10 kB; --cert /some/huge/file must not fill the memory.
LARGEST_FILE = 1024 * 1024


class CertificateError(Exception):
    """A certificate or key cannot be used; the text is one line: which file, what to do."""


@dataclass(frozen=True)
class CertificatePair:
    """A certificate with its intermediates, and the private key that belongs to it.

    Attributes:
        chain: The server's certificate first.
        key: Whose public half the first certificate holds.
        origin: Where the certificate comes from, for messages.
    """

    chain: tuple[x509.Certificate, ...]
    key: PrivateKey
    origin: str

    @property
    def certificate(self) -> x509.Certificate:
        """The server's own certificate."""
        return self.chain[0]

    def time_warning(self, now: datetime) -> str | None:
        """Say what clients will find wrong with the certificate's dates, or None."""
        certificate = self.certificate
        if now > certificate.not_valid_after_utc:
            return f"expired on {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
        if now < certificate.not_valid_before_utc:
            return f"is not valid before {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
        return None


def utc_now() -> datetime:
    """The time of day that certificates are made and judged by."""
    return datetime.now(UTC)


def fingerprint(certificate: x509.Certificate) -> str:
    """The certificate's SHA-256 fingerprint as people compare it: upper-case hex with colons."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


@dataclass(frozen=True)
class PairFiles:
    """Where a pair lies on disk."""

    certificate: Path
    key: Path

    def state(self) -> tuple[tuple[int, int, int] | str, ...]:
        """What tells cheaply, without reading, whether one of the files has been replaced."""
        return tuple(_file_state(path) for path in (self.certificate, self.key))

    def read(self) -> CertificatePair:
        """Read the pair.

        Returns:
            The pair, whose key belongs to its certificate.

        Raises:
            CertificateError: A file is missing, unreadable or broken, or the two don't match.
        """
        chain = _read_chain(self.certificate)
        key = read_key(self.key)
        if key.public_key() != chain[0].public_key():
            raise CertificateError(
                f"The key in {self.key} does not belong to the first certificate in "
                f"{self.certificate}. Give the two files that were made together."
            )
        return CertificatePair(chain, key, str(self.certificate))


def _file_state(path: Path) -> tuple[int, int, int] | str:
    try:
        found = path.stat()
    except OSError as error:
        return reason_of(error)
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _read_chain(path: Path) -> tuple[x509.Certificate, ...]:
    content = _read(path, "certificate")
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise CertificateError(
            f"The certificate file {path} holds no PEM certificate. "
            "Give a file with a block that begins -----BEGIN CERTIFICATE-----."
        )
    try:
        return tuple(x509.load_pem_x509_certificates(content))
    except ValueError as error:
        raise CertificateError(
            f"The certificate file {path} is damaged: a certificate in it cannot be read. "
            "Give the file as its issuer made it."
        ) from error


def read_key(path: Path) -> PrivateKey:
    """Read a private key.

    Raises:
        CertificateError: The file is missing, unreadable or broken, or its key has a passphrase.
    """
    content = _read(path, "key")
    if b"PRIVATE KEY-----" not in content:
        raise CertificateError(
            f"The key file {path} holds no PEM private key. "
            "Give a file with a block that begins -----BEGIN PRIVATE KEY-----."
        )
    key = _parse_key(path, content)
    if not isinstance(key, PrivateKey):
        raise CertificateError(
            f"The key in {path} is of a kind that TLS cannot use. Give an ECDSA or RSA key."
        )
    return key


def _parse_key(path: Path, content: bytes) -> object:
    try:
        # The full RSA check takes 0.2 s for 4096 bits, in which nobody is served. It guards against
        # keys made by an enemy; this one is the operator's, and is held against the certificate.
        return serialization.load_pem_private_key(
            content, None, unsafe_skip_rsa_key_validation=True
        )
    except TypeError as error:
        raise CertificateError(
            f"The key in {path} is protected by a passphrase. Take the passphrase off "
            f"(openssl pkey -in {path} -out NEWFILE) and give the new file."
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateError(
            f"The key file {path} is damaged: its private key cannot be read. "
            "Give the file as it was made."
        ) from error


def _read(path: Path, what: str) -> bytes:
    try:
        # Opening a pipe would wait for a writer for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise CertificateError(f"The {what} file {path} is not a file. Give a PEM file's path.")
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise CertificateError(
            f"The {what} file {path} cannot be read: {reason_of(error)}. "
            "Give a PEM file that the server may read."
        ) from error
    if len(content) > LARGEST_FILE:
        raise CertificateError(
            f"The {what} file {path} is too large to be a PEM file. Give a smaller."
        )
    return content


def reason_of(error: OSError) -> str:
    """The operating system's words for an error, without number and path."""
    return (error.strerror or type(error).__name__).lower()
