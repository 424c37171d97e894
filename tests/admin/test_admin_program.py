"""How twistedchat-admin is used, and how it ends."""

import os
import subprocess
import sys

import pytest

from twistedchat.admin import main, program
from twistedchat.admin.command import Command

NAMES = {
    "operator", "password", "grant", "revoke", "backup", "restore", "check", "compact", "reindex",
    "export",
}  # fmt: skip


def test_help_lists_everything(capsys):
    """And the meaning of the status."""
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert {line.split()[0] for line in told.splitlines() if line.startswith("    ")} >= NAMES
    assert "exit status:" in told


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_has_a_help_of_its_own(name, capsys):
    """With every argument explained."""
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])
    assert end.value.code == 0
    told = capsys.readouterr().out
    assert told.startswith(f"usage: twistedchat-admin {name}")
    assert ("--data DIRECTORY" in told) == (name != "operator")


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["backup"], ["check", "--prot"]])
def test_wrong_use_is_status_2(arguments, capsys):
    """With the usage."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("usage: twistedchat-admin")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (PermissionError(13, "Permission denied", "/data"), "/data: Permission denied."),
        (OSError("something"), "something."),
        (KeyboardInterrupt(), "interrupted. The data is as it was."),
    ],
)
def test_what_goes_wrong_is_a_line(monkeypatch, error, says):
    """Never a traceback."""

    def act(*_):
        raise error

    monkeypatch.setattr(program, "COMMANDS", (Command("fail", "fail", act),))
    with pytest.raises(SystemExit) as end:
        main(["fail"])
    assert end.value.code == f"twistedchat-admin: {says}"


def test_a_terminal_that_cannot_show_a_name_shows_another(tmp_path):
    """Instead of a traceback."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "twistedchat.admin", "export", "#b\u00f6b", "--data", "none"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("twistedchat-admin: none/chat.sqlite cannot be read")


def test_the_help_needs_no_database():
    """It comes at once."""
    code = (
        "import sys; from twistedchat.admin import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print('sqlalchemy' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "False\n"


def test_without_a_terminal_passwords_are_lines_of_the_input():
    """Without a warning of an echo where nobody types."""
    asking = (
        "from twistedchat.admin.program import ask_hidden\n"
        "print([ask_hidden('one: '), ask_hidden('two: ')])\n"
        "ask_hidden('three: ')"
    )
    done = subprocess.run(
        [sys.executable, "-c", asking], input="first one\nsecond\n", capture_output=True,
        text=True, check=False, start_new_session=True,
    )  # fmt: skip
    assert done.stdout == "['first one', 'second']\n"
    assert "arning" not in done.stderr
    assert done.stderr.rstrip().endswith("EOFError")
