"""Lines that were meant as a command with a password."""

import pytest

from twistedchat.core.slips import meant, slip


@pytest.mark.parametrize(
    ("line", "command"),
    [
        (" /login ada secret", "login"),
        ("\t/register secret", "register"),
        ("\u00a0/passwd old new", "passwd"),
        ("  /regsiter secret", "register"),
        ("  //login secret", "login"),
        (" / login secret", "login"),
        ("\\login secret", "login"),
        (".login ada secret", "login"),
        ("7login secret", "login"),
        ("-register secret", "register"),
        (" login secret", "login"),
        (" /forget secret", "forget"),
        (".forget secret", "forget"),
        ("7FORGET my secret", "forget"),
        ("LOGIN secret", "login"),
        ("login ada secret", "login"),
        ("identify secret", "login"),
        ("oper ada secret", "oper"),
        ("register  secret ", "register"),
    ],
)
def test_a_mistyped_command_is_known(line, command):
    """Whatever stands in the place of its slash."""
    assert slip(line) == command


@pytest.mark.parametrize(
    "line",
    [
        "hello", "login", "login works again for me", "I cannot login secret", "logins are slow",
        "the /login command", "register with the office first", " /msg bob hi", " /me waves",
        "operators are asleep", "lol", "", " ", "7 people", "- a list", "please login ada",
        " /login",
        "forget it", " forget about that", "- forget it", "-forget about that now",
        "passwd", "... and so on", "password is hunter2",
    ],
)  # fmt: skip
def test_what_people_say_is_said(line):
    """Also when it is about logging in."""
    assert slip(line) == ""


@pytest.mark.parametrize(
    ("name", "command"),
    [("regsiter", "register"), ("LOGN", "login"), ("loginsecret", "login"), ("join", ""),
     ("x" * 5000, "")],
)  # fmt: skip
def test_a_misspelt_name(name, command):
    """Also one to which the password sticks."""
    assert meant(name) == command
