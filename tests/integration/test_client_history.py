"""The bundled client and what was said before: read marks, unread lines, paging, search, export."""

import json
import tempfile

import pytest

from tests.integration.terminals import Terminal

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"
PASSWORD = "correct horse battery"


@pytest.fixture
def terminal(tmp_path, ending, wait, program_path, clean_environment, client_command):
    """Run the client in a terminal: ``terminal(server, "--nick", "ada")``."""

    def run(server, *arguments, size=(80, 24), **more):
        directory = ending.enter_context(tempfile.TemporaryDirectory(dir="/tmp"))
        command = [*client_command, f"{HOST}:{server.port}", *arguments]
        tmux, environment = program_path("tmux"), clean_environment | more
        shown = Terminal(tmux, directory, wait, command, environment, size)
        ending.callback(shown.close)
        return shown

    return run


@pytest.fixture
def start_server(serve, tmp_path):
    """A server whose data last."""
    return lambda **more: serve(f"--data={tmp_path}/data", "--limit=burst=1000", **more)


@pytest.fixture
def log_in(terminal):
    """Come back as ada, who proves it with a password from the environment."""

    def come(server, *arguments, **more):
        shown = terminal(
            server, "--account", "ada", *arguments, TWISTEDCHAT_PASSWORD=PASSWORD, **more
        )
        shown.shows("You are ada")
        return shown

    return come


def register(terminal, server, *arguments):
    """Ada makes her name her own, and stays."""
    ada = terminal(server, "--nick", "ada", *arguments)
    ada.shows("You are ada")
    ada.enter("/register")
    for _ in range(2):
        ada.enter(PASSWORD)
    ada.shows("ada is yours now")
    return ada


def leave(ada):
    ada.enter("/quit")
    ada.shows("exit code 0")


def lines_of(ada, text):
    """The lines of messages with a text, as they stand on the screen."""
    return [line.rstrip() for line in ada.scrollback().splitlines() if f"> {text}" in line]


def test_what_was_missed_is_shown_once_though_the_server_was_killed(
    start_server, terminal, log_in, visit
):
    """In order, under a line that counts it; what had been read is not shown again."""
    server = start_server()
    ada, bob = register(terminal, server), visit(server, "bob")
    bob.say("line before")
    ada.shows("<bob> line before")
    leave(ada)
    bob.say(*(f"line {number}" for number in range(5)), "/version")
    bob.hear("runs twistedchat")
    server.process.kill()
    server.ends()
    again = start_server(port=server.port)
    ada = log_in(again)
    ada.shows("--- 5 new in #lobby since", "<bob> line 4")
    assert [line[-6:] for line in lines_of(ada, "line")] == [f"line {n}" for n in range(5)]
    visit(again, "eve").say("and now")
    ada.shows("<eve> and now")
    leave(ada)
    ada = log_in(again)
    ada.shows("The last 7 lines of #lobby:", "<eve> and now")
    assert "new in" not in ada.scrollback()


def test_other_rooms_wait_with_their_count(start_server, terminal, log_in, visit):
    """Until somebody looks; what is said there meanwhile is shown where it is said."""
    rooms = ("--room", "lobby", "--room", "ops")
    server = start_server()
    ada, bob = register(terminal, server, *rooms), visit(server, "bob")
    bob.say("/join ops", "line before")
    ada.shows("#ops <bob> line before")
    leave(ada)
    bob.say("line 1", "line 2")
    ada = log_in(server, *rooms)
    ada.shows("2:#ops(2)")
    assert lines_of(ada, "line") == []
    bob.say("ada: line 3")
    ada.shows("#ops <bob> ada: line 3", "2:#ops(2,1!)")
    ada.press("M-2")
    ada.shows("--- 2 new in #ops since", "<bob> line 2")
    assert [line[-6:] for line in lines_of(ada, "line")] == ["line 1", "line 2"]


def test_of_very_much_the_newest_is_shown_and_paged_back(start_server, terminal, log_in, visit):
    """In a small window; wide characters stay whole."""
    server = start_server()
    ada, bob = register(terminal, server), visit(server, "bob")
    bob.say("line before")
    ada.shows("<bob> line before")
    leave(ada)
    bob.say(*(f"line {number:03} 日本語" for number in range(300)), "/version")
    bob.hear("runs twistedchat")
    ada = log_in(server, size=(40, 12))
    ada.shows("--- 300 new in #lobby since", "line 299")
    shown = [line[12:20] for line in lines_of(ada, "line")]
    assert shown == [f"line {number:03}" for number in range(100, 300)]
    ada.press("PPage")
    ada.shows("Earlier in #lobby", "| ", "line 080 日本語", "line 099 日本語")
    ada.press("PPage")
    ada.shows("line 060 日本語")
    assert "line 059" not in ada.scrollback()


def test_private_messages_come_once(start_server, terminal, log_in, visit):
    """Whichever device comes first."""
    server = start_server()
    leave(register(terminal, server))
    bob = visit(server, "bob")
    bob.say(f"/register {PASSWORD}", "/msg ada psst", "/version")
    bob.hear("runs twistedchat")
    ada = log_in(server)
    ada.shows("A private message came while you were away:", "bob -> you: psst")
    leave(ada)
    ada = log_in(server)
    ada.shows("#lobby>")
    assert "psst" not in ada.scrollback()


def test_something_is_found_and_looked_at(start_server, terminal, log_in, visit):
    """Numbered results with their day and room, and what stood around one."""
    server = start_server()
    ada, bob = register(terminal, server), visit(server, "bob")
    bob.say("before it", "the deploy is done", "after it")
    ada.shows("<bob> after it")
    ada.enter("/search deploy from:bob")
    ada.shows("Found for deploy from:bob", " 1 | ", "#lobby <bob> the deploy is done")
    ada.enter("/context 1")
    ada.shows("Earlier in #lobby", "<bob> before it", "Page Up shows what was said before.")
    marked = [line for line in ada.scrollback().splitlines() if line.startswith("> ")]
    assert [line.rstrip().partition("<bob> ")[2] for line in marked] == ["the deploy is done"]


def test_an_export_is_the_persons_alone(start_server, terminal, tmp_path):
    """In a file that nobody else can read, and that is never written over."""
    server = start_server()
    ada = register(terminal, server)
    ada.enter("my own words")
    ada.shows("<ada> my own words")
    path = tmp_path / "mine.jsonl"
    ada.enter(f"/export {path}")
    ada.shows("Everything stored about you")
    entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert "my own words" in [entry.get("text") for entry in entries]
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    ada.enter(f"/export {path}")
    ada.shows("stays as it is")
    assert path.read_bytes() == before


def test_a_script_gets_the_past_only_when_it_asks(start_server, client, visit):
    """The objects of the wire protocol, those from before first."""
    server = start_server()
    bob = visit(server, "bob")
    bob.say(*(f"line {number}" for number in range(5)), "/version")
    bob.hear("runs twistedchat")
    place = f"{HOST}:{server.port}"
    asking = client(place, "--nick", "one", "--history", "3", "--json", stdin=-3)
    assert asking.ends() == 0
    said = [json.loads(line) for line in asking.output.splitlines()]
    assert [one["text"] for one in said if one["type"] == "said"] == ["line 2", "line 3", "line 4"]
    other = client(place, "--nick", "two", "--follow", "--json", stdin=-3)
    bob.hear("two joined")
    bob.say("new")
    other.hear('"new"')
    assert "line" not in other.output
