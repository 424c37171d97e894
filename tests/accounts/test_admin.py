"""twistedchat-admin operator NICK."""

import tomllib

import pytest
from argon2 import PasswordHasher

from twistedchat.accounts.admin import main


def answers(*passwords):
    """Somebody who types these."""
    left = list(passwords)
    return lambda _: left.pop(0)


@pytest.mark.parametrize("nick", ["ada", "b\u00f6b", "a\\b", "[x]"])
def test_the_line_is_toml(nick, capsys):
    """It can be put into the configuration as it is, and fits the password."""
    main(["operator", nick], answers("long secret", "long secret"))
    read = tomllib.loads("[operators]\n" + capsys.readouterr().out)["operators"]
    assert list(read) == [nick]
    assert PasswordHasher().verify(read[nick], "long secret")


@pytest.mark.parametrize(
    ("nick", "passwords", "says"),
    [
        ("ada", ["short"], "at least 8 characters"),
        ("ada", ["long secret", "another secret"], "the two passwords differ"),
        ("a b", [], "A nick cannot contain white space"),
    ],
)
def test_what_is_wrong_is_one_line(nick, passwords, says, capsys):
    """And status 1; nothing is printed that could be pasted by mistake."""
    with pytest.raises(SystemExit) as end:
        main(["operator", nick], answers(*passwords))
    assert end.value.code.startswith("twistedchat-admin: ")
    assert says in end.value.code
    assert "\n" not in end.value.code
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("interruption", [EOFError, KeyboardInterrupt])
def test_no_password(interruption):
    """Is no traceback."""

    def ask(_):
        raise interruption

    with pytest.raises(SystemExit, match="no password was given"):
        main(["operator", "ada"], ask)


def test_help(capsys):
    """Says what it is for."""
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "operator" in capsys.readouterr().out
