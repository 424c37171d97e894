"""A self-signed pair, made once in the data directory, or for the memory alone."""

import ipaddress
import os
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from twistedchat.protocols.certificates import (
    CertificateError,
    CertificatePair,
    Now,
    PairFiles,
    PrivateKey,
    read_key,
    reason_of,
    utc_now,
)

CERTIFICATE_NAME = "tls-certificate.pem"
KEY_NAME = "tls-key.pem"
ALWAYS_NAMED = ("localhost", "127.0.0.1", "::1")
LIFETIME = timedelta(days=3650)
# A client whose clock is a little slow must not take a new certificate for one of the future.
BACKDATED = timedelta(days=1)
_HOST_NAME = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", re.IGNORECASE)


def self_signed_pair(
    directory: Path, host_names: Sequence[str], now: Now = utc_now
) -> tuple[Path, Path]:
    """Find the directory's self-signed pair, or make it there.

    Args:
        directory: Made with mode 0700 when missing.
        host_names: Names and addresses that clients connect to; what is neither is left out.
        now: The clock that the certificate's dates count from.

    Returns:
        The paths of the certificate and of the key.

    Raises:
        CertificateError: The pair that is there is broken, or none can be written.
    """
    files = PairFiles(directory / CERTIFICATE_NAME, directory / KEY_NAME)
    try:
        _complete(files, host_names, now)
        files.read()
    except CertificateError as error:
        raise CertificateError(
            f"{error} Or remove {files.certificate} and {files.key}: the next start makes new ones."
        ) from error
    except OSError as error:
        raise CertificateError(
            f"No self-signed certificate can be made in {directory}: {reason_of(error)}. "
            "Make the directory writable, or give a certificate with --cert and --key."
        ) from error
    return files.certificate, files.key


def memory_pair(host_names: Sequence[str], now: Now = utc_now) -> CertificatePair:
    """Make a self-signed pair that is never written down."""
    key = ec.generate_private_key(ec.SECP256R1())
    return CertificatePair((_issue(key, host_names, now()),), key, "memory")


def _complete(files: PairFiles, host_names: Sequence[str], now: Now) -> None:
    # The key goes first. A crash between the two leaves a key alone, and the next start makes the
    # certificate for it; a certificate alone can only mean that somebody took the key away.
    if files.certificate.exists():
        return
    files.key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not files.key.exists():
        _write_atomically(files.key, _pem_of(ec.generate_private_key(ec.SECP256R1())), 0o600)
    certificate = _issue(read_key(files.key), host_names, now())
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    _write_atomically(files.certificate, pem, 0o644)


def _issue(key: PrivateKey, host_names: Sequence[str], now: datetime) -> x509.Certificate:
    names = _subject_names((*host_names, *ALWAYS_NAMED))
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _common_name(names))])
    public = key.public_key()
    key_id = x509.SubjectKeyIdentifier.from_public_key(public)
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_id)
    builder = (
        x509.CertificateBuilder(subject, subject, public, x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        # No authority, so that rustls takes it as a server's; and no key usage, since a self-signed
        # certificate that may not sign certificates is no trust anchor to older OpenSSLs.
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(key_id, critical=False)
        .add_extension(issuer_id, critical=False)
    )
    edwards = isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    return builder.sign(key, None if edwards else hashes.SHA256())


def _subject_names(host_names: Sequence[str]) -> list[x509.GeneralName]:
    found = (_subject_name(name.strip()) for name in host_names)
    return list(dict.fromkeys(name for name in found if name is not None))


def _subject_name(name: str) -> x509.GeneralName | None:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        ascii_name = name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return x509.DNSName(ascii_name) if _HOST_NAME.fullmatch(ascii_name) else None


def _common_name(names: Sequence[x509.GeneralName]) -> str:
    # Only people read it, clients go by the alternative names; more than 64 characters are invalid.
    fitting = (str(name.value) for name in names if len(str(name.value)) <= 64)
    return next(fitting)


def _pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write_atomically(path: Path, content: bytes, mode: int) -> None:
    unfinished = path.with_name(path.name + ".unfinished")
    # What a crash left behind is of no use, and must not stand in the way of O_EXCL.
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    unfinished.rename(path)
    _sync_directory(path.parent)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
