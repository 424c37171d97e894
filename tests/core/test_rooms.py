"""Bans and mutes as such: whom they meet, and what they say of themselves."""

import pytest

from twistedchat.core.history import History
from twistedchat.core.names import prepare_nick, prepare_room
from twistedchat.core.rooms import Room, Sentence, forget_over
from twistedchat.core.users import User


def user(nick: str, id_: str = "5", cloak: str = "somecloak") -> User:
    return User(id_, prepare_nick(nick), cloak, "192.0.2.1", "token", 0.0, 0.0)


def sentence(pattern: str = "", **more: object) -> Sentence:
    values = {
        "who": pattern, "by": "ada", "id": "3", "at": 100.0, "until": None, "reason": "",
        "users": frozenset(), "pattern": pattern, "wild": "*" in pattern,
        "on_cloaks": False, "cloaks": frozenset(), "author": "1",
    }  # fmt: skip
    return Sentence(**{**values, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ban", "met"),
    [
        (sentence("bob"), True),
        (sentence("b*"), True),
        (sentence("somecloak"), True),
        (sentence("*cloak", on_cloaks=True), True),
        (sentence(users=frozenset({"5"})), True),
        (sentence(cloaks=frozenset({"somecloak"}), id="4"), True),
        (sentence(cloaks=frozenset({"somecloak"}), id="6"), False),
        (sentence("bobby"), False),
        (sentence("b*", author="5"), False),
        (sentence("c*"), False),
    ],
)
def test_whom_a_sentence_meets(ban: Sentence, met: bool) -> None:
    """By nick, mask, cloak and person; behind a nick's cloak only those who came later."""
    assert ban.meets(user("Bob")) is met


def test_a_guests_place_meets_guests_only() -> None:
    """Accounts are told apart by their names; a ban on the place itself meets them, too."""
    of_guest, of_place = sentence("gus", cloaks=frozenset({"somecloak"})), sentence("somecloak")
    bob = user("bob")
    assert of_guest.by_place(bob)
    assert not of_place.by_place(bob)
    bob.account = "B"
    assert not of_guest.meets(bob)
    assert not of_guest.by_place(bob)
    assert of_place.meets(bob)


def test_server_operators_are_met_by_none() -> None:
    """They could lift it anyway."""
    bob = user("bob")
    bob.operator = True
    assert not sentence("bob").meets(bob)


def test_sentences_end() -> None:
    """At their time, not before; some never."""
    room = Room(prepare_room("ops"), History(1))
    room.bans["bob"] = sentence("bob", until=160.0)
    room.mutes["*"] = sentence("b*")
    assert room.ban_on(user("bob"), 159.9) is room.bans["bob"]
    assert room.ban_on(user("bob"), 160.0) is None
    assert room.bans == {}
    assert room.mute_on(user("bob"), 1e12) is room.mutes["*"]
    assert room.mute_on(user("eve"), 1e12) is None
    forget_over(room.mutes, 1e12)
    assert len(room.mutes) == 1


@pytest.mark.parametrize(
    ("passed", "told"),
    [
        (sentence(), ". Only ada and the room's other operators can lift that."),
        (sentence(reason="spam"), ": spam. Only ada and the room's other operators can lift that."),
        (sentence(until=220.0), " for another 2 minutes. Try again then."),
        (sentence(until=220.0, reason="spam."), " for another 2 minutes: spam. Try again then."),
    ],
)
def test_what_those_it_meets_are_told(passed: Sentence, told: str) -> None:
    """For how long, why, and what to do."""
    assert passed.told(100.0) == told
