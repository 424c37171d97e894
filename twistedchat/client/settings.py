"""The person's settings: a TOML file, and ``/set`` for the time being.

nick = "ada"
server = "chat.example.org"
rooms = ["lobby", "ops"]
bell = "mention"            # off, mention, all
timestamps = "%H:%M"        # empty: none
colour = true
quiet_joins = false         # true: don't show who comes and goes
backlog = 20                # lines of history on entering a room where nothing is new
device = "laptop"           # this device's name; your own and the host's if not given
highlight = ["release"]     # words that count as a mention
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from time import strftime
from typing import Any

BELLS = ("off", "mention", "all")

_TRUE = frozenset({"on", "yes", "true", "1"})
_FALSE = frozenset({"off", "no", "false", "0"})


class SettingsError(ValueError):
    """A setting cannot be used; the text says which, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the person has chosen; docs/client.md explains each."""

    nick: str = ""
    server: str = "localhost"
    rooms: tuple[str, ...] = ()
    bell: str = "mention"
    timestamps: str = "%H:%M"
    colour: bool = True
    quiet_joins: bool = False
    backlog: int = 20
    device: str = ""
    highlight: tuple[str, ...] = ()

    def changed(self, name: str, value: object) -> "Settings":
        """These settings with one of another value.

        Raises:
            SettingsError: there is no such setting, or it cannot have that value.
        """
        if name not in KEYS:
            raise SettingsError(f"There is no setting {name!r}. There are: {', '.join(KEYS)}.")
        default = getattr(Settings(), name)
        checked: Any = _checked(name, value, default)
        return replace(self, **{name: checked})

    def typed(self, name: str, text: str) -> "Settings":
        """These settings with one changed as typed after ``/set``.

        Raises:
            SettingsError: see ``changed``.
        """
        default = getattr(Settings(), name, "")
        return self.changed(name, _from_text(text, default))

    def described(self) -> list[str]:
        """One line per setting, as it would stand in the file."""
        return [f"{name} = {_as_toml(getattr(self, name))}" for name in KEYS]


KEYS = tuple(field.name for field in fields(Settings))


def read_settings(path: Path) -> Settings:
    """The settings in a file; the defaults when there is none.

    Raises:
        SettingsError: the file cannot be read, or something in it cannot be used.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from error
    settings = Settings()
    for name, value in table.items():
        try:
            settings = settings.changed(name, value)
        except SettingsError as error:
            raise SettingsError(f"{path}: {error}") from error
    return settings


def config_path(environment: Mapping[str, str], home: Path) -> Path:
    """Where the settings lie, after the XDG rules."""
    return _xdg(environment, "XDG_CONFIG_HOME", home / ".config") / "client.toml"


def known_path(environment: Mapping[str, str], home: Path) -> Path:
    """Where trusted fingerprints lie, after the XDG rules."""
    return _xdg(environment, "XDG_DATA_HOME", home / ".local" / "share") / "known_servers"


def _xdg(environment: Mapping[str, str], name: str, default: Path) -> Path:
    given = Path(environment.get(name, ""))
    # The specification: a relative path is invalid and must be ignored.
    return (given if given.is_absolute() else default) / "twistedchat"


def _checked(name: str, value: object, default: object) -> object:
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        raise SettingsError(f'{name} must be a list of texts, like ["one", "two"].')
    if type(value) is not type(default):
        raise SettingsError(f"{name} must be {_KINDS[type(default)]}, not {value!r}.")
    check = _CHECKS.get(name)
    problem = check(value) if check else ""
    if problem:
        raise SettingsError(f"{name} {problem}, not {value!r}.")
    return value


def _from_text(text: str, default: object) -> object:
    if isinstance(default, bool):
        word = text.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else text
    if isinstance(default, int):
        return int(text) if text.strip().isdecimal() else text
    if isinstance(default, tuple):
        return text.replace(",", " ").split()
    return text


def _as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_as_toml(each) for each in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _bad_bell(value: Any) -> str:
    return "" if value in BELLS else f"must be one of {', '.join(BELLS)}"


def _bad_backlog(value: Any) -> str:
    return "" if 0 <= value <= 200 else "must be from 0 to 200"


def _bad_device(value: Any) -> str:
    return "" if len(value) <= 32 else "must have at most 32 characters"


def _bad_timestamps(value: Any) -> str:
    try:
        strftime(value)
    except ValueError:
        return "must be a format like %H:%M"
    return ""


_KINDS: dict[type, str] = {str: "a text", bool: "true or false", int: "a number"}
_CHECKS: dict[str, Callable[[Any], str]] = {
    "bell": _bad_bell,
    "backlog": _bad_backlog,
    "device": _bad_device,
    "timestamps": _bad_timestamps,
}
