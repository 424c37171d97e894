"""What changes while people are connected: settings, the message of the day, certificates."""

import shutil
import ssl

import pytest

from twistedchat.protocols.self_signed import self_signed_pair

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"
TLS = "--tls=tcp:0:interface=127.0.0.1"


def shown(port):
    """The certificate that a newcomer gets to see."""
    return ssl.get_server_certificate((HOST, port))


def put(pair, directory):
    for made, name in zip(pair, ("cert.pem", "key.pem"), strict=True):
        shutil.copy(made, directory / name)


@pytest.fixture
def pairs(tmp_path):
    """Two certificates with their keys, both for the server."""
    return [self_signed_pair(tmp_path / name, ["localhost"]) for name in ("one", "two")]


def given(directory):
    return f"--cert={directory / 'cert.pem'}", f"--key={directory / 'key.pem'}"


def test_new_certificates_are_for_newcomers(serve, start, visit, tmp_path, pairs, wait):
    """The files are replaced: by themselves newcomers see the new one, and nobody is dropped."""
    put(pairs[0], tmp_path)
    server = serve(TLS, *given(tmp_path))
    _, tls = server.ports
    ada = start("openssl", "s_client", "-quiet", "-connect", f"{HOST}:{tls}")
    ada.say("ada")
    ada.hear("Hello ada.")
    before = shown(tls)
    put(pairs[1], tmp_path)
    server.hang_up()
    wait(lambda: shown(tls) != before)
    assert shown(tls) == pairs[1][0].read_text()
    bob = start("openssl", "s_client", "-quiet", "-connect", f"{HOST}:{tls}")
    bob.say("bob")
    bob.hear("Hello bob.")
    ada.say("still here")
    bob.hear("<ada> still here")


def test_a_broken_pair_changes_nothing(serve, tmp_path, pairs, wait):
    """A key that does not fit is named in the log; newcomers get the old pair."""
    put(pairs[0], tmp_path)
    server = serve(TLS, *given(tmp_path))
    before = shown(server.ports[1])
    shutil.copy(pairs[1][1], tmp_path / "key.pem")
    server.hang_up()
    wait(lambda: "key.pem" in server.output)
    assert shown(server.ports[1]) == before
    assert "Traceback" not in server.output


def test_the_next_one_sees_the_new_message_of_the_day(serve, visit, tmp_path, wait):
    """SIGHUP reads settings and MOTD; a limit holds from now on; a broken file is named."""
    config, motd = tmp_path / "chat.toml", tmp_path / "motd.txt"
    config.write_text(f'motd = "{motd}"\n')
    motd.write_text("old news")
    server = serve(f"--config={config}")
    ada = visit(server)
    ada.say("ada")
    ada.hear("*** old news")
    motd.write_text("new news")
    config.write_text(f'motd = "{motd}"\n[limits]\nmessage = 10\n')
    server.hang_up()
    wait(lambda: "have been read again" in server.output)
    config.write_text("motd = ")
    server.hang_up()
    wait(lambda: "stay as they were" in server.output)
    bob = visit(server)
    bob.say("bob")
    bob.hear("*** new news")
    bob.say("more than ten characters", "short")
    ada.hear("<bob> short")
    bob.hear("10 are allowed")
