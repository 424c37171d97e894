from pathlib import Path

import pytest

from twistedchat.client.private_file import PrivateFile


def test_a_new_file_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is usual; ``~`` is the home directory."""
    monkeypatch.setenv("HOME", str(tmp_path))
    made = PrivateFile("~/new")
    made.write("é")
    made.close()
    assert (tmp_path / "new").read_text("utf-8") == "é"
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600


def test_what_is_there_is_not_touched(tmp_path: Path) -> None:
    """Not even an empty file."""
    (tmp_path / "old").touch()
    with pytest.raises(FileExistsError):
        PrivateFile(f"{tmp_path}/old")


def test_what_is_discarded_is_gone(tmp_path: Path) -> None:
    """With all that was written; once more does no harm."""
    made = PrivateFile(f"{tmp_path}/new")
    made.write("x")
    made.discard()
    made.discard()
    assert list(tmp_path.iterdir()) == []
