"""The fullest rooms, also of very many: looked through in parts, and not for every question."""

from collections.abc import Generator
from typing import TypeVar

import pytest

from twistedchat.core import listing
from twistedchat.core.chat import Chat
from twistedchat.testing import enter, make_chat, run

T = TypeVar("T")


def told(steps: Generator[None, None, T]) -> tuple[int, T]:
    """How often it let others have their turn, and what it found."""
    count = 0
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return count, stop.value
        count += 1


def names(chat: Chat) -> list[str]:
    return [room.name.key for room in told(chat.listing.fullest())[1]]


@pytest.fixture
def chat() -> Chat:
    chat = make_chat(rooms=0)
    enter(chat, "ada", "a", "b", "c", "d", "e")
    enter(chat, "bob", "d", "b")
    enter(chat, "eve", "d")
    return chat


def test_the_fullest_come_first_and_then_by_name(chat: Chat) -> None:
    """Those who came later count at once."""
    assert names(chat) == ["d", "b", "a", "c", "e"]
    zoe = enter(chat, "zoe", "e")
    assert names(chat) == ["d", "b", "e", "a", "c"]
    run(chat.join(zoe, "new"))
    assert names(chat)[-1] == "new"


def test_no_more_than_a_number(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the parts are."""
    monkeypatch.setattr(listing, "LISTED", 2)
    for at_once in (1, 2, 5, 6):
        monkeypatch.setattr(listing, "AT_ONCE", at_once)
        chat.clock.advance(2)
        assert names(chat) == ["d", "b"]


def test_many_are_looked_through_in_parts_and_once_a_second(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found holds so long, but for rooms that are no more."""
    monkeypatch.setattr(listing, "AT_ONCE", 2)
    assert told(chat.listing.fullest())[0] == 2
    eve = enter(chat, "eve2", "e", "e2", "e3")
    assert told(chat.listing.fullest())[0] == 0
    assert names(chat) == ["d", "b", "a", "c", "e"]
    chat.clock.advance(1)
    assert names(chat) == ["d", "b", "e", "a", "c", "e2", "e3"]
    run(chat.part(eve, "e2"))
    assert names(chat) == ["d", "b", "e", "a", "c", "e3"]
    chat.clock.set_back(5)
    assert told(chat.listing.fullest())[0] == 3


def test_nothing_is_found_where_nothing_is() -> None:
    """And nobody waits for it."""
    assert told(make_chat().listing.fullest()) == (0, [])
