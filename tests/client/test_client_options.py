from pathlib import Path

import pytest

from twistedchat.client.options import parse_options, program_version


def test_without_arguments_everything_is_left_open() -> None:
    """The settings and defaults decide."""
    options = parse_options([])
    assert (options.server, options.nick, options.rooms) == (None, None, ())
    assert not any((options.plain, options.tls, options.follow, options.json))


def test_arguments_are_understood() -> None:
    """In the order that people write them."""
    options = parse_options(
        ["host:1", "--room", "ops", "--nick", "ada", "--room", "dev", "--ca", "f", "--follow"]
    )
    assert (options.server, options.nick, options.rooms) == ("host:1", "ada", ("ops", "dev"))
    assert (options.ca, options.follow) == (Path("f"), True)


@pytest.mark.parametrize("arguments", [["--plain", "--tls"], ["--password", "x"], ["a", "b"]])
def test_what_makes_no_sense_ends_with_the_code_for_it(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Passwords on the command line among it."""
    with pytest.raises(SystemExit) as ended:
        parse_options(arguments)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_lines_from_before_are_asked_for() -> None:
    """By number or by time."""
    assert parse_options(["--history", "50"]).history == 50
    options = parse_options(["--since", "2h"], lambda: 10_000.0)
    assert (options.since, options.wants_past) == (2800.0, True)
    assert not parse_options([]).wants_past


@pytest.mark.parametrize(
    "arguments", [["--history", "0"], ["--history", "1001"], ["--history", "x"], ["--since", "x"]]
)
def test_a_past_that_makes_no_sense_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With what is allowed."""
    with pytest.raises(SystemExit) as ended:
        parse_options(arguments)
    assert ended.value.code == 2
    assert arguments[1] in capsys.readouterr().err.splitlines()[-1]


def test_help_and_version_are_for_strangers(capsys: pytest.CaptureFixture[str]) -> None:
    """Examples and exit codes are there."""
    for flag in ("--help", "--version"):
        with pytest.raises(SystemExit) as ended:
            parse_options([flag])
        assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert "echo done | twistedchat" in printed
    assert "exit codes" in printed
    assert f"twistedchat {program_version()}" in printed
