import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from twistedchat.client.addresses import AddressError
from twistedchat.client.known import KnownServers
from twistedchat.client.main import (
    PasswordError,
    choose_profile,
    choose_route,
    device_name,
    prove,
    run,
    uses_terminal,
)
from twistedchat.client.options import parse_options
from twistedchat.client.refusals import Exit
from twistedchat.client.settings import Settings


def route(tmp_path: Path, *arguments: str, settings: Settings | None = None) -> Any:
    known = KnownServers(tmp_path / "known")
    return choose_route(parse_options(list(arguments)), settings or Settings(), known)


def test_the_server_is_chosen_by_flag_then_by_setting(tmp_path: Path) -> None:
    """And is this computer otherwise."""
    settings = Settings(server="chat.example.org")
    assert str(route(tmp_path)) == "localhost:5000"
    assert str(route(tmp_path, settings=settings)) == "chat.example.org:5000"
    assert str(route(tmp_path, "other:1", settings=settings)) == "other:1"


def test_trust_is_for_the_host_and_its_place(tmp_path: Path) -> None:
    """Plain routes have none."""
    assert route(tmp_path, "localhost").trust is None
    trust = route(tmp_path, "chat.example.org:1", "--fingerprint", "ab" * 32).trust
    assert (trust.host, trust.place) == ("chat.example.org", "chat.example.org:1")
    assert trust.given == ":".join(["AB"] * 32)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["localhost", "--fingerprint", "ab" * 32], "Add --tls"),
        (["a", "--plain", "--ca", "x"], "plain"),
        (["unix:/x", "--tls"], "no TLS"),
        (["a", "--fingerprint", "ab"], "64 hex digits"),
        (["a", "--ca", "/does/not/exist"], "--ca /does/not/exist"),
    ],
)
def test_what_does_not_go_together_is_said(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    """Security that was asked for is never dropped silently."""
    with pytest.raises(AddressError, match=words):
        route(tmp_path, *arguments)


def test_a_device_has_a_name_that_stays() -> None:
    """Made of the person's and the computer's, unless one is set; never too long for the server."""
    assert device_name("ada", "box.example.org") == "ada-box"
    assert device_name("Ada L.", "böx!") == "Ada-L.-böx-"
    assert len(device_name("a" * 40, "box")) == 32
    assert choose_profile(parse_options([]), Settings(device="phone")).device == "phone"
    assert choose_profile(parse_options([]), Settings()).device != ""


def test_the_profile_takes_flags_then_settings() -> None:
    """A nick that nobody chose has a spare one."""
    settings = Settings(nick="ada", rooms=("ops",), backlog=3, highlight=("x",))
    profile = choose_profile(parse_options([]), settings)
    assert (profile.nick, profile.rooms, profile.backlog) == ("ada", ("ops",), 3)
    assert (profile.highlight, profile.spare) == (("x",), "")
    chosen = choose_profile(parse_options(["--nick", "eve", "--room", "dev"]), settings)
    assert (chosen.nick, chosen.rooms) == ("eve", ("dev",))
    nobody = choose_profile(parse_options([]), Settings())
    assert nobody.nick
    assert (nobody.spare, nobody.rooms) == ("guest", None)


@pytest.mark.parametrize(
    ("arguments", "reads", "writes", "terminal"),
    [
        ([], True, True, True),
        ([], False, True, False),
        ([], True, False, False),
        (["--follow"], True, True, False),
        (["--json"], True, True, False),
    ],
)
def test_it_is_a_filter_without_a_terminal_or_when_told(
    arguments: list[str], reads: bool, writes: bool, terminal: bool
) -> None:
    """Either end in a pipe is enough."""
    assert uses_terminal(parse_options(arguments), reads, writes) is terminal


def test_a_fingerprint_can_be_forgotten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Once; the second time there is none."""
    place = {"XDG_DATA_HOME": str(tmp_path)}
    KnownServers(tmp_path / "twistedchat" / "known_servers").remember("a:5000", "AA")
    assert run(["--forget", "a"], place, tmp_path) == Exit.DONE
    assert run(["--forget", "a"], place, tmp_path) == Exit.FAILED
    assert "a:5000" in capsys.readouterr().err


def test_wrong_input_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bad address, and a bad settings file."""
    assert run(["a b"], {}, tmp_path) == Exit.USAGE
    settings = tmp_path / ".config" / "twistedchat" / "client.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("bell = 'loud'")
    assert run([], {}, tmp_path) == Exit.USAGE
    first, second = capsys.readouterr().err.splitlines()
    assert "HOST:PORT" in first
    assert "bell must be one of" in second


def test_a_script_loads_no_terminal_library_and_no_reactor_is_installed_by_import() -> None:
    """Neither by the program's modules nor by what it runs as a filter."""
    code = (
        "import sys, twistedchat.client.main, twistedchat.client.filter_run, twistedchat.__main__;"
        "sys.exit('prompt_toolkit' in sys.modules or 'twisted.internet.reactor' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def proved(tmp_path: Path, *arguments: str, ask: Any = None, **environment: str) -> Any:
    options = parse_options(list(arguments))
    return prove(choose_profile(options, Settings()), options, environment, ask)


def test_who_logs_in_by_what(tmp_path: Path) -> None:
    """A file, the environment or a question, in this order; never the command line."""
    file = tmp_path / "password"
    file.write_text("from file\nmore\n")
    account = ("--account", "ada")
    named = ("--password-file", str(file))
    variable = {"TWISTEDCHAT_PASSWORD": "from variable"}
    assert proved(tmp_path, *account, *named, **variable).password == "from file"
    assert proved(tmp_path, *account, **variable).password == "from variable"
    asked = proved(tmp_path, *account, ask=lambda question: f"answer to {question}")
    assert asked.password == "answer to Password for ada: "
    assert (asked.account, asked.nick, asked.insists) == ("ada", "ada", False)
    script = proved(tmp_path, *account, "--nick", "bot", **variable)
    assert (script.nick, script.insists) == ("bot", True)
    assert proved(tmp_path, **variable).account == ""


def test_a_log_in_without_a_password_is_refused(tmp_path: Path) -> None:
    """With where to put one; an interrupted question is none."""

    def interrupted(_: str) -> str:
        raise KeyboardInterrupt

    for arguments, ask, words in (
        (("--account", "ada"), None, "TWISTEDCHAT_PASSWORD"),
        (("--account", "ada"), interrupted, "TWISTEDCHAT_PASSWORD"),
        (("--account", "ada", "--password-file", "/does/not/exist"), None, "cannot be read"),
        (("--password-file", "x"), None, "needs --account"),
    ):
        with pytest.raises(PasswordError, match=words):
            proved(tmp_path, *arguments, ask=ask)
