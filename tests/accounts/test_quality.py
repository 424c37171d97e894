"""Which passwords are good enough."""

import pytest

from twistedchat.accounts.quality import accept, normal
from twistedchat.core.errors import BadPassword


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "too short"),
        ("1234567", "too short"),
        ("x\u00a0y" * 2, "too short"),
        ("ab" * 200, "too long"),
        ("\U0001f600" * 65, "too long"),
        ("long\x07enough", "cannot be typed"),
        ("broken \ufffd text", "cannot be typed"),
        ("Password123", "first to be guessed"),
        ("qwertyuiop!!", "first to be guessed"),
        ("aaaaaaaaaa", "first to be guessed"),
        ("abababababab", "first to be guessed"),
        ("4815162342", "first to be guessed"),
        ("Lovelace", "first to be guessed"),
        ("lovelace1815", "first to be guessed"),
        ("ecalevol!", "first to be guessed"),
        ("lovelacelovelace", "first to be guessed"),
    ],
)
def test_a_bad_password_is_refused_and_not_quoted(password, why):
    """With what to do instead."""
    with pytest.raises(BadPassword, match=why) as refusal:
        accept(password, "Lovelace")
    assert not password or password not in str(refusal.value)


@pytest.mark.parametrize(
    "password",
    [
        "tr0ub4dor",
        "correct horse battery",
        "\u65e5\u672c\u8a9e\u306e\u79d8\u5bc6\u306e\u5408\u8a00\u8449",
        "Lovelace is my hero",
    ],
)
def test_a_good_one_is_taken_as_it_is(password):
    """Blanks, any alphabet, and the nick as one word of many."""
    assert accept(password, "Lovelace") == password


def test_however_a_letter_is_typed_the_password_is_the_same():
    """Composed or not, with whatever blank a keyboard makes."""
    assert accept("caf\u00e9\u00a0secret", "x") == accept("cafe\u0301 secret", "x")
    assert normal("e\u0301") == "\u00e9"
