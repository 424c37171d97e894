"""What people have missed, as they see it when they come."""

import re

import pytest

from tests.protocols.shelves import Shelf
from twistedchat.testing_accounts import open_accounts

GOOD = "correct horse"


@pytest.fixture
def bob(house):
    return house.person("bob")


@pytest.fixture
def accounts(house):
    return open_accounts(house.chat)


@pytest.fixture
def ada(house, accounts):
    """Somebody who has registered."""
    ada = house.person("ada")
    ada.send(f"/register {GOOD}\n")
    ada.read()
    return ada


def come(house, nick=None, *lines):
    """Somebody who comes in, and all that they see behind the greeting."""
    peer = house.peer()
    first = nick or f"/login ada {GOOD}"
    peer.send("".join(f"{line}\n" for line in (first, *lines)))
    told = peer.lines()
    hello = next(n for n, line in enumerate(told) if line.startswith("*** Hello"))
    peer.told = told[hello + 1 :]
    return peer


def leave(peer):
    peer.send("/quit\n")
    peer.vanish()


# Those who come for the first time


def test_who_comes_is_shown_the_last_lines(house, bob):
    """In their place: behind the welcome, before what is said from then on."""
    bob.send("one\ntwo\n/me waves\n")
    carl = come(house, "carl")
    bob.send("three\n")
    assert carl.told + carl.lines() == [
        "*** The last 3 lines in #lobby:", "<bob> one", "<bob> two", "* bob waves", "*** Now:",
        "<bob> three",
    ]  # fmt: skip


def test_no_more_than_the_setting_says(open_house):
    """Of much the newest."""
    house = open_house(replay=2, burst=100)
    house.person("bob").send("".join(f"{n}\n" for n in range(30)))
    told = come(house, "carl").told
    assert told == ["*** The last 2 lines in #lobby:", "<bob> 28", "<bob> 29", "*** Now:"]


@pytest.mark.parametrize(("lines", "count"), [("", 20), ("hi\n", 0)])
def test_where_nothing_is_to_be_shown_nothing_is_said_of_it(open_house, lines, count):
    """A quiet room, or a host who does not want it."""
    house = open_house(replay=count)
    house.person("bob").send(lines)
    assert come(house, "carl").told == []


def test_a_room_that_is_joined_later(house, bob):
    """Behind the sentence that says where one is now."""
    bob.send("/join ops\nship it\n")
    carl = come(house, "carl")
    carl.send("/join ops\n")
    assert carl.lines() == [
        "*** You are now talking in #ops. Also in: #lobby.",
        "*** The last line in #ops:", "<bob> ship it", "*** Now:",
    ]  # fmt: skip


def test_who_is_in_the_room_already_is_shown_nothing(house, bob):
    """Joining it again only turns to it."""
    carl = come(house, "carl")
    bob.send("hi\n")
    carl.lines()
    carl.send("/join lobby\n")
    assert carl.lines() == ["*** You are now talking in #lobby."]


def test_nothing_that_was_said_looks_like_it(house, bob):
    """A heading cannot be forged: only the server begins a line with its stars."""
    bob.send("*** Now:\n")
    assert come(house, "carl").told[1:] == ["<bob> *** Now:", "*** Now:"]


def test_programs_are_shown_nothing(house, bob):
    """They ask for what they want."""
    bob.send("hi\n")
    program = house.program("bot")
    assert "said" not in [one["type"] for one in program.objects()]


def test_input_that_comes_at_once_is_carried_out_in_order(house, bob):
    """As from ``printf ... | nc``."""
    bob.send("hi\n")
    carl = come(house, "carl", "hello bob", "/quit")
    assert carl.told == ["*** The last line in #lobby:", "<bob> hi", "*** Now:", "*** Goodbye."]
    assert "<carl> hello bob" in bob.lines()


# Those who come back


def test_who_comes_back_is_shown_what_they_have_missed(house, bob, ada):
    """Nothing that they have seen, and nothing twice."""
    bob.send("seen\n")
    leave(ada)
    bob.send("one\ntwo\n")
    ada = come(house)
    bob.send("three\n")
    assert ada.told + ada.lines() == [
        "*** 2 new lines in #lobby since you were here (08:00):", "<bob> one", "<bob> two",
        "*** Now:", "<bob> three",
    ]  # fmt: skip
    leave(ada)
    assert come(house).told == []


def test_ones_own_lines_stand_only_between_others(house, bob, ada):
    """They are not counted, and not what one comes back for."""
    leave(ada)
    phone = house.peer()
    phone.ask(type="hello", account="ada", password=GOOD, device="phone")
    bob.send("one\n")
    phone.ask(type="say", room="lobby", text="mine")
    bob.send("two\n")
    phone.ask(type="say", room="lobby", text="mine, too")
    phone.ask(type="quit")
    assert come(house).told == [
        "*** 2 new lines in #lobby since you were here (08:00):", "<bob> one", "<ada> mine",
        "<bob> two", "*** Now:",
    ]  # fmt: skip


def test_with_nothing_but_ones_own_lines_nothing_is_shown(house, ada):
    """They are no news."""
    leave(ada)
    phone = house.peer()
    phone.ask(type="hello", account="ada", password=GOOD, device="phone")
    phone.ask(type="say", room="lobby", text="mine")
    phone.ask(type="quit")
    assert come(house).told == []


def test_each_room_that_one_comes_back_to_is_named(house, bob, ada):
    """An owner's device is in them; the lines of another than the current one say so, too."""
    phone = house.peer()
    phone.ask(type="hello", account="ada", password=GOOD, device="phone", rooms=["ops"])
    leave(ada)
    bob.send("/join ops\nin ops\n/join lobby\nin lobby\n")
    assert come(house).told == [
        "*** 1 new line in #lobby since you were here (08:00):", "<bob> in lobby",
        "*** 1 new line in #ops since you were here (08:00):", "#ops <bob> in ops", "*** Now:",
    ]  # fmt: skip


def test_of_very_much_the_last_is_shown_and_all_is_counted(open_house):
    """With where the rest is to be had."""
    house = open_house(history=1000, burst=1000)
    open_accounts(house.chat)
    bob, ada = house.person("bob"), house.person("ada")
    ada.send(f"/register {GOOD}\n")
    leave(ada)
    bob.send("".join(f"{n}\n" for n in range(700)))
    told = come(house).told
    assert told[0] == (
        "*** 700 new lines in #lobby since you were here (08:00); the last 500, "
        "/history has the others:"
    )
    assert told[1:] == [*(f"<bob> {n}" for n in range(200, 700)), "*** Now:"]


def test_lines_of_other_days_say_which(house, bob, ada):
    """Each day begins with its date, today as well if there was another before."""
    leave(ada)
    bob.send("one\n")
    house.clock.advance(86400)
    bob.send("two\n")
    house.clock.advance(7200)
    told = come(house).told
    assert told == [
        "*** 2 new lines in #lobby since you were here (2027-01-15 08:00):",
        "*** Friday, 15 January 2027:", "<bob> one",
        "*** Saturday, 16 January 2027:", "<bob> two", "*** Now:",
    ]  # fmt: skip


def test_people_who_are_ignored_are_left_out(house, bob, ada):
    """And not counted."""
    phone = house.peer()
    phone.ask(type="hello", account="ada", password=GOOD, device="phone")
    carl = house.person("carl")
    phone.ask(type="command", text="/ignore carl")
    leave(ada)
    carl.send("noise\n")
    bob.send("signal\n")
    assert come(house).told[1:] == ["<bob> signal", "*** Now:"]


def test_a_guest_of_the_accounts_name_is_shown_what_was_missed_on_logging_in(house, bob, ada):
    """Not the last lines before that; what was heard as a guest does not come again."""
    leave(ada)
    bob.send("missed\n")
    guest = come(house, "ada")
    assert guest.told == []
    bob.send("live\n")
    guest.send(f"/login ada {GOOD}\n")
    told = guest.lines()
    assert told[0] == "<bob> live"
    assert told[-3:] == [
        "*** 1 new line in #lobby since you were here (08:00):", "<bob> missed", "*** Now:"
    ]  # fmt: skip


def test_who_goes_on_as_a_guest_is_shown_nothing_again(house, bob, ada):
    """Logging out ends no listening."""
    bob.send("hi\n")
    ada.read()
    ada.send("/logout\n")
    assert not [line for line in ada.lines() if "hi" in line]


def test_a_room_that_another_device_joins_is_shown_here_as_well(house, bob, ada):
    """What was said there before, once."""
    bob.send("/join ops\nship it\n")
    phone = house.peer()
    phone.ask(type="hello", account="ada", password=GOOD, device="phone")
    ada.read()
    phone.ask(type="join", room="ops")
    house.turn(2)
    told = ada.lines()
    shown = ["*** The last line in #ops:", "#ops <bob> ship it", "*** Now:"]
    assert [line for line in told if "joined" not in line] == shown


# What memory does not have


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def old_house(open_house, shelf):
    """A server that was started just now, with something from before."""
    house = open_house(store=shelf)
    house.chat.make_permanent(["lobby"])
    return house


def test_what_was_said_before_the_start_is_shown(old_house, shelf):
    """To a guest the last lines."""
    shelf.add(*(f"line {n}" for n in range(30)))
    told = come(old_house, "carl").told
    assert told[1:] == [*(f"<bob> line {n}" for n in range(10, 30)), "*** Now:"]


def test_the_store_is_asked_once_for_all_who_come(old_house, shelf):
    """From then on memory has it."""
    shelf.add("one", "two")
    shelf.slow = True
    first, second = come(old_house, "carl"), come(old_house, "dora")
    assert len(shelf.asked) == 1
    shelf.answer()
    old_house.turn()
    shown = ["*** The last 2 lines in #lobby:", "<bob> one", "<bob> two", "*** Now:"]
    assert first.lines()[:4] == second.lines() == shown
    assert come(old_house, "emil").told == shown
    assert shelf.asked == []


def test_what_is_said_while_the_store_is_asked_comes_behind(old_house, shelf):
    """Everything waits in its order; whoever speaks is heard at once."""
    shelf.add("old")
    shelf.slow = True
    carl, dora = come(old_house, "carl"), old_house.peer()
    dora.send("dora\n")
    carl.send("hello\n")
    dora.send("hi carl\n")
    assert carl.lines() == []
    shelf.answer()
    old_house.turn()
    assert carl.lines() == [
        "*** The last line in #lobby:", "<bob> old", "*** Now:", "*** dora joined #lobby.",
        "<dora> hi carl",
    ]  # fmt: skip
    assert "<carl> hello" in dora.lines()


def test_commands_wait_for_it(old_house, shelf):
    """So nobody piles up what waits for the store by coming and going."""
    shelf.add("old", place="ops")
    carl = come(old_house, "carl")
    shelf.slow = True
    carl.send("/join ops\n/part ops\n/join ops\n")
    assert len(shelf.asked) == 1
    assert carl.lines() == ["*** You are now talking in #ops. Also in: #lobby."]
    shelf.answer()
    old_house.turn()
    assert carl.lines()[:3] == ["*** The last line in #ops:", "<bob> old", "*** Now:"]


def test_what_memory_dropped_and_the_disk_did_not_take_is_shown_next_time(old_house, shelf):
    """What stands before it is in the store, but nobody is to believe that nothing is between."""
    read, *_ = shelf.add("read", *(f"line {n}" for n in range(300)))
    logged_in_before(old_house, shelf, read)
    shelf.unstored = shelf.messages[200].id
    ada = come(old_house)
    told = ada.told
    assert told[0].startswith("*** What you missed in #lobby can't be looked up now.")
    leave(ada)
    old_house.turn(1)
    shelf.unstored = ""
    assert come(old_house).told[0].startswith("*** 300 new lines")


def logged_in_before(house, shelf, read):
    """Let ada have an account and have read so far."""
    accounts = open_accounts(house.chat)
    ada = house.person("ada")
    ada.send(f"/register {GOOD}\n")
    leave(ada)
    house.pass_time(1)
    device = house.chat.reads._devices["account1", "line"]
    device.positions["lobby"] = read
    return accounts


def test_who_comes_back_after_a_restart_misses_nothing(old_house, shelf):
    """However much it was: memory takes back only the last of it."""
    read, *_ = shelf.add("read", *(f"line {n}" for n in range(300)))
    logged_in_before(old_house, shelf, read)
    told = come(old_house).told
    assert told == [
        "*** 300 new lines in #lobby since you were here (07:00):",
        *(f"<bob> line {n}" for n in range(300)), "*** Now:",
    ]  # fmt: skip


def test_of_very_much_after_a_restart_all_is_counted(old_house, shelf):
    """By the store, without reading all of it."""
    read, *_ = shelf.add("read", *(f"line {n}" for n in range(800)))
    logged_in_before(old_house, shelf, read)
    told = come(old_house).told
    assert told[0].startswith("*** 800 new lines")
    assert told[1:] == [*(f"<bob> line {n}" for n in range(300, 800)), "*** Now:"]


@pytest.mark.parametrize("how", ["it fails", "it does not answer"])
def test_what_cannot_be_looked_up_is_shown_next_time(old_house, shelf, logged, how):
    """And the person is told so; what happens meanwhile is heard after five seconds at most."""
    read, *_ = shelf.add("read", *(f"line {n}" for n in range(300)))
    logged_in_before(old_house, shelf, read)
    shelf.slow = True
    ada = come(old_house)
    shelf.slow = False
    if how == "it fails":
        shelf.answer(OSError("disk"))
    old_house.pass_time(6)
    told = ada.lines()
    [told] = told
    assert told.startswith("*** What you missed in #lobby can't be looked up now.")
    leave(ada)
    old_house.turn(1)
    assert come(old_house).told[0].startswith("*** 300 new lines")
    faults = [event for event in logged if "log_failure" in event]
    assert len(faults) == 1
    logged.remove(faults[0])


# Private messages


@pytest.fixture
def boxes(old_house, shelf):
    """A server with ada's account, to whom something was told while she was away."""
    logged_in_before(old_house, shelf, "~")
    account = old_house.chat.reads._devices["account1", ""]
    account.positions["@"] = shelf.whisper("long ago", to="account1")
    return old_house


def test_private_messages_have_waited(boxes, shelf):
    """For all devices once; the last who wrote can be replied to."""
    shelf.whisper("are you there?", to="account1")
    shelf.whisper("hello?", sender="C", to="account1")
    ada = come(boxes)
    assert ada.told == [
        "*** 2 private messages while you were away:", "b -> you: are you there?",
        "c -> you: hello?", "*** Now:",
    ]  # fmt: skip
    assert boxes.chat.sessions[max(boxes.chat.sessions)].peer == "C"
    leave(ada)
    assert come(boxes).told == []


def test_private_messages_that_wait_for_the_disk_are_shown_next_time(boxes, shelf):
    """The store does not have them yet; once it does, they still count as not read."""
    left = shelf.whisper("meet me at noon", to="account1")
    [shelf.unstored], written, shelf.messages[-1:] = [left], shelf.messages[-1], []
    ada = come(boxes)
    [told] = ada.told
    assert told.startswith("*** What you missed in private can't be looked up now.")
    leave(ada)
    boxes.turn(1)
    shelf.unstored = ""
    shelf.messages.append(written)
    assert "b -> you: meet me at noon" in come(boxes).told


def test_of_very_many_private_messages_the_last_are_shown(boxes, shelf):
    """The others can be looked up."""
    for number in range(205):
        shelf.whisper(f"{number}", to="account1")
    told = come(boxes).told
    assert re.fullmatch(r"\*\*\* 20\d private messages .*; the last 200, .*:", told[0])
    assert told[1:] == [*(f"b -> you: {n}" for n in range(5, 205)), "*** Now:"]
