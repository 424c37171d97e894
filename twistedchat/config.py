"""Settings: TOML file and flags become one frozen ``Config``.

A setting is one field. Its name is the TOML key and the flag (``_`` is written ``-`` outside); its
help, its check and its lines in ``conf/twistedchat.toml`` come from the field's metadata.
"""

import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from twistedchat import checks


class ConfigError(Exception):
    """A setting cannot be used; the text is one line: which, its value, and what is allowed."""


@dataclass(frozen=True, slots=True)
class About:
    """What a setting's field says about the setting.

    Attributes:
        help: what it does, for ``--help`` and the sample file.
        read: makes the value of what was given; its ValueError says what is allowed.
        group: the heading in ``--help``.
        value: what stands for the value in ``--help``.
        many: whether it may be given several times.
        restart: whether a change is taken up at the next start only.
        sample: the sample file's value, where the default does not explain itself.
    """

    help: str
    read: Callable[[Any], Any]
    group: str = ""
    value: str = "TEXT"
    many: bool = False
    restart: bool = False
    sample: str = ""


class Setting(NamedTuple):
    """One setting as it is named outside, with its default."""

    name: str
    default: Any
    about: About


def _settings(of: Any) -> dict[str, Setting]:
    told = [one for one in fields(of) if "about" in one.metadata]
    found = [
        Setting(one.name.replace("_", "-"), one.default, one.metadata["about"]) for one in told
    ]
    return {setting.name: setting for setting in found}


def _size(default: int, least: int, help_: str) -> Any:
    about = About(f"{help_}; at least {least}", checks.whole(least), value="NUMBER")
    return field(default=default, metadata={"about": about})


def _count(default: int, help_: str) -> Any:
    return field(default=default, metadata={"about": About(help_, checks.whole(0), value="NUMBER")})


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of everything a stranger can make grow; 0 means none for counts and times."""

    gate: int = _size(8388608, 65536, "bytes that may wait to be stored")
    line: int = _size(32768, 512, "bytes in one line from a client")
    message: int = _size(2000, 1, "characters in one message")
    outbox: int = _size(
        262144, 16384,
        "bytes that may wait for a reader; over it, one who has stopped reading is dropped",
    )  # fmt: skip
    nick: int = _size(32, 1, "characters in a nick")
    nick_bytes: int = _size(64, 4, "bytes in a nick")
    room: int = _size(64, 1, "characters in the name of a room")
    room_bytes: int = _size(100, 4, "bytes in the name of a room")
    rooms: int = _count(50, "rooms one person may be in")
    members: int = _count(0, "people in one room")
    registered: int = _count(20, "rooms that one account can register")
    per_address: int = _count(50, "connections from one address (loopback is not counted)")
    connections: int = _count(0, "connections in all")
    pending: int = _count(1000, "connections that have not given a nick yet; the oldest goes first")
    login_seconds: int = _count(60, "seconds in which a nick must be given")
    idle_seconds: int = _count(0, "seconds without a line after which a connection is closed")
    rate: int = _count(5, "lines a second that one connection may send for long")
    burst: int = _size(20, 1, "lines that may come at once before the rate holds")
    hold_seconds: int = _count(
        30, "seconds that a line over the rate may wait; what would wait longer is refused"
    )
    history: int = _count(500, "messages kept per room; 0 keeps none")
    resume_seconds: int = _count(60, "seconds in which a lost connection can be taken up again")
    adrift: int = _count(1000, "lost connections that can be taken up again; the oldest goes first")
    bans: int = _count(200, "bans in one room")
    registrations: int = _count(
        10, "accounts one address may register an hour (loopback is not counted)"
    )


def _setting(default: Any, help_: str, read: Callable[[Any], Any], **rest: Any) -> Any:
    about = About(help_, read, **rest)
    made = {"default_factory": default} if callable(default) else {"default": default}
    return field(**made, metadata={"about": about})


_seen = partial(_setting, group="What people see")


def _door(default: tuple[str, ...], help_: str, sample: str = "") -> Any:
    more = {"value": "ENDPOINT", "many": True, "restart": True, "sample": sample}
    return _setting(default, help_, checks.endpoints, group="Doors", **more)


def _pem(help_: str, sample: str) -> Any:
    sample = f'"/etc/letsencrypt/live/chat.example.org/{sample}"'
    return _setting(
        "", help_, checks.text, group="Doors", value="FILE", restart=True, sample=sample
    )


def _kept(help_: str) -> Any:
    return _setting(0, help_, checks.whole(0), group="Storage", value="NUMBER")


def _wait(default: int, help_: str) -> Any:
    return _setting(default, help_, checks.whole(0), group="Waiting", value="NUMBER")


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set."""

    port: tuple[str, ...] = _door(
        ("tcp:5000",),
        "where to listen for nc, telnet and programs (JSON lines); none closes the default",
    )
    telnet: tuple[str, ...] = _door(
        (), "the same, for telnet clients only: negotiation starts at once", '["tcp:23"]'
    )
    tls: tuple[str, ...] = _door(
        (), "the same behind TLS; without --cert a self-signed pair is made", '["tcp:5001"]'
    )
    irc: tuple[str, ...] = _door((), "where to listen for clients of IRC", '["tcp:6667"]')
    cert: str = _pem("certificate chain for --tls, in PEM", "fullchain.pem")
    key: str = _pem("private key that belongs to --cert, in PEM", "privkey.pem")
    name: str = _seen(
        socket.gethostname, "what the server calls itself; else the host name", checks.word,
        value="NAME", sample='"chat.example.org"',
    )  # fmt: skip
    motd: str = _seen(
        "", "file with the message of the day", checks.text,
        value="FILE", sample='"/etc/twistedchat/motd.txt"',
    )  # fmt: skip
    lobby: str = _seen("lobby", "room in which everybody starts", checks.room, value="ROOM")
    start_rooms: tuple[str, ...] = _seen(
        (), "further rooms in which everybody starts", checks.rooms,
        value="ROOM", many=True, sample='["news"]',
    )  # fmt: skip
    rooms: tuple[str, ...] = _seen(
        (), "further rooms that are always there, whoever is in them", checks.rooms,
        value="ROOM", many=True, sample='["ops", "help"]',
    )  # fmt: skip
    replay: int = _seen(
        20, "lines that people are shown of a room when they first come into it; 0 for none",
        checks.whole(0), value="NUMBER",
    )  # fmt: skip
    timezone: str = _seen(
        "", "time zone of time stamps; else the machine's own", checks.zone,
        value="ZONE", sample='"Europe/Berlin"',
    )  # fmt: skip
    data: str = _setting(
        "./twistedchat-data", "directory for what must last, or memory for nothing", checks.text,
        group="Storage", value="DIRECTORY", restart=True,
    )  # fmt: skip
    durability: str = _setting(
        "process",
        "what nothing that was seen is lost by: process, the end of the program; power, of the"
        " machine",
        checks.one_of("process", "power"), group="Storage", value="WHAT", restart=True,
    )  # fmt: skip
    hang_seconds: int = _setting(
        2, "seconds after which the disk is not waited for any longer", checks.whole(1),
        group="Storage", value="NUMBER", restart=True,
    )  # fmt: skip
    keep_days: int = _kept("days for which messages are kept; 0 for ever")
    keep_count: int = _kept("messages that are kept of a room; 0 all")
    keep_private_days: int = _kept("days for which private messages are kept; 0 for ever")
    plain_passwords: str = _setting(
        "warn", "what becomes of passwords where others can read along: warn, refuse or allow",
        checks.one_of("warn", "refuse", "allow"), group="Accounts", value="WHAT",
    )  # fmt: skip
    unused_days: int = _setting(
        0, "days after which an account that nobody uses is given up; 0 never", checks.whole(0),
        group="Accounts", value="NUMBER",
    )  # fmt: skip
    greeting_ms: int = _wait(150, "milliseconds of silence before a new connection is greeted")
    keepalive_seconds: int = _wait(120, "seconds of silence before a peer is probed; 0 never")
    limits: Limits = field(default_factory=Limits)
    operators: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def permanent_rooms(self) -> tuple[str, ...]:
        """All rooms that are always there."""
        return tuple(room for room in (self.lobby, *self.start_rooms, *self.rooms) if room)


SETTINGS = _settings(Config)
"""Every setting that is a flag and a TOML key, by its name outside."""

LIMITS = _settings(Limits)
"""Every limit, by its name outside."""


def needs_restart(old: Config, new: Config) -> tuple[str, ...]:
    """Name the settings that differ and are taken up at the next start only."""
    fixed = (name for name, setting in SETTINGS.items() if setting.about.restart)
    return tuple(name for name in fixed if _value(old, name) != _value(new, name))


def _value(config: Config, name: str) -> Any:
    return getattr(config, name.replace("-", "_"))


def sample() -> str:
    """Write the commented sample file with every setting and its default."""
    waiting = [name for name, setting in SETTINGS.items() if setting.about.restart]
    parts = [
        "# Settings of twistedchat: twistd chat --config twistedchat.toml",
        "# What is commented out shows the default, or an example where there is none.",
        "# Flags win over this file. SIGHUP makes a running server read it again;",
        f"# a change of {', '.join(waiting)} needs a restart.",
        *map(_sample_of, SETTINGS.values()),
        "\n[limits]\n# For counts and times 0 means none.",
        *map(_sample_of, LIMITS.values()),
        "\n[operators]",
        "# Server operators: a nick and the line that `twistedchat-admin operator NICK` prints.",
        '#ada = "$argon2id$v=19$m=65536,t=3,p=4$..."\n',
    ]
    return "\n".join(parts)


def _sample_of(setting: Setting) -> str:
    # JSON writes texts, numbers and lists as TOML does.
    value = setting.about.sample or json.dumps(setting.default)
    help_ = setting.about.help
    return f"\n# {help_[0].upper()}{help_[1:]}.\n#{setting.name} = {value}"
