"""``twistedchat-admin``: what a host does beside the running server.

twistedchat-admin operator NICK     asks for a password and prints the line for [operators]
"""

import argparse
import getpass
import sys
from collections.abc import Callable, Sequence

from argon2 import PasswordHasher

from twistedchat.core.errors import BadNick
from twistedchat.core.names import prepare_nick

LEAST_CHARS = 8


def main(
    arguments: Sequence[str] | None = None, ask: Callable[[str], str] = getpass.getpass
) -> None:
    """Run the program; ends it with status 1 and one line if something is wrong."""
    parser = argparse.ArgumentParser(
        prog="twistedchat-admin", description="What a host does beside the running server."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    operator = commands.add_parser(
        "operator", help="ask for a password and print the line that makes NICK a server operator"
    )
    operator.add_argument("nick", metavar="NICK")
    given = parser.parse_args(arguments)
    try:
        print(operator_line(prepare_nick(given.nick, reserved=frozenset()).shown, ask))
    except BadNick as error:
        sys.exit(f"twistedchat-admin: {error}")
    except (EOFError, KeyboardInterrupt):
        sys.exit("twistedchat-admin: no password was given. Nothing was printed.")


def operator_line(nick: str, ask: Callable[[str], str]) -> str:
    """Ask for a password twice and write the line for the configuration's [operators]."""
    password = ask(f"Password for {nick}: ")
    if len(password) < LEAST_CHARS:
        sys.exit(f"twistedchat-admin: the password needs at least {LEAST_CHARS} characters.")
    if ask("Once more: ") != password:
        sys.exit("twistedchat-admin: the two passwords differ. Try again.")
    quoted = nick.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" = "{PasswordHasher().hash(password)}"'
