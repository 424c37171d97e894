from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from twistedchat.client.display import Display, nick_style, plain
from twistedchat.client.items import (
    Draft,
    EarlierLines,
    Happened,
    Item,
    NewLines,
    Remark,
    Results,
    Settled,
    Tone,
    Unknown,
)
from twistedchat.client.settings import Settings
from twistedchat.core import events

NOON = 1795435200.0  # 2026-11-23T12:00:00Z


class Case:
    def __init__(self) -> None:
        self.settings = Settings()
        self.now = NOON
        self.display = Display(lambda: self.settings, lambda: "ada", UTC, lambda: self.now)

    def lines(self, item: Item) -> list[str]:
        return [plain(line) for line in self.display.draw(item)]

    def line(self, event: Any, **marks: Any) -> str:
        return self.lines(Happened(event, {}, **marks))[-1]

    def styles(self, event: Any, **marks: Any) -> set[str]:
        item = Happened(event, {}, **marks)
        return {style for line in self.display.draw(item) for style, _ in line}


@pytest.fixture
def case() -> Case:
    return Case()


def test_messages_look_as_at_the_line_door(case: Case) -> None:
    """Said, emoted, whispered both ways, and said elsewhere."""
    said = events.Said("1", NOON, "lobby", "bob", "hi all")
    assert case.line(said) == "12:00 <bob> hi all"
    assert case.line(said, elsewhere=True) == "12:00 #lobby <bob> hi all"
    assert case.line(events.Emoted("1", NOON, "lobby", "bob", "waves")) == "12:00 * bob waves"
    whispered = events.Whispered("1", NOON, "bob", "ada", "sure")
    assert case.line(whispered) == "12:00 bob -> you: sure"
    own = events.Whispered("1", NOON, "ada", "bob", "in a minute")
    assert case.line(own, own=True) == "12:00 -> bob: in a minute"


def test_what_could_not_be_stored_is_marked(case: Case) -> None:
    """As at the line door."""
    said = events.Said("1", NOON, "lobby", "bob", "hi", stored=False)
    assert case.line(said) == "12:00 <bob> hi [not stored]"


def test_the_server_speaks_with_stars(case: Case) -> None:
    """And to the person it happened to as to a person."""
    assert case.line(events.Joined("1", NOON, "ops", "bob")) == "*** bob joined #ops."
    assert (
        case.line(events.Kicked("1", NOON, "ops", "ada", "bob")) == "*** bob put you out of #ops."
    )


def test_nothing_from_the_server_steers_the_terminal(case: Case) -> None:
    """Nick, room and text are cleaned again, and make one line."""
    event = events.Said("1", NOON, "o\x1b[2Jps", "b\x9bob", "a\x1b]0;x\x07b\nc\u202e")
    line = case.line(event, elsewhere=True)
    assert not set("\x1b\x9b\x07\n\u202e") & set(line)
    for item in (
        Remark("a\x1b[2J\x07"),
        Settled(Draft("a\x07", {}, "o\x1bps"), "b\x1b"),
        EarlierLines("o\x1bps", NOON, NOON, 1, missed=True, complete=True),
    ):
        assert not set("\x1b\x07") & set("".join(case.lines(item)))


def test_a_remark_of_several_lines_is_several(case: Case) -> None:
    """Each with its stars, so that none looks like somebody's."""
    assert case.lines(Remark("one\ntwo", Tone.SERVER)) == ["*** one", "*** two"]


def test_a_new_day_is_announced_once(case: Case) -> None:
    """Before the first line of it."""
    first = events.Said("1", NOON, "lobby", "bob", "x")
    later = events.Said("2", NOON + 86400, "lobby", "bob", "y")
    drawn = [case.lines(Happened(event, {})) for event in (first, first, later)]
    assert [len(lines) for lines in drawn] == [2, 1, 2]
    assert drawn[2][0] == "--- Tue 24 November 2026 ---"


def test_comings_and_goings_can_be_left_out(case: Case) -> None:
    """Kicks and messages cannot."""
    case.settings = replace(case.settings, quiet_joins=True)
    assert case.lines(Happened(events.Joined("1", NOON, "ops", "bob"), {})) == []
    assert case.lines(Happened(events.Left("1", NOON, "bob"), {})) == []
    assert case.line(events.Kicked("1", NOON, "ops", "eve", "bob")).startswith("*** bob put eve")


def test_an_act_that_is_told_otherwise_is_not_drawn(case: Case) -> None:
    """It would stand there twice."""
    joined = Happened(events.Joined("1", NOON, "ops", "ada"), {}, own=True)
    assert case.lines(joined) != []
    assert case.lines(replace(joined, told=True)) == []


def test_a_crowd_is_told_in_few_lines(case: Case) -> None:
    """Under the day's line; not at all for who wants no comings and goings."""
    crowd = [
        Happened(events.Joined(str(number), NOON, "ops", f"eve{number}"), {}) for number in range(9)
    ]
    case.settings = replace(case.settings, quiet_joins=True)
    assert case.display.draw_crowd(crowd) == []
    case.settings = replace(case.settings, quiet_joins=False)
    assert [plain(line) for line in case.display.draw_crowd(crowd)] == [
        "--- Mon 23 November 2026 ---",
        "*** eve0, eve1 and 7 others joined #ops.",
    ]


def test_time_stamps_can_be_changed_and_left_out(case: Case) -> None:
    """As the setting says."""
    said = events.Said("1", NOON, "lobby", "bob", "x")
    case.settings = replace(case.settings, timestamps="%H:%M:%S")
    assert case.line(said) == "12:00:00 <bob> x"
    case.settings = replace(case.settings, timestamps="")
    assert case.line(said) == "<bob> x"


def test_a_mention_stands_out_and_a_nick_keeps_its_colour(case: Case) -> None:
    """Case does not change a colour; different nicks have different ones, mostly."""
    said = events.Said("1", NOON, "lobby", "bob", "ada!")
    assert "class:mention" in case.styles(said, mention=True)
    assert "class:mention" not in case.styles(said)
    assert nick_style("Bob") == nick_style("bob")
    assert len({nick_style(f"nick{number}") for number in range(40)}) > 4


@pytest.mark.parametrize(
    ("bell", "marks", "rings"),
    [
        ("mention", {"mention": True}, True),
        ("mention", {}, False),
        ("all", {}, True),
        ("all", {"own": True}, False),
        ("off", {"mention": True}, False),
        ("mention", {"mention": True, "replay": True}, False),
    ],
)
def test_the_bell_rings_as_chosen(case: Case, bell: str, marks: Any, rings: bool) -> None:
    """For mentions, for all, or not; never for one's own lines or old ones."""
    case.settings = replace(case.settings, bell=bell)
    event = events.Said("1", NOON, "lobby", "bob", "x")
    assert case.display.rings(Happened(event, {}, **marks)) is rings


def test_the_bell_is_for_events_that_speak(case: Case) -> None:
    """A join never rings, a remark neither."""
    case.settings = replace(case.settings, bell="all")
    assert not case.display.rings(Happened(events.Joined("1", NOON, "ops", "bob"), {}))
    assert not case.display.rings(Remark("x"))


def test_a_gap_says_from_when_to_when(case: Case) -> None:
    """Complete, incomplete, the newest lines of a room, and what somebody asked for."""
    gap = EarlierLines("ops", NOON, NOON + 540, 14, missed=True, complete=True)
    assert case.lines(gap) == ["*** You missed this in #ops, 12:00 to 12:09, 14 lines:"]
    days = replace(gap, last=NOON + 86400)
    assert "23 November 12:00 to 24 November 12:00" in case.lines(days)[0]
    assert "more in #ops than the server still has" in case.lines(replace(gap, complete=False))[0]
    assert case.lines(replace(gap, missed=False, count=1)) == ["*** The last 1 line of #ops:"]
    wished = replace(gap, missed=False, wished=True)
    assert case.lines(wished) == ["*** Earlier in #ops, 12:00 to 12:09, 14 lines:"]
    private = replace(wished, room="@bob", count=1)
    assert case.lines(private) == ["*** Earlier with bob, 12:00 to 12:09, 1 line:"]


def test_results_begin_with_their_date(case: Case) -> None:
    """On every page, though it may have been written above; numbers stand before the bar."""
    said = Happened(events.Said("1", NOON, "ops", "bob", "hi"), {}, elsewhere=True, quote=" 7 |")
    case.lines(said)
    assert case.lines(Results("hi", 1)) == ["*** Found for hi, newest first:"]
    assert case.lines(said) == ["   | --- Mon 23 November 2026 ---", " 7 | 12:00 #ops <bob> hi"]
    assert case.lines(Results("hi", 16)) == ["*** Found for hi, from result 16 on:"]


def test_who_takes_back_a_message_is_spoken_to(case: Case) -> None:
    """And everybody else is told who did."""
    taken = events.Deleted("1", NOON, "lobby", ("0",), "bob", ("eve",))
    assert case.line(taken) == "*** bob took back 1 line of eve in #lobby."
    mine = events.Deleted("1", NOON, "", ("0",), "ada", ("ada",), "bob")
    assert case.line(mine) == "*** You took back 1 private message to bob."


def test_what_is_new_stands_under_a_line(case: Case) -> None:
    """With the time of the last line read, and the day if that is not today."""
    case.now = NOON + 3600
    new = NewLines("ops", NOON, 12, 12)
    assert case.lines(new) == ["--- 12 new in #ops since 12:00 ---"]
    case.now = NOON + 86400
    assert case.lines(new) == ["--- 12 new in #ops since Mon 23 November 12:00 ---"]
    case.now = NOON
    follow = "the newest 200 follow, Page Up shows older ones ---"
    assert case.lines(NewLines("ops", NOON, 731, 200)) == [
        f"--- 731 new in #ops since 12:00; {follow}",
    ]
    assert case.lines(NewLines("ops", NOON, 1000, 200, more=True)) == [
        f"--- 1000 or more new in #ops since 12:00; {follow}",
    ]


def test_a_quoted_line_stands_behind_its_sign(case: Case) -> None:
    """With the date, if that is another."""
    said = Happened(events.Said("1", NOON, "ops", "bob", "hi"), {}, replay=True, quote="|")
    assert case.lines(said) == ["| --- Mon 23 November 2026 ---", "| 12:00 <bob> hi"]


def test_a_line_that_was_not_said_is_shown_with_the_reason(case: Case) -> None:
    """So that nothing typed is lost; a confirmed one needs no word."""
    draft = Draft("hello", {}, "ops")
    assert case.lines(Settled(draft)) == []
    assert case.lines(Settled(draft, "Muted.")) == ["*** Not sent to #ops: hello", "*** Muted."]
    assert case.lines(Settled(draft, "x", doubtful=True))[0] == "*** Not confirmed in #ops: hello"


def test_what_the_server_refused_was_sent(case: Case) -> None:
    """A line comes back with the reason; of a command its answer is enough."""
    line, command = Draft("hello", {"type": "say"}, "ops"), Draft("/foo", {"type": "command"})
    refused = Settled(line, "Muted.", answered=True)
    assert case.lines(refused) == ["*** Not said in #ops: hello", "*** Muted."]
    assert case.lines(Settled(command, "No such.", answered=True)) == ["*** No such."]
    assert case.lines(Settled(command, "Offline.")) == ["*** Not sent: /foo", "*** Offline."]


def test_an_unknown_event_is_not_drawn(case: Case) -> None:
    """It is for programs."""
    assert case.lines(Unknown({})) == []
