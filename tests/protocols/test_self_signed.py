"""The self-signed pair: what is in it, and that nothing breaks it half-way."""

import ipaddress
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from twistedchat.protocols.certificates import CertificateError, PairFiles
from twistedchat.protocols.self_signed import memory_pair, self_signed_pair


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names_of(certificate: x509.Certificate) -> list[str]:
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return [str(name.value) for name in found.value]


def test_a_pair_is_made_once_and_then_reused(tmp_path):
    """The second start finds the first one's files, even under another name."""
    first = self_signed_pair(tmp_path / "data", ["chat.example.org"])
    contents = [path.read_bytes() for path in first]
    assert self_signed_pair(tmp_path / "data", ["other.example.org"]) == first
    assert [path.read_bytes() for path in first] == contents
    assert PairFiles(*first).read().chain


def test_the_key_is_private(tmp_path):
    """Key and directory are the server's own; nothing unfinished is left beside them."""
    certificate, key = self_signed_pair(tmp_path / "new" / "data", [])
    assert mode(key) == 0o600
    assert mode(key.parent) == 0o700
    assert sorted(key.parent.iterdir()) == sorted([certificate, key])


def test_the_key_is_private_from_the_start(tmp_path, monkeypatch):
    """Before it gets its name the file is as private as after."""
    seen = []
    rename = Path.rename
    monkeypatch.setattr(
        Path, "rename", lambda self, to: seen.append(mode(self)) or rename(self, to)
    )
    self_signed_pair(tmp_path, [])
    assert seen[0] == 0o600


def test_it_is_valid_for_its_names_and_the_local_ones():
    """Names, addresses and the loopback; what is no host name is left out."""
    given = [
        "Chat.Example.org",
        "192.0.2.7",
        "bücher.example",
        "The Lab Chat",
        "",
        "-x",
        "a" * 64 + ".example",
        "localhost",
    ]
    assert names_of(memory_pair(given).certificate) == [
        "chat.example.org",
        "192.0.2.7",
        "xn--bcher-kva.example",
        "localhost",
        "127.0.0.1",
        "::1",
    ]


def test_a_name_too_long_for_the_subject_is_still_an_alternative_name():
    """A subject takes 64 characters, an alternative name 253."""
    long = ".".join(["a" * 40] * 3)
    certificate = memory_pair([long]).certificate
    assert names_of(certificate)[0] == long
    assert certificate.subject.rfc4514_string() == "CN=localhost"


def test_it_is_a_p256_server_certificate_and_no_authority():
    """Each has its own key and serial; it can vouch for nobody else."""
    pair, other = memory_pair([]), memory_pair([])
    assert isinstance(pair.key, ec.EllipticCurvePrivateKey)
    assert pair.key.curve.name == "secp256r1"
    extensions = pair.certificate.extensions
    assert extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert pair.certificate.serial_number != other.certificate.serial_number
    assert pair.key.public_key() != other.key.public_key()
    pair.certificate.verify_directly_issued_by(pair.certificate)


def test_a_crash_between_the_two_files_is_mended(tmp_path):
    """The key that is there gets its certificate; what was unfinished is replaced."""
    certificate, key = self_signed_pair(tmp_path, [])
    kept = key.read_bytes()
    certificate.rename(tmp_path / "tls-certificate.pem.unfinished")
    (tmp_path / "tls-key.pem.unfinished").write_text("half a k")
    assert self_signed_pair(tmp_path, []) == (certificate, key)
    assert key.read_bytes() == kept
    assert PairFiles(certificate, key).read().chain


def test_a_crash_before_the_key_has_its_name(tmp_path):
    """Half a key under its temporary name is written anew."""
    unfinished = tmp_path / "tls-key.pem.unfinished"
    unfinished.write_text("half a k")
    assert PairFiles(*self_signed_pair(tmp_path, [])).read().chain
    assert not unfinished.exists()


def test_a_key_of_another_kind_gets_a_certificate_too(tmp_path):
    """Who puts a key of their own there is served with it."""
    key = ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / "tls-key.pem").write_bytes(pem)
    pair = PairFiles(*self_signed_pair(tmp_path, [])).read()
    assert pair.key.public_key() == key.public_key()


@pytest.mark.parametrize("lost", ["tls-key.pem", "tls-certificate.pem"])
def test_a_broken_pair_is_an_error_that_says_how_to_start_anew(tmp_path, lost):
    """Nothing is overwritten: clients may have been told to trust what was there."""
    self_signed_pair(tmp_path, [])
    (tmp_path / lost).write_text("not any more")
    with pytest.raises(CertificateError, match=r"holds no PEM .*remove .*the next start makes new"):
        self_signed_pair(tmp_path, [])
    assert (tmp_path / lost).read_text() == "not any more"


def test_a_broken_key_alone_says_the_same(tmp_path):
    """The half that is there must be sound, too."""
    (tmp_path / "tls-key.pem").write_text("not any more")
    with pytest.raises(CertificateError, match="the next start makes new"):
        self_signed_pair(tmp_path, [])


def test_a_directory_that_cannot_be_made_is_an_error(tmp_path):
    """One line names the directory, the reason and the way out."""
    (tmp_path / "file").write_text("")
    with pytest.raises(CertificateError, match=r"can be made in .*not a directory.*--cert"):
        self_signed_pair(tmp_path / "file" / "data", [])


def test_addresses_are_addresses():
    """A client that connects to an address looks for it in binary form."""
    found = memory_pair([]).certificate.extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert found.value.get_values_for_type(x509.IPAddress) == [
        ipaddress.ip_address("127.0.0.1"),
        ipaddress.ip_address("::1"),
    ]
