"""What is said about certificate files that cannot be used, and what is read from the others."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, rsa
from cryptography.x509.oid import NameOID

from twistedchat.protocols.certificates import (
    LARGEST_FILE,
    CertificateError,
    CertificatePair,
    PairFiles,
    fingerprint,
)
from twistedchat.protocols.self_signed import memory_pair

PEM = serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8
PLAIN = serialization.NoEncryption()


def write(directory: Path, pair: CertificatePair) -> PairFiles:
    files = PairFiles(directory / "cert.pem", directory / "key.pem")
    files.certificate.write_bytes(b"".join(each.public_bytes(PEM) for each in pair.chain))
    files.key.write_bytes(pair.key.private_bytes(PEM, PKCS8, PLAIN))
    return files


@pytest.fixture
def files(tmp_path):
    return write(tmp_path, memory_pair(["chat.example.org"]))


def problem(files: PairFiles) -> str:
    with pytest.raises(CertificateError) as caught:
        files.read()
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_a_chain_is_read_in_its_order(tmp_path):
    """The server's certificate stays first, the intermediates behind it."""
    leaf, other = memory_pair(["a.example"]), memory_pair(["b.example"])
    chain = (leaf.certificate, other.certificate)
    pair = write(tmp_path, CertificatePair(chain, leaf.key, "")).read()
    assert pair.chain == chain
    assert pair.key.public_key() == leaf.key.public_key()
    assert pair.origin == str(tmp_path / "cert.pem")


def test_an_rsa_pair_is_read(tmp_path):
    """RSA keys are as good as ECDSA keys."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(1))
    ).sign(key, hashes.SHA256())
    pair = write(tmp_path, CertificatePair((certificate,), key, "")).read()
    assert pair.certificate == certificate


@pytest.mark.parametrize("what", ["certificate", "key"])
def test_a_missing_file_is_named(files, what):
    """The line names the file that is not there, and what it should be."""
    path = getattr(files, what)
    path.unlink()
    assert problem(files).startswith(
        f"The {what} file {path} cannot be read: no such file or directory."
    )


def test_a_directory_or_a_pipe_is_no_file(files):
    """A pipe would be waited for for ever, so it is not even opened."""
    files.key.unlink()
    os.mkfifo(files.key)
    assert f"{files.key} is not a file" in problem(files)
    files.certificate.unlink()
    files.certificate.mkdir()
    assert f"{files.certificate} is not a file" in problem(files)


def test_an_unreadable_file_is_said_to_be_so(files, monkeypatch):
    """The system's reason is passed on; tests may run as root, so it is not provoked by a mode."""

    def refuse(self, *arguments):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    assert f"{files.certificate} cannot be read: permission denied." in problem(files)


@pytest.mark.parametrize(
    ("what", "block"), [("certificate", "CERTIFICATE"), ("key", "PRIVATE KEY")]
)
def test_other_content_and_damage_are_told_apart(files, what, block):
    """A file of another kind, and a broken one of the right kind, get different advice."""
    path = getattr(files, what)
    path.write_text("hello\n")
    assert f"The {what} file {path} holds no PEM" in problem(files)
    path.write_text(f"-----BEGIN {block}-----\nAAAA\n-----END {block}-----\n")
    assert f"The {what} file {path} is damaged" in problem(files)


def test_a_half_written_certificate_is_damaged(files):
    """The beginning of a certificate without its end is an error of ours, not a traceback."""
    files.certificate.write_bytes(files.certificate.read_bytes()[:200])
    assert "is damaged" in problem(files)


def test_files_given_the_wrong_way_round(files):
    """The certificate file that holds the key is the one complained about."""
    swapped = PairFiles(files.key, files.certificate)
    assert f"{files.key} holds no PEM certificate" in problem(swapped)


def test_a_huge_file_is_not_read_into_memory(files):
    """More than any chain can need is refused."""
    files.certificate.write_bytes(b"x" * (LARGEST_FILE + 1))
    assert "too large" in problem(files)


def test_a_key_with_a_passphrase_says_how_to_take_it_off(files):
    """The server cannot ask for a passphrase when it reloads by itself."""
    secret = serialization.BestAvailableEncryption(b"secret")
    files.key.write_bytes(memory_pair([]).key.private_bytes(PEM, PKCS8, secret))
    assert f"passphrase off (openssl pkey -in {files.key} -out NEWFILE)" in problem(files)


def test_a_key_of_a_kind_without_tls(files):
    """DSA is gone from TLS."""
    files.key.write_bytes(dsa.generate_private_key(2048).private_bytes(PEM, PKCS8, PLAIN))
    assert f"The key in {files.key} is of a kind that TLS cannot use" in problem(files)


def test_a_key_of_another_certificate(files):
    """Both files are named, since either may be the wrong one."""
    files.key.write_bytes(memory_pair([]).key.private_bytes(PEM, PKCS8, PLAIN))
    text = problem(files)
    assert "does not belong" in text
    assert str(files.key) in text
    assert str(files.certificate) in text


def test_dates_are_warned_about_not_refused():
    """A certificate outside its dates can be served, but somebody should know."""
    made = datetime(2030, 1, 1, tzinfo=UTC)
    pair = memory_pair([], lambda: made)
    assert pair.time_warning(made) is None
    assert pair.time_warning(made + timedelta(3651)) == "expired on 2039-12-30 00:00 UTC"
    assert pair.time_warning(made - timedelta(2)) == "is not valid before 2029-12-31 00:00 UTC"


def test_the_fingerprint_is_written_as_openssl_does():
    """32 bytes in upper-case hex with colons, of the certificate's DER form."""
    certificate = memory_pair([]).certificate
    digest = hashes.Hash(hashes.SHA256())
    digest.update(certificate.public_bytes(serialization.Encoding.DER))
    assert fingerprint(certificate).replace(":", "").lower() == digest.finalize().hex()
    assert len(fingerprint(certificate)) == 32 * 3 - 1


def test_the_state_of_the_files_changes_with_them(files):
    """A replaced, a touched and a missing file each look different; an untouched one the same."""
    before = files.state()
    assert files.state() == before
    os.utime(files.key, ns=(1, 1))
    touched = files.state()
    assert touched != before
    files.certificate.unlink()
    assert files.state() != touched
