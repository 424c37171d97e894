"""``twistedchat-admin``: what a host does beside the server, whether or not it runs.

twistedchat-admin operator NICK              asks for a password, prints a line for [operators]
twistedchat-admin password NICK --data DIR   gives an account another password
twistedchat-admin grant NICK --data DIR      makes an account's owner a server operator
twistedchat-admin revoke NICK --data DIR     takes that back
"""

import argparse
import getpass
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from twistedchat.accounts.operator_line import new_password, operator_line
from twistedchat.core.errors import ChatError
from twistedchat.core.names import Name, prepare_nick
from twistedchat.storage.errors import StorageError
from twistedchat.storage.files import DataFiles

DATA = "./twistedchat-data"
Ask = Callable[[str], str]


def main(arguments: Sequence[str] | None = None, ask: Ask = getpass.getpass) -> None:
    """Run the program; ends it with status 1 and one line if something is wrong."""
    given = _parser().parse_args(arguments)
    try:
        name = prepare_nick(given.nick, reserved=frozenset())
        print(given.act(given, name, ask))
    except (ChatError, StorageError) as error:
        sys.exit(f"twistedchat-admin: {error}")
    except (EOFError, KeyboardInterrupt):
        sys.exit("twistedchat-admin: no password was given. Nothing was changed.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="twistedchat-admin", description="What a host does beside the server."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (help_, act, data) in _COMMANDS.items():
        command = commands.add_parser(name, help=help_, description=help_)
        command.add_argument("nick", metavar="NICK")
        command.set_defaults(act=act)
        if data:
            command.add_argument(
                "--data", metavar="DIRECTORY", type=Path, default=Path(DATA),
                help=f"the server's data directory [{DATA}]",
            )  # fmt: skip
    return parser


def _operator(_: Any, name: Name, ask: Ask) -> str:
    return operator_line(name.shown, ask)


def _password(given: Any, name: Name, ask: Ask) -> str:
    from twistedchat.storage.stewardship import set_password

    hashed = PasswordHasher().hash(new_password(name.shown, ask))
    account = set_password(_files(given), name.key, hashed, time.time())
    return f"{account.nick} has a new password. The old one is of no use any more."


def _grant(given: Any, name: Name, _: Ask) -> str:
    from twistedchat.storage.stewardship import set_flag

    account = set_flag(_files(given), name.key, "operator", given=True)
    return f"{account.nick} is a server operator from the next log-in on."


def _revoke(given: Any, name: Name, _: Ask) -> str:
    from twistedchat.storage.stewardship import set_flag

    account = set_flag(_files(given), name.key, "operator", given=False)
    return f"{account.nick} is no server operator any more from the next log-in on."


def _files(given: Any) -> DataFiles:
    return DataFiles(given.data)


_COMMANDS: dict[str, tuple[str, Callable[[Any, Name, Ask], str], bool]] = {
    "operator": (
        "ask for a password and print the line that makes NICK a server operator",
        _operator,
        False,
    ),
    "password": ("ask for a new password for NICK's account", _password, True),
    "grant": ("make the owner of NICK's account a server operator", _grant, True),
    "revoke": ("let them be none", _revoke, True),
}
