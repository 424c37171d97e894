"""The program: reads its arguments, does what they say, and ends with one line and a status.

Status 0: done. 1: not done, or damage was found; a line on stderr says why. 2: wrong usage.
"""

import argparse
import getpass
import io
import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from twistedchat.admin import data, exports, people
from twistedchat.admin.command import DATA, Ask, Command, Refused
from twistedchat.core.errors import ChatError
from twistedchat.storage.errors import StorageError

COMMANDS: tuple[Command, ...] = (*people.COMMANDS, *data.COMMANDS, *exports.COMMANDS)

_STATUS = """\
exit status:
  0  it was done
  1  it was not done, or damage was found: one line on the standard error says why
  2  it was not understood
"""


def ask_hidden(prompt: str) -> str:
    """Ask for what is not shown while it is typed; without a terminal the next line of the input.

    Raises:
        EOFError: there is none.
    """
    with warnings.catch_warnings():
        # Else it warns of an echo, in three lines, of what nobody types.
        warnings.simplefilter("error", getpass.GetPassWarning)
        with suppress(getpass.GetPassWarning):
            return getpass.getpass(prompt)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


def main(arguments: Sequence[str] | None = None, ask: Ask = ask_hidden) -> None:
    """Run the program; ends it with status 1 and a line if something is wrong."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show a nick is no reason to fail.
        sys.stdout.reconfigure(errors="backslashreplace")
    given = _parser().parse_args(arguments)
    try:
        if told := given.act(given, ask):
            print(told)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has enough, as head does; Python's own last flush must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (ChatError, StorageError, Refused) as error:
        sys.exit(f"twistedchat-admin: {error}")
    except OSError as error:
        file = f"{error.filename}: " if error.filename else ""
        sys.exit(f"twistedchat-admin: {file}{error.strerror or error}.")
    except KeyboardInterrupt:
        sys.exit("twistedchat-admin: interrupted. The data is as it was.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="twistedchat-admin",
        description="What a host does beside the server, whether or not it runs.",
        epilog=f"COMMAND --help tells more.\n\n{_STATUS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")
    for command in COMMANDS:
        _add(commands, command)
    return parser


def _add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", command: Command) -> None:
    text = f"{command.help[0].upper()}{command.help[1:]}.\n\n{command.more}".rstrip()
    parser = commands.add_parser(
        command.name, help=command.help, description=text, epilog=_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    command.declare(parser)
    parser.set_defaults(act=command.act)
    if command.data:
        parser.add_argument(
            "--data", metavar="DIRECTORY", type=Path, default=Path(DATA),
            help=f"the server's data directory [{DATA}]",
        )  # fmt: skip
