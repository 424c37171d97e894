"""Addresses."""

import pytest

from twistedchat.core.networks import is_loopback, network_of, site_of


@pytest.mark.parametrize(
    ("address", "own"),
    [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("unix", True),
     ("192.0.2.1", False), ("2001:db8::1", False), ("::ffff:192.0.2.1", False),
     ("fe80::1%eth0", False)],
)  # fmt: skip
def test_loopback(address, own):
    """This machine, by whatever name."""
    assert is_loopback(address) is own


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::2", "2001:db8::/64"),
        ("unix", "unix"),
    ],
)
def test_a_household_is_one_network(address, network):
    """All of its machines count as one."""
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("network", "site"),
    [("2001:db8:1:2::/64", "2001:db8:1::/48"), ("192.0.2.1", ""), ("", "")],
)
def test_what_one_customer_may_have(network, site):
    """In IPv6 many networks; of IPv4 each address is counted for itself."""
    assert site_of(network) == site
