"""New passwords that a host is asked for, and the line of one for the configuration."""

from collections.abc import Callable

from argon2 import PasswordHasher

from twistedchat.accounts.quality import accept
from twistedchat.core.errors import BadPassword


def new_password(nick: str, ask: Callable[[str], str]) -> str:
    """Ask for a new password twice; the form in which it is hashed.

    Raises:
        BadPassword: it is not good enough, or the two differ.
    """
    password = accept(ask(f"Password for {nick}: "), nick)
    if accept(ask("Once more: "), nick) != password:
        raise BadPassword("the two passwords differ. Try again.")
    return password


def operator_line(nick: str, ask: Callable[[str], str]) -> str:
    """Ask for a password and write the line for the configuration's [operators].

    Raises:
        BadPassword: it is not good enough, or the two differ.
    """
    password = new_password(nick, ask)
    quoted = nick.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" = "{PasswordHasher().hash(password)}"'
