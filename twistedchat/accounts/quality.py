"""What makes a password good enough, and the form in which all are hashed."""

import unicodedata

from twistedchat.core.errors import BadPassword

LEAST_CHARS = 8
MOST_BYTES = 256
LEAST_DIFFERENT = 4

# The commonest passwords in public lists of stolen ones, as far as they are long enough.
_WORDS = """
    password password1 password12 password123 passw0rd p@ssw0rd p@ssword 12345678 123456789
    1234567890 0123456789 87654321 987654321 9876543210 11111111 123123123 12341234 12344321
    1q2w3e4r 1q2w3e4r5t 1qaz2wsx qazwsxedc qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234
    qwertz123 azertyuiop asdfghjk asdfghjkl zxcvbnm1 zxcvbnm123 abcd1234 abc12345 a1b2c3d4
    abcdefgh abcdefg1 iloveyou iloveyou1 sunshine princess princess1 football football1 baseball
    baseball1 superman superman1 batman123 starwars trustno1 whatever computer internet welcome1
    welcome123 letmein1 letmein123 changeme changeme1 administrator admin123 admin1234 root1234
    default1 testtest test1234 testing123 secret123 topsecret hello123 hello1234 monkey123
    dragon123 michelle jennifer jonathan charlie1 michael1 liverpool chocolate butterfly
    basketball samantha elizabeth alexander einstein computer1 master123 pokemon1 minecraft
    freedom1 cheese123 mustang1 shadow123 q1w2e3r4 zaq12wsx google123 facebook linkedin twitter1
    chatchat twistedchat correcthorse
    """
_COMMONEST = frozenset(_WORDS.split())


def normal(password: str) -> str:
    """The form in which a password is hashed, as RFC 8265 has it (OpaqueString).

    However a letter was typed, it is the same, and any blank is a space.
    """
    composed = unicodedata.normalize("NFC", password[:MOST_BYTES])
    return "".join(" " if unicodedata.category(c) == "Zs" else c for c in composed)


def accept(password: str, nick: str) -> str:
    """The password as it is hashed, if it is good enough.

    Raises:
        BadPassword: the sentence says what is wrong with it, and never what it is.
    """
    shown = normal(password)
    if len(shown) < LEAST_CHARS:
        raise BadPassword(f"The password is too short: take at least {LEAST_CHARS} characters.")
    if len(password.encode("utf-8", "replace")) > MOST_BYTES:
        raise BadPassword(f"The password is too long: take at most {MOST_BYTES} bytes.")
    if any(unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co") or c == "\ufffd" for c in shown):
        raise BadPassword("The password has a character that cannot be typed everywhere.")
    if _easy(shown.casefold(), nick.casefold()):
        raise BadPassword("That password is one of the first to be guessed: take another.")
    return shown


def _easy(password: str, nick: str) -> bool:
    if password in _COMMONEST or len(set(password)) < LEAST_DIFFERENT:
        return True
    core = password.strip("0123456789!.?-_+*# ")
    return core in ("", nick, nick[::-1], nick * 2) or core in _COMMONEST
