"""What telnet changes for a connection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.protocols.telnet import NOP, Negotiation, Subnegotiation, Verb
from twistedchat.protocols.telnet_peer import TelnetPeer, pieces

TTYPE = 24


class Screen:
    def __init__(self):
        self.told = []

    def is_telnet(self):
        self.told.append("telnet")

    def is_terminal(self, kind):
        self.told.append(kind)


@pytest.fixture
def screen():
    return Screen()


@pytest.fixture
def peer(screen):
    return TelnetPeer(screen)


def test_begin_asks_once(peer, screen):
    """Terminal, size and character set."""
    assert b"\xff\xfd\x18" in peer.begin()
    assert peer.begin() == b""
    assert screen.told == ["telnet"]


def test_what_the_peer_tells(peer, screen):
    """Its terminal goes to the screen; the first word begins the negotiation."""
    answer = peer.told([Negotiation(Verb.WILL, TTYPE)])
    assert b"\xff\xfd\x18" in answer
    assert screen.told == ["telnet"]
    peer.told([Subnegotiation(TTYPE, b"\0XTERM")])
    assert screen.told == ["telnet", "XTERM"]


def test_keep_alive_is_for_telnet_only(peer):
    """Not for nc, and not for one that was asked and did not answer."""
    assert peer.keep_alive() == b""
    peer.begin()
    assert peer.keep_alive() == b""
    peer.told([Negotiation(Verb.WONT, TTYPE)])
    assert peer.keep_alive() == NOP


@given(
    st.lists(st.sampled_from([b"\n", b"\r\0", b"\r", b"\0", b"a", b"\xff", b"\xff\xf1"])).map(
        b"".join
    )
)
def test_pieces(data):
    """Nothing is lost, and a line's end ends a piece if there is telnet in it."""
    cut = pieces(data)
    assert b"".join(cut) == data
    if b"\xff" in data:
        assert all(b"\n" not in piece[:-1] and b"\r\0" not in piece[:-2] for piece in cut)
        assert all(b"\xff" not in piece[1:] or not piece.strip(b"\xff") for piece in cut)
    else:
        assert len(cut) == 1
