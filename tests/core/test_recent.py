"""The last lines of rooms, read back into memory."""

from twisted.internet.defer import Deferred

from tests.protocols.shelves import Shelf
from twistedchat.core import intents
from twistedchat.core.recent import RECALLED
from twistedchat.testing import enter, ignore_outcome, make_chat, run


def started(*texts, slow=False, **limits):
    """A chat that has just started, whose lobby has an hour behind it."""
    shelf = Shelf(slow=slow)
    if texts:
        shelf.add(*texts)
    chat = make_chat(store=shelf, **limits)
    chat.make_permanent(["lobby"])
    return chat, shelf, chat.state.rooms["lobby"]


def texts(room):
    return [event.text for event in room.history]


def recall(chat, room):
    return Deferred.fromCoroutine(chat.recent.recall(room))


def test_the_last_lines_come_before_what_was_said_since():
    """In their order, and memory knows how far it reaches."""
    chat, _, room = started("one", "two")
    ada = enter(chat, "ada", "lobby")
    chat.say(ada, "lobby", "three", ignore_outcome)
    run(chat.recent.recall(room))
    assert texts(room) == ["one", "two", "three"]
    assert room.history.reach == room.begun
    assert chat.recent.reaches(room, "", 99)


def test_only_some_are_read_back():
    """Memory says that it does not reach to the beginning; nothing lies between."""
    chat, shelf, room = started(*map(str, range(300)))
    run(chat.recent.recall(room))
    assert texts(room) == [str(n) for n in range(300 - RECALLED, 300)]
    before, first = (shelf.messages[300 - RECALLED + n].id for n in (-1, 0))
    assert chat.recent.reaches(room, first, 0)
    assert not chat.recent.reaches(room, before, 0)
    assert room.history.after(first, 9).complete
    assert not room.history.after(before, 9).complete


def test_memory_that_is_small_stays_small():
    """It takes as many as it has room for."""
    chat, _, room = started(*map(str, range(30)), history=5)
    run(chat.recent.recall(room))
    assert texts(room) == ["25", "26", "27", "28", "29"]


def test_all_who_come_wait_for_one_answer():
    """And go on together, also when there is none."""
    chat, shelf, room = started("one", slow=True)
    first, second = recall(chat, room), recall(chat, room)
    assert len(shelf.asked) == 1
    shelf.answer(OSError("disk"))
    first.addErrback(lambda failure: failure.trap(OSError))
    assert second.called
    assert texts(room) == []
    third = recall(chat, room)
    shelf.answer()
    assert third.called
    assert texts(room) == ["one"]


def test_the_store_is_not_asked_where_memory_reaches():
    """A room that has begun since the start, or that was read back."""
    chat, shelf, room = started("one")
    run(chat.recent.recall(room))
    shelf.slow = True
    run(chat.recent.recall(room))
    assert shelf.asked == []
    chat = make_chat()
    ada = enter(chat, "ada", "lobby")
    run(chat.recent.recall(ada.user.rooms["lobby"]))
    assert chat.recent.reaches(ada.user.rooms["lobby"], "", 99)


def test_enough_in_memory_is_enough():
    """For who has never been here; who has read may have missed more."""
    chat, shelf, room = started("one", "two")
    ada = enter(chat, "ada", "lobby")
    chat.say(ada, "lobby", "three", ignore_outcome)
    assert chat.recent.reaches(room, "", 1)
    assert not chat.recent.reaches(room, "", 2)
    assert not chat.recent.reaches(room, shelf.messages[0].id, 1)


def test_what_is_taken_back_meanwhile_does_not_come_back():
    """What was read is not used: the next one who comes asks again."""
    chat, shelf, room = started("one", "two", slow=True)
    ada = enter(chat, "ada", "lobby")
    waiting = recall(chat, room)
    chat.state.users[ada.user.id].operator = True
    deleting = Deferred.fromCoroutine(chat.delete(ada, "lobby", [shelf.messages[0].id]))
    (asked, *others), shelf.asked = shelf.asked, []
    for deferred, result in others:
        deferred.callback(result)
    assert deleting.called
    asked[0].callback(asked[1])
    assert waiting.called
    assert texts(room) == []


def test_what_was_taken_back_is_not_read_back_while_the_store_has_it():
    """A full disk may keep it for long, and memory would show it for longer."""
    chat, shelf, room = started("one", "two")
    ada = enter(chat, "ada", "lobby")
    chat.state.users[ada.user.id].operator = True
    run(chat.delete(ada, "lobby", [shelf.messages[1].id]))
    run(chat.recent.recall(room))
    assert texts(room) == ["one"]
    assert room.history.reach == room.begun


def test_what_an_account_has_said_is_not_read_back_once_it_is_no_more():
    """It is erased in the background; if that was all, memory reaches no further back."""
    chat, shelf, room = started()
    shelf.add(*map(str, range(300)), account="B")
    chat.bus.publish(intents.ForgetAccount("B"), "", 0)
    reach = room.history.reach
    run(chat.recent.recall(room))
    assert texts(room) == []
    assert room.history.reach == reach
    assert run(chat.past.newest(room, 9)).events == ()


def test_nothing_is_read_back_before_what_the_disk_did_not_take():
    """Memory has dropped that already; what memory still has does not matter."""
    chat, shelf, room = started("one", "two", history=2)
    ada = enter(chat, "ada", "lobby")
    chat.say(ada, "lobby", "three", ignore_outcome)
    shelf.unstored = room.history.latest
    assert not chat.recent.has_gap(room)
    for text in ("four", "five"):
        chat.say(ada, "lobby", text, ignore_outcome)
    assert chat.recent.has_gap(room)
    run(chat.recent.recall(room))
    assert texts(room) == ["four", "five"]


def test_what_memory_drops_meanwhile_leaves_no_gap():
    """Then it is not joined to what was read."""
    chat, shelf, room = started("one", slow=True, history=2)
    ada = enter(chat, "ada", "lobby")
    waiting = recall(chat, room)
    for text in ("a", "b", "c"):
        chat.say(ada, "lobby", text, ignore_outcome)
    shelf.answer()
    assert waiting.called
    assert texts(room) == ["b", "c"]
