from typing import Any

import pytest

from twistedchat.client.arrivals import Arrival
from twistedchat.client.gaps import MAX_PAGES, Gap
from twistedchat.client.hearing import Hearing
from twistedchat.client.items import EarlierLines, Happened, Remark, Unknown


@pytest.fixture
def hearing() -> Hearing:
    hearing = Hearing("ada", ("release",))
    hearing.rooms.add("lobby")
    hearing.rooms.add("ops")
    return hearing


def texts(hearing: Hearing) -> list[str]:
    items, hearing.items = hearing.items, []
    return [item.event.text for item in items if isinstance(item, Happened)]  # type: ignore[union-attr]


def test_an_event_is_shown_once(hearing: Hearing, said: Any) -> None:
    """The same id a second time is nothing new."""
    assert hearing.live(said(1, "hi")) is not None
    assert hearing.live(said(1, "hi")) is None
    assert texts(hearing) == ["hi"]
    assert hearing.last == f"{1:026}"


def test_what_cannot_be_named_is_kept_for_programs(hearing: Hearing, said: Any) -> None:
    """An unknown kind, and a known one without its fields."""
    strange = {**said(1, "x"), "type": "danced"}
    broken = said(2, "x")
    del broken["time"]
    for obj in (strange, broken):
        hearing.live(obj)
    assert hearing.items == [Unknown(strange), Unknown(broken)]


def test_own_lines_and_mentions_are_marked(hearing: Hearing, said: Any) -> None:
    """The nick and the chosen words count, one's own lines do not."""
    lines = [said(1, "hi ada"), said(2, "the release"), said(3, "ada", nick="ada"), said(4, "x")]
    items = [hearing.live(line) for line in lines]
    marks = [(item.own, item.mention) for item in items if isinstance(item, Happened)]
    assert marks == [(False, True), (False, True), (True, False), (False, False)]


def test_whispers_invitations_and_kicks_concern_the_reader(hearing: Hearing, said: Any) -> None:
    """They count as mentions when they are for the reader."""
    whisper = {**said(1, "psst"), "type": "whispered", "to": "ada"}
    invited = {**said(2, ""), "type": "invited", "nick": "ada", "by": "bob"}
    other = {**said(3, ""), "type": "kicked", "nick": "eve", "by": "bob"}
    items = [hearing.live(obj) for obj in (whisper, other)]
    assert [item.mention for item in items if isinstance(item, Happened)] == [True, False]
    item = hearing.live(invited)
    assert isinstance(item, Happened)


def test_lines_elsewhere_are_counted_until_read(hearing: Hearing, said: Any) -> None:
    """The current room has no unread lines; a mention is marked."""
    hearing.live(said(1, "x"))
    hearing.live(said(2, "y", room="#ops"))
    hearing.live(said(3, "ada!", room="#ops"))
    hearing.live(said(4, "mine", room="#ops", nick="ada"))
    lobby, ops = hearing.rooms
    assert (lobby.unread, ops.unread, ops.mentions) == (0, 2, 1)
    elsewhere = [item.elsewhere for item in hearing.items if isinstance(item, Happened)]
    assert elsewhere == [False, True, True, True]


def test_what_was_missed_comes_before_what_is_new(hearing: Hearing, said: Any) -> None:
    """Live lines are held back until the gap is filled; a line in both is shown once."""
    hearing.live(said(1, "seen"))
    hearing.open_gap("#lobby")
    hearing.live(said(4, "four"))
    hearing.live(said(5, "five"))
    hearing.live(said(5, "five"))
    hearing.live(said(6, "other room", room="#ops"))
    hearing.gather("lobby", [said(1, "seen"), said(2, "two"), said(3, "three")], complete=True)
    hearing.gather("lobby", [said(4, "four")], complete=True)
    assert texts(hearing) == ["seen", "other room"]
    hearing.close_gap("lobby")
    heading = hearing.items[0]
    assert isinstance(heading, EarlierLines)
    assert (heading.count, heading.complete, heading.missed) == (3, True, True)
    assert texts(hearing) == ["two", "three", "four", "five"]


def test_missed_lines_of_other_rooms_are_unread(hearing: Hearing, said: Any) -> None:
    """As they would be, had they come in time; a backlog is not."""
    hearing.open_gap("ops")
    lines = [said(1, "ada, look", room="#ops"), said(2, "mine", nick="ada", room="#ops")]
    hearing.gather("ops", lines, complete=True)
    hearing.close_gap("ops")
    ops = hearing.rooms.find("ops")
    assert ops is not None
    assert (ops.unread, ops.mentions) == (1, 1)
    hearing.open(Arrival("ops", ""))
    hearing.gather("ops", [said(3, "old", room="#ops")], complete=True)
    hearing.close_gap("ops")
    assert ops.unread == 1


def test_a_second_outage_asks_again_from_before_the_first_gap(hearing: Hearing, said: Any) -> None:
    """Lines that were held back and never shown are not taken for seen."""
    hearing.live(said(1, "seen"))
    hearing.open_gap("lobby")
    hearing.live(said(9, "held"))
    hearing.live(said(10, "ops", room="#ops"))
    hearing.lost()
    assert hearing.last == f"{1:026}"
    assert hearing.live(said(9, "held")) is not None


def test_missed_private_messages_are_shown_once(hearing: Hearing, said: Any) -> None:
    """Also when they come twice."""
    whisper = {**said(1, "psst"), "type": "whispered", "to": "ada"}
    hearing.private([whisper, whisper])
    assert hearing.items[0] == Remark("A private message came while you were away:")
    hearing.private([whisper])
    assert texts(hearing) == ["psst"]
    hearing.private([{**whisper, "msgid": f"{number:026}"} for number in (1, 2, 3)])
    assert hearing.items[0] == Remark("2 private messages came while you were away:")


def test_a_closed_or_unknown_gap_gathers_nothing(hearing: Hearing, said: Any) -> None:
    """Lines for no gap are dropped, closing none shows nothing."""
    assert hearing.gather("lobby", [said(1, "x")], complete=True) is None
    assert hearing.close_gap("lobby") == []
    assert hearing.items == []


def test_the_memory_for_ids_is_bounded(
    hearing: Hearing, said: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest ids are forgotten."""
    monkeypatch.setattr("twistedchat.client.hearing.REMEMBERED", 2)
    for number in (1, 2, 3):
        hearing.live(said(number, "x"))
    assert hearing.live(said(3, "x")) is None
    assert hearing.live(said(1, "x")) is not None


def test_a_gap_that_the_history_does_not_reach_says_so() -> None:
    """Nothing left at all is a remark, an empty complete one is silence."""
    lost = Gap("lobby", "1", complete=False).close()
    assert [item.text for item in lost if isinstance(item, Remark)] == [
        "What was said in #lobby in between is no longer on the server."
    ]
    assert Gap("lobby", "1").close() == []


def test_pages_are_asked_for_while_there_are_more_and_few() -> None:
    """The server says when the last has come; the bound ends it too."""
    gap = Gap("lobby", "1")
    assert not gap.wants_page(more=False)
    gap.pages = 0
    wanted = [gap.wants_page(more=True) for _ in range(MAX_PAGES)]
    assert wanted == [True] * (MAX_PAGES - 1) + [False]


def test_more_than_the_pages_hold_is_pointed_to(hearing: Hearing, said: Any) -> None:
    """The person is told how to see the rest; paging back begins with it."""
    gap = hearing.open_gap("lobby")
    gap.pages = MAX_PAGES - 1
    assert not gap.wants_page(more=True)
    hearing.gather("lobby", [said(1, "x")], complete=True)
    hearing.live(said(5000, "live"))
    hearing.close_gap("lobby")
    lobby = hearing.rooms.find("lobby")
    assert lobby is not None
    assert lobby.oldest == said(5000, "live")["msgid"]
    assert any(isinstance(i, Remark) and "/history" in i.text for i in hearing.items)
