"""The data directory is made, tried, and given to the user who is going to serve."""

import os

import pytest

from twistedchat.config import Config, ConfigError
from twistedchat.data_directory import hand_over, make_data_directory

NOBODY = (65534, 65534)


def test_the_data_directory_is_private(tmp_path):
    """It is made where it is missing, for nobody else to look into."""
    path = tmp_path / "a" / "b"
    config = Config(data=str(path))
    make_data_directory(config)
    make_data_directory(config)
    assert path.stat().st_mode & 0o777 == 0o700
    assert list(path.iterdir()) == []


def test_the_data_directory_is_handed_over(tmp_path):
    """twistd --uid gives privileges up after the start; what is there then belongs to its user."""
    (tmp_path / "key").write_text("")
    owner = (os.getuid(), os.getgid())
    hand_over(Config(data=str(tmp_path)), owner)
    assert (tmp_path.stat().st_uid, (tmp_path / "key").stat().st_gid) == owner


def test_a_link_is_not_followed(tmp_path):
    """Else root would give away whatever file it leads to."""
    (tmp_path / "data").mkdir()
    target = tmp_path / "precious"
    (tmp_path / "data" / "link").symlink_to(target)
    hand_over(Config(data=str(tmp_path / "data")), (os.getuid(), os.getgid()))
    assert not target.exists()


def test_a_directory_that_the_other_user_cannot_reach(tmp_path):
    """For root it is tried as that user; anybody else cannot give it away."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "data").mkdir()
    before = os.geteuid(), os.getegid(), os.getgroups()
    with pytest.raises(ConfigError, match=r"data '.*' cannot be .* user 65534: .* denied|not perm"):
        hand_over(Config(data=str(closed / "data")), NOBODY)
    assert (os.geteuid(), os.getegid(), os.getgroups()) == before


def test_without_another_user_nothing_is_handed_over():
    """Nor is there anything to hand over in memory."""
    hand_over(Config(data="/nonexistent"), None)
    hand_over(Config(data="memory"), (0, 0))


def test_what_cannot_be_handed_over():
    """The line says to whom, and what to do."""
    with pytest.raises(ConfigError, match=r"given to user 7: .* Start as root"):
        hand_over(Config(data="/nonexistent"), (7, 7))


def test_a_file_where_the_data_directory_should_be(tmp_path):
    """It is left alone, and the line says what to do."""
    path = tmp_path / "a"
    path.write_text("precious")
    with pytest.raises(ConfigError, match=r"Not a directory\. Choose a directory"):
        make_data_directory(Config(data=str(path)))
    assert path.read_text() == "precious"


def test_a_data_directory_that_cannot_be_made(tmp_path):
    """Nor below a file."""
    (tmp_path / "a").write_text("")
    with pytest.raises(ConfigError, match="cannot be used"):
        make_data_directory(Config(data=str(tmp_path / "a" / "b")))


def test_memory_needs_no_directory(tmp_path, monkeypatch):
    """With --data memory nothing is made."""
    monkeypatch.chdir(tmp_path)
    make_data_directory(Config(data="memory"))
    assert list(tmp_path.iterdir()) == []
