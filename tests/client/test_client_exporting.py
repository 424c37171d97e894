import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from twistedchat.client.exporting import Exporting
from twistedchat.client.items import Remark
from twistedchat.client.private_file import PrivateFile


class Full(PrivateFile):
    """A file on a full disk."""

    def __init__(self, path: str, fails: str) -> None:
        super().__init__(path)
        self.fails = fails

    def write(self, text: str) -> None:
        self._fail("write")
        super().write(text)

    def close(self) -> None:
        self._fail("close")
        super().close()

    def _fail(self, what: str) -> None:
        if self.fails == what:
            raise OSError(28, "No space left on device")


class Case:
    def __init__(self, script: Any, path: Path) -> None:
        self.script, self.path = script, path
        self.exporting = Exporting(script.talk, PrivateFile)

    def begin(self) -> Any:
        self.exporting.begin(str(self.path))
        return self.script.pump()

    def part(self, request: Any, *entries: Any) -> None:
        self.script.give({"type": "export", "id": request["id"], "entries": list(entries)})

    def told(self) -> list[str]:
        return [item.text for item in self.script.fresh() if isinstance(item, Remark)]


@pytest.fixture
def case(script: Any, tmp_path: Path) -> Iterator[Case]:
    script.connect()
    script.fresh()
    case = Case(script, tmp_path / "mine.jsonl")
    yield case
    case.exporting.give_up()


def test_everything_is_written_as_it_comes(case: Case) -> None:
    """One entry a line, readable by nobody else; what could steer a terminal is escaped."""
    [request] = case.begin()
    assert request["type"] == "export"
    case.part(request, {"kind": "account", "nick": "ada"}, {"text": "hi\x9b"})
    case.part(request, {"text": "日本語"})
    case.script.give({"type": "ok", "id": request["id"]})
    written = case.path.read_text("utf-8")
    assert [json.loads(line).get("text") for line in written.splitlines()] == [
        None, "hi\x9b", "日本語",
    ]  # fmt: skip
    assert "\x9b" not in written
    assert case.path.stat().st_mode & 0o777 == 0o600
    assert case.told() == [f"Everything stored about you is in {case.path}, 3 entries, one a line."]


def test_a_file_that_is_there_stays(case: Case) -> None:
    """Also a link to one; nothing is asked for."""
    other = case.path.with_name("other")
    other.write_text("precious")
    case.path.symlink_to(other)
    assert case.begin() == []
    assert other.read_text() == "precious"
    assert "already, and it stays as it is" in case.told()[0]


def test_a_place_that_cannot_be_written_is_told(case: Case) -> None:
    """With the system's reason."""
    case.path = case.path / "no" / "where"
    assert case.begin() == []
    assert "cannot be written: No such file or directory." in case.told()[0]


def test_a_refusal_takes_the_file_away(case: Case) -> None:
    """Half an export is none."""
    [request] = case.begin()
    case.part(request, {"a": 1})
    case.script.give({"type": "error", "id": request["id"], "text": "You are a guest."})
    assert not case.path.exists()
    assert case.told() == ["You are a guest. Nothing was exported."]


def test_an_outage_takes_the_file_away(case: Case) -> None:
    """And another export can begin."""
    case.begin()
    case.script.break_off()
    assert not case.path.exists()
    assert "The connection broke" in case.told()[0]
    case.begin()
    assert "no connection" in case.told()[0]
    case.script.connect()
    assert len(case.begin()) == 1


def test_two_at_once_are_one(case: Case) -> None:
    """The second is refused."""
    case.begin()
    case.path = case.path.with_name("second")
    assert case.begin() == []
    assert case.told() == ["An export is under way already."]
    assert not case.path.exists()


@pytest.mark.parametrize("fails", ["write", "close"])
def test_a_full_disk_is_told(case: Case, fails: str) -> None:
    """Once, and the rest is passed over."""
    case.exporting = Exporting(case.script.talk, lambda path: Full(path, fails))
    [request] = case.begin()
    case.part(request, {"a": 1})
    case.part(request, {"b": 2})
    case.script.give({"type": "ok", "id": request["id"]})
    assert case.told() == ["It cannot be written: No space left on device. Nothing was exported."]
    assert not case.path.exists()


def test_at_the_end_of_the_program_half_an_export_goes(case: Case) -> None:
    """The last words say so."""
    assert case.exporting.give_up() == ""
    case.begin()
    assert case.exporting.give_up() == "The export was not complete, and its file is taken away."
    assert not case.path.exists()
