from pathlib import Path
from typing import Any

import pytest
from twisted.internet.testing import MemoryReactorClock

from twistedchat.client.addresses import parse_address
from twistedchat.client.known import KnownServers
from twistedchat.client.refusals import Exit
from twistedchat.client.route import Route, wants_tls
from twistedchat.client.trust import Trust


@pytest.mark.parametrize(
    ("address", "flags", "tls"),
    [
        ("localhost", {}, False),
        ("unix:/run/chat", {}, False),
        ("localhost", {"tls": True}, True),
        ("tls:localhost:5000", {}, True),
        ("chat.example.org", {}, True),
        ("chat.example.org", {"plain": True}, False),
        ("10.0.0.1", {}, True),
    ],
)
def test_tls_is_spoken_everywhere_but_on_this_computer(
    address: str, flags: dict[str, bool], tls: bool
) -> None:
    """Unless told otherwise."""
    chosen = {"plain": False, "tls": False, **flags}
    assert wants_tls(parse_address(address), **chosen) is tls


def test_a_plain_route_has_no_judge() -> None:
    """To a host and to a Unix socket."""
    for text in ("localhost:1", "unix:/run/chat"):
        route = Route(parse_address(text), None)
        assert route.open(MemoryReactorClock())[1] is None
        assert str(route) == text


def test_a_tls_route_judges_by_its_trust(tmp_path: Path) -> None:
    """Whoever shows no certificate is refused."""

    class Transport:
        def getPeerCertificate(self) -> Any:
            return None

    trust = Trust("a", "a:5000", KnownServers(tmp_path / "known"))
    _, judge = Route(parse_address("a"), trust).open(MemoryReactorClock())
    assert judge is not None
    refusal = judge(Transport())  # type: ignore[arg-type]
    assert refusal is not None
    assert refusal.exit is Exit.UNTRUSTED
