from pathlib import Path

import pytest

from twistedchat.client.known import KnownServers


@pytest.fixture
def known(tmp_path: Path) -> KnownServers:
    return KnownServers(tmp_path / "data" / "twistedchat" / "known_servers")


def test_a_fingerprint_is_kept_for_its_server_only(known: KnownServers) -> None:
    """And an empty store knows nobody."""
    assert known.find("a:1") == ""
    known.remember("a:1", "AA")
    known.remember("b:1", "BB")
    known.remember("a:1", "CC")
    assert (known.find("a:1"), known.find("b:1"), known.find("c:1")) == ("CC", "BB", "")


def test_the_file_is_private_to_its_owner(known: KnownServers) -> None:
    """Directory and file."""
    known.remember("a:1", "AA")
    assert known.path.stat().st_mode & 0o777 == 0o600
    assert known.path.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in known.path.parent.iterdir()] == ["known_servers"]


def test_a_forgotten_server_is_unknown(known: KnownServers) -> None:
    """Forgetting twice says so."""
    known.remember("a:1", "AA")
    assert known.forget("a:1")
    assert not known.forget("a:1")
    assert known.find("a:1") == ""


def test_comments_and_broken_lines_are_passed_over(known: KnownServers) -> None:
    """A file edited by hand does no harm."""
    known.remember("a:1", "AA")
    known.path.write_text("# mine\nnonsense\na:1 AA\n\n")
    assert known.find("a:1") == "AA"


def test_what_cannot_be_kept_is_said(tmp_path: Path) -> None:
    """A file in the way of the directory makes trust last for this time only."""
    (tmp_path / "file").write_text("")
    known = KnownServers(tmp_path / "file" / "known_servers")
    assert "trusted for this time" in known.remember("a:1", "AA")
