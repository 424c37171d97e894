from pathlib import Path

import pytest

from twistedchat.client.zone import zone_name


@pytest.mark.parametrize(
    ("chosen", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (":Asia/Tokyo", "Asia/Tokyo"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", ""),
        ("../../etc/passwd", ""),
        ("Mars/Olympus", ""),
    ],
)
def test_the_environment_comes_first(chosen: str, name: str, tmp_path: Path) -> None:
    """If it names a zone; its other ways of spelling one have no name."""
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/Europe/Paris")
    assert zone_name({"TZ": chosen}, link) == name


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("/usr/share/zoneinfo/Europe/Paris", "Europe/Paris"),
        ("../usr/share/zoneinfo/UTC", "UTC"),
        ("/somewhere/else", ""),
    ],
)
def test_else_the_system_says_it(target: str, name: str, tmp_path: Path) -> None:
    """By where its link leads."""
    link = tmp_path / "localtime"
    link.symlink_to(target)
    assert zone_name({}, link) == name


def test_a_file_that_is_no_link_has_no_name(tmp_path: Path) -> None:
    """Nor has one that is not there."""
    (tmp_path / "file").touch()
    assert zone_name({}, tmp_path / "file") == ""
    assert zone_name({}, tmp_path / "none") == ""
