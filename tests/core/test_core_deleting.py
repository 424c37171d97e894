"""The verbs that take messages back, in memory and in the store."""

import pytest

from twistedchat.core.deleting import AT_ONCE, PAGE, PAGES
from twistedchat.core.errors import ChatError, NoSuchNick, NotAllowed, TooMany
from twistedchat.core.events import Deleted
from twistedchat.core.names import prepare_nick
from twistedchat.core.records import MessageKind, MessageRecord, StoredPage, private_place
from twistedchat.testing import enter, heard, ignore_outcome, make_chat, run


def record(number, account="A", place="lobby", nick="ada", kind=MessageKind.SAID, to=""):
    return MessageRecord(f"{number:06}", 1.0, place, kind, nick, account, f"line {number}", to)


class Shelf:
    """A store with messages from before the server started."""

    unstored = ""

    def __init__(self):
        self.records = []
        self.asked = []

    def page(self, place, end, limit):
        found = [one for one in self.records if one.place == place and one.id < end]
        return StoredPage(tuple(found[-limit:]), len(found) <= limit)

    async def newest(self, place, limit):
        return self.page(place, "~", limit)

    async def before(self, place, id_, limit):
        return self.page(place, id_, limit)

    async def by_ids(self, ids):
        self.asked.append(list(ids))
        return tuple(one for one in self.records if one.id in ids)


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def chat(shelf):
    return make_chat(store=shelf)


def comes(chat, nick, account=""):
    session = enter(chat, nick, "lobby")
    if account:
        chat.state.owned.give(prepare_nick(nick), account)
        chat.state.set_account(session.user, account)
    return session


@pytest.fixture
def ada(chat):
    """The operator of #lobby."""
    return comes(chat, "ada", "A")


@pytest.fixture
def bob(chat, ada):
    return comes(chat, "bob", "B")


def says(chat, session, count=1):
    for number in range(count):
        chat.say(session, "lobby", f"line {number}", ignore_outcome)
    return [one.id for one in chat.state.rooms["lobby"].history][-count:]


def deleted(chat, session):
    chat.clock.turn()
    return [one for one in heard(session) if isinstance(one, Deleted)]


def test_what_is_in_memory_is_not_looked_up(chat, shelf, ada, bob):
    """Everybody in the room hears one event; the reply says what was not there."""
    first, second = says(chat, bob, 2)
    taken = run(chat.delete(bob, "lobby", [second, first, second]))
    assert (taken.ids, taken.unknown) == ((first, second), ())
    assert shelf.asked == []
    for session in (ada, bob):
        (event,) = deleted(chat, session)
        assert event.ids == (first, second)


def test_what_is_not_is_looked_up_in_the_store(chat, shelf, ada, bob):
    """Where it counts only if it was said in this room."""
    shelf.records = [record(1, "B"), record(2, "B", place="ops")]
    (here,) = says(chat, bob)
    taken = run(chat.delete(bob, "lobby", ["000001", "000002", "000003", here]))
    assert taken.ids == ("000001", here)
    assert taken.unknown == ("000002", "000003")
    assert shelf.asked == [["000001", "000002", "000003"]]


def test_what_others_have_said_is_looked_up_as_well(chat, shelf, ada, bob):
    """So nobody takes back what is only in the store and not theirs; operators may."""
    shelf.records = [record(1, "", nick="guest")]
    with pytest.raises(NotAllowed):
        run(chat.delete(bob, "lobby", ["000001"]))
    assert run(chat.delete(ada, "lobby", ["000001"])).ids == ("000001",)
    assert deleted(chat, bob)[0].of == ("guest",)


def test_operators_answer_for_what_they_take_back(chat, ada, bob):
    """It is written down; what is one's own is one's own business."""
    theirs, mine = says(chat, bob) + says(chat, ada)
    run(chat.delete(ada, "lobby", [mine]))
    assert chat._journal.events == []
    run(chat.delete(ada, "lobby", [theirs]))
    assert [one.ids for one in chat._journal.events] == [(theirs,)]


def test_nothing_is_asked_for_in_a_room_one_is_not_in(chat, shelf, bob):
    """Nor does the store tell anything of it."""
    run(chat.part(bob, "lobby"))
    with pytest.raises(ChatError, match="not in #lobby"):
        run(chat.delete(bob, "lobby", ["000001"]))
    assert shelf.asked == []


def test_only_so_many_at_once(chat, bob):
    """More are refused, not cut."""
    with pytest.raises(TooMany, match="100 messages can be taken back at once"):
        run(chat.delete(bob, "lobby", ["1"] * (AT_ONCE + 1)))


def test_the_last_of_ones_own(chat, ada, bob):
    """Others' lines are passed over."""
    mine = says(chat, bob, 3)
    says(chat, ada, 2)
    assert run(chat.delete_last(bob, "lobby", 2)).ids == tuple(mine[1:])
    assert run(chat.delete_last(bob, "lobby", 9)).ids == (mine[0],)
    assert run(chat.delete_last(bob, "lobby", 9)).ids == ()


def test_the_last_that_are_stored(chat, shelf, bob):
    """They are looked for page by page, and not for ever."""
    shelf.records = [record(1, "B"), *(record(number) for number in range(2, PAGE * 2))]
    assert run(chat.delete_last(bob, "lobby", 1)).ids == ("000001",)
    shelf.records = [record(1, "B"), *(record(number) for number in range(2, PAGE * PAGES + 9))]
    assert run(chat.delete_last(bob, "lobby", 1)).ids == ()


def test_the_last_of_somebody_else(chat, shelf, ada, bob):
    """For operators; by the nick that stands in the lines, or by who has it now."""
    shelf.records = [record(1, "", nick="Bob"), record(2)]
    (mine,) = says(chat, bob)
    with pytest.raises(NotAllowed, match="Only operators of #lobby"):
        run(chat.delete_last(bob, "lobby", 1, "ada"))
    run(chat.rename(bob, "rob"))
    assert run(chat.delete_last(ada, "lobby", 1, "rob")).ids == (mine,)
    assert run(chat.delete_last(ada, "lobby", 9, "bob")).ids == ("000001",)


def test_ones_own_by_name(chat, ada, bob):
    """Whoever writes their own nick means themselves."""
    (mine,) = says(chat, bob)
    assert run(chat.delete_last(bob, "lobby", 1, "BOB")).ids == (mine,)


def whispered(number, account, to):
    place, nick = private_place("A", "B"), "ada" if account == "A" else "bob"
    return record(number, account, place, nick, MessageKind.WHISPERED, to)


def test_private_messages(chat, shelf, ada, bob):
    """In memory and in the store, by id; only those two hear of it."""
    eve = comes(chat, "eve")
    shelf.records = [whispered(1, "A", "bob"), record(2, "A")]
    here = run(chat.whisper(ada, "bob", "psst")).id
    taken = run(chat.delete_private(ada, "bob", ["000001", "000002", here]))
    assert (taken.ids, taken.unknown) == (("000001", here), ("000002",))
    assert [event.ids for event in deleted(chat, bob)] == [("000001", here)]
    assert deleted(chat, eve) == []


def test_private_messages_of_others_stay(chat, shelf, ada, bob):
    """Those of the other end, too."""
    shelf.records = [whispered(1, "B", "ada")]
    with pytest.raises(NotAllowed):
        run(chat.delete_private(ada, "bob", ["000001"]))


def test_the_last_private_messages(chat, shelf, ada, bob):
    """To this person alone, whether or not they are here."""
    comes(chat, "eve", "E")
    shelf.records = [whispered(1, "A", "bob"), whispered(2, "B", "ada")]
    mine = run(chat.whisper(ada, "bob", "psst")).id
    run(chat.whisper(ada, "eve", "psst"))
    run(chat.whisper(bob, "ada", "yes?"))
    assert run(chat.delete_last_private(ada, "bob", 1)).ids == (mine,)
    chat.disconnect(bob, "bye")
    assert run(chat.delete_last_private(ada, "bob", 9)).ids == ("000001",)


def test_the_last_private_messages_of_a_guest(chat, shelf, bob):
    """Nothing of them is stored."""
    guest = comes(chat, "guest")
    id_ = run(chat.whisper(guest, "bob", "psst")).id
    assert run(chat.delete_last_private(guest, "bob", 5)).ids == (id_,)


def test_nobody_is_called_so(chat, ada):
    """Neither a person nor an account."""
    with pytest.raises(NoSuchNick, match="Nobody here is called nobody, and no account either"):
        run(chat.delete_private(ada, "nobody", ["1"]))
