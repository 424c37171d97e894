"""New passwords that a host is asked for."""

import pytest

from twistedchat.accounts.operator_line import new_password, operator_line
from twistedchat.core.errors import BadPassword


def answers(*passwords):
    left = list(passwords)
    return lambda _: left.pop(0)


def test_a_password_is_asked_for_twice():
    """And is in the form in which it is hashed."""
    assert (
        new_password("ada", answers("cafe\u0301 au lait", "caf\u00e9 au lait"))
        == "caf\u00e9 au lait"
    )
    with pytest.raises(BadPassword, match="differ"):
        new_password("ada", answers("long secret", "another secret"))
    with pytest.raises(BadPassword, match="too short"):
        new_password("ada", answers("short"))


def test_the_line_names_the_nick():
    """Quoted as TOML wants it."""
    line = operator_line('a"\\b', answers("long secret", "long secret"))
    assert line.startswith(r'"a\"\\b" = "$argon2id$')
