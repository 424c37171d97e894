"""Whom to believe in TLS: certificate authorities, a given fingerprint, or trust on first use.

The handshake itself accepts any certificate and notes what OpenSSL has against it; before a byte
of ours is sent, ``Trust.judge`` decides. So one place holds every rule, and every refusal can say
why. A fingerprint, given or remembered, rules alone; else authorities and the host's name decide;
what is self-signed and not known yet may be trusted by the person.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from OpenSSL import SSL, crypto
from service_identity import CertificateError, VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import (
    Certificate,
    CertificateOptions,
    platformTrust,
    trustRootFromCertificates,
)
from zope.interface import implementer

from twistedchat.client.addresses import is_ip
from twistedchat.client.known import KnownServers
from twistedchat.client.refusals import Exit, Refusal

# OpenSSL's numbers for what is wrong with a chain (x509_vfy.h).
_NOT_YET, _EXPIRED = 9, 10
_SELF_SIGNED = 18
_UNKNOWN_ISSUER = frozenset({2, 19, 20, 21})
_DATES = frozenset({_NOT_YET, _EXPIRED})


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 as the server writes it: upper-case hex with colons."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def normal_fingerprint(text: str) -> str:
    """A fingerprint as somebody typed it, in the form that ``fingerprint`` gives.

    Raises:
        ValueError: it is none.
    """
    digits = text.strip().lower().removeprefix("sha256:").removeprefix("sha256 ").replace(":", "")
    raw = bytes.fromhex(digits)
    if len(raw) != hashes.SHA256.digest_size:
        raise ValueError(f"a SHA-256 fingerprint has 64 hex digits, not {len(digits)}")
    return raw.hex(":").upper()


@dataclass(slots=True)
class Trust:
    """The rules for one server.

    Attributes:
        host: the name or address that the certificate must be made out to.
        place: how the server is called in the file of known servers.
        known: the fingerprints remembered.
        given: a fingerprint from the command line.
        authorities: certificates to trust instead of the system's.
    """

    host: str
    place: str
    known: KnownServers
    given: str = ""
    authorities: tuple[Certificate, ...] = ()
    _trusted: str = field(default="", init=False)

    def judge(
        self, certificate: crypto.X509 | None, errors: set[int], now: datetime
    ) -> Refusal | None:
        """Decide about the peer's certificate; None means that it is good."""
        if certificate is None:
            return Refusal(Exit.UNTRUSTED, f"{self.place} showed no certificate.")
        shown = fingerprint(certificate.to_cryptography())
        expected = self.given or self._trusted or self._remembered()
        if expected:
            return None if shown == expected else self._changed(shown, expected)
        return self._by_authority(certificate, shown, errors, now)

    def accept(self, shown: str) -> str:
        """The person trusts a certificate; the file that remembers it, or why it is not kept."""
        self._trusted = shown
        return self.known.remember(self.place, shown)

    def roots(self) -> Any:
        """The authorities in the form that Twisted's options take."""
        return trustRootFromCertificates(self.authorities) if self.authorities else platformTrust()

    def _remembered(self) -> str:
        return "" if self.authorities else self.known.find(self.place)

    def _changed(self, shown: str, expected: str) -> Refusal:
        if self.given:
            text = f"{self.place} shows the fingerprint {shown}, not the given {expected}."
            return Refusal(Exit.CHANGED, f"{text} Somebody may be listening in; not connected.")
        text = (
            f"The certificate of {self.place} has changed: its fingerprint is {shown} and was"
            f" {expected}. Somebody may be listening in; not connected. If its owner says that it"
            f" is right: twistedchat --forget {self.place}, then connect again."
        )
        return Refusal(Exit.CHANGED, text)

    def _by_authority(
        self, certificate: crypto.X509, shown: str, errors: set[int], now: datetime
    ) -> Refusal | None:
        dates = self._dates(certificate.to_cryptography(), now)
        if dates or errors & _DATES:
            why = dates or "A certificate above the server's is out of its dates"
            text = (
                f"{why}: {self.place} must renew it, or --fingerprint {shown} trusts it as it is."
            )
            return Refusal(Exit.EXPIRED, text)
        if errors:
            return self._untrusted(shown, errors)
        return self._wrong_host(certificate, shown)

    def _dates(self, certificate: x509.Certificate, now: datetime) -> str:
        if now > certificate.not_valid_after_utc:
            return f"The certificate expired on {certificate.not_valid_after_utc:%Y-%m-%d}"
        if now < certificate.not_valid_before_utc:
            return (
                f"The certificate is not valid before {certificate.not_valid_before_utc:%Y-%m-%d}"
            )
        return ""

    def _untrusted(self, shown: str, errors: set[int]) -> Refusal:
        how = f"Compare with its owner, then: --fingerprint {shown}"
        if errors == {_SELF_SIGNED} or (_SELF_SIGNED in errors and not errors & _UNKNOWN_ISSUER):
            text = f"The certificate of {self.place} is self-signed, and not known here yet. {how}"
            return Refusal(Exit.UNTRUSTED, text, "" if self.authorities else shown)
        if errors & _UNKNOWN_ISSUER:
            text = f"Nobody known here vouches for the certificate of {self.place}. Give its"
            return Refusal(Exit.UNTRUSTED, f"{text} authority with --ca FILE. {how}")
        text = f"The certificate of {self.place} is not valid (OpenSSL error {min(errors)})."
        return Refusal(Exit.UNTRUSTED, f"{text} {how}")

    def _wrong_host(self, certificate: crypto.X509, shown: str) -> Refusal | None:
        wanted = IPAddress_ID(self.host) if is_ip(self.host) else DNS_ID(_ascii(self.host))
        try:
            verify_service_identity(extract_patterns(certificate), [wanted], [])
        except (VerificationError, CertificateError, ValueError):
            return Refusal(
                Exit.WRONG_HOST,
                f"The certificate is not made out to {self.host}{_names(certificate)}. Connect"
                f" under a name that it has; if this is the right server: --fingerprint {shown}",
            )
        return None


def _ascii(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _names(certificate: crypto.X509) -> str:
    try:
        names = certificate.to_cryptography().extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
    except (x509.ExtensionNotFound, ValueError):
        return ""
    listed = [str(name.value) for name in names.value][:5]
    return f" but to {', '.join(listed)}" if listed else ""


@implementer(IOpenSSLClientConnectionCreator)
class Handshake:
    """Makes connections whose handshake notes what is wrong with the peer and stops at nothing.

    Args:
        trust: the rules; ``errors`` is for its ``judge``.

    Attributes:
        errors: OpenSSL's complaints about the chain of the latest connection.
    """

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._options = CertificateOptions(trustRoot=trust.roots())
        self.errors: set[int] = set()

    def clientConnectionForTLS(self, tlsProtocol: object) -> SSL.Connection:  # noqa: ARG002
        """A new connection with nothing noted against it."""
        self.errors = errors = set[int]()

        def note(_conn: SSL.Connection, _cert: crypto.X509, error: int, _at: int, ok: int) -> bool:
            if not ok:
                errors.add(error)
            return True

        connection = SSL.Connection(self._options.getContext(), None)
        if not is_ip(self._trust.host):
            connection.set_tlsext_host_name(_ascii(self._trust.host).encode("ascii"))
        connection.set_verify(SSL.VERIFY_PEER, note)
        return connection


def read_authorities(path: Path) -> tuple[Certificate, ...]:
    """The certificates of a PEM file.

    Raises:
        ValueError: there are none in it.
        OSError: it cannot be read.
    """
    loaded = x509.load_pem_x509_certificates(path.read_bytes())
    return tuple(Certificate(crypto.X509.from_cryptography(each)) for each in loaded)
