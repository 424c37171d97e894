"""What people see in place of addresses."""

import stat

import pytest

from twistedchat.protocols.cloaks import Cloaks, load_key

CLOAKS = Cloaks(b"k" * 32)


def test_the_same_address_has_the_same_cloak():
    """With the same key; it says nothing about the address."""
    cloak = CLOAKS.cloak("192.0.2.1")
    assert cloak == CLOAKS.cloak("192.0.2.1")
    assert cloak != CLOAKS.cloak("192.0.2.2")
    assert cloak != Cloaks(b"x" * 32).cloak("192.0.2.1")
    assert len(cloak) == 10
    assert cloak.isalnum()
    assert cloak == cloak.lower()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::2", True), ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True), ("unix", "unix", True), ("unix", "::1", False),
    ],
)  # fmt: skip
def test_a_household_has_one_cloak(one, other, same):
    """An IPv6 network of 64 bits, or an IPv4 address in either spelling."""
    assert (CLOAKS.cloak(one) == CLOAKS.cloak(other)) is same


def test_the_key_lasts(tmp_path):
    """It is made once, and for the owner alone."""
    key = load_key(tmp_path)
    assert len(key) == 32
    assert load_key(tmp_path) == key
    mode = stat.S_IMODE((tmp_path / "cloak.key").stat().st_mode)
    assert mode == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["cloak.key"]


def test_a_key_cut_short_is_made_anew(tmp_path):
    """As after a full disk, also when the last try left something behind."""
    (tmp_path / "cloak.key").write_bytes(b"short")
    (tmp_path / "cloak.new").write_bytes(b"half")
    assert len(load_key(tmp_path)) == 32


def test_without_a_directory():
    """The key lives as long as the server."""
    assert load_key(None) != load_key(None)
