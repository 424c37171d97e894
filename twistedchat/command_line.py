"""The command line of ``twistd chat`` and its help; both come from the settings' fields.

Whoever asks for help waits for nothing heavy: no door and no reactor is imported here.
"""

import getopt
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NoReturn

from twisted.python import usage

from twistedchat import checks
from twistedchat.config import LIMITS, SETTINGS, Config, ConfigError, Setting
from twistedchat.config_loading import load

_HEAD = """\
twistd [twistd's own options] chat [options]

A chat server: people come in with nc, telnet, a TLS client or the bundled program twistedchat.

  twistd -n chat                            in the foreground, on port 5000; Ctrl-C ends it
  twistd chat --config chat.toml            as a daemon, with twistd.pid and twistd.log
  twistd -n chat --tls tcp:5001             with a second port behind TLS
  twistd -n chat --port tcp:5000:interface=127.0.0.1 --limit rate=10 --data memory

Then: nc localhost 5000
"""

_TAIL = """\
ENDPOINT is tcp:5000, tcp6:5000 (which takes IPv4 too), tcp:5000:interface=127.0.0.1,
unix:/run/chat.sock, systemd:domain=INET:index=0, or another server endpoint of Twisted's.

SIGHUP makes the server read its settings again, SIGTERM lets it say goodbye.
A sample of the configuration file with every setting is conf/twistedchat.toml.
"""


def fail(error: object) -> NoReturn:
    """End the program with one line."""
    # twistd shows its whole help before a UsageError, and a traceback for anything else.
    sys.exit(f"twistd chat: {error}")


def _taker(setting: Setting) -> Callable[["Options", str], None]:
    def take(self: "Options", value: str) -> None:
        if setting.about.many:
            self.flags.setdefault(setting.name, []).append(value)
        else:
            self.flags[setting.name] = value

    take.__doc__ = setting.about.help
    return take


class Options(usage.Options):
    """The command line of ``twistd chat``; what is wrong with it is said in one line."""

    def __init__(self) -> None:
        super().__init__()
        self.flags: dict[str, Any] = {}
        self.start = Path.cwd()
        self.config = Config()

    @property
    def twistd(self) -> Mapping[str, Any]:
        """Twistd's own options; none in a test."""
        return self.parent or {}

    def opt_config(self, file: str) -> None:
        """TOML file with settings; flags win over it."""
        self.flags["config"] = file

    def opt_limit(self, limit: str) -> None:
        """Set a bound, as NAME=NUMBER."""
        self.flags.setdefault("limit", []).append(limit)

    def opt_version(self) -> NoReturn:
        """Show the version."""
        from importlib.metadata import version

        print(f"twistedchat {version('twistedchat')}")  # noqa: T201 - it was asked for
        sys.exit(0)

    def load(self) -> Config:
        """Read the settings, for the first time or again.

        Raises:
            ConfigError: they cannot be used.
        """
        return load(self.flags, self.start)

    def parseOptions(self, options: Sequence[str] | None = None) -> None:
        """Take the command line in, or end the program with one line."""
        try:
            super().parseOptions(options)
            self.config = self.load()
        except ConfigError as error:
            fail(error)
        except usage.UsageError as error:
            fail(f"{error}{self._hint(error)}. twistd chat --help explains the options.")

    def parseArgs(self, *rest: str) -> None:
        """Refuse what is not an option."""
        if rest:
            raise usage.UsageError(f"{rest[0]!r} is not an option")

    def getUsage(self, width: int | None = None) -> str:  # noqa: ARG002 - Twisted's
        """Write the help."""
        return "\n".join([_HEAD, *_groups(), *_limits(), _TAIL])

    def getSynopsis(self) -> str:
        """Leave the synopsis to the help."""
        return "Usage:"

    def _hint(self, error: usage.UsageError) -> str:
        cause = error.__context__
        if not isinstance(cause, getopt.GetoptError) or "not recognized" not in cause.msg:
            return ""
        names = [name.rstrip("=") for name in self.longOpt]
        meant = checks.nearest(cause.opt, names)
        return f": {meant.rstrip('?')}" if meant.startswith("did") else ""


for _setting in SETTINGS.values():
    setattr(Options, f"opt_{_setting.name.replace('-', '_')}", _taker(_setting))


def _entry(name: str, value: str, text: str) -> str:
    """Write one flag; words with a number or path in brackets are not torn apart."""
    flag = f"  --{name} {value}"
    lines = textwrap.wrap(text, 50, break_on_hyphens=False)
    rest = "\n".join(" " * 29 + line for line in lines[1:])
    return f"{flag:29}{lines[0]}" + (f"\n{rest}" if rest else "")


def _groups() -> Iterator[str]:
    for group, settings in groupby(SETTINGS.values(), lambda setting: setting.about.group):
        yield f"{group}:"
        for setting in settings:
            about = setting.about
            yield _entry(setting.name, about.value, about.help + _default(setting))
        yield ""


def _default(setting: Setting) -> str:
    many = "; may be repeated" if setting.about.many else ""
    default = setting.default
    shown = " ".join(default) if isinstance(default, tuple) else default
    return f"{many} [{shown}]" if isinstance(shown, str | int) and shown != "" else many


def _limits() -> Iterator[str]:
    yield "Configuration:"
    yield _entry("config", "FILE", "TOML file with the same settings; flags win over it")
    yield _entry("limit", "NAME=NUMBER", "set a bound (may be repeated); 0 means none where")
    yield " " * 29 + "no least value is named:"
    for name, setting in LIMITS.items():
        text = textwrap.wrap(f"{setting.about.help} [{setting.default}]", 56)
        yield f"      {name:17}" + f"\n{'':23}".join(text)
    yield "\n  --help, --version\n"
