"""The command line of ``twistd chat``: every setting a flag, every mistake one line."""

import subprocess
import sys

import pytest
from twisted.python import usage

from twistedchat.command_line import Options
from twistedchat.config import LIMITS, SETTINGS


def parse(*arguments):
    options = Options()
    options.parseOptions(arguments)
    return options


def refusal(*arguments):
    with pytest.raises(SystemExit) as caught:
        parse(*arguments)
    text = caught.value.code
    assert text.startswith("twistd chat: ")
    assert "\n" not in text
    return text


def test_flags_become_settings():
    """What is given on the command line is in the configuration."""
    config = parse(
        "--name", "here", "--greeting-ms", "9", "--limit", "rate=1", "--limit=burst=2"
    ).config
    assert (config.name, config.greeting_ms) == ("here", 9)
    assert (config.limits.rate, config.limits.burst) == (1, 2)


def test_doors_may_be_repeated():
    """Several ports, each given by its own flag."""
    config = parse(
        "--port", "tcp:1", "--port", "tcp:2", "--tls", "tcp:3", "--telnet", "tcp:4"
    ).config
    assert (config.port, config.tls, config.telnet) == (("tcp:1", "tcp:2"), ("tcp:3",), ("tcp:4",))


def test_the_last_of_two_counts_for_the_others():
    """A flag that holds one value can be corrected at the end of the line."""
    assert parse("--name", "a", "--name", "b").config.name == "b"


def test_the_file_is_read_again(tmp_path, monkeypatch):
    """load() gives what the file says now, also when the directory has changed since."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "chat.toml"
    file.write_text('name = "a"')
    options = parse("--config", "chat.toml", "--lobby", "hall")
    file.write_text('name = "b"')
    monkeypatch.chdir("/")
    again = options.load()
    assert (options.config.name, again.name, again.lobby) == ("a", "b", "hall")
    assert again.data == str(tmp_path / "twistedchat-data")


def test_a_flag_that_does_not_exist():
    """The nearest one is suggested."""
    assert "--prot not recognized: did you mean port" in refusal("--prot", "x")
    assert "--zzzzzz not recognized. twistd chat --help" in refusal("--zzzzzz")


def test_a_flag_without_its_value():
    """What is missing is said."""
    assert "--port requires argument" in refusal("--port")


def test_a_word_that_is_no_flag():
    """A port without --port in front is not silently passed over."""
    assert "'tcp:5000' is not an option" in refusal("tcp:5000")


def test_a_value_that_is_not_allowed():
    """The settings' own sentence is passed on."""
    assert "--port 'tcp:x': after tcp:" in refusal("--port", "tcp:x")


def test_twistds_own_options():
    """They are seen through the parent, where there is one."""
    options = Options()
    assert options.twistd == {}
    options.parent = usage.Options()
    options.parent["nodaemon"] = True
    assert options.twistd["nodaemon"]


def test_help_names_everything(capsys):
    """A stranger finds every flag and every limit, in lines that fit a terminal."""
    with pytest.raises(SystemExit) as caught:
        parse("--help")
    text = capsys.readouterr().out
    assert not caught.value.code
    assert all(f"  --{name} " in text for name in [*SETTINGS, "config", "limit"])
    assert all(f"\n      {name} " in text for name in LIMITS)
    assert max(map(len, text.splitlines())) <= 96
    assert "nc localhost 5000" in text


def test_version(capsys):
    """--version is the chat server's, not Twisted's."""
    with pytest.raises(SystemExit):
        parse("--version")
    assert capsys.readouterr().out.startswith("twistedchat ")


def test_help_loads_nothing_heavy():
    """Neither a reactor nor a door nor the chat is imported for the sake of a help page."""
    code = (
        "import sys, twistedchat.tap\n"
        "try: twistedchat.tap.Options().parseOptions(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = ('twisted.internet', 'OpenSSL', 'cryptography', 'twistedchat.core',\n"
        "  'twistedchat.protocols', 'twistedchat.service', 'precis_i18n', 'prompt_toolkit')\n"
        "print([m for m in sys.modules if m.startswith(heavy)], file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr.strip() == "[]"
