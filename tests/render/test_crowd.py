"""Many who came and went, in few words."""

import pytest

from twistedchat.core.events import Crowd, Joined, Left, Parted
from twistedchat.render.crowd import sentences
from twistedchat.render.json import JSON_LENS
from twistedchat.render.plain import Style, lens_for


def joined(*nicks, room="lobby"):
    return [Joined("1", 0.0, room, nick) for nick in nicks]


def told(*events):
    return list(sentences(Crowd(tuple(events))))


def test_few_are_named_one_by_one():
    assert told(*joined("ada", "bob", "cy")) == [
        "ada joined #lobby.",
        "bob joined #lobby.",
        "cy joined #lobby.",
    ]


def test_of_many_two_are_named_and_the_others_counted():
    assert told(*joined(*(f"u{i}" for i in range(312)))) == ["u0, u1 and 310 others joined #lobby."]


def test_those_who_went_are_told_behind_those_who_came():
    gone = [Left("2", 0.0, f"g{i}", "Connection closed") for i in range(5)]
    parted = [Parted("3", 0.0, "lobby", f"p{i}") for i in range(4)]
    assert told(*gone, *joined("ada"), *parted) == [
        "ada joined #lobby.",
        "g0, g1 and 3 others have gone.",
        "p0, p1 and 2 others left #lobby.",
    ]


@pytest.mark.parametrize("going", [Left("2", 0.0, "ada"), Parted("2", 0.0, "lobby", "ada")])
def test_who_came_and_went_again_is_not_told(going):
    assert told(*joined("ada", "bob"), going) == ["bob joined #lobby."]


def test_who_left_another_room_still_came():
    assert told(*joined("ada"), Parted("2", 0.0, "ops", "ada")) == [
        "ada joined #lobby.",
        "ada left #ops.",
    ]


def test_who_went_and_came_again_is_told_twice():
    assert told(Parted("1", 0.0, "lobby", "ada"), *joined("ada")) == [
        "ada joined #lobby.",
        "ada left #lobby.",
    ]


def test_lines_get_the_sentences_and_programs_every_event():
    crowd = Crowd(tuple(joined("a1", "a2", "a3", "a4")))
    assert lens_for(Style()).render(crowd) == b"*** a1, a2 and 2 others joined #lobby.\n"
    assert JSON_LENS.render(crowd) == b"".join(map(JSON_LENS.render, crowd.events))


def test_quiet_readers_hear_nothing_of_crowds():
    assert lens_for(Style(quiet=True)).render(Crowd(tuple(joined("ada")))) == b""
