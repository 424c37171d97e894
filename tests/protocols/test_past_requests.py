"""The requests of programs about the past: pages of it, and searching."""

import pytest

from twistedchat.core.gates import StoreGate
from twistedchat.core.names import prepare_nick
from twistedchat.testing_store import ShelfStore


@pytest.fixture
def ada(house):
    """A program that runs the lobby."""
    return house.program("ada")


@pytest.fixture
def bob(house, ada):
    """Another, in the lobby too."""
    bob = house.program("bob")
    ada.read()
    return bob


def ok(peer, **request):
    """What the ok of a request carries; it is the last thing that comes."""
    *_, reply = peer.ask(id=1, **request)
    assert reply.pop("type") == "ok", reply
    assert reply.pop("id") == 1
    return reply


def code(peer, **request):
    """The code of the error that is the answer."""
    [error] = peer.ask(id=1, **request)
    assert error["type"] == "error"
    return error["code"]


def texts(told, what="events"):
    return [one["text"] for one in told[what]]


@pytest.fixture
def spoken(ada):
    """The ids of five lines."""
    said = [ada.ask(type="say", room="lobby", text=str(n))[0]["msgid"] for n in range(5)]
    ada.read()
    return said


@pytest.mark.parametrize(
    ("fields", "expected", "complete", "more"),
    [
        ({}, "01234", True, False),
        ({"limit": 2}, "34", False, True),
        ({"limit": 2, "before": 3}, "12", False, True),
        ({"limit": 9, "before": 3}, "012", True, False),
        ({"limit": 2, "after": 0}, "12", True, True),
        ({"limit": 9, "after": 2}, "34", True, False),
        ({"after": 4}, "", True, False),
    ],
)
def test_history(ada, spoken, fields, expected, complete, more):
    """Newest, before, after; whether it reaches back, and whether there is more."""
    for name in ("before", "after"):
        if name in fields:
            fields = {**fields, name: spoken[fields[name]]}
    told = ok(ada, type="history", room="lobby", **fields)
    assert "".join(texts(told)) == expected
    assert (told["room"], told["complete"], told["more"]) == ("#lobby", complete, more)


def test_history_that_does_not_reach_back(open_house):
    """Something was dropped between the id and the first event."""
    ada = open_house(history=2).program("ada")
    first, *_ = [ada.ask(type="say", room="lobby", text=str(n))[0]["msgid"] for n in range(4)]
    ada.read()
    assert ok(ada, type="history", room="lobby", after=first)["complete"] is False


def test_history_of_long_lines_is_cut(open_house):
    """However many were asked for, a page takes no time to make."""
    ada = open_house(rate=0).program("ada")
    first, *_ = [
        ada.ask(type="say", room="lobby", text="\U0001f600" * 2000)[0]["msgid"] for _ in range(30)
    ]
    ada.read()
    for fields in ({}, {"after": first}):
        told = ok(ada, type="history", room="lobby", limit=200, **fields)
        assert 5 < len(told["events"]) < 9
        assert told["more"] is True
        assert told["complete"] is ("after" in fields)


@pytest.mark.parametrize(
    "fields",
    [{"limit": 0}, {"limit": 201}, {"limit": 1.5}, {"limit": "5"}, {"limit": True},
     {"after": "x"}, {"before": 5}, {"before": "0" * 26, "after": "0" * 26}, {"around": "x"},
     {"since": "yesterday"}, {"since": 5}, {"since": "2027-01-15T08:00:00"}, {"nick": "bob"},
     {"since": "2027-01-15T08:00:00Z", "before": "0" * 26}],
)  # fmt: skip
def test_history_refuses(ada, fields):
    """What is not of its kind."""
    assert code(ada, type="history", room="lobby", **fields) == "bad-arguments"


def test_history_pages_past_people_who_are_ignored(ada, bob):
    """What others said behind a page of theirs is still found."""
    first = ok(ada, type="say", room="lobby", text="first")
    ada.read()
    for number in range(15):
        bob.ask(type="say", room="lobby", text=f"spam {number}")
    ada.ask(type="command", text="/ignore bob")
    ada.ask(type="say", room="lobby", text="news")
    ada.read()
    page = ok(ada, type="history", room="lobby", limit=5, after=first["msgid"])
    assert [event["text"] for event in page["events"]] == ["news"]


def test_history_since_a_time(house, ada):
    """The first messages from then on; the rest behind the last of them."""
    for number in range(4):
        ada.ask(type="say", room="lobby", text=str(number))
        house.clock.advance(60)
    ada.read()
    told = ok(ada, type="history", room="lobby", limit=2, since="2027-01-15T08:01:00Z")
    assert (texts(told), told["more"]) == (["1", "2"], True)
    told = ok(ada, type="history", room="lobby", limit=2, after=told["events"][-1]["msgid"])
    assert (texts(told), told["more"], told["complete"]) == (["3"], False, True)
    told = ok(ada, type="history", room="lobby", since="2027-01-15T10:00:00+01:00")
    assert (texts(told), told["more"]) == ([], False)


def test_history_around_a_message(ada, spoken):
    """Half of it older; what is not there is an error, not an empty page."""
    told = ok(ada, type="history", room="lobby", limit=3, around=spoken[2])
    assert (texts(told), told["complete"], told["more"]) == (["1", "2", "3"], False, True)
    told = ok(ada, type="history", room="lobby", around=spoken[2])
    assert (texts(told), told["complete"], told["more"]) == (list("01234"), True, False)
    asked = {"type": "history", "room": "lobby", "around": "0" * 26}
    assert code(ada, **asked) == "no-such-message"


@pytest.fixture
def store():
    return ShelfStore()


@pytest.fixture
def stored(open_house, store):
    """A house in which what is said is stored."""
    house = open_house(rate=0)
    chat = house.chat
    chat.store = store
    chat.gate = chat.fanout._gate = StoreGate(chat.clock.soon, store, 1 << 20)
    for part in (chat.past, chat.search):
        part._store = store
    return house


def owner(house, nick):
    """A program of an account."""
    peer = house.program(nick)
    chat = house.chat
    chat.state.owned.give(prepare_nick(nick), nick.upper())
    chat.state.set_account(chat.state.named(nick), nick.upper())
    return peer


def test_a_private_conversation(stored):
    """Its two ends read it, page by page; a guest has none."""
    ada, bob, eve = owner(stored, "ada"), owner(stored, "bob"), stored.program("eve")
    for number in range(3):
        ok(ada, type="whisper", nick="bob", text=f"psst {number}")
    bob.read()
    told = ok(bob, type="history", nick="ADA", limit=2)
    assert told["nick"] == "ada"
    assert "room" not in told
    assert (texts(told), told["complete"], told["more"]) == (["psst 1", "psst 2"], False, True)
    assert {one["type"] for one in told["events"]} == {"whispered"}
    first = told["events"][0]["msgid"]
    told = ok(bob, type="history", nick="ada", before=first)
    assert (texts(told), told["complete"], told["more"]) == (["psst 0"], True, False)
    told = ok(ada, type="history", nick="bob", after=first, limit=1)
    assert (texts(told), told["more"]) == (["psst 2"], True)
    told = ok(ada, type="history", nick="bob", after=told["events"][0]["msgid"])
    assert (texts(told), told["more"]) == ([], False)
    assert texts(ok(ada, type="history", nick="bob", around=first, limit=1)) == ["psst 1"]
    assert code(eve, type="history", nick="bob") == "not-allowed"
    assert code(ada, type="history", nick="nobody") == "no-such-nick"


def test_a_private_conversation_with_somebody_ignored(stored):
    """Is shown to who asks for it."""
    ada, bob = owner(stored, "ada"), owner(stored, "bob")
    ok(bob, type="whisper", nick="ada", text="psst")
    ada.read()
    ada.ask(type="command", text="/ignore bob")
    ada.read()
    assert texts(ok(ada, type="history", nick="bob")) == ["psst"]
    told = str(ada.ask(type="command", text="/history @bob", id=1))
    assert "bob -> you: psst" in told


def test_search(stored, store):
    """Events with their place, newest first, and where to go on."""
    ada, bob = owner(stored, "ada"), owner(stored, "bob")
    for number in range(3):
        ok(ada, type="say", room="lobby", text=f"word {number}")
    ok(ada, type="whisper", nick="bob", text="my word")
    bob.read()
    told = ok(ada, type="search", text="word", limit=2)
    assert texts(told, "messages") == ["my word", "word 2"]
    assert [one.get("room") or one["to"] for one in told["messages"]] == ["bob", "#lobby"]
    assert told["before"] == told["messages"][-1]["msgid"]
    assert told["behind"] == 0
    told = ok(ada, type="search", text="word", before=told["before"])
    assert (texts(told, "messages"), told["before"]) == (["word 1", "word 0"], None)
    assert texts(ok(bob, type="search", text="in:@ada"), "messages") == ["my word"]
    store.behind = 3
    assert ok(bob, type="search", text="word")["behind"] == 3


def test_search_in_the_programs_zone(stored, store):
    """It says in which dates are meant; else they are UTC."""
    ada = stored.program("ada")
    ok(ada, type="say", room="lobby", text="word")
    asked = {"type": "search", "text": "word after:2027-01-15T08:30"}
    assert texts(ok(ada, **asked), "messages") == []
    assert texts(ok(ada, **asked, zone="Europe/Berlin"), "messages") == ["word"]


def test_search_results_of_long_lines_are_cut(stored):
    """However many were asked for; nothing is skipped."""
    ada = stored.program("ada")
    for number in range(30):
        ok(ada, type="say", room="lobby", text=f"word {number} " + "\U0001f600" * 1900)
    told = ok(ada, type="search", text="word", limit=100)
    assert 5 < len(told["messages"]) < 10
    got = texts(told, "messages")
    while told["before"]:
        told = ok(ada, type="search", text="word", limit=100, before=told["before"])
        got += texts(told, "messages")
    assert [int(text.split()[1]) for text in got] == list(reversed(range(30)))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({}, "bad-arguments"), ({"text": ""}, "bad-arguments"), ({"text": 5}, "bad-arguments"),
     ({"text": "after:soon"}, "bad-arguments"), ({"text": "x", "limit": 101}, "bad-arguments"),
     ({"text": "x", "before": "x"}, "bad-arguments"), ({"text": "x", "zone": "X"}, "bad-arguments"),
     ({"text": "x", "zone": 5}, "bad-arguments"), ({"text": "x in:#ops"}, "not-in-room"),
     ({"text": "x" * 501}, "too-long")],
)  # fmt: skip
def test_search_refuses(stored, fields, expected):
    """With one clear sentence."""
    assert code(stored.program("ada"), type="search", **fields) == expected


def test_search_where_nothing_is_stored(ada):
    """There is still the history."""
    assert code(ada, type="search", text="x") == "not-allowed"
