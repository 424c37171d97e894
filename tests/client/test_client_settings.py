import tomllib
from pathlib import Path

import pytest

from twistedchat.client.settings import (
    KEYS,
    Settings,
    SettingsError,
    config_path,
    known_path,
    read_settings,
)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    """A missing file is no error."""
    assert read_settings(tmp_path / "none.toml") == Settings()


def test_a_file_is_read(tmp_path: Path) -> None:
    """Texts, numbers, lists and truth values."""
    path = tmp_path / "client.toml"
    path.write_text('nick = "ada"\nrooms = ["ops"]\ncolour = false\nbacklog = 0\n')
    settings = read_settings(path)
    assert (settings.nick, settings.rooms) == ("ada", ("ops",))
    assert (settings.colour, settings.backlog) == (False, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bel = 1", "no setting 'bel'"),
        ("bell = 'loud'", "off, mention, all"),
        ("backlog = true", "a number"),
        ("backlog = 201", "from 0 to 200"),
        (f'device = "{"x" * 33}"', "at most 32 characters"),
        ("colour = 1", "true or false"),
        ("nick = 3", "a text"),
        ("rooms = 'ops'", "a list"),
        ("rooms = [1]", "a list"),
        ("nick = ", "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, words: str) -> None:
    """With the file, the key and what is allowed."""
    path = tmp_path / "client.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=words) as caught:
        read_settings(path)
    assert str(path) in str(caught.value)


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    """A directory in its place."""
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("colour", "off", False),
        ("quiet_joins", "Yes", True),
        ("backlog", "20", 20),
        ("bell", "all", "all"),
        ("highlight", "fire, release", ("fire", "release")),
    ],
)
def test_settings_can_be_typed(name: str, text: str, value: object) -> None:
    """As people write them."""
    assert getattr(Settings().typed(name, text), name) == value


@pytest.mark.parametrize(("name", "text"), [("colour", "maybe"), ("backlog", "x"), ("x", "y")])
def test_what_is_typed_wrong_is_refused(name: str, text: str) -> None:
    """With the same words as for the file."""
    with pytest.raises(SettingsError):
        Settings().typed(name, text)


def test_described_settings_can_be_put_in_the_file(tmp_path: Path) -> None:
    """The lines shown are TOML and mean the same."""
    settings = Settings(nick="ada", rooms=("a", "b"), colour=False)
    lines = settings.described()
    assert len(lines) == len(KEYS)
    tomllib.loads("\n".join(lines))
    path = tmp_path / "client.toml"
    path.write_text("\n".join(lines))
    assert read_settings(path) == settings


def test_files_lie_where_xdg_says() -> None:
    """Relative values are invalid there and ignored."""
    home = Path("/home/ada")
    given = {"XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d"}
    assert config_path(given, home) == Path("/c/twistedchat/client.toml")
    assert known_path(given, home) == Path("/d/twistedchat/known_servers")
    assert config_path({}, home) == home / ".config/twistedchat/client.toml"
    assert known_path({"XDG_DATA_HOME": "d"}, home) == (
        home / ".local/share/twistedchat/known_servers"
    )
