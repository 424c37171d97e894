import pytest

from twistedchat.client.entries import (
    LOCAL,
    Command,
    Entry,
    Local,
    Say,
    is_secret,
    local_help,
    read_entry,
)


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("hello", Say("hello")),
        (" /x", Say(" /x")),
        ("//x", Say("/x")),
        ("/quit  see you ", Local("quit", "see you")),
        ("/QUIT", Local("quit", "")),
        ("/j ops pw", Local("join", "ops pw")),
        ("/quitter", Command("/quitter")),
        ("/qu", Command("/qu")),
        ("/me waves", Command("/me waves")),
        ("/", Command("/")),
    ],
)
def test_what_a_typed_line_means(line: str, entry: Entry) -> None:
    """Said, carried out here, or sent to the server."""
    assert read_entry(line) == entry


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("/register hunter2", True),
        ("/LOGIN ada hunter2", True),
        ("/regi hunter2", True),
        ("/oper root hunter2", True),
        ("/join ops hunter2", True),
        ("/room set password hunter2", True),
        ("/register", False),
        ("/join ops", False),
        ("/r hi", False),
        ("/re hi", False),
        ("hunter2", False),
        ("//login x y", False),
        ("/", False),
    ],
)
def test_lines_with_passwords_are_known(line: str, secret: bool) -> None:
    """Also when the command is shortened, but not when it is another one's name."""
    assert is_secret(line, {"r", "re", "reply"}) is secret


def test_the_clients_own_commands_are_explained() -> None:
    """All of them, or the one asked for."""
    assert len(local_help()) == len(LOCAL)
    assert local_help("quit") == ["/quit [REASON]           say goodbye and leave"]
