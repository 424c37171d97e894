"""Passwords of accounts, and who is a server operator."""

import time
from argparse import ArgumentParser, Namespace

from argon2 import PasswordHasher

from twistedchat.accounts.operator_line import new_password, operator_line
from twistedchat.admin.command import Ask, Command, Refused, files_of
from twistedchat.core.names import Name, prepare_nick


def _declare(parser: ArgumentParser) -> None:
    parser.add_argument("nick", metavar="NICK", help="the nick, in whatever case")


def _name(given: Namespace) -> Name:
    return prepare_nick(given.nick, reserved=frozenset())


def _operator(given: Namespace, ask: Ask) -> str:
    return operator_line(_name(given).shown, _patiently(ask))


def _password(given: Namespace, ask: Ask) -> str:
    from twistedchat.storage.stewardship import set_password

    name = _name(given)
    hashed = PasswordHasher().hash(new_password(name.shown, _patiently(ask)))
    account = set_password(files_of(given), name.key, hashed, time.time())
    return f"{account.nick} has a new password. The old one is of no use any more."


def _grant(given: Namespace, _: Ask) -> str:
    from twistedchat.storage.stewardship import set_flag

    account = set_flag(files_of(given), _name(given).key, "operator", given=True)
    return f"{account.nick} is a server operator from the next log-in on."


def _revoke(given: Namespace, _: Ask) -> str:
    from twistedchat.storage.stewardship import set_flag

    account = set_flag(files_of(given), _name(given).key, "operator", given=False)
    return f"{account.nick} is no server operator any more from the next log-in on."


def _patiently(ask: Ask) -> Ask:
    """Ask, and say it in words if there comes no answer."""

    def asked(prompt: str) -> str:
        try:
            return ask(prompt)
        except (EOFError, KeyboardInterrupt):
            raise Refused("no password was given. Nothing was changed.") from None

    return asked


COMMANDS = (
    Command(
        "operator",
        "ask for a password and print the line that makes NICK a server operator",
        _operator,
        "The line belongs under [operators] in the configuration file; NICK then says /oper NICK.\n"
        "It needs no account and no data directory.",
        _declare,
        data=False,
    ),
    Command(
        "password",
        "ask for a new password for NICK's account",
        _password,
        "For somebody who has forgotten theirs. A server may run.",
        _declare,
    ),
    Command(
        "grant",
        "make the owner of NICK's account a server operator",
        _grant,
        "It counts from their next log-in on. A server may run.",
        _declare,
    ),
    Command(
        "revoke",
        "let the owner of NICK's account be no server operator any more",
        _revoke,
        "It counts from their next log-in on. A server may run.",
        _declare,
    ),
)
