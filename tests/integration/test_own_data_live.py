"""What is taken back or erased is gone, also from the disk; its owner can have all the rest."""

import json
import signal
import subprocess

import pytest

pytestmark = pytest.mark.integration

GOOD = "Tr0ub4dor&3"


def kill(server):
    server.process.send_signal(signal.SIGKILL)
    server.ends()


def kept(tmp_path, text):
    """The files of the data directory in which a text can be found."""
    files = (path for path in (tmp_path / "data").iterdir() if path.is_file())
    return [path.name for path in files if text.encode() in path.read_bytes()]


def test_what_was_taken_back_stays_away(serve, visit):
    """Lines from before a restart, too; whoever asks is told the same as the others."""
    first = serve("--data=data")
    ada = visit(first, "ada")
    witness = visit(first, "witness")
    ada.say(f"/register {GOOD}", "before one", "before two")
    witness.hear("before two")
    kill(first)
    second = serve("--data=data")
    ada, bob = visit(second), visit(second, "bob")
    ada.say("ada", f"/login {GOOD}", "after", "/delete 2")
    bob.hear("*** ada took back 2 lines in #lobby.")
    bob.say("/history", "/delete ada")
    told = bob.hear("End of 1 line.")
    assert "before one" in told
    kill(second)
    third = serve("--data=data")
    cy = visit(third, "cy")
    cy.say("/history")
    told = cy.hear("End of 1 line.")
    assert "before two" not in told
    assert "after" not in told


def test_who_is_forgotten_is_nowhere(serve, visit, tmp_path):
    """Neither in a killed server's data nor, once it has ended in order, in any of its files."""
    first = serve("--data=data")
    ada, bob = visit(first, "ada"), visit(first, "bob")
    ada.say(f"/register {GOOD}", "xylophone in public", "/msg bob xylophone in private")
    bob.hear("xylophone in private")
    bob.say("bobs own line")
    ada.say("/join den", "/room register", "/forget", GOOD)
    ada.hear("Your account is erased. You go on as a guest called ada")
    kill(first)
    second = serve("--data=data")
    eve = visit(second, "ada")
    eve.say("/history", "/rooms")
    told = eve.hear("End of 1 line.")
    assert "bobs own line" in told
    assert "den" not in eve.hear("#lobby")
    eve.say(f"/register another {GOOD}")
    eve.hear("ada is yours now")
    second.terminate()
    second.ends()
    assert kept(tmp_path, "bobs own line")
    assert kept(tmp_path, "xylophone in") == []


def test_everything_can_be_had_with_nc(serve, visit, program_path, tmp_path):
    """As the README says: one command, and each line that begins with a brace is an object."""
    server = serve("--data=data")
    ada = visit(server, "ada")
    ada.say(f"/register {GOOD}")
    ada.hear("ada is yours now")
    ada.say(*(f"line {number}" for number in range(12)), "/quit")
    ada.rest()
    (tmp_path / "password").write_text(f"{GOOD}\n")
    script = "(printf '/login ada '; cat password; echo /export; echo /quit) | "
    script += f"{program_path('nc')} 127.0.0.1 {server.port} | grep '^{{'"
    found = subprocess.run(
        script, shell=True, cwd=tmp_path, capture_output=True, check=True, timeout=20
    )
    entries = [json.loads(line) for line in found.stdout.splitlines()]
    said = [entry["text"] for entry in entries if entry["type"] == "message"]
    assert said == [f"line {number}" for number in range(12)]
    assert GOOD not in found.stdout.decode()
