"""The live pair: what OpenSSL is told, and how files are replaced under it."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.bindings.openssl.binding import Binding
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from twisted.internet.interfaces import IProtocolNegotiationFactory
from twisted.internet.task import Clock
from twisted.logger import LogLevel, capturedLogs, formatEvent
from zope.interface import implementer

from twistedchat.protocols.certificates import (
    CertificateError,
    CertificatePair,
    PairFiles,
    fingerprint,
)
from twistedchat.protocols.self_signed import memory_pair
from twistedchat.protocols.server_certificates import (
    POLL_SECONDS,
    ServerCertificates,
    describe,
    limit_groups,
    make_context,
)

PEM = serialization.Encoding.PEM


@implementer(IProtocolNegotiationFactory)
class Negotiating:
    def acceptableProtocols(self):
        return [b"h2", b"http/1.1"]


def signed(issuer: CertificatePair | None, key, common_name: str) -> CertificatePair:
    """Issue a certificate, with the issuer's chain behind it unless it signs itself."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        issuer.certificate.subject if issuer else subject,
        subject,
        key.public_key(),
        x509.random_serial_number(),
        now - timedelta(1),
        now + timedelta(1),
    ).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    return CertificatePair((certificate, *(issuer.chain if issuer else ())), key, "here")


def write_certificate(files: PairFiles, pair: CertificatePair) -> None:
    files.certificate.write_bytes(b"".join(each.public_bytes(PEM) for each in pair.chain))


def write_key(files: PairFiles, pair: CertificatePair) -> None:
    form = serialization.PrivateFormat.PKCS8
    files.key.write_bytes(pair.key.private_bytes(PEM, form, serialization.NoEncryption()))


def write(files: PairFiles, pair: CertificatePair) -> CertificatePair:
    write_certificate(files, pair)
    write_key(files, pair)
    return pair


@pytest.fixture
def files(tmp_path: Path) -> PairFiles:
    files = PairFiles(tmp_path / "cert.pem", tmp_path / "key.pem")
    write(files, memory_pair(["first"]))
    return files


def client(**settings) -> SSL.Connection:
    context = settings.get("context") or SSL.Context(SSL.TLS_CLIENT_METHOD)
    if "version" in settings:
        context.set_min_proto_version(settings["version"])
        context.set_max_proto_version(settings["version"])
    if "ciphers" in settings:
        context.set_cipher_list(settings["ciphers"])
    if "curve" in settings:
        context.set_tmp_ecdh(settings["curve"])
    if "alpn" in settings:
        context.set_alpn_protos(settings["alpn"])
    connection = SSL.Connection(context, None)
    if "session" in settings:
        connection.set_session(settings["session"])
    connection.set_connect_state()
    return connection


def move(source: SSL.Connection, target: SSL.Connection) -> None:
    try:
        target.bio_write(source.bio_read(65536))
    except SSL.WantReadError:
        return


def step(connection: SSL.Connection) -> bool:
    try:
        connection.do_handshake()
    except SSL.WantReadError:
        return False
    return True


def connect(
    certificates: ServerCertificates, connection: SSL.Connection, factory: object = None
) -> SSL.Connection:
    """Carry a handshake through; the server's side is given back."""
    stand_in = SimpleNamespace(factory=SimpleNamespace(wrappedFactory=factory))
    server = certificates.serverConnectionForTLS(stand_in)
    server.set_accept_state()
    done = set()
    while len(done) < 2:
        for one, other in ((connection, server), (server, connection)):
            if step(one):
                done.add(one)
            move(one, other)
    return server


def receive(connection: SSL.Connection) -> None:
    with pytest.raises(SSL.WantReadError):
        connection.recv(1)


def served(certificates: ServerCertificates) -> str:
    """The fingerprint that a new connection sees."""
    connection = client()
    connect(certificates, connection)
    return fingerprint(connection.get_peer_certificate(as_cryptography=True))


def lines(events: list, level: LogLevel) -> list[str]:
    return [formatEvent(event) for event in events if event["log_level"] is level]


@pytest.fixture
def certificates() -> ServerCertificates:
    return ServerCertificates(memory_pair(["chat.example.org"]))


@pytest.mark.parametrize("version", [SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION])
def test_current_versions_are_spoken(certificates, version):
    """TLS 1.2 and 1.3, both with X25519 for who likes it."""
    connection = client(version=version)
    connect(certificates, connection)
    assert connection.get_protocol_version() == version


@pytest.mark.parametrize("version", [SSL.TLS1_VERSION, SSL.TLS1_1_VERSION])
def test_old_versions_are_refused(certificates, version):
    """Whatever the client would allow."""
    with pytest.raises(SSL.Error, match=r"version|protocol|internal error"):
        connect(certificates, client(version=version, ciphers=b"ALL:@SECLEVEL=0"))


@pytest.mark.parametrize(
    "ciphers", [b"ECDHE-ECDSA-AES128-SHA256", b"ECDHE-ECDSA-AES256-SHA", b"ECDHE-ECDSA-AES128-CCM"]
)
def test_other_suites_are_refused(certificates, ciphers):
    """No CBC, no CCM."""
    with pytest.raises(SSL.Error, match="no shared cipher"):
        connect(certificates, client(version=SSL.TLS1_2_VERSION, ciphers=ciphers))


@pytest.mark.parametrize("ciphers", [b"ECDHE-ECDSA-AES128-GCM-SHA256", b"ECDHE+CHACHA20"])
def test_good_suites_are_accepted(certificates, ciphers):
    """The client chooses between AES-GCM and ChaCha20."""
    connection = client(version=SSL.TLS1_2_VERSION, ciphers=ciphers)
    connect(certificates, connection)
    assert "GCM" in connection.get_cipher_name() or "CHACHA" in connection.get_cipher_name()


def test_p256_is_accepted_and_other_curves_are_not(certificates):
    """A client of one group is served if it is P-256, and refused if it is P-521."""
    connect(certificates, client(curve=ec.SECP256R1()))
    with pytest.raises(SSL.Error):
        connect(certificates, client(curve=ec.SECP521R1()))


def test_p256_remains_when_groups_cannot_be_listed():
    """An OpenSSL binding that lost the function still gives a working server."""
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    limit_groups(context, library=object())
    pair = memory_pair([])
    context.use_certificate(pair.certificate)
    context.use_privatekey(pair.key)
    bare = SimpleNamespace(serverConnectionForTLS=lambda _: SSL.Connection(context, None))
    connect(bare, client())
    with pytest.raises(SSL.Error):
        connect(bare, client(curve=ec.SECP384R1()))


@pytest.mark.parametrize("version", [SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION])
def test_sessions_are_not_resumed(certificates, version):
    """Who offers the session of a moment ago gets a whole handshake, also after a new pair came."""
    context = client(version=version).get_context()
    first = client(context=context)
    server = connect(certificates, first)
    move(server, first)
    receive(first)
    for now in (certificates, ServerCertificates(memory_pair([]))):
        second = client(context=context, session=first.get_session())
        connect(now, second)
        assert not Binding.lib.SSL_session_reused(second._ssl)


@pytest.mark.parametrize(
    "make_key",
    [
        lambda: ec.generate_private_key(ec.SECP384R1()),
        lambda: rsa.generate_private_key(65537, 2048),
    ],
)
@pytest.mark.parametrize("version", [SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION])
def test_chains_are_sent_whole(make_key, version):
    """The client gets the intermediates, also with RSA or a key on another curve."""
    root = signed(None, ec.generate_private_key(ec.SECP256R1()), "root")
    intermediate = signed(root, ec.generate_private_key(ec.SECP256R1()), "intermediate")
    pair = signed(intermediate, make_key(), "chat.example.org")
    connection = client(version=version)
    connect(ServerCertificates(pair), connection)
    chain = connection.get_peer_cert_chain(as_cryptography=True)
    assert tuple(chain) == pair.chain
    assert len(chain) == 3


def test_alpn_is_left_to_the_wrapped_factory(certificates):
    """Its order counts; what nobody knows, and a factory that knows nothing, end no handshake."""
    known, unknown, unasked = client(alpn=[b"http/1.1", b"h2"]), client(alpn=[b"irc"]), client()
    for connection in (known, unknown, unasked):
        connect(certificates, connection, Negotiating())
    assert known.get_alpn_proto_negotiated() == b"h2"
    assert unknown.get_alpn_proto_negotiated() == b""
    plain = client(alpn=[b"h2"])
    connect(certificates, plain, object())
    assert plain.get_alpn_proto_negotiated() == b""


def test_a_weak_certificate_is_refused_with_its_origin():
    """OpenSSL's own judgement becomes one line."""
    weak = signed(None, rsa.generate_private_key(65537, 1024), "weak")
    with pytest.raises(CertificateError, match=r"OpenSSL refuses the certificate in here: .*small"):
        make_context(weak)


def test_the_certificate_in_use_is_logged(files):
    """At the start the operator reads what clients will see."""
    with capturedLogs() as events:
        certificates = ServerCertificates.load(files)
    (line,) = lines(events, LogLevel.info)
    certificate = certificates.pair.certificate
    assert fingerprint(certificate) in line
    assert f"until {certificate.not_valid_after_utc:%Y-%m-%d}" in line
    assert "CN=first" in line
    assert str(files.certificate) in line


def test_an_expired_certificate_is_served_with_a_warning(files):
    """Clients may know it by its fingerprint; refusing to start would help nobody."""
    with capturedLogs() as events:
        later = datetime.now(UTC) + timedelta(4000)
        certificates = ServerCertificates.load(files, lambda: later)
    (line,) = lines(events, LogLevel.warn)
    assert "expired on" in line
    assert served(certificates)


def test_a_broken_pair_at_the_start_is_an_error(files):
    """There is no old pair to go on with."""
    files.key.unlink()
    with pytest.raises(CertificateError, match="cannot be read"):
        ServerCertificates.load(files)


def test_new_connections_get_the_new_pair_and_old_ones_live_on(files):
    """The heart of it: nobody is dropped, and the next one sees the new certificate."""
    certificates = ServerCertificates.load(files)
    old = client()
    server = connect(certificates, old)
    new_pair = write(files, memory_pair(["second"]))
    assert certificates.poll()
    assert served(certificates) == fingerprint(new_pair.certificate)
    server.send(b"still here")
    move(server, old)
    assert old.recv(100) == b"still here"
    old.send(b"me too")
    move(old, server)
    assert server.recv(100) == b"me too"


def test_the_files_are_looked_at_every_few_seconds(files):
    """From `watch` to `stop`."""
    clock = Clock()
    certificates = ServerCertificates.load(files)
    certificates.watch(clock)
    second = write(files, memory_pair(["second"]))
    assert certificates.pair.certificate != second.certificate
    clock.advance(POLL_SECONDS)
    assert certificates.pair.certificate == second.certificate
    certificates.stop()
    write(files, memory_pair(["third"]))
    clock.advance(POLL_SECONDS)
    assert certificates.pair.certificate == second.certificate
    assert not clock.getDelayedCalls()


def test_stopping_what_never_watched_is_calm(certificates):
    """A server that never came up stops, too."""
    certificates.stop()


def test_a_replacement_before_the_first_poll_is_seen(files):
    """Also when it came between reading the files and looking at their dates."""
    certificates = ServerCertificates.load(files)
    dates = [path.stat() for path in (files.certificate, files.key)]
    second = write(files, memory_pair(["secnd"]))
    for path, date in zip((files.certificate, files.key), dates, strict=True):
        os.utime(path, ns=(date.st_atime_ns, date.st_mtime_ns))
    assert certificates.poll()
    assert certificates.pair.certificate == second.certificate


def test_files_that_were_only_touched_change_nothing(files):
    """A new date with the old content is not announced as a new certificate."""
    certificates = ServerCertificates.load(files)
    with capturedLogs() as events:
        os.utime(files.certificate, ns=(1, 1))
        assert not certificates.poll()
    assert events == []


def test_unchanged_files_are_not_read(files, monkeypatch):
    """A poll that finds the same dates leaves it at that."""
    certificates = ServerCertificates.load(files)
    certificates.poll()
    monkeypatch.setattr(PairFiles, "read", lambda self: pytest.fail("read again"))
    assert not certificates.poll()


def test_a_replacement_caught_half_way_is_not_an_error(files):
    """The certificate is new, the key still old: the old pair serves, and nothing is logged."""
    certificates = ServerCertificates.load(files)
    old, new = certificates.pair, memory_pair(["second"])
    with capturedLogs() as events:
        write_certificate(files, new)
        assert not certificates.poll()
        assert served(certificates) == fingerprint(old.certificate)
        write_key(files, new)
        assert certificates.poll()
    assert lines(events, LogLevel.error) == []
    assert served(certificates) == fingerprint(new.certificate)


def test_a_pair_that_stays_broken_is_logged_once(files):
    """At the second poll that finds it, and never again for the same fault."""
    certificates = ServerCertificates.load(files)
    old = certificates.pair
    write_certificate(files, memory_pair(["second"]))
    with capturedLogs() as events:
        certificates.poll()
        assert events == []
        for _ in range(5):
            assert not certificates.poll()
            os.utime(files.key)
    (line,) = lines(events, LogLevel.error)
    assert line.startswith("The old TLS certificate stays in use. The key in ")
    assert certificates.pair is old


def test_another_fault_is_logged_too_and_so_is_the_same_after_a_repair(files):
    """Once per distinct fault; a good pair in between starts anew."""
    certificates = ServerCertificates.load(files)
    good = certificates.pair
    with capturedLogs() as events:
        for content in ("nothing", None, "nothing"):
            if content is None:
                write_certificate(files, good)
            else:
                files.certificate.write_text(content)
            certificates.poll()
            certificates.poll()
        files.certificate.unlink()
        certificates.poll()
        certificates.poll()
    errors = lines(events, LogLevel.error)
    assert ["holds no PEM" in line for line in errors] == [True, True, False]
    assert "no such file" in errors[2]


def test_a_reload_on_demand_reads_and_complains_at_once(files):
    """Who sends SIGHUP waits for the answer, every time."""
    certificates = ServerCertificates.load(files)
    assert not certificates.reload()
    new = write(files, memory_pair(["second"]))
    assert certificates.reload()
    assert served(certificates) == fingerprint(new.certificate)
    files.key.write_text("nothing")
    with capturedLogs() as events:
        assert not certificates.reload()
        assert not certificates.reload()
        certificates.poll()
        certificates.poll()
    assert len(lines(events, LogLevel.error)) == 2
    assert served(certificates) == fingerprint(new.certificate)


def test_a_new_pair_that_openssl_refuses_changes_nothing(files):
    """Not only files that cannot be read keep the old pair."""
    certificates = ServerCertificates.load(files)
    old = certificates.pair
    write(files, signed(None, rsa.generate_private_key(65537, 1024), "weak"))
    with capturedLogs() as events:
        assert not certificates.reload()
    assert "OpenSSL refuses" in lines(events, LogLevel.error)[0]
    assert served(certificates) == fingerprint(old.certificate)


def test_a_pair_in_memory_has_nothing_to_reload(certificates):
    """Neither by itself nor on demand."""
    assert not certificates.reload()
    assert not certificates.poll()


def test_a_watch_that_fails_says_so(files, monkeypatch):
    """A fault of ours ends the loop; the log must not be silent about it."""
    certificates = ServerCertificates.load(files)
    clock = Clock()
    certificates.watch(clock)
    monkeypatch.setattr(PairFiles, "state", lambda self: 1 / 0)
    with capturedLogs() as events:
        clock.advance(POLL_SECONDS)
    (line,) = lines(events, LogLevel.critical)
    assert "no longer watched; send SIGHUP" in line


def test_errors_are_described_in_plain_words():
    """OpenSSL's queue, an empty one, another exception and none at all."""
    assert describe(SSL.Error([("SSL routines", "", "wrong version number")])) == (
        "wrong version number"
    )
    assert describe(SSL.Error([])) == "[]"
    assert describe(ValueError()) == "ValueError"
    assert describe(ConnectionError("gone")) == "gone"
