from pathlib import Path
from typing import Any

import pytest

from twistedchat.client.items import Tone
from twistedchat.client.own_commands import OwnCommands
from twistedchat.client.settings import Settings

NOON = 1795435200.0  # 2026-11-23T12:00:00Z


class Desk:
    def __init__(self) -> None:
        self.settings = Settings()
        self.told: list[str] = []
        self.did: list[Any] = []

    def tell(self, text: str, tone: Tone = Tone.CLIENT) -> None:
        self.told.append(text)

    def change(self, settings: Settings) -> None:
        self.settings = settings

    def clear(self) -> None:
        self.did.append("clear")

    def reconnect(self) -> None:
        self.did.append("reconnect")

    def quit(self, reason: str = "") -> None:
        self.did.append(("quit", reason))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def own(desk: Desk, script: Any) -> OwnCommands:
    script.connect()
    return OwnCommands(desk, script.talk, "/c/client.toml", lambda: NOON)


def test_the_desk_does_what_is_its_own(own: OwnCommands, desk: Desk) -> None:
    """Clear, reconnect and quit."""
    for name, rest in (("clear", ""), ("reconnect", ""), ("quit", "bye")):
        own.carry_out(name, rest)
    assert desk.did == ["clear", "reconnect", ("quit", "bye")]


def test_joining_needs_a_room(own: OwnCommands, desk: Desk, script: Any) -> None:
    """A password may follow."""
    own.carry_out("join", "")
    assert desk.told == ["Write it like this: /join ROOM [PASSWORD]"]
    own.carry_out("join", "ops secret word")
    [request] = script.pump()
    assert (request["room"], request["password"]) == ("#ops", "secret word")


def test_the_past_is_asked_for(own: OwnCommands, desk: Desk, script: Any) -> None:
    """As written, or further back; what cannot be understood is explained."""
    own.carry_out("history", "5 ops")
    own.carry_out("older", "")
    requests = script.pump()
    assert [(r["type"], r["room"], r["limit"]) for r in requests] == [
        ("history", "#ops", 5), ("history", "#lobby", 20),
    ]  # fmt: skip
    own.carry_out("history", "5x")
    assert desk.told == ["Write it like this: /history [COUNT|10m|2h|since DATE] [ROOM|@NICK]"]


def test_something_is_searched_for(own: OwnCommands, desk: Desk, script: Any) -> None:
    """Words, then more of it, then what stood around a result."""
    own.carry_out("search", "")
    own.carry_out("context", "x")
    assert desk.told == [
        "Write it like this: /search WORDS",
        "Write it like this: /context NUMBER",
    ]
    own.carry_out("search", "deploy")
    own.carry_out("search", "")
    own.carry_out("context", "99")
    assert [r["text"] for r in script.pump()] == ["deploy", "deploy"]


def test_an_export_needs_a_file(own: OwnCommands, desk: Desk, script: Any, tmp_path: Path) -> None:
    """One that nobody else can read."""
    own.carry_out("export", "")
    assert desk.told == ["Write it like this: /export FILE"]
    own.carry_out("export", f"{tmp_path}/mine")
    assert [r["type"] for r in script.pump()] == ["export"]
    assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o600
    assert "taken away" in own.exporting.give_up()


def test_settings_are_listed_with_their_file(own: OwnCommands, desk: Desk) -> None:
    """One line each."""
    own.carry_out("set", "")
    assert 'bell = "mention"' in desk.told
    assert "/c/client.toml" in desk.told[-1]


def test_a_setting_is_changed_for_now(own: OwnCommands, desk: Desk) -> None:
    """The answer says how to keep it."""
    own.carry_out("set", "bell off")
    assert desk.settings.bell == "off"
    assert desk.told == [
        'bell = "off" for now. To keep it, put that line in /c/client.toml.',
    ]


def test_a_wrong_setting_changes_nothing(own: OwnCommands, desk: Desk) -> None:
    """The answer says what is allowed."""
    own.carry_out("set", "bell loud")
    own.carry_out("set", "volume 11")
    assert desk.settings == Settings()
    assert "off, mention, all" in desk.told[0]
    assert "no setting 'volume'" in desk.told[1]


def test_what_counts_at_the_start_is_not_changed_now(own: OwnCommands, desk: Desk) -> None:
    """The answer says where it belongs."""
    own.carry_out("set", "nick eve")
    assert desk.settings.nick == ""
    assert desk.told == ['That counts when the program starts: put nick = "eve" in /c/client.toml.']
