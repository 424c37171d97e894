"""Rooms and members as JSON, in pages that a reader can take."""

import json

from hypothesis import given
from hypothesis import strategies as st

from twistedchat.core.events import Said
from twistedchat.protocols import roomstate
from twistedchat.testing import enter, ignore_outcome, make_chat, run


def test_the_state_as_the_reader_sees_it():
    """Topic, whether one may run it, whether one may speak."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "ops"), enter(chat, "bob", "ops")
    run(chat.set_topic(ada, "ops", "ship it"))
    chat.say(ada, "ops", "hi", ignore_outcome)
    room, now = chat.state.rooms["ops"], chat.clock.now()
    state = roomstate.room_state(room, bob.user, now)
    assert state["topic"]["text"] == "ship it"
    assert state["topic"]["nick"] == "ada"
    assert state["topic"]["time"].endswith("Z")
    assert (state["operator"], state["muted"], state["count"]) == (False, False, 2)
    assert state["latest"] == room.history.latest
    assert roomstate.room_state(room, ada.user, now)["operator"] is True


def test_members_in_pages():
    """By name; each page begins where the last ended."""
    chat = make_chat()
    for number in range(9):
        enter(chat, f"n{number}", "ops")
    room, seen, after = chat.state.rooms["ops"], [], ""
    for expected in (True, True, False):
        page, more = roomstate.member_page(room, after, 4)
        seen += [one["nick"] for one in page]
        after = seen[-1]
        assert more is expected
    assert seen == [f"n{number}" for number in range(9)]


@given(st.lists(st.text().map(lambda text: {"t": text})), st.integers(0, 200))
def test_what_fits(items, size):
    """The first ones, within the size, but always one."""
    page = roomstate.fitting(items, size)
    assert page == items[: len(page)]
    assert bool(page) == bool(items)
    if len(page) > 1:
        assert len(json.dumps(page, ensure_ascii=False).encode("utf-8", "replace")) <= size * 2 + 2


def test_what_ignored_people_said_is_left_out():
    """Also of the past."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "ops"), enter(chat, "bob", "ops")
    chat.say(ada, "ops", "hi", ignore_outcome)
    chat.say(bob, "ops", "psst", ignore_outcome)
    run(chat.ignore(ada, "bob", ignore=True))
    told = roomstate.heard(ada.user, chat.state.rooms["ops"].history)
    assert [one.text for one in told] == ["hi"]


@given(st.lists(st.integers(0, 300)), st.integers(0, 9), st.integers(0, 2000))
def test_which_messages_fit(lengths, most, size):
    """The first or the last ones, within number and size, but at least one."""
    messages = [Said(str(n), 0.0, "ops", "ada", "x" * long) for n, long in enumerate(lengths)]
    first = roomstate.oldest(messages, most, size)
    last = roomstate.newest(messages, most, size)
    assert first == messages[: len(first)]
    assert last == messages[len(messages) - len(last) :]
    for page in (first, last):
        assert bool(page) == bool(messages and most)
        assert len(page) <= most
        if len(page) > 1:
            assert sum(len(one.text) + roomstate.MESSAGE_BYTES for one in page) <= size
