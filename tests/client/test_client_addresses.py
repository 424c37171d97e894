import pytest

from twistedchat.client.addresses import Address, AddressError, is_ip, parse_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("chat.example.org", Address("chat.example.org", 5000)),
        ("chat.example.org:6000", Address("chat.example.org", 6000)),
        ("127.0.0.1:1", Address("127.0.0.1", 1)),
        ("::1", Address("::1", 5000)),
        ("[::1]", Address("::1", 5000)),
        ("[2001:db8::1]:6000", Address("2001:db8::1", 6000)),
        ("tcp:localhost:5001", Address("localhost", 5001)),
        ("tcp:host=localhost:port=5001", Address("localhost", 5001)),
        ("tls:chat.example.org:5001", Address("chat.example.org", 5001, tls=True)),
        (r"tcp:\:\:1:5001", Address("::1", 5001)),
        ("unix:/run/chat", Address(endpoint="unix:/run/chat")),
        ("tcp", Address("tcp", 5000)),
    ],
)
def test_addresses_as_people_write_them(text: str, address: Address) -> None:
    """Names, addresses of both kinds, ports and endpoint strings."""
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":5000",
        "host:",
        "host:0",
        "host:65536",
        "host:ssh",
        "[::1",
        "[::1]5000",
        "[x]:1",
        "http://host",
        "a b",
        "tcp:localhost",
        "tcp:localhost:5000:timeout=3",
        "host:٣",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(AddressError):
        parse_address(text)


def test_an_endpoint_that_verifies_nobody_is_refused() -> None:
    """Twisted's ssl: client endpoint checks no certificate."""
    with pytest.raises(AddressError, match="verify nobody"):
        parse_address("ssl:chat.example.org:5000")


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("unix:/run/chat", True),
        ("10.0.0.1", False),
        ("localhost.example.org", False),
    ],
)
def test_what_stays_on_this_computer(text: str, local: bool) -> None:
    """Only loopback and Unix sockets do."""
    assert parse_address(text).is_local is local


def test_an_address_is_written_as_it_can_be_typed() -> None:
    """IPv6 gets brackets."""
    assert str(parse_address("::1")) == "[::1]:5000"
    assert str(parse_address("unix:/run/chat")) == "unix:/run/chat"
    assert str(parse_address("a:1")) == "a:1"
    assert is_ip("fe80::1%eth0")
