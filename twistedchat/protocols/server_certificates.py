"""The pair that TLS connections are served with, replaced while people are connected.

TLS 1.2 and 1.3; ECDHE over X25519 or P-256; AES-GCM or ChaCha20; no compression, no renegotiation.
Nothing is resumed: signing with P-256 costs less than Twisted's own work for a connection, and
without tickets no key lies in memory whose loss would open recorded sessions, nor does a session
outlive the certificate it began under.
"""

import secrets
from typing import Any

from cryptography.hazmat.bindings.openssl.binding import Binding
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL
from twisted.internet.interfaces import (
    IOpenSSLServerConnectionCreator,
    IProtocolNegotiationFactory,
    IReactorTime,
)
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.protocols.tls import TLSMemoryBIOProtocol
from twisted.python.failure import Failure
from zope.interface import implementer

from twistedchat.protocols.certificates import (
    CertificateError,
    CertificatePair,
    Now,
    PairFiles,
    fingerprint,
    utc_now,
)

CIPHERS = b"ECDHE+AESGCM:ECDHE+CHACHA20"
GROUPS = b"X25519:P-256"
POLL_SECONDS = 5.0


@implementer(IOpenSSLServerConnectionCreator)
class ServerCertificates:
    """The pair that new connections are served with, replaceable at any time.

    Files are read on the reactor's thread: a poll that finds nothing new is two stat calls, some
    ten microseconds, and a new pair takes about a millisecond, a few times a year. A thread would
    cost more, and would let two reloads overlap.

    Attributes:
        pair: What new connections get.
    """

    _log = Logger()

    def __init__(
        self, pair: CertificatePair, files: PairFiles | None = None, now: Now = utc_now
    ) -> None:
        """Serve a pair, and nothing else if no files are given."""
        self._files = files
        self._now = now
        # Equal to no state, so the first poll catches what changed since the files were read.
        self._seen: tuple[object, ...] = ()
        self._suspected: str | None = None
        self._reported: str | None = None
        self._loop: LoopingCall | None = None
        self._use(pair)

    @classmethod
    def load(cls, files: PairFiles, now: Now = utc_now) -> "ServerCertificates":
        """Read the files for the first time.

        Raises:
            CertificateError: One line that says what is wrong with which file.
        """
        return cls(files.read(), files, now)

    def serverConnectionForTLS(self, protocol: TLSMemoryBIOProtocol) -> SSL.Connection:
        """Give a new connection the pair of this moment; it keeps it for its life."""
        connection = SSL.Connection(self._context, None)
        connection.set_app_data(protocol)
        return connection

    def watch(self, clock: IReactorTime, seconds: float = POLL_SECONDS) -> None:
        """Look at the files every few seconds, until `stop`."""
        self._loop = LoopingCall(self.poll)
        self._loop.clock = clock
        ended = self._loop.start(seconds, now=False)
        ended.addErrback(self._unwatched)

    def stop(self) -> None:
        """Stop looking at the files."""
        if self._loop is not None and self._loop.running:
            self._loop.stop()

    def reload(self) -> bool:
        """Read the files again now, because somebody asked (SIGHUP), and log at once what is wrong.

        Returns:
            Whether a new pair is in use. A broken one changes nothing.
        """
        return self._take(patient=False)

    def poll(self) -> bool:
        """Read the files again if they changed.

        Two files are replaced one after the other, and a poll may fall between. So what is
        wrong is logged only if the next poll still finds it.

        Returns:
            Whether a new pair is in use.
        """
        if self._suspected is None and self._files and self._files.state() == self._seen:
            return False
        return self._take(patient=True)

    def _take(self, *, patient: bool) -> bool:
        if self._files is None:
            return False
        # Taken before reading: what is written meanwhile looks new to the next poll.
        self._seen = self._files.state()
        try:
            pair = self._files.read()
            changed = pair.chain != self.pair.chain and self._use(pair)
        except CertificateError as error:
            self._note(str(error), patient=patient)
            return False
        self._suspected = self._reported = None
        return changed

    def _note(self, problem: str, *, patient: bool) -> None:
        if patient and problem != self._suspected:
            self._suspected = problem
            return
        self._suspected = None
        if not patient or problem != self._reported:
            self._reported = problem
            self._log.error("The old TLS certificate stays in use. {problem}", problem=problem)

    def _unwatched(self, failure: Failure) -> None:
        self._log.failure("TLS certificates are no longer watched; send SIGHUP to reload", failure)

    def _use(self, pair: CertificatePair) -> bool:
        self._context = make_context(pair)
        self.pair = pair
        certificate = pair.certificate
        self._log.info(
            "TLS certificate {subject} from {origin} fingerprint {fingerprint} until {until}",
            subject=certificate.subject.rfc4514_string(),
            fingerprint=fingerprint(certificate),
            origin=pair.origin,
            until=f"{certificate.not_valid_after_utc:%Y-%m-%d}",
        )
        if warning := pair.time_warning(self._now()):
            self._log.warn(
                "The TLS certificate in {origin} {warning}. Replace it.",
                origin=pair.origin,
                warning=warning,
            )
        return True


def make_context(pair: CertificatePair) -> SSL.Context:
    """Set up OpenSSL for a pair.

    Twisted's CertificateOptions cannot be told to forbid renegotiation or to limit the groups, and
    pyOpenSSL wants a context left alone once it is in use, hence one of our own.

    Raises:
        CertificateError: OpenSSL finds the pair too weak, or otherwise unfit.
    """
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_TICKET)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    # An idle connection gives its 34 kB of buffers back.
    context.set_mode(SSL.MODE_RELEASE_BUFFERS)
    # OpenSSL insists on one as soon as client certificates are asked for.
    context.set_session_id(secrets.token_bytes(16))
    # Whoever has one may show it. Nobody vouches for it: its fingerprint is what an account knows.
    context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
    context.set_cipher_list(CIPHERS)
    limit_groups(context)
    context.set_alpn_select_callback(_select_protocol)
    _install(context, pair)
    return context


def shown_certificate(transport: Any) -> str:
    """The fingerprint of the certificate that a peer inside TLS has shown; "" if it has none."""
    shown = transport.getPeerCertificate()
    return "" if shown is None else fingerprint(shown.to_cryptography())


def limit_groups(context: SSL.Context, library: Any = Binding.lib) -> None:
    """Allow the key exchange groups X25519 and P-256 only.

    pyOpenSSL itself can set one group only, and never X25519; OpenSSL's own function for it lies
    within reach. Should that be gone one day, P-256 alone remains, which everybody speaks.
    """
    set_groups = getattr(library, "SSL_CTX_set1_curves_list", None)
    raw_context = getattr(context, "_context", None)
    if set_groups and raw_context and set_groups(raw_context, GROUPS) == 1:
        return
    context.set_tmp_ecdh(ec.SECP256R1())


def _install(context: SSL.Context, pair: CertificatePair) -> None:
    try:
        context.use_certificate(pair.certificate)
        context.use_privatekey(pair.key)
        for intermediate in pair.chain[1:]:
            context.add_extra_chain_cert(intermediate)
        context.check_privatekey()
    except SSL.Error as error:
        raise CertificateError(
            f"OpenSSL refuses the certificate in {pair.origin}: {describe(error)}. "
            "Give one with an ECDSA P-256 or RSA 2048 key, signed with SHA-256."
        ) from error


def _select_protocol(connection: SSL.Connection, offered: list[bytes]) -> Any:
    # A client that offers only what we don't know is served as if it had offered nothing: many
    # doors share a port, and their protocols are told by what is said in them.
    factory = connection.get_app_data().factory.wrappedFactory
    if IProtocolNegotiationFactory.providedBy(factory):
        for name in factory.acceptableProtocols():
            if name in offered:
                return name
    return SSL.NO_OVERLAPPING_PROTOCOLS


def describe(error: BaseException | None) -> str:
    """OpenSSL's own words for what went wrong, without its bookkeeping."""
    queue = error.args[0] if isinstance(error, SSL.Error) and error.args else None
    if isinstance(queue, list) and queue:
        return str(queue[-1][-1])
    return str(error) or type(error).__name__
