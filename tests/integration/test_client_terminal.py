"""The bundled client in a real terminal (tmux): what a person sees."""

import tempfile

import pytest

from tests.integration.terminals import Terminal

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"


@pytest.fixture
def terminal(tmp_path, ending, wait, program_path, clean_environment, client_command):
    """Run the client in a terminal."""

    def run(server, nick, *arguments):
        # A socket's path must be short, which the test's own directory is not everywhere.
        directory = ending.enter_context(tempfile.TemporaryDirectory(dir="/tmp"))
        command = [*client_command, f"{HOST}:{server.port}", "--nick", nick, *arguments]
        shown = Terminal(program_path("tmux"), directory, wait, command, clean_environment)
        ending.callback(shown.close)
        shown.prompts("#lobby>")
        return shown

    return run


def test_half_typed_text_stays_whole(serve, terminal, visit):
    """Lines come in above the prompt; what is being typed is neither moved nor torn."""
    server = serve()
    ada, bob = terminal(server, "ada"), visit(server, "bob")
    ada.type("half ty")
    ada.prompts("#lobby> half ty")
    bob.say(*(f"line {number}" for number in range(10)))
    ada.shows("<bob> line 9")
    ada.prompts("#lobby> half ty")
    ada.enter("ped")
    bob.hear("<ada> half typed")
    ada.shows("<ada> half typed")
    ada.prompts("#lobby>")
    # tmux may keep a prompt that was drawn again in its scrollback, but never a torn one.
    typed = {line.rstrip() for line in ada.scrollback().splitlines() if "half" in line}
    said = {line for line in typed if line.endswith("<ada> half typed")}
    assert len(said) == 1
    assert typed - said <= {"#lobby> half ty", "#lobby> half typed"}


def test_wide_characters_and_emoji(serve, terminal, visit):
    """They are shown, typed, taken back and sent whole."""
    server = serve()
    ada, bob = terminal(server, "ada"), visit(server, "bob")
    bob.say("日本語 🎉 e\u0301 end")
    ada.shows("<bob> 日本語 🎉")
    ada.type("漢字🎉x")
    ada.prompts("#lobby> 漢字🎉x")
    ada.press("BSpace", "BSpace")
    ada.prompts("#lobby> 漢字")
    ada.enter("🎉")
    bob.hear("<ada> 漢字🎉\n")


def test_tab_completes(serve, terminal, visit):
    """Commands, nicks and rooms."""
    server = serve()
    ada = terminal(server, "ada")
    visit(server, "barbara")
    ada.shows("barbara joined #lobby.")
    ada.type("/reconn")
    ada.press("Tab")
    ada.prompts("#lobby> /reconnect")
    ada.press("C-u")
    ada.type("barb")
    ada.press("Tab")
    ada.prompts("#lobby> barbara:")
    ada.press("C-u")
    ada.enter("/join deploys")
    ada.prompts("#deploys>")
    ada.type("see #lob")
    ada.press("Tab")
    ada.prompts("#deploys> see #lobby")


def test_the_window_changes_its_size(serve, terminal, visit):
    """Narrow, then wide again: the prompt, what is typed and the scrollback are still there."""
    server = serve()
    ada, bob = terminal(server, "ada"), visit(server, "bob")
    bob.say("before " + "x" * 60)
    ada.shows("x" * 60)
    ada.type("still here")
    for width in ("40", "100"):
        ada("resize-window", "-x", width, "-y", "20")
        bob.say(f"at {width}")
        ada.shows(f"<bob> at {width}")
        ada.prompts("#lobby> still here")
    assert ada.shows("<bob> before", "x" * 60).count("still here") == 1


def test_old_lines_are_in_the_terminals_own_scrollback(serve, terminal, visit):
    """Every line is there once, in order."""
    server = serve("--limit=burst=200")
    ada, bob = terminal(server, "ada"), visit(server, "bob")
    bob.say(*(f"line {number:03}" for number in range(100)))
    lines = [line for line in ada.shows("<bob> line 099").splitlines() if "<bob>" in line]
    assert [line[-3:] for line in lines] == [f"{number:03}" for number in range(100)]
    assert "line 000" not in ada.screen()


def test_a_paste_of_many_lines_is_confirmed(serve, terminal, visit):
    """Nothing is said before; then all of it, in order."""
    server = serve()
    ada, bob = terminal(server, "ada"), visit(server, "bob")
    ada("set-buffer", "".join(f"pasted {number}\n" for number in range(15)))
    ada("paste-buffer", "-p", "-r")
    ada.shows("15 lines")
    bob.say("/version")
    assert "pasted" not in bob.hear("runs twistedchat")
    ada.press("y", "Enter")
    for number in range(15):
        bob.hear(f"<ada> pasted {number}\n")


def test_the_server_is_stopped_and_started_again(serve, terminal, visit):
    """The client comes back into its rooms, and shows once what was said meanwhile."""
    server = serve()
    ada = terminal(server, "ada")
    ada.enter("/join ops")
    ada.prompts("#ops>")
    ada.type("half ty")
    server.terminate()
    server.ends()
    ada.shows("Come back later.")
    again = serve(port=server.port)
    bob = visit(again, "bob")
    bob.say("nobody here?", "/join ops", "nor here?")
    ada.shows("Connected again", "nobody here?", "nor here?")
    ada.prompts("#ops> half ty")
    bob.say("welcome back")
    seen = ada.shows("welcome back")
    for text in ("nobody here?", "nor here?", "welcome back"):
        assert seen.count(text) == 1
    ada.enter("ped")
    bob.hear("<ada> half typed")


def test_quit_leaves_the_terminal_as_it_was(serve, terminal, visit):
    """Exit code 0, and the others read the reason."""
    server = serve()
    ada, bob = terminal(server, "ada"), visit(server, "bob")
    ada.enter("/quit off to lunch")
    bob.hear("ada has gone: off to lunch")
    ada.shows("exit code 0")
