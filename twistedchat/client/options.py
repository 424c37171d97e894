"""The command line of the client."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import time

from twistedchat.core import dates

#: The most lines of a room's past that a script can ask for.
MOST_HISTORY = 1000

DESCRIPTION = """\
Chat on a twistedchat server, from a terminal or from a script.

In a terminal: type a line to say it, /help for the commands, Tab to complete, Ctrl-D to leave.
Without one: every line of the input is said, and the program ends when all are confirmed.
"""

EXAMPLES = """\
examples:
  twistedchat                                        the server on this computer, port 5000
  twistedchat chat.example.org --nick ada            a server elsewhere, over TLS
  echo done | twistedchat chat.example.org --room ops
  twistedchat chat.example.org --room ops --follow --json | jq .text
  twistedchat chat.example.org --room ops --since 2h < /dev/null

exit codes:
  0 all was said   1 something was not   2 wrong usage   3 no connection   4 the server has no TLS
  5 nobody vouches for its certificate   6 it belongs to another host   7 it is out of date
  8 its fingerprint is not the known one   130 interrupted
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line; what was not is None or False."""

    server: str | None
    nick: str | None
    account: str | None
    password_file: Path | None
    rooms: tuple[str, ...]
    plain: bool
    tls: bool
    ca: Path | None
    fingerprint: str | None
    forget: str | None
    follow: bool
    json: bool
    commands: bool
    history: int | None
    since: float | None
    log: Path | None

    @property
    def wants_past(self) -> bool:
        """Whether lines from before were asked for."""
        return self.history is not None or self.since is not None


def program_version() -> str:
    """The installed version."""
    try:
        return version("twistedchat")
    except PackageNotFoundError:
        return "unknown"


def parse_options(arguments: list[str], now: Callable[[], float] = time) -> Options:
    """Understand the command line; ends the program when it cannot, or when help was all."""
    given = vars(_parser(now).parse_args(arguments))
    return Options(**{**given, "rooms": tuple(given["rooms"])})


def _parser(now: Callable[[], float]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="twistedchat",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "server",
        nargs="?",
        help="HOST, HOST:PORT, [V6]:PORT or a Twisted endpoint string such as unix:/run/chat;"
        " the port is 5000 if not given",
    )
    parser.add_argument("--version", action="version", version=f"twistedchat {program_version()}")
    _add_person(parser)
    _add_security(parser.add_argument_group("security"))
    _add_scripts(parser.add_argument_group("scripts"), now)
    return parser


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MOST_HISTORY:
        return int(text)
    raise argparse.ArgumentTypeError(f"a number from 1 to {MOST_HISTORY}, not {text!r}")


def _moment(now: Callable[[], float], text: str) -> float:
    named = dates.read(text, now(), None)
    if named is None:
        raise argparse.ArgumentTypeError(f"a time such as {dates.EXAMPLES}, not {text!r}")
    return named


def _add_person(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--nick", help="your name there; yours on this computer if not given")
    parser.add_argument(
        "--room",
        dest="rooms",
        metavar="ROOM",
        action="append",
        default=[],
        help="a room to be in, instead of the server's lobby; may be repeated, the first is"
        " the one you talk in",
    )
    parser.add_argument(
        "--account",
        metavar="NICK",
        help="log in to this name; the password is asked for, or stands in the variable"
        " TWISTEDCHAT_PASSWORD",
    )
    parser.add_argument(
        "--password-file", type=Path, metavar="FILE", help="a file whose first line is the password"
    )
    parser.add_argument("--log", type=Path, metavar="FILE", help="write a log for finding faults")


def _add_security(group: "argparse._ArgumentGroup") -> None:
    ways = group.add_mutually_exclusive_group()
    ways.add_argument(
        "--plain", action="store_true", help="no TLS; others on the way can read along"
    )
    ways.add_argument("--tls", action="store_true", help="TLS on this computer, too")
    group.add_argument(
        "--ca", type=Path, metavar="FILE", help="PEM file of the authorities to trust"
    )
    group.add_argument(
        "--fingerprint", metavar="SHA256", help="trust this certificate and no other"
    )
    group.add_argument(
        "--forget",
        metavar="HOST:PORT",
        help="forget the fingerprint remembered for a server, and end",
    )


def _add_scripts(group: "argparse._ArgumentGroup", now: Callable[[], float]) -> None:
    group.add_argument(
        "--follow", action="store_true", help="print what is said, and stay after the input's end"
    )
    group.add_argument(
        "--json", action="store_true", help="print objects, one per line, as the server sends them"
    )
    group.add_argument(
        "--history",
        type=_number,
        metavar="N",
        help=f"first print the last N lines of each room, at most {MOST_HISTORY}",
    )
    group.add_argument(
        "--since",
        type=partial(_moment, now),
        metavar="WHEN",
        help=f"first print what was said in each room since {dates.EXAMPLES};"
        f" of more than {MOST_HISTORY} lines (or N) the newest",
    )
    group.add_argument(
        "--commands",
        action="store_true",
        help='a line that begins with "/" is a command; otherwise it is said like any other',
    )
