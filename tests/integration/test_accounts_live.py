"""Accounts on the real server: they outlive it, and their passwords are nowhere."""

import signal

import pytest

pytestmark = pytest.mark.integration

GOOD = "Tr0ub4dor&3"
OTHER = "battery-staple-9"
MISTAKES = (
    f" /login ada {GOOD}", f"/logn ada {GOOD}", f"/login{GOOD}", f"login ada {GOOD}",
    f"/ login {GOOD}",    f".register {GOOD}", f"/regsiter {GOOD}", f"/oper ada {GOOD}",
    f"/login {GOOD}", f"/msg nickserv identify {GOOD}",
)  # fmt: skip


def test_an_account_outlives_the_server(serve, visit, tmp_path):
    """Also when it is killed; a wrong password is none, the right one is asked for on nc."""
    first = serve("--data=data")
    ada = visit(first, "ada")
    ada.say(f"/register {GOOD}")
    ada.hear("ada is yours now")
    first.process.send_signal(signal.SIGKILL)
    first.ends()
    second = serve("--data=data")
    guest = visit(second)
    guest.say("ada")
    guest.hear("ada belongs to an account, so you are ada2. /login if it is yours.")
    guest.say("/login", "wrong")
    guest.hear("do not belong together")
    guest.say("/login", GOOD)
    guest.hear("You are logged in as ada, in #lobby.")


def test_a_password_is_nowhere(serve, visit, tmp_path):
    """Neither in the log nor in the data, whatever was mistyped; and nobody else has read it."""
    server = serve("--data=data")
    witness = visit(server, "witness")
    ada = visit(server, "ada")
    ada.say("/register", GOOD)
    ada.hear("ada is yours now")
    for mistake in MISTAKES:
        ada.say(mistake)
    ada.say(f"/passwd {GOOD} {OTHER}")
    ada.hear("Your password is changed.")
    ada.say("/logout", "/login ada", OTHER, "the end")
    ada.hear("You are logged in as ada")
    told = witness.hear("<ada> the end")
    server.terminate()
    server.ends()
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"chat.sqlite", "server0.out"} <= {path.name for path in kept}
    for secret in (GOOD, OTHER):
        assert secret not in told
        assert [path for path in kept if secret.encode() in path.read_bytes()] == []
