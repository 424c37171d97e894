"""Endpoints are tried before the start, and let go of again."""

import os
import socket

import pytest
from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.error import CannotListenError

from twistedchat.config import Config, ConfigError
from twistedchat.listening import check, doors, reason, where, with_backlog


@pytest.fixture
def taken():
    """A port of this machine on which somebody listens."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        yield other.getsockname()[1]


def refusal(*descriptions):
    with pytest.raises(ConfigError) as caught:
        check(("port", description) for description in descriptions)
    text = str(caught.value)
    assert text.startswith(f"port {descriptions[-1]!r}")
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        ("tcp:5000", "tcp:5000:backlog=4096"),
        (r"tcp:1:interface=\:\:1", r"tcp:1:interface=\:\:1:backlog=4096"),
        ("tcp6:5000", "tcp6:5000:backlog=4096"),
        ("unix:/run/chat.sock:mode=660", "unix:/run/chat.sock:mode=660:backlog=4096"),
        ("ssl:1:privateKey=a.pem", "ssl:1:privateKey=a.pem:backlog=4096"),
        ("haproxy:tcp:5000", "haproxy:tcp:5000:backlog=4096"),
    ],
)
def test_a_long_queue_is_asked_for(given, becomes):
    """A crowd that comes at once is not turned away by a queue of 50."""
    assert with_backlog(given) == becomes


@pytest.mark.parametrize(
    "given",
    [
        "tcp:5000:backlog=10",
        "tcp:5000:127.0.0.1:10",
        "tcp6:5000:10",
        "unix:/run/chat.sock:660:10",
        "systemd:domain=INET:index=0",
        "haproxy:tcp:5000:backlog=10",
    ],
)
def test_a_queue_that_was_chosen_stays(given):
    """Whoever names a length gets it; other kinds of endpoint have none."""
    assert with_backlog(given) == given


def test_a_path_with_a_colon():
    """A colon behind a backslash begins nothing."""
    assert with_backlog(r"unix:/run/a\:b\:c\:d").endswith(":backlog=4096")


def test_every_door_is_named_with_its_setting():
    """Errors and log lines can say which flag it was."""
    config = Config(port=("tcp:1", "tcp:2"), telnet=("tcp:3",), tls=("tcp:4",), irc=("tcp:6",))
    assert list(doors(config)) == [
        ("port", "tcp:1"),
        ("port", "tcp:2"),
        ("telnet", "tcp:3"),
        ("tls", "tcp:4"),
        ("irc", "tcp:6"),
    ]


def test_other_kinds_are_not_opened():
    """To listen on standard input would already take it."""
    check([("port", "stdio:")])


def test_what_was_tried_is_free_again(tmp_path):
    """The trial leaves neither a port nor a socket file behind."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = tmp_path / "sock"
    endpoints = [("port", f"tcp:{port}:interface=127.0.0.1"), ("port", f"unix:{path}")]
    check(endpoints)
    check(endpoints)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "form", ["tcp:{}:interface=127.0.0.1", "haproxy:tcp:{}:interface=127.0.0.1"]
)
def test_a_taken_port(taken, form):
    """The line says that it is taken and what to do."""
    text = refusal(form.format(taken))
    assert "Address already in use: stop the program" in text


def test_a_taken_port_below_tls(taken, tmp_path):
    """Twisted's ssl: endpoint is tried too, after its files have been read."""
    from twistedchat.protocols.self_signed import self_signed_pair

    cert, key = self_signed_pair(tmp_path, ["localhost"])
    text = refusal(f"ssl:{taken}:privateKey={key}:certKey={cert}:interface=127.0.0.1")
    assert "Address already in use" in text


def test_the_same_port_twice():
    """Two flags for one port are noticed before the start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    one = f"tcp:{port}:interface=127.0.0.1"
    assert "already in use" in refusal(one, one)


def test_an_address_of_another_machine():
    """What cannot be bound here is refused here."""
    assert "this machine does not have that address" in refusal("tcp:0:interface=192.0.2.1")


def test_ipv6():
    """An IPv6 interface is tried as such."""
    assert "this machine does not have that address" in refusal(r"tcp6:0:interface=2001\:db8\:\:1")


@pytest.mark.parametrize(
    ("description", "says"),
    [
        ("nosuchkind:1", "Unknown endpoint type"),
        ("tcp:0:colour=red", "unexpected keyword argument 'colour'"),
        ("tcp:0:backlog=x", "invalid literal"),
        ("systemd:domain=INET:index=7", "not there"),
        ("systemd:domain=INET", "Specify exactly one"),
    ],
)
def test_what_twisted_does_not_understand(description, says):
    """Twisted's own reason is passed on, in one line."""
    text = refusal(description)
    assert "no endpoint that Twisted understands" in text
    assert says in text


def test_a_key_that_is_not_there():
    """The file that Twisted's ssl: endpoint cannot read is named."""
    assert "No such file or directory (/nonexistent.pem)" in refusal("ssl:0:/nonexistent.pem")


def test_a_directory_that_is_not_there():
    """A socket file needs a place to be."""
    assert "No such file or directory" in refusal("unix:/nonexistent/sock")


def test_a_socket_file_of_a_living_server(tmp_path):
    """Twisted's lock beside it tells that somebody is there."""
    path = tmp_path / "sock"
    os.symlink(str(os.getpid()), f"{path}.lock")
    assert "already in use" in refusal(f"unix:{path}")


@pytest.mark.parametrize("owner", ["1", "not a number"])
def test_a_socket_file_of_somebody_else(tmp_path, owner):
    """A lock whose owner cannot be asked, or told, counts as held."""
    path = tmp_path / "sock"
    os.symlink(owner, f"{path}.lock")
    assert "already in use" in refusal(f"unix:{path}")


def test_a_socket_file_of_a_dead_server(tmp_path):
    """What a killed server left is no hindrance, and stays for Twisted to clean up."""
    path = tmp_path / "sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    # Above the largest number that any system gives to a process.
    os.symlink(str(2**30), f"{path}.lock")
    check([("port", f"unix:{path}")])
    assert sorted(os.listdir(tmp_path)) == ["sock", "sock.lock"]


def test_a_file_in_the_place_of_the_socket(tmp_path):
    """A file of another kind is never replaced."""
    path = tmp_path / "sock"
    path.write_text("precious")
    assert "already in use" in refusal(f"unix:{path}")
    assert path.read_text() == "precious"


def test_the_reason_of_twisted_s_own_error():
    """Its inner error says what happened."""
    error = CannotListenError("", 5000, OSError(98, "Address already in use"))
    assert reason(error).startswith("Address already in use")
    assert reason(CannotListenError(None, b"sock", "Cannot acquire lock")) == "Cannot acquire lock"
    assert reason(ValueError()) == "ValueError"


@pytest.mark.parametrize(
    ("address", "written"),
    [
        (IPv4Address("TCP", "0.0.0.0", 5000), "0.0.0.0:5000"),
        (IPv6Address("TCP", "::", 5000), "[::]:5000"),
        (UNIXAddress("/run/chat.sock"), "unix socket /run/chat.sock"),
        (UNIXAddress(None), "UNIXAddress(None)"),
    ],
)
def test_addresses_as_they_are_logged(address, written):
    """As one would type them into a client."""
    assert where(address) == written
