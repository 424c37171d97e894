"""The sentences for everything that can happen."""

from typing import get_args

import pytest

from twistedchat.core.events import (
    Announced,
    Banned,
    CameBack,
    Deleted,
    Deopped,
    Emoted,
    Event,
    Invited,
    Joined,
    Kicked,
    Left,
    Muted,
    Notice,
    Opped,
    Output,
    Parted,
    Renamed,
    RoleChanged,
    RoomChanged,
    RoomDropped,
    RoomRegistered,
    RoomTransferred,
    Said,
    TopicChanged,
    Unbanned,
    Unmuted,
    WentAway,
    Whispered,
)
from twistedchat.render.sentences import sentence

P = ("1", 1000.0)
SENTENCES = [
    (Notice("As it is."), "As it is."),
    (Joined(*P, "ops", "bob", "cloak"), "bob joined #ops."),
    (Parted(*P, "ops", "bob"), "bob left #ops."),
    (Parted(*P, "ops", "bob", "tired"), "bob left #ops: tired"),
    (Left(*P, "bob"), "bob has gone."),
    (Left(*P, "bob", "bye"), "bob has gone: bye"),
    (Renamed(*P, "bob", "rob"), "bob is now known as rob."),
    (WentAway(*P, "bob", "lunch"), "bob is away: lunch"),
    (CameBack(*P, "bob"), "bob is back."),
    (Announced(*P, "Closing."), "Closing."),
    (Announced(*P, "Closing.", "ada"), "Announcement by ada: Closing."),
    (TopicChanged(*P, "ops", "bob", "ship it"), "bob changed the topic of #ops to: ship it"),
    (TopicChanged(*P, "ops", "bob", ""), "bob removed the topic of #ops."),
    (Deleted(*P, "ops", ("1",), "bob"), "bob took back 1 line in #ops."),
    (Deleted(*P, "ops", ("1", "2"), "bob"), "bob took back 2 lines in #ops."),
    (Deleted(*P, "ops", ("1",), "ada", ("bob",)), "ada took back 1 line of bob in #ops."),
    (
        Deleted(*P, "ops", ("1", "2"), "ada", ("bob", "eve")),
        "ada took back 2 lines of bob and eve in #ops.",
    ),
    (
        Deleted(*P, "ops", ("1",) * 9, "ada", ("b", "c", "d", "e")),
        "ada took back 9 lines of b, c, d and e in #ops.",
    ),
    (
        Deleted(*P, "ops", ("1",) * 9, "ada", ("b", "c", "d", "e", "f")),
        "ada took back 9 lines of b, c, d and 2 others in #ops.",
    ),
    (
        Deleted(*P, "", ("1",), "ada", (), "bob"),
        "ada took back 1 private message to you.",
    ),
    (Kicked(*P, "ops", "bob", "ada", "spam"), "ada put bob out of #ops: spam"),
    (Opped(*P, "ops", "bob", "ada"), "ada made bob an operator of #ops."),
    (Deopped(*P, "ops", "bob", "ada"), "ada took operator rights in #ops from bob."),
    (Banned(*P, "ops", "b*", "ada"), "ada banned b* from #ops."),
    (
        Banned(*P, "ops", "b*", "ada", 1600.0, "spam"),
        "ada banned b* from #ops for 10 minutes: spam",
    ),
    (Unbanned(*P, "ops", "b*", "ada"), "ada lifted the ban on b* in #ops."),
    (Muted(*P, "ops", "bob", "ada", 1060.0), "ada muted bob in #ops for 1 minute."),
    (Muted(*P, "ops", "bob", "ada", None, "spam"), "ada muted bob in #ops: spam"),
    (Unmuted(*P, "ops", "bob", "ada"), "ada unmuted bob in #ops."),
    (RoomRegistered(*P, "ops", "ada"), "ada registered #ops: it is here to stay."),
    (RoomDropped(*P, "ops", "ada"), "ada gave #ops up: it ends with its last member."),
    (
        RoomDropped(*P, "ops", ""),
        "#ops belongs to nobody any more and ends with its last member.",
    ),
    (RoomTransferred(*P, "ops", "bob", "ada"), "ada handed #ops on: it belongs to bob now."),
    (RoomTransferred(*P, "ops", "bob", ""), "#ops belongs to bob now."),
    (RoomChanged(*P, "ops", "private", "on", "ada"), "ada changed #ops: private is on now."),
    (
        RoomChanged(*P, "ops", "slow", "5 seconds", "ada"),
        "ada changed #ops: slow mode is 5 seconds now.",
    ),
    (
        RoleChanged(*P, "ops", "bob", "owner", "ada", "b"),
        "ada made bob an owner of #ops, for good.",
    ),
    (
        RoleChanged(*P, "ops", "bob", "voiced", "ada"),
        "ada made bob one of the voices in #ops, as long as they stay.",
    ),
    (RoleChanged(*P, "ops", "bob", "", "ada"), "ada took bob's role in #ops away."),
    (RoleChanged(*P, "ops", "bob", "", ""), "bob has no role in #ops any more."),
    (RoleChanged(*P, "ops", "bob", "operator", ""), "bob is an operator of #ops."),
    (Invited(*P, "ops", "bob", "ada"), "You invited bob to #ops."),
    (Said(*P, "ops", "bob", "hi"), ""),
    (Emoted(*P, "ops", "bob", "waves"), ""),
    (Whispered(*P, "bob", "ada", "psst"), ""),
]


@pytest.mark.parametrize(("output", "words"), SENTENCES)
def test_what_happened_in_words(output: Output, words: str) -> None:
    """By whom, to whom, why and for how long; messages have no sentence."""
    assert sentence(output) == words


def test_the_person_concerned_is_spoken_to() -> None:
    """And told what to do."""
    assert sentence(Kicked(*P, "ops", "bob", "ada"), mine=True) == "ada put you out of #ops."
    invited = sentence(Invited(*P, "ops", "bob", "ada"), mine=True)
    assert invited == "ada invites you to #ops. /join ops enters."


def test_who_takes_a_private_message_back_is_told_so() -> None:
    """With the name of the other end."""
    deleted = Deleted(*P, "", ("1", "2"), "ada", (), "bob")
    assert sentence(deleted, mine=True) == "You took back 2 private messages to bob."


def test_every_event_is_among_the_examples() -> None:
    """A new kind of event needs its sentence."""
    assert {type(output) for output, _ in SENTENCES} == {*get_args(Event), Notice}
