from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import crypto
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.ssl import CertificateOptions
from twisted.internet.task import Clock
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.test.iosim import FakeTransport, connect

from twistedchat.client.known import KnownServers
from twistedchat.client.refusals import Exit, Refusal
from twistedchat.client.trust import (
    Handshake,
    Trust,
    fingerprint,
    normal_fingerprint,
    read_authorities,
)
from twistedchat.client.wire import Wire

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


class Pair:
    """A certificate with its key, and perhaps who signed it."""

    def __init__(
        self,
        *names: str,
        signer: "Pair | None" = None,
        start: datetime = NOW - DAY,
        end: datetime = NOW + DAY,
        authority: bool = False,
    ) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{names} {authority}")])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(signer.certificate.subject if signer else subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if names:
            listed = [x509.DNSName(name) for name in names]
            builder = builder.add_extension(x509.SubjectAlternativeName(listed), critical=False)
        self.certificate = builder.sign((signer or self).key, hashes.SHA256())

    @property
    def shown(self) -> str:
        return fingerprint(self.certificate)

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def options(self) -> CertificateOptions:
        return CertificateOptions(
            privateKey=crypto.PKey.from_cryptography_key(self.key),
            certificate=crypto.X509.from_cryptography(self.certificate),
        )


@pytest.fixture(scope="module")
def authority() -> Pair:
    return Pair(authority=True)


@pytest.fixture(scope="module")
def good(authority: Pair) -> Pair:
    return Pair("chat.example.org", signer=authority)


@pytest.fixture(scope="module")
def self_signed() -> Pair:
    return Pair("vm")


@pytest.fixture
def known(tmp_path: Path) -> KnownServers:
    return KnownServers(tmp_path / "known_servers")


@pytest.fixture
def trusting(known: KnownServers, authority: Pair, tmp_path: Path) -> Trust:
    """Trust in one authority."""
    file = tmp_path / "ca.pem"
    file.write_bytes(authority.pem())
    return make(known, authorities=read_authorities(file))


def make(known: KnownServers, host: str = "chat.example.org", **more: Any) -> Trust:
    return Trust(host, f"{host}:5000", known, **more)


class Talker(Protocol):
    """A server that notes what it is told and greets."""

    heard = b""

    def connectionMade(self) -> None:
        assert self.transport is not None
        self.transport.write(b'{"type":"hello there"}\n')

    def dataReceived(self, data: bytes) -> None:
        self.heard += data


class Ends:
    """A listener that says one word as soon as it may."""

    def __init__(self) -> None:
        self.refusal: Refusal | None = None
        self.objects: list[Any] = []
        self.open = False

    def opened(self, wire: Wire) -> None:
        self.open = True
        wire.send({"type": "secret"})

    def received(self, obj: Any) -> None:
        self.objects.append(obj)

    def closed(self, _reason: str, refusal: Refusal | None) -> None:
        self.refusal = refusal


def meet(trust: Trust, pair: Pair) -> tuple[Ends, Talker]:
    """Shake hands in memory; what came of it on both sides."""
    ends, clock, talker = Ends(), Clock(), Talker()
    handshake = Handshake(trust)

    def judge(transport: Any) -> Refusal | None:
        return trust.judge(transport.getPeerCertificate(), handshake.errors, NOW)

    wire = Wire(ends, clock, judge)
    client_side = Factory.forProtocol(lambda: wire)
    server_side = Factory.forProtocol(lambda: talker)
    client = TLSMemoryBIOFactory(handshake, True, client_side, clock).buildProtocol(None)
    server = TLSMemoryBIOFactory(pair.options(), False, server_side, clock).buildProtocol(None)
    pump = connect(server, FakeTransport(server, True), client, FakeTransport(client, False))
    for _ in range(20):
        clock.advance(0.01)
        pump.flush()
    return ends, talker


def refused(trust: Trust, pair: Pair) -> Refusal:
    ends, talker = meet(trust, pair)
    assert not ends.open
    assert ends.objects == []
    assert talker.heard == b""
    assert ends.refusal is not None
    assert "\n" not in ends.refusal.text
    return ends.refusal


def accepted(trust: Trust, pair: Pair) -> bool:
    ends, talker = meet(trust, pair)
    return ends.open and talker.heard == b'{"type":"secret"}\n' and len(ends.objects) == 1


def test_a_certificate_of_a_trusted_authority_for_the_host_is_good(
    trusting: Trust, good: Pair
) -> None:
    """Both ways something is said."""
    assert accepted(trusting, good)


def test_a_wrong_host_name_is_refused(trusting: Trust, authority: Pair) -> None:
    """The line names both and the way out; an address is checked as such."""
    refusal = refused(trusting, Pair("other.example.org", signer=authority))
    assert refusal.exit is Exit.WRONG_HOST
    assert "chat.example.org" in refusal.text
    assert "other.example.org" in refusal.text
    trusting.host = "192.0.2.1"
    assert refused(trusting, Pair("192.0.2.1", signer=authority)).exit is Exit.WRONG_HOST


def test_a_certificate_without_names_is_refused(trusting: Trust, authority: Pair) -> None:
    """A common name does not count."""
    assert refused(trusting, Pair(signer=authority)).exit is Exit.WRONG_HOST


@pytest.mark.parametrize(
    ("start", "end", "word"),
    [(NOW - 3 * DAY, NOW - DAY, "expired"), (NOW + DAY, NOW + 3 * DAY, "not valid before")],
)
def test_a_certificate_out_of_its_dates_is_refused(
    trusting: Trust, authority: Pair, start: datetime, end: datetime, word: str
) -> None:
    """Too old and too young, with the date."""
    pair = Pair("chat.example.org", signer=authority, start=start, end=end)
    refusal = refused(trusting, pair)
    assert refusal.exit is Exit.EXPIRED
    assert word in refusal.text


def test_an_expired_self_signed_certificate_is_not_offered_for_trust(known: KnownServers) -> None:
    """The dates are looked at first."""
    pair = Pair("vm", start=NOW - 3 * DAY, end=NOW - DAY)
    refusal = refused(make(known), pair)
    assert (refusal.exit, refusal.fingerprint) == (Exit.EXPIRED, "")


def test_an_unknown_authority_is_refused(known: KnownServers, good: Pair) -> None:
    """And not offered for trust on first use; the line says how to trust it."""
    refusal = refused(make(known), good)
    assert (refusal.exit, refusal.fingerprint) == (Exit.UNTRUSTED, "")
    assert "--ca" in refusal.text
    assert good.shown in refusal.text


def test_a_self_signed_certificate_may_be_trusted_once_and_is_remembered(
    known: KnownServers, self_signed: Pair
) -> None:
    """First refused with its fingerprint, then good, also in the next run."""
    trust = make(known)
    refusal = refused(trust, self_signed)
    assert (refusal.exit, refusal.fingerprint) == (Exit.UNTRUSTED, self_signed.shown)
    assert str(known.path) in trust.accept(refusal.fingerprint)
    assert accepted(trust, self_signed)
    assert accepted(make(known), self_signed)
    assert refused(make(known, host="elsewhere.example.org"), self_signed).fingerprint


def test_trust_lasts_for_this_run_when_it_cannot_be_kept(tmp_path: Path, self_signed: Pair) -> None:
    """The person has decided; the disk does not overrule it."""
    (tmp_path / "file").write_text("")
    trust = make(KnownServers(tmp_path / "file" / "known"))
    trust.accept(self_signed.shown)
    assert accepted(trust, self_signed)


def test_a_changed_fingerprint_is_refused(
    known: KnownServers, self_signed: Pair, trusting: Trust
) -> None:
    """With both fingerprints and what to do, and no way to say yes."""
    known.remember("chat.example.org:5000", self_signed.shown)
    other = Pair("vm")
    refusal = refused(make(known), other)
    assert (refusal.exit, refusal.fingerprint) == (Exit.CHANGED, "")
    assert self_signed.shown in refusal.text
    assert other.shown in refusal.text
    assert "--forget chat.example.org:5000" in refusal.text


def test_a_given_fingerprint_rules_alone(known: KnownServers, self_signed: Pair) -> None:
    """It overrules names, dates and what is remembered, and nothing else is good."""
    known.remember("chat.example.org:5000", self_signed.shown)
    old = Pair("vm", start=NOW - 3 * DAY, end=NOW - DAY)
    trust = make(known, given=old.shown)
    assert accepted(trust, old)
    refusal = refused(trust, self_signed)
    assert refusal.exit is Exit.CHANGED
    assert "given" in refusal.text


def test_with_authorities_of_ones_own_nothing_is_trusted_on_first_use(
    trusting: Trust, known: KnownServers, self_signed: Pair
) -> None:
    """Neither asked for nor remembered."""
    known.remember("chat.example.org:5000", self_signed.shown)
    refusal = refused(trusting, self_signed)
    assert (refusal.exit, refusal.fingerprint) == (Exit.UNTRUSTED, "")


def test_a_peer_without_a_certificate_is_refused(known: KnownServers) -> None:
    """No certificate is never good."""
    refusal = make(known, given="AA").judge(None, set(), NOW)
    assert refusal is not None
    assert refusal.exit is Exit.UNTRUSTED


def test_any_other_complaint_is_a_refusal(known: KnownServers, good: Pair) -> None:
    """An error that nobody thought of must not pass."""
    shown = crypto.X509.from_cryptography(good.certificate)
    refusal = make(known).judge(shown, {79}, NOW)
    assert refusal is not None
    assert refusal.exit is Exit.UNTRUSTED
    assert "79" in refusal.text
    above = make(known).judge(shown, {10}, NOW)
    assert above is not None
    assert above.exit is Exit.EXPIRED


def spellings(raw: str) -> Iterator[str]:
    yield raw
    yield raw.lower()
    yield raw.replace(":", "")
    yield f"SHA256:{raw}"


def test_a_fingerprint_may_be_written_in_several_ways(self_signed: Pair) -> None:
    """With and without colons, in both cases."""
    assert {normal_fingerprint(text) for text in spellings(self_signed.shown)} == {
        self_signed.shown
    }


@pytest.mark.parametrize("text", ["", "AA:BB", "xyz", "A" * 65])
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match=r".+"):
        normal_fingerprint(text)


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    """Empty authorities would mean the system's."""
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(ValueError, match=r".+"):
        read_authorities(tmp_path / "ca.pem")
