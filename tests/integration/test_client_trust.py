"""The client refuses what it cannot trust: one clear line, an exit code, and no word sent."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from twistedchat.client.known import KnownServers
from twistedchat.client.settings import known_path
from twistedchat.client.trust import fingerprint
from twistedchat.protocols.certificates import utc_now
from twistedchat.protocols.self_signed import self_signed_pair

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"
TLS = "--tls=tcp:0:interface=127.0.0.1"


@pytest.fixture
def good(tmp_path):
    """A certificate for this host."""
    return self_signed_pair(tmp_path / "good", ["localhost"])


@pytest.fixture
def foreign(tmp_path, program_path):
    """A certificate for another host."""
    cert, key = tmp_path / "foreign.pem", tmp_path / "foreign-key.pem"
    subprocess.run(
        [
            program_path("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=chat.example.org", "-addext", "subjectAltName=DNS:chat.example.org",
            "-out", cert, "-keyout", key,
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


@pytest.fixture
def talk(client, serve):
    """Say hello to a server with a certificate; what the client said, and its exit code."""

    def run(pair, *arguments, prepare=lambda port: None):
        server = serve(TLS, f"--cert={pair[0]}", f"--key={pair[1]}")
        port = server.ports[1]
        prepare(port)
        said = client(f"{HOST}:{port}", "--tls", "--nick", "ada", *arguments)
        said.say("a secret")
        said.process.stdin.close()
        code = said.ends()
        assert "Traceback" not in server.output
        return code, said.output

    return run


def shown(pair):
    return fingerprint(x509.load_pem_x509_certificate(Path(pair[0]).read_bytes()))


def is_one_line(text):
    return text.startswith("twistedchat: ") and text.endswith("\n") and text.count("\n") == 1


def test_a_good_certificate_is_believed(talk, good):
    """Its authority is given, it is for this host and of this time."""
    assert talk(good, "--ca", good[0]) == (0, "")


def test_a_fingerprint_is_enough(talk, foreign):
    """Whatever the names."""
    assert talk(foreign, "--fingerprint", shown(foreign)) == (0, "")


def test_another_host(talk, foreign):
    """The line says for whom the certificate is."""
    code, text = talk(foreign, "--ca", foreign[0])
    assert code == 6
    assert is_one_line(text)
    assert "not made out to 127.0.0.1" in text
    assert "chat.example.org" in text


def test_out_of_date(talk, tmp_path):
    """The line says since when."""
    long_ago = utc_now() - timedelta(days=4000)
    old = self_signed_pair(tmp_path / "old", [], lambda: long_ago)
    code, text = talk(old, "--ca", old[0])
    assert code == 7
    assert is_one_line(text)
    assert "expired on 20" in text


def test_nobody_vouches_for_it(talk, good):
    """A script cannot be asked; the line has the flag that would trust it."""
    code, text = talk(good)
    assert code == 5
    assert is_one_line(text)
    assert f"--fingerprint {shown(good)}" in text


def test_another_certificate_than_last_time(talk, good, foreign, tmp_path, clean_environment):
    """Both fingerprints are shown, and the way to trust the new one."""
    known = KnownServers(known_path(clean_environment, tmp_path))

    def seen_before(port):
        known.remember(f"{HOST}:{port}", shown(foreign))

    code, text = talk(good, prepare=seen_before)
    assert code == 8
    assert is_one_line(text)
    for part in (shown(good), shown(foreign), "twistedchat --forget 127.0.0.1:"):
        assert part in text


def test_another_certificate_than_the_one_asked_for(talk, good, foreign):
    """With --fingerprint nothing else counts."""
    code, text = talk(good, "--ca", good[0], "--fingerprint", shown(foreign))
    assert code == 8
    assert is_one_line(text)


def test_no_tls_where_tls_was_meant(serve, client):
    """An answer that is not TLS is explained, and nothing is said in plain."""
    server = serve()
    said = client(f"{HOST}:{server.port}", "--tls", "--nick", "ada")
    said.say("a secret")
    said.process.stdin.close()
    assert said.ends() == 4
    assert is_one_line(said.output)
    assert "--plain" in said.output


def test_tls_where_none_was_meant(serve, client, visit):
    """The other way round."""
    server = serve(TLS, "--limit=login-seconds=1")
    said = client(f"{HOST}:{server.ports[1]}", "--plain", "--nick", "ada")
    said.say("a secret")
    said.process.stdin.close()
    assert said.ends() in (3, 4)
    assert is_one_line(said.output)


def test_nobody_is_there(client):
    """A closed port: which, and what to do."""
    said = client("127.0.0.1:1", "--nick", "ada")
    assert said.ends() == 3
    assert is_one_line(said.output)
