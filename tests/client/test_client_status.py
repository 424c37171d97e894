from typing import Any

import pytest

from twistedchat.client.display import plain
from twistedchat.client.status import choices_line, prompt_text, shortened, status_line, unread_mark


def test_the_prompt_names_the_room(script: Any, state: Any) -> None:
    """And says when there is no connection, or no room."""
    assert prompt_text(script.talk) == "> "
    script.connect(rooms=[state("#ops")])
    assert prompt_text(script.talk) == "#ops> "
    script.break_off()
    assert prompt_text(script.talk) == "#ops (offline)> "


def test_the_status_line_marks_unread_rooms(script: Any, state: Any, said: Any) -> None:
    """With the number of lines, and a sign for a mention."""
    script.connect(rooms=[state(), state("#ops"), state("#dev")])
    script.give(said(1, "x", room="#ops"), said(2, "ada!", room="#dev"))
    line = status_line(script.talk, (), 80)
    assert plain(line) == " ada  1:#lobby  2:#ops(1)  3:#dev(1!) "
    styles = {text.strip(): style for style, text in line}
    assert styles["1:#lobby"] == "class:status.current"
    assert styles["3:#dev(1!)"] == "class:status.alert"


def test_mentions_are_counted_apart(script: Any, state: Any, said: Any) -> None:
    """And what is too much to be counted is not."""
    script.connect(rooms=[state(), state("#ops")])
    ops = script.talk.rooms.find("ops")
    script.give(said(1, "x", room="#ops"), said(2, "ada!", room="#ops"), said(3, "y", room="#ops"))
    assert unread_mark(ops) == "(2,1!)"
    ops.unread = 1001
    assert unread_mark(ops) == "(999+,1!)"
    ops.read()
    assert unread_mark(ops) == ""


def test_the_status_line_tells_of_trouble(script: Any) -> None:
    """What waits to be sent, and what the connection does."""
    script.connect()
    script.break_off()
    script.talk.say("x")
    line = status_line(script.talk, ("connecting",), 80)
    assert plain(line).endswith(" 1 to send  connecting ")


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (70, " ada  1:#lobby  2:#ops(1)  3:#dev  no connection, next try in 2 s "),
        (50, " ada  1:#lobby  2:#ops(1)  3:#dev  try in 2 s "),
        (30, " ada  2:#ops(1)  try in 2 s "),
        (20, " ada  try in 2 s "),
        (10, " try in 2 s "),
    ],
)
def test_a_narrow_window_has_the_trouble_first(
    script: Any, state: Any, said: Any, width: int, shown: str
) -> None:
    """In fewer words, then without rooms that have no news, then alone."""
    script.connect(rooms=[state(), state("#ops"), state("#dev")])
    script.give(said(1, "x", room="#ops"))
    trouble = ("no connection, next try in 2 s", "try in 2 s")
    assert plain(status_line(script.talk, trouble, width)) == shown


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (38, " ada  2:#ops(1)  3:#dev(1!)  4:#qa(1) "),
        (37, " ada  2:#ops(1)  3:#dev(1!)  +1 "),
        (26, " ada  3:#dev(1!)  +2 "),
        (12, " ada  +3 "),
        (6, " ada "),
    ],
)
def test_of_much_news_those_that_speak_of_the_reader_stay(
    script: Any, state: Any, said: Any, width: int, shown: str
) -> None:
    """The others are counted."""
    script.connect(rooms=[state(), state("#ops"), state("#dev"), state("#qa")])
    script.give(said(1, "x", room="#ops"), said(2, "ada!", room="#dev"), said(3, "x", room="#qa"))
    line = plain(status_line(script.talk, (), width))
    assert line == shown
    assert len(line) <= width


def test_wide_names_count_as_wide(script: Any, state: Any) -> None:
    """A line of the right length in characters may be too long."""
    script.connect(rooms=[state("#日本語日本語")])
    assert plain(status_line(script.talk, (), 21)) == " ada "
    assert "日本語" in plain(status_line(script.talk, (), 23))


def test_long_room_names_leave_room_to_type() -> None:
    """Cut with a sign that they are."""
    assert shortened("a" * 24) == "a" * 24
    assert shortened("a" * 25) == "a" * 23 + "…"


def test_choices_begin_near_the_one_in_the_text() -> None:
    """So that it is always to be seen."""
    words = tuple(f"word{number}" for number in range(50))
    line = choices_line(words, 40)
    assert ("class:status.current", "word40") in line
    assert plain(line).startswith(" … word37")
    assert plain(choices_line(words[:2], 0)) == " word0  word1  "
