from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import Deferred, succeed

from twistedchat.client.desk import Desk
from twistedchat.client.display import plain
from twistedchat.client.refusals import Exit, Refusal
from twistedchat.client.settings import Settings

NOON = 1795435200.0  # 2026-11-23T12:00:00Z


class Screen:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.questions: list[tuple[str, Any]] = []
        self.hidden: list[bool] = []
        self.calls: list[Any] = []
        self.rings = 0
        self.cleared = False
        self.closed = False

    def write(self, lines: list[Any]) -> None:
        self.lines += [plain(line) for line in lines]

    def ask(self, question: str, answered: Any, *, hidden: bool = False) -> None:
        self.questions.append((question, answered))
        self.hidden.append(hidden)

    def answer(self, text: str) -> None:
        self.questions.pop(0)[1](text)

    def ring(self) -> None:
        self.rings += 1

    def clear(self) -> None:
        self.cleared = True

    def later(self, seconds: float, call: Any) -> None:
        self.calls.append(call)

    def refresh(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


class Case:
    """A desk on a conversation that the test plays the server of; it is its own connection."""

    def __init__(self, script: Any) -> None:
        self.script, self.screen = script, Screen()
        self.trusted: list[str] = []
        self.starts = self.restarts = 0
        self.goodbyes: list[str] = []
        self.desk = Desk(
            script.talk, Settings(), self.screen, self.accept, "/c/client.toml", lambda: NOON
        )
        self.desk.connection = self

    def accept(self, fingerprint: str) -> str:
        self.trusted.append(fingerprint)
        return "It is kept."

    def start(self) -> None:
        self.starts += 1

    def restart(self) -> None:
        self.restarts += 1

    def quit(self, reason: str = "") -> Deferred[None]:
        self.goodbyes.append(reason)
        return succeed(None)

    def flush(self) -> None:
        self.script.pump()
        shown, self.script.shown = self.script.shown, []
        self.desk.show(shown)

    def connect(self, **welcome: Any) -> None:
        self.script.connect(**welcome)
        self.flush()
        self.screen.lines.clear()

    def give(self, *objects: Any) -> None:
        self.script.give(*objects)
        self.flush()

    def requests(self) -> list[tuple[str, str]]:
        return [(r["type"], r["text"]) for r in self.script.sent if "text" in r]


@pytest.fixture
def case(script: Any) -> Case:
    return Case(script)


def test_lines_and_commands_go_to_the_server(case: Case) -> None:
    """A doubled slash says a single one; an empty line is nothing."""
    case.connect()
    for line in ("hello", "//x", "/me waves", "  "):
        case.desk.typed(line)
    assert case.requests() == [("say", "hello"), ("say", "/x"), ("command", "/me waves")]


def test_what_is_heard_is_written_and_rung(case: Case, said: Any) -> None:
    """The bell for a mention."""
    case.connect()
    case.give(said(1, "hi"))
    assert case.screen.rings == 0
    case.give(said(2, "hi ada"))
    assert case.screen.rings == 1
    assert case.screen.lines[-1].endswith("<bob> hi ada")


def test_the_trouble_ends_with_the_welcome(case: Case) -> None:
    """First connecting, then nothing to say."""
    assert case.desk.trouble == ("connecting",)
    case.connect()
    assert case.desk.trouble == ()
    case.script.break_off()
    case.desk.lost("The server closed the connection")
    assert "Connecting again" in case.screen.lines[-1]
    case.desk.waiting(7.4)
    assert all("next try in 7 s" in words for words in case.desk.trouble)


def test_rooms_are_changed_by_keys(case: Case, state: Any, said: Any) -> None:
    """Next, by number, and the one with unread lines."""
    case.connect(rooms=[state(), state("#ops"), state("#dev")])
    case.desk.step(1)
    assert case.screen.lines == ["*** You are now talking in #ops (2 people)."]
    case.desk.go_to(2)
    case.desk.go_to(9)
    assert len(case.screen.lines) == 1
    case.give(said(1, "x", room="#dev"))
    case.desk.go_to_unread()
    assert case.script.talk.rooms.current.name == "dev"


def test_a_password_typed_at_the_prompt_after_a_refused_one_is_held_back(case: Case) -> None:
    """Up does not find it either; the same again is said."""
    case.connect()
    case.desk.typed("/login tina wrong")
    case.give({"type": "error", "id": case.script.sent[-1]["id"], "code": "bad-login", "text": ""})
    case.screen.answer("")
    assert not case.desk.may_remember("tinapassword1")
    case.desk.typed("tinapassword1")
    assert "may be the password that was just refused" in case.screen.lines[-1]
    assert case.script.sent[-1]["type"] != "say"
    case.desk.typed("tinapassword1")
    assert case.script.sent[-1]["text"] == "tinapassword1"
    case.desk.typed("hello")
    assert case.script.sent[-1]["text"] == "hello"


def test_ctrl_c_holds_back_what_waits(case: Case) -> None:
    """Otherwise it tells how to leave."""
    case.connect(limits={"rate": 1, "burst": 1})
    for line in "abc":
        case.desk.typed(line)
    case.desk.interrupt()
    assert case.screen.lines[-1] == "*** 2 lines that waited were not sent."
    case.desk.interrupt()
    assert "Ctrl-D" in case.screen.lines[-1]


def test_tab_offers_both_kinds_of_commands(case: Case, state: Any) -> None:
    """And the rooms and nicks there are."""
    case.connect(rooms=[state(), state("#ops", members=[{"nick": "eve"}, {"nick": "bob"}])])
    names = case.desk.names()
    assert {"msg", "who", "reconnect", "set"} <= set(names.commands)
    assert "telnet" not in names.commands
    assert names.rooms == ("lobby", "ops")
    assert names.nicks == ("bob", "eve")


def test_history_goes_further_back_until_something_else_is_typed(case: Case, said: Any) -> None:
    """Typed again or by its key; then it begins with the newest lines again."""
    case.connect()
    case.desk.typed("/history 2")
    asked = case.script.sent[-1]
    reply = {"type": "ok", "id": asked["id"], "more": True, "events": [said(5, "x"), said(6, "y")]}
    case.give(reply)
    case.desk.typed("/HISTORY 2")
    case.desk.look_back()
    case.desk.typed("hm")
    case.desk.typed("/history 2")
    looks = [r.get("before") for r in case.script.sent if r["type"] == "history"]
    assert looks == [None, f"{5:026}", f"{5:026}", None]


def test_comings_are_shown_in_a_moment_or_at_the_end(case: Case, said: Any) -> None:
    """Nothing that was heard is lost by leaving."""
    case.connect()
    case.give({**said(1, "", nick="eve"), "type": "joined"})
    assert case.screen.lines == []
    [call] = case.screen.calls
    case.desk.terminate()
    assert case.screen.lines[-1] == "*** eve joined #lobby."
    shown = len(case.screen.lines)
    call()
    assert len(case.screen.lines) == shown


def test_passwords_are_not_remembered(case: Case) -> None:
    """Other lines are."""
    assert case.desk.may_remember("hello")
    assert not case.desk.may_remember("/login hunter2")
    assert not case.desk.may_remember("  ")


def test_a_refused_nick_is_asked_for_until_there_is_one(case: Case) -> None:
    """An empty answer asks again."""
    case.script.talk.connected()
    case.desk.ask_nick()
    case.screen.answer("  ")
    case.screen.answer("eve")
    assert case.script.sent[-1]["nick"] == "eve"


TOFU = Refusal(Exit.UNTRUSTED, "It is self-signed. Compare with its owner: x", "AA:BB")


def test_pasted_lines_are_said_once_confirmed(case: Case) -> None:
    """And sent at once."""
    case.connect(limits={"rate": 0})
    case.desk.pasted(["one", "/two"])
    assert case.requests() == []
    case.screen.answer("yes")
    assert case.requests() == [("say", "one"), ("say", "/two")]


def test_leaving_accounts_for_what_was_not_sent(case: Case) -> None:
    """After the last words, whatever they are."""
    case.connect()
    case.script.break_off()
    case.script.talk.say("hello")
    case.desk.over(Refusal(Exit.FAILED, "Out."))
    assert case.desk.last_words == ["Out.", "Not sent: hello"]


def test_a_self_signed_certificate_is_asked_about(case: Case) -> None:
    """Yes remembers it and connects."""
    case.desk.over(TOFU)
    assert case.screen.lines == ["*** It is self-signed.", "*** Its fingerprint is AA:BB"]
    case.screen.answer("yes")
    assert (case.trusted, case.starts) == (["AA:BB"], 1)
    assert not case.screen.closed


def test_a_certificate_that_is_not_trusted_ends_it(case: Case) -> None:
    """With its exit code; nothing is remembered."""
    case.desk.over(TOFU)
    case.screen.answer("no")
    assert (case.trusted, case.starts) == ([], 0)
    assert case.screen.closed
    assert case.desk.exit is Exit.UNTRUSTED
    assert "not trusted" in case.desk.last_words[0]


def test_a_refusal_ends_it_with_its_line(case: Case) -> None:
    """And its exit code."""
    case.desk.over(Refusal(Exit.CHANGED, "It has changed.\x1b"))
    assert case.screen.closed
    assert (case.desk.exit, case.desk.last_words) == (Exit.CHANGED, ["It has changed."])


def test_half_an_export_is_accounted_for(case: Case, tmp_path: Path) -> None:
    """Among the last words."""
    case.connect()
    case.desk.typed(f"/export {tmp_path}/mine")
    case.desk.quit()
    assert "not complete" in case.desk.last_words[0]
    assert list(tmp_path.iterdir()) == []


def test_its_own_commands_reach_screen_and_connection(case: Case) -> None:
    """And the choices count for the conversation at once."""
    case.connect()
    for line in ("/clear", "/set backlog 3", "/reconnect"):
        case.desk.typed(line)
    assert (case.screen.cleared, case.restarts) == (True, 1)
    assert case.desk.trouble == ("connecting again",)
    assert case.script.talk.profile.backlog == 3


def test_the_system_may_end_it(case: Case) -> None:
    """The terminal is given back."""
    case.desk.terminate()
    assert case.screen.closed
    assert case.desk.exit is Exit.TERMINATED


def test_before_there_is_a_connection_one_can_leave(case: Case) -> None:
    """And nothing fails for want of it."""
    case.desk.connection = None
    case.desk.typed("hello")
    case.desk.reconnect()
    case.desk.over(TOFU)
    case.screen.answer("y")
    case.desk.quit()
    assert case.screen.closed


def test_help_of_the_server_is_followed_by_the_clients_own(case: Case) -> None:
    """After the server's answer; help on one of its own comes at once."""
    case.connect()
    case.desk.typed("/help")
    assert case.requests() == [("command", "/help")]
    request = case.script.sent[-1]
    case.give({"type": "notice", "text": "The commands:"}, {"type": "ok", "id": request["id"]})
    assert case.screen.lines[0] == "*** The commands:"
    assert any("/reconnect" in line for line in case.screen.lines)
    case.screen.lines.clear()
    case.desk.typed("/help /quit")
    assert case.screen.lines == ["*** /quit [REASON]           say goodbye and leave"]
    case.desk.typed("/help msg")
    assert case.requests()[-1] == ("command", "/help msg")


def test_a_password_is_asked_for_and_not_shown(case: Case) -> None:
    """It goes to the server, and nowhere else."""
    case.connect()
    case.desk.typed("/login grace")
    assert case.screen.questions[0][0] == "Password for grace: "
    assert case.screen.hidden == [True]
    case.screen.answer("correct horse")
    assert case.script.sent[-1]["type"] == "login"
    assert "horse" not in "".join(case.screen.lines)


@pytest.mark.parametrize("line", [" /login ada secret", ".login secret", "login ada secret"])
def test_a_mistyped_password_is_neither_said_nor_remembered(case: Case, line: str) -> None:
    """The person is told what to do."""
    case.connect()
    case.desk.typed(line)
    assert case.requests() == []
    assert "was not said" in case.screen.lines[-1]
    assert "secret" not in case.screen.lines[-1]
    assert not case.desk.may_remember(line)
