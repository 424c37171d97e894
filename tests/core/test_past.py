"""Pages of the past, from memory and from the store as if they were one."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.defer import Deferred

from twistedchat.core.conversations import Conversation
from twistedchat.core.events import Emoted, Said, Whispered
from twistedchat.core.history import History, Page
from twistedchat.core.ids import encode
from twistedchat.core.names import prepare_room
from twistedchat.core.past import Past, shown_name
from twistedchat.core.records import MessageKind, MessageRecord, StoredPage
from twistedchat.core.rooms import Room
from twistedchat.core.rules import Retention, Rules
from twistedchat.testing import run

NOW = 1000.0


def id_of(number):
    return encode(number * 1000, 10) + "0" * 16


def said(number):
    return Said(id_of(number), float(number), "Ops", "ada", f"line {number}", account="a1")


def record(number, kind=MessageKind.SAID, place="ops"):
    text = f"line {number}"
    return MessageRecord(id_of(number), float(number), place, kind, "ada", "a1", text, "bob")


def numbers(page):
    return [int(event.at) for event in page.events]


class Shelf:
    """A store with some messages."""

    unstored = ""

    def __init__(self, *records):
        self.records = records
        self.asked = 0

    def page(self, place, wanted, limit, first=False):
        self.asked += 1
        found = [one for one in self.records if one.place == place and wanted(one)]
        cut = found[:limit] if first else found[-limit:]
        return StoredPage(tuple(cut), first or len(cut) == len(found))

    async def before(self, place, id_, limit):
        return self.page(place, lambda one: one.id < id_, limit)

    async def after(self, place, id_, limit):
        return self.page(place, lambda one: one.id > id_, limit, first=True)


def a_room(*kept, reach=0, size=100, begun=0):
    history = History(size, id_of(reach) if reach else "")
    for number in kept:
        history.append(said(number))
    return Room(prepare_room("Ops"), history, id_of(begun) if begun else "")


def a_past(store, **named):
    return Past(store, lambda: NOW, **named)


@pytest.fixture
def shelf():
    return Shelf(*map(record, range(1, 9)))


def test_without_a_store_memory_is_all():
    """As with --data memory."""
    past, room = a_past(None), a_room(3, 4, 5)
    assert numbers(run(past.newest(room, 2))) == [4, 5]
    assert numbers(run(past.before(room, id_of(5), 9))) == [3, 4]
    assert numbers(run(past.after(room, id_of(3), 9))) == [4, 5]
    assert numbers(run(past.since(room, 4.0, 9))) == [4, 5]
    assert numbers(run(past.beginning(room, 4.0, 9))) == [4, 5]
    assert numbers(run(past.around(room, id_of(4), 9))) == [3, 4, 5]
    assert run(past.newest(Conversation("a", "b", "bob"), 9)).events == ()


def test_what_memory_has_is_not_read_from_the_disk(shelf):
    """Most pages are of what was said just now."""
    past, room = a_past(shelf), a_room(*range(4, 9), reach=3)
    assert numbers(run(past.newest(room, 4))) == [5, 6, 7, 8]
    assert numbers(run(past.before(room, id_of(8), 3))) == [5, 6, 7]
    assert numbers(run(past.after(room, id_of(5), 3))) == [6, 7, 8]
    assert shelf.asked == 0


def test_what_was_deleted_a_moment_ago_is_not_shown(shelf):
    """It is still in the store: memory knows better as far as it reaches."""
    past, room = a_past(shelf), a_room(6, 8, reach=5)
    assert numbers(run(past.newest(room, 4))) == [4, 5, 6, 8]
    assert numbers(run(past.after(room, id_of(3), 9))) == [4, 5, 6, 8]
    assert run(past.around(room, id_of(7), 5)) == Page((), complete=False)


def test_after_a_restart_everything_comes_from_the_store(shelf):
    """As events of the room as it is called now, with whose they are if they are here."""
    shelf.records = (record(1), record(2, MessageKind.EMOTED))
    past = a_past(shelf, user_of={"a1": "U"}.get)
    assert run(past.newest(a_room(reach=2), 20)) == Page(
        (
            Said(id_of(1), 1.0, "Ops", "ada", "line 1", "U", "a1"),
            Emoted(id_of(2), 2.0, "Ops", "ada", "line 2", "U", "a1"),
        ),
        complete=True,
    )


class SlowShelf(Shelf):
    """Answers when it is told to."""

    def after(self, place, id_, limit):
        self.waiting = Deferred()
        self.result = self.page(place, lambda one: one.id > id_, limit, first=True)
        return self.waiting

    def answer(self):
        self.waiting.callback(self.result)


def begin(asked):
    """Let a question begin; what comes of it."""
    pages = []
    Deferred.fromCoroutine(asked).addBoth(pages.append)
    return pages


def test_what_memory_drops_while_the_store_is_asked_is_not_shown_twice():
    """People talk on, and the oldest that were in memory are there no more."""
    shelf, room = SlowShelf(*map(record, range(1, 30))), a_room(*range(11, 21), reach=10, size=10)
    pages = begin(a_past(shelf).after(room, id_of(5), 20))
    for number in range(21, 26):
        room.history.append(said(number))
    shelf.answer()
    assert numbers(pages[0]) == list(range(6, 21))


def test_what_memory_is_given_while_the_store_is_asked_is_not_skipped():
    """Somebody comes to the room, and its last lines are read back."""
    shelf, room = SlowShelf(*map(record, range(1, 31))), a_room(*range(25, 31), reach=24)
    pages = begin(a_past(shelf).after(room, id_of(5), 100))
    room.history.prepend([said(number) for number in range(10, 25)], id_of(9))
    shelf.answer()
    assert numbers(pages[0]) == list(range(6, 31))
    assert pages[0].complete


def test_what_is_taken_back_while_the_store_is_asked_is_not_shown():
    """Neither of what it answers, nor of what memory had."""
    shelf, room = SlowShelf(*map(record, range(1, 9))), a_room(*range(5, 9), reach=4)
    past = a_past(shelf)
    pages = begin(past.after(room, id_of(1), 100))
    past.taken.note([id_of(3), id_of(6)])
    shelf.answer()
    assert numbers(pages[0]) == [2, 4, 5, 7, 8]


def test_what_was_taken_back_is_not_shown_while_the_store_has_it(shelf):
    """That a page has fewer lines than it might does not mean that nothing is before them."""
    past, room = a_past(shelf), a_room(reach=8)
    past.taken.note([id_of(7), id_of(8)])
    page = run(past.newest(room, 3))
    assert (numbers(page), page.complete) == ([5, 6], False)
    page = run(past.newest(room, 8))
    assert (numbers(page), page.complete) == ([1, 2, 3, 4, 5, 6], True)


@pytest.mark.parametrize("asked", ["newest", "before", "after"])
def test_what_is_not_stored_is_marked(shelf, asked):
    """As long as the disk fails: it could be gone after a restart."""
    room, past = a_room(3, 4, 5, reach=2), a_past(shelf)
    shelf.unstored = id_of(4)
    ask = {
        "newest": past.newest(room, 3),
        "before": past.before(room, "~", 3),
        "after": past.after(room, id_of(2), 3),
    }
    page = run(ask.pop(asked))
    for other in ask.values():
        other.close()
    assert [event.stored for event in page.events] == [True, False, False]
    shelf.unstored = ""
    assert all(event.stored for event in run(past.newest(room, 3)).events)


def test_a_page_of_nothing(shelf):
    """No messages asked for, none given."""
    assert run(a_past(shelf).newest(a_room(reach=2), 0)).events == ()


@pytest.mark.parametrize("asked", [1, 4, 5, 6, 8])
def test_nobody_gets_into_a_room_that_ended_before(shelf, asked):
    """Whatever they ask for: what was said there is nobody's."""
    past, room = a_past(shelf), a_room(8, reach=7, begun=5)
    page = run(past.newest(room, 20))
    assert (numbers(page), page.complete) == ([6, 7, 8], True)
    assert numbers(run(past.before(room, id_of(asked), 20))) == list(range(6, asked))
    page = run(past.after(room, id_of(asked), 20))
    assert (numbers(page), page.complete) == (list(range(max(6, asked + 1), 9)), asked >= 5)
    assert numbers(run(past.since(room, asked, 20))) == list(range(max(6, asked), 9))
    assert numbers(run(past.beginning(room, asked, 20))) == list(range(max(6, asked), 9))
    around = numbers(run(past.around(room, id_of(asked), 20)))
    assert around == ([6, 7, 8] if asked > 5 else [])


def test_what_is_too_old_is_not_shown(shelf):
    """Neither in a room that says so itself, nor where the server does."""
    shelf.records = ()
    for rules, retention in (
        (Rules(keep_seconds=2), Retention()), (Rules(), Retention(seconds=2)),
        (Rules(keep_count=3), Retention(count=1)), (Rules(), Retention(count=3)),
    ):  # fmt: skip
        room = a_room(997, 998, 999, reach=990, begun=990)
        room.history.append(said(1000))
        room.set_rules(rules)
        past = a_past(shelf, retention=lambda retention=retention: retention)
        kept = [998, 999, 1000]
        assert numbers(run(past.newest(room, 9))) == kept


def test_the_private_messages_of_two(shelf):
    """From the store alone, as their two ends heard them."""
    private = [record(number, MessageKind.WHISPERED, "a1 b1") for number in range(1, 6)]
    shelf.records += tuple(private)
    past, with_bob = a_past(shelf), Conversation("b1", "a1", "ada")
    assert run(past.newest(with_bob, 1)).events == (
        Whispered(id_of(5), 5.0, "ada", "bob", "line 5", account="a1"),
    )
    assert numbers(run(past.before(with_bob, id_of(3), 9))) == [1, 2]
    page = run(past.after(with_bob, id_of(3), 9))
    assert (numbers(page), page.complete) == ([4, 5], True)
    assert numbers(run(past.around(with_bob, id_of(3), 3))) == [2, 3, 4]
    assert numbers(run(past.since(with_bob, 4.0, 9))) == [4, 5]
    assert numbers(run(past.newest(Conversation("b1", "c1", "eve"), 9))) == []


def test_what_places_are_called():
    """As people write them."""
    assert shown_name(a_room()) == "#Ops"
    assert shown_name(Conversation("a", "b", "Bob")) == "@Bob"


@dataclass
class Talk:
    """What was said in a room: in memory behind a reach, before that in the store alone.

    Attributes:
        all: numbers of the messages that are to be seen.
    """

    stored: list[int]
    reach: int
    begun: int
    waiting: list[int]
    deleted: set[int]
    all: list[int] = field(init=False)

    def __post_init__(self):
        everything = {*self.stored, *self.waiting}
        there = {n for n in everything if n <= self.reach or n not in self.deleted}
        self.all = sorted(n for n in there if n > self.begun)

    @property
    def room(self):
        return a_room(*(n for n in self.all if n > self.reach), reach=self.reach, begun=self.begun)

    @property
    def past(self):
        return a_past(Shelf(*map(record, sorted(self.stored))))


@st.composite
def talks(draw):
    count = draw(st.integers(0, 12))
    reach = draw(st.integers(0, count))
    begun = draw(st.integers(0, reach))
    waiting = draw(st.sets(st.integers(reach + 1, count + 3)))
    deleted = draw(st.sets(st.integers(reach + 1, count + 3)))
    stored = sorted(set(range(1, count + 1)) - waiting)
    return Talk(stored, reach, begun, sorted(waiting), deleted)


asked, limits = st.integers(0, 17), st.integers(1, 9)


@settings(deadline=None, max_examples=300)
@given(talks(), asked, limits)
def test_pages_are_those_of_one_list(talk, number, limit):
    """Whatever is stored already, waits to be, was deleted, or is of a room before."""
    past, room, everything = talk.past, talk.room, talk.all
    page = run(past.newest(room, limit))
    assert (numbers(page), page.complete) == (everything[-limit:], len(everything) <= limit)
    older = [n for n in everything if n < number]
    page = run(past.before(room, id_of(number), limit))
    assert (numbers(page), page.complete) == (older[-limit:], len(older) <= limit)
    newer = [n for n in everything if n > number]
    page = run(past.after(room, id_of(number), limit))
    assert (numbers(page), page.complete) == (newer[:limit], number >= talk.begun)
    recent = [n for n in everything if n >= number]
    assert numbers(run(past.beginning(room, number, limit))) == recent[:limit]
    assert numbers(run(past.since(room, number, limit))) == recent[-limit:]


@settings(deadline=None, max_examples=300)
@given(talks(), asked, limits)
def test_what_is_around_a_message(talk, number, limit):
    """Half of it is older, if there is so much; nothing stands around what is not there."""
    page = numbers(run(talk.past.around(talk.room, id_of(number), limit)))
    if number not in talk.all:
        assert page == []
        return
    older = [n for n in talk.all if n < number][-(limit // 2) :] if limit > 1 else []
    newer = [n for n in talk.all if n >= number][: limit - len(older)]
    assert page == older + newer


@settings(deadline=None)
@given(talks(), limits, st.data())
def test_paging_gives_everything_once(talk, limit, data):
    """Also when messages arrive, and the oldest are pruned, between two pages."""
    past, room, everything = talk.past, talk.room, talk.all
    got, end = [], id_of(99)
    while events := run(past.before(room, end, limit)).events:
        got = [int(event.at) for event in events] + got
        end = events[0].id
        new = 20 + len(got)
        room.history.append(said(new))
        past._store.records = tuple(one for one in past._store.records if one.id > id_of(0))
    assert got == everything
    pruned = data.draw(st.integers(0, 12))
    got, end = [], ""
    while events := run(past.after(room, end, limit)).events:
        got += [int(event.at) for event in events]
        end = events[-1].id
        past._store.records = tuple(one for one in past._store.records if one.at > pruned)
    assert got == sorted(set(got))
    assert set(got) >= {n for n in everything if n > max(pruned, talk.reach)}
