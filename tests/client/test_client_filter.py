import json
from datetime import UTC
from typing import Any

import pytest

from twistedchat.client.display import Display
from twistedchat.client.drafts import WINDOW
from twistedchat.client.filter import LISTED, READ_AHEAD, Filter, FilterOptions
from twistedchat.client.refusals import Exit, Refusal
from twistedchat.client.settings import Settings


class Case:
    """A filter between lists, on a conversation that the test plays the server of."""

    def __init__(self, script: Any, **options: bool) -> None:
        self.script = script
        self.out: list[str] = []
        self.err: list[str] = []
        self.ends: list[Exit] = []
        self.wanted = 0
        self.confirmed = 0
        display = Display(Settings, lambda: "ada", UTC)
        chosen = FilterOptions(**options)
        self.filter = Filter(
            script.talk, chosen, display, self.write, self.err.append, self.ends.append
        )
        self.filter.connection = self
        self.filter.input = self
        self.broken = False

    def write(self, text: str) -> None:
        if self.broken:
            raise BrokenPipeError
        self.out.append(text)

    def more(self) -> None:
        self.wanted += 1

    def flush(self) -> None:
        self.script.pump()
        shown, self.script.shown = self.script.shown, []
        self.filter.show(shown)

    def connect(self, **welcome: Any) -> None:
        self.script.connect(**welcome)
        self.flush()

    def give(self, *objects: Any) -> None:
        self.script.give(*objects)
        self.flush()

    def confirm(self) -> None:
        sent, self.confirmed = self.script.sent[self.confirmed :], len(self.script.sent)
        for request in [r for r in sent if r["type"] in ("say", "command")]:
            self.give({"type": "ok", "id": request["id"]})

    def said(self) -> list[str]:
        return [r["text"] for r in self.script.sent if r["type"] == "say"]


@pytest.fixture
def case(script: Any) -> Case:
    return Case(script)


def test_nothing_is_read_before_the_server_is_there(case: Case) -> None:
    """So that no input is taken in vain."""
    assert case.wanted == 0
    case.connect()
    assert case.wanted == 1


def test_every_line_is_said_in_order_and_then_it_ends(case: Case) -> None:
    """Well, once all are confirmed and not before; empty lines are none."""
    case.connect(limits={"rate": 0})
    case.filter.read(b"one\n\n  \n/two\nthree")
    case.filter.read(b"")
    assert case.said() == ["one", "/two", "three"]
    assert case.ends == []
    case.confirm()
    assert case.ends == [Exit.DONE]
    assert (case.out, case.err) == ([], [])


def test_no_input_at_all_ends_well(case: Case) -> None:
    """The connection was there, nothing was to be said."""
    case.connect()
    case.filter.read(b"")
    assert case.ends == [Exit.DONE]


def test_a_refused_line_is_named_and_the_rest_is_said(case: Case) -> None:
    """By its number in the input."""
    case.connect()
    case.filter.read(b"one\n\ntwo\n")
    case.filter.read(b"")
    first, second = [r for r in case.script.sent if r["type"] == "say"]
    case.give({"type": "ok", "id": first["id"]})
    case.give({"type": "error", "id": second["id"], "text": "Muted."})
    assert case.ends == [Exit.FAILED]
    assert case.err == ["Line 3 was not said: Muted."]


def test_a_connection_lost_on_the_way_is_accounted_for(case: Case) -> None:
    """What was under way, what waited, and where reading stopped."""
    case.connect(limits={"rate": 1, "burst": 1})
    case.filter.read(b"one\ntwo\nthree\n")
    case.script.break_off()
    case.filter.over(Refusal(Exit.NO_CONNECTION, "No connection: gone."))
    assert case.ends == [Exit.NO_CONNECTION]
    assert case.err[0] == "No connection: gone."
    assert [line.split(" was")[0] for line in case.err[1:4]] == ["Line 1", "Line 2", "Line 3"]
    assert case.err[-1] == "Input after line 3 was not read."


def test_many_lines_that_were_not_said_are_counted(case: Case) -> None:
    """The first ones are named."""
    case.connect(limits={"rate": 1, "burst": 1})
    case.filter.read(b"x\n" * (LISTED + 5))
    case.filter.read(b"")
    case.filter.interrupt(Exit.INTERRUPTED)
    assert case.ends == [Exit.INTERRUPTED]
    assert case.err[-1] == "5 more lines were not said."


def test_many_short_lines_in_one_piece_are_all_said(case: Case) -> None:
    """They wait for their turn instead of being turned away."""
    case.connect(limits={"rate": 0})
    case.filter.read(b"x\n" * 3000)
    case.filter.read(b"")
    while not case.ends:
        case.confirm()
    assert case.ends == [Exit.DONE]
    assert len(case.said()) == 3000


def test_empty_lines_by_the_thousand_do_no_harm(case: Case) -> None:
    """They are passed over, and the line behind them is said."""
    case.connect()
    case.filter.read(b"\n" * 60_000 + b"end")
    case.filter.read(b"")
    assert case.said() == ["end"]


def test_input_is_read_no_faster_than_it_is_said(case: Case) -> None:
    """A file of any size does not fill the memory."""
    case.connect(limits={"rate": 0})
    case.filter.read(b"x\n" * READ_AHEAD)
    assert case.wanted == 1
    for _ in range(READ_AHEAD // WINDOW):
        case.confirm()
    assert case.wanted == 2


def test_a_refused_room_ends_it_before_anything_is_said(case: Case) -> None:
    """A line must not land in another room than the one named."""
    refused = [{"room": "#ops", "code": "banned", "text": "Banned from #ops."}]
    case.connect(refused=refused)
    assert case.ends == [Exit.FAILED]
    assert case.err == ["Banned from #ops."]
    assert case.wanted == 0


def test_no_room_at_all_ends_it(case: Case) -> None:
    """There is nowhere to say anything."""
    case.connect(rooms=[])
    assert case.ends == [Exit.FAILED]


def test_a_refused_nick_ends_it(case: Case) -> None:
    """Nobody can be asked."""
    case.filter.ask_nick()
    assert case.ends == [Exit.FAILED]
    assert "--nick" in case.err[0]


def test_commands_are_carried_out_only_when_asked_for(script: Any) -> None:
    """Then a doubled slash says a line, and answers are printed."""
    case = Case(script, commands=True)
    case.connect()
    case.filter.read(b"/who\n//x\n")
    requests = [(r["type"], r["text"]) for r in script.sent if "text" in r]
    assert requests == [("command", "/who"), ("say", "/x")]
    case.give({"type": "notice", "id": 2, "text": "In #lobby: ada"})
    assert case.out == ["*** In #lobby: ada"]


def test_following_prints_what_is_said_and_stays(script: Any, said: Any) -> None:
    """After the end of the input, too; remarks of the client's own are not printed."""
    case = Case(script, follow=True)
    case.connect()
    case.filter.read(b"")
    case.give(said(1, "hi\x1b[2J"))
    assert case.ends == []
    assert [line[5:] for line in case.out[1:]] == [" <bob> hi"]
    assert case.err == []


def test_the_past_is_printed_before_it_ends(make_script: Any, state: Any, said: Any) -> None:
    """Though nothing is followed; an empty answer is an end, too."""
    for lines in ([said(1, "old")], []):
        case = Case(make_script(backlog=5, sees_all=True), past=True)
        case.connect(rooms=[state(latest=f"{1:026}")])
        case.filter.read(b"")
        assert case.ends == []
        [request] = [r for r in case.script.sent if r["type"] == "history"]
        case.give(said(2, "new"), {"type": "ok", "id": request["id"], "events": lines})
        assert [line[6:] for line in case.out[1:]] == ["<bob> old"] * len(lines)
        assert case.ends == [Exit.DONE]


def test_what_has_waited_is_not_passed_over_in_silence(make_script: Any, said: Any) -> None:
    """It comes only once; so it is printed, or standard error says who wrote."""
    waited = [{**said(number, "psst"), "type": "whispered", "to": "ada"} for number in (1, 2)]
    missed = {"type": "missed", "room": None, "events": waited}
    hint = ["bob wrote to you while you were away. /history @bob shows it."]
    for follow, lines, told in ((False, 0, hint), (True, 2, [])):
        case = Case(make_script(), follow=follow)
        case.connect()
        case.give(missed)
        assert len([line for line in case.out if "psst" in line]) == lines
        assert case.err == told


def test_without_following_nothing_is_printed(case: Case, said: Any) -> None:
    """A script's output stays empty."""
    case.connect()
    case.give(said(1, "hi"), {"type": "notice", "text": "x"})
    assert case.out == []


def test_objects_are_printed_as_the_server_sends_them(script: Any, said: Any) -> None:
    """Known and unknown events and notices, one per line, safe for a terminal."""
    case = Case(script, follow=True, json=True)
    case.connect()
    objects = [
        said(1, "hi\x9b", extra=1),
        {"type": "danced", "msgid": "x"},
        {"type": "notice", "text": "x"},
    ]
    case.give(*objects)
    assert [json.loads(line) for line in case.out] == objects
    assert "\x9b" not in "".join(case.out)


def test_a_closed_output_ends_it_quietly(script: Any, said: Any) -> None:
    """As for any program in a pipe; lines that were not confirmed make a difference."""
    case = Case(script, follow=True)
    case.connect()
    case.broken = True
    case.give(said(1, "hi"))
    assert case.ends == [Exit.DONE]
    assert case.err == []


def test_a_closed_output_with_lines_under_way_is_a_failure(script: Any, said: Any) -> None:
    """They may not have been said."""
    case = Case(script, follow=True)
    case.connect()
    case.filter.read(b"one\n")
    case.broken = True
    case.give(said(1, "hi"))
    assert case.ends == [Exit.FAILED]


def test_a_lost_connection_is_told_while_following(script: Any) -> None:
    """On standard error; the pauses are not."""
    case = Case(script, follow=True)
    case.filter.lost("The server closed the connection")
    case.filter.waiting(3.0)
    assert case.err == ["The server closed the connection. Connecting again."]


def test_it_ends_once(case: Case) -> None:
    """Whatever happens afterwards."""
    case.connect()
    case.filter.interrupt(Exit.INTERRUPTED)
    case.filter.over(Refusal(Exit.DONE, "Bye."))
    case.filter.interrupt(Exit.TERMINATED)
    assert case.ends == [Exit.INTERRUPTED]
    assert case.err == []
