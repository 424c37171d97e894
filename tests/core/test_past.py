"""Pages of the past, from memory and from the store as if they were one."""

import pytest

from twistedchat.core.events import Emoted, Said
from twistedchat.core.history import History, Page
from twistedchat.core.names import prepare_room
from twistedchat.core.past import Past
from twistedchat.core.records import MessageKind, MessageRecord, StoredPage
from twistedchat.core.rooms import Room
from twistedchat.testing import run


def said(number):
    return Said(f"{number:02}", float(number), "Ops", "ada", f"line {number}", account="a1")


def record(number, kind=MessageKind.SAID):
    return MessageRecord(f"{number:02}", float(number), "ops", kind, "ada", "a1", f"line {number}")


def numbers(page):
    return [int(event.id) for event in page.events]


class Shelf:
    """A store with the messages of one room."""

    def __init__(self, *records):
        self.records = records
        self.asked = 0

    def page(self, place, wanted, limit, first=False):
        assert place == "ops"
        self.asked += 1
        found = [one for one in self.records if wanted(one)]
        cut = found[:limit] if first else found[-limit:]
        return StoredPage(tuple(cut), len(cut) == len(found))

    async def newest(self, place, limit):
        return self.page(place, lambda one: True, limit)

    async def before(self, place, id_, limit):
        return self.page(place, lambda one: one.id < id_, limit)

    async def after(self, place, id_, limit):
        return self.page(place, lambda one: one.id > id_, limit, first=True)

    async def since(self, place, at, limit):
        return self.page(place, lambda one: one.at >= at, limit)


def a_room(*kept, since="", size=100, lasting=True):
    history = History(size, since)
    for number in kept:
        history.append(said(number))
    return Room(prepare_room("Ops"), history, permanent=lasting)


@pytest.fixture
def shelf():
    return Shelf(*map(record, range(1, 9)))


def test_without_a_store_memory_is_all():
    """As with --data memory."""
    past, room = Past(None), a_room(3, 4, 5)
    assert numbers(run(past.newest(room, 2))) == [4, 5]
    assert numbers(run(past.before(room, "05", 9))) == [3, 4]
    assert numbers(run(past.after(room, "03", 9))) == [4, 5]
    assert numbers(run(past.since(room, 4.0, 9))) == [4, 5]


def test_what_memory_has_is_not_read_from_the_disk(shelf):
    """Most pages are of what was said just now."""
    past, room = Past(shelf), a_room(*range(5, 9), since="04")
    assert numbers(run(past.newest(room, 4))) == [5, 6, 7, 8]
    assert numbers(run(past.before(room, "08", 3))) == [5, 6, 7]
    assert numbers(run(past.after(room, "05", 3))) == [6, 7, 8]
    assert shelf.asked == 0


def test_older_messages_come_from_the_store(shelf):
    """As many as are asked for, and whether there are more."""
    past, room = Past(shelf), a_room(7, 8, since="06")
    page = run(past.newest(room, 4))
    assert (numbers(page), page.complete) == ([5, 6, 7, 8], False)
    page = run(past.newest(room, 20))
    assert (numbers(page), page.complete) == (list(range(1, 9)), True)
    assert numbers(run(past.before(room, "07", 3))) == [4, 5, 6]
    page = run(past.after(room, "02", 3))
    assert (numbers(page), page.complete) == ([3, 4, 5], False)
    assert numbers(run(past.since(room, 4.0, 20))) == [4, 5, 6, 7, 8]


def test_what_is_not_stored_yet_is_not_missing(shelf):
    """The newest may still be on their way to the disk, or could not be written."""
    past, room = Past(shelf), a_room(8, 9, 10, since="07")
    assert numbers(run(past.newest(room, 5))) == [6, 7, 8, 9, 10]
    assert numbers(run(past.before(room, "10", 3))) == [7, 8, 9]
    assert numbers(run(past.after(room, "05", 9))) == [6, 7, 8, 9, 10]
    assert numbers(run(past.since(room, 6.0, 9))) == [6, 7, 8, 9, 10]


def test_after_a_restart_everything_comes_from_the_store(shelf):
    """As events of the room as it is called now."""
    shelf.records = (record(1), record(2, MessageKind.EMOTED))
    page = run(Past(shelf).newest(a_room(since="02"), 20))
    assert page == Page(
        (said(1), Emoted("02", 2.0, "Ops", "ada", "line 2", account="a1")), complete=True
    )


def test_a_page_of_nothing(shelf):
    """No messages asked for, none given."""
    page = run(Past(shelf).newest(a_room(since="02"), 0))
    assert page.events == ()


def test_a_room_that_is_made_anew_has_no_past(shelf):
    """Who makes a room whose people have all gone reads nothing of what they said."""
    past, room = Past(shelf), a_room(9, since="08", lasting=False)
    assert numbers(run(past.newest(room, 5))) == [9]
    assert numbers(run(past.before(room, "09", 5))) == []
    assert numbers(run(past.after(room, "01", 5))) == [9]
    assert numbers(run(past.since(room, 0.0, 5))) == [9]
    assert shelf.asked == 0


def test_what_was_said_before_a_room_was_registered_is_nobodys(shelf):
    """Its people were others, and may have thought that it was gone with them."""
    past, room = Past(shelf), a_room(8, since="07")
    room.created = 5.0
    page = run(past.newest(room, 20))
    assert (numbers(page), page.complete) == ([5, 6, 7, 8], True)
    assert numbers(run(past.before(room, "08", 20))) == [5, 6, 7]
    assert numbers(run(past.after(room, "01", 20))) == [5, 6, 7, 8]
    assert numbers(run(past.since(room, 0.0, 20))) == [5, 6, 7, 8]
