"""Where people come from: what stands for one household, and what is this machine itself."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

# A household or a machine has a whole network of this size in IPv6.
IPV6_PREFIX = 64
# And one customer up to so many of those.
SITE_PREFIX = 48
REMEMBERED = 4096


@lru_cache(maxsize=REMEMBERED)
def network_of(address: str) -> str:
    """What stands for one household or machine: an IPv4 address, or an IPv6 network."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ip_network((int(ip), IPV6_PREFIX), strict=False))


@lru_cache(maxsize=REMEMBERED)
def site_of(network: str) -> str:
    """All that one customer of a provider may have: in IPv6 more than one network; else ""."""
    address, slash, _ = network.partition("/")
    return str(ip_network(f"{address}/{SITE_PREFIX}", strict=False)) if slash else ""


@lru_cache(maxsize=REMEMBERED)
def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own, so that it can't stand for one stranger."""
    try:
        ip = ip_address(address)
    except ValueError:
        # A unix socket.
        return True
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return (mapped or ip).is_loopback
