"""Reads the settings: the TOML file, with the flags over it."""

import tomllib
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from twistedchat import checks
from twistedchat.config import LIMITS, SETTINGS, Config, ConfigError, Limits, Setting

Flags = Mapping[str, str | list[str]]
"""What was given on the command line: values by flag, a list where a flag may be repeated."""


def load(flags: Flags, start: Path = Path()) -> Config:
    """Read the file that ``config`` names, if any, and put the flags over it.

    Args:
        flags: what the command line gave: ``config``, ``limit`` and the names in SETTINGS.
        start: the directory from which relative paths are taken.

    Raises:
        ConfigError: something cannot be used; no part of it was.
    """
    file = flags.get("config")
    given = _from_file(str(start / str(file))) if file else {}
    limits = given.pop("limits", {}) | _limits_from(flags.get("limit", []))
    for name, value in flags.items():
        if name in SETTINGS:
            given |= _one(SETTINGS, name, value, f"--{name} {_shown(value)}")
    config = _placed(Config(**given, limits=Limits(**limits)), start)
    if bool(config.cert) != bool(config.key):
        have, lack = ("cert", "key") if config.cert else ("key", "cert")
        raise ConfigError(f"{have} {getattr(config, have)!r} is given without {lack}: give both.")
    return config


def _placed(config: Config, start: Path) -> Config:
    """Make the paths independent of the working directory, which twistd may change."""
    places: dict[str, Any] = {
        name: str(start / value)
        for name, setting in SETTINGS.items()
        if setting.about.value in {"FILE", "DIRECTORY"} and (value := getattr(config, name))
    }
    if config.data == "memory":
        del places["data"]
    return replace(config, **places)


def _shown(value: Any) -> str:
    return " ".join(map(repr, value)) if isinstance(value, list) else repr(value)


def _checked(read: Callable[[Any], Any], value: Any, where: str) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}.") from None


def _one(known: Mapping[str, Setting], name: str, value: Any, where: str) -> dict[str, Any]:
    return {name.replace("-", "_"): _checked(known[name].about.read, value, where)}


def _from_file(path: str) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, value in _table(path).items():
        if name == "limits":
            given["limits"] = _limits_table(path, value)
        elif name == "operators":
            # The value is a secret, or one by mistake: it is not shown.
            given["operators"] = _checked(checks.operators, value, f"{path}: operators")
        elif name in SETTINGS:
            given |= _one(SETTINGS, name, value, f"{path}: {name} = {_shown(value)}")
        else:
            hint = checks.nearest(name, [*SETTINGS, "limits", "operators"])
            raise ConfigError(f"{path}: there is no setting {name!r}: {hint}")
    return given


def _table(path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(f"config {path!r} cannot be read: {reason}.") from None
    except ValueError as error:
        raise ConfigError(f"config {path!r} is not TOML: {error}.") from None


def _limits_table(path: str, table: Any) -> dict[str, int]:
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: limits = {table!r}: it must be a table, [limits].")
    found = (_limit(n, v, f"{path}: limits.{n} = {_shown(v)}") for n, v in table.items())
    return dict(ChainMap(*found))


def _limits_from(flags: Iterable[str]) -> dict[str, int]:
    given: dict[str, int] = {}
    for one in flags:
        name, equals, value = one.partition("=")
        if not equals:
            raise ConfigError(f"--limit {one!r}: write NAME=VALUE, like rate=5.")
        given |= _limit(name, value, f"--limit {one!r}")
    return given


def _limit(name: str, value: Any, where: str) -> dict[str, int]:
    if name not in LIMITS:
        raise ConfigError(f"{where}: there is no limit {name!r}: {checks.nearest(name, LIMITS)}")
    return _one(LIMITS, name, value, where)
