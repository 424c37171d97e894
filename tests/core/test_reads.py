"""How far people have read: nothing is missed, and nothing is shown twice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.defer import succeed

from tests.core.worlds import ADA, World, another
from twistedchat.core import intents, reads
from twistedchat.core.names import prepare_nick
from twistedchat.core.reading import BOX
from twistedchat.core.records import Mark, MessageRecord
from twistedchat.testing import connect, enter, run


@pytest.fixture
def world():
    world = World()
    world.come()
    world.settle()
    return world


# Everything that may happen, in any order

GENTLE = ("say", "turn", "commit", "wait", "come", "part", "join", "quit")
ROUGH = (*GENTLE, "talk", "slow", "speed_up", "lose")
KILLED = (*ROUGH, "write", "kill", "cut_off")


def live(world, acts):
    """Let it happen, and then let everybody take what is theirs."""
    for act in acts:
        getattr(world, act)()
    world.settle()
    world.quit()
    world.settle()
    world.come()
    world.settle()
    world.join()
    world.settle()


@settings(deadline=None, max_examples=300)
@given(st.booleans(), st.lists(st.sampled_from(GENTLE), max_size=40))
def test_who_comes_and_goes_is_shown_everything_once_and_in_order(keeps, acts):
    """Whether positions outlive the server or not, and whatever waits at the gate meanwhile."""
    world = World(keeps=keeps)
    world.come()
    world.settle()
    live(world, acts)
    assert world.shown == world.said


@settings(deadline=None, max_examples=500)
@given(st.booleans(), st.lists(st.sampled_from(ROUGH), max_size=40))
def test_who_is_slow_or_lost_misses_nothing(keeps, acts):
    """What was on its way is shown again, and nothing that was taken."""
    world = World(keeps=keeps)
    world.come()
    world.settle()
    live(world, acts)
    assert world.shown == world.said


@settings(deadline=None, max_examples=1000)
@given(st.lists(st.sampled_from(KILLED), max_size=40))
def test_who_was_killed_with_the_server_misses_nothing_that_is_stored(acts):
    """A line may be shown again, but only of the last batch that was handed over."""
    world = World()
    world.come()
    world.settle()
    live(world, acts)
    assert set(world.shown) >= set(world.said)


# Some of that, one by one


def test_after_a_kill_nothing_is_shown_again(world):
    """What was released a moment ago is noted, without a word from anybody."""
    for _ in range(3):
        world.talk()
    world.wait()
    world.commit()
    world.kill()
    world.talk()
    live(world, ["come"])
    assert world.shown == world.said == ["0", "1", "2", "3"]


def test_after_a_kill_in_the_midst_of_talk_the_last_batch_is_shown_again(world):
    """The mark of the batch before goes with the next one: no transaction of its own is needed."""
    for _ in range(3):
        world.talk()
    world.kill()
    live(world, ["come"])
    assert world.shown == ["0", "1", "2", "2"]


def test_who_leaves_and_comes_while_slow_has_not_read_what_was_missed(world):
    """Nor when the connection is lost then, with all of it still on its way."""
    live(world, ["quit", "talk", "talk", "come", "slow", "commit", "part", "join", "lose", "talk"])
    assert world.shown == world.said == ["0", "1", "2"]


def test_nothing_is_written_while_nothing_happens(world):
    """Nor because of people who only come and go."""
    world.settle()
    enter(world.chat, "carl", "lobby")
    world.settle()
    before = list(world.store.submitted)
    for _ in range(5):
        world.wait()
        world.turn()
    assert world.store.submitted == before == []


def test_a_mark_is_written_alone_when_no_batch_takes_it_along(world):
    """A twentieth of a second behind the turn; a second one would say the same."""
    world.talk()
    assert world.store.submitted == []
    world.wait()
    [(changes, _)] = world.store.submitted
    assert [type(change) for change in changes] == [Mark]
    world.wait()
    assert len(world.store.submitted) == 1


def test_a_batch_takes_the_mark_along(world):
    """Under load there is no transaction for it."""
    world.talk()
    world.say()
    world.turn()
    [(changes, _)] = world.store.submitted
    assert [type(change) for change in changes] == [MessageRecord, Mark]
    assert changes[1].id < changes[0].id


def test_guests_leave_nothing_behind():
    """Who has no account makes no row, and no mark is written for their sake."""
    world = World()
    guest = enter(world.chat, "carl", "lobby")
    guest.replays = True
    world.talk()
    world.chat.disconnect(guest, "bye")
    world.settle()
    assert (world.disk.rows, world.disk.mark) == ({}, "")


def test_a_second_connection_of_the_device_is_shown_nothing_again(world):
    """The first one reads along; it goes on when the second one has gone."""
    world.talk()
    second = another(world)
    assert second.missed is None
    world.settle()
    world.chat.disconnect(second, "bye")
    world.talk()
    live(world, ["quit", "talk"])
    assert world.shown == world.said


def test_another_device_has_a_position_of_its_own(world):
    """What was read on one is still to be read on the other."""
    world.talk()
    phone = another(world, device="phone")
    assert phone.missed["lobby"].after == ""
    phone.missed = None
    world.settle()
    world.chat.disconnect(phone, "bye")
    world.talk()
    world.settle()
    phone = another(world, device="phone")
    page = world.chat.state.rooms["lobby"].history.after(phone.missed["lobby"].after, 10)
    assert [one.text for one in page.events] == ["1"]


def test_what_others_bring_a_session_to_is_shown_to_it(world):
    """Another device joins a room for the account: the one that listens too is told."""
    asked = []
    world.session.show_missed = lambda: asked.append(dict(world.session.missed))
    phone = another(world, device="phone")
    run(world.chat.join(phone, "ops"))
    assert [list(missed) for missed in asked] == [["ops"]]


def test_a_guest_who_logs_in_has_heard_what_was_said_since_coming(world):
    """Only what was said before is still to be shown; what else was noted is forgotten."""
    world.quit()
    world.settle()
    world.talk()
    world.settle()
    guest = enter(world.chat, "guest")
    guest.replays, guest.device = True, "line"
    guest.claimed = "ada"
    run(world.chat.join(guest, "lobby"))
    assert guest.missed is None
    world.talk()
    run(world.chat.log_in(guest, ADA))
    (after, before) = guest.missed["lobby"]
    history = world.chat.state.rooms["lobby"].history
    assert [one.text for one in history if after < one.id < before] == ["0"]
    assert guest.began is None


def test_a_guest_who_has_been_shown_the_last_lines_is_not_shown_older_ones(world):
    """Whose account has never read there: those were the last ones."""
    phone = enter(world.chat, "guest")
    phone.replays, phone.device = True, "phone"
    run(world.chat.join(phone, "lobby"))
    assert phone.missed["lobby"].after == ""
    phone.missed = None
    run(world.chat.log_in(phone, ADA))
    assert "lobby" not in (phone.missed or {})


def test_who_logs_out_goes_on_listening_for_nobody(world):
    """The account has read up to there, and the guest is shown nothing again."""
    world.talk()
    run(world.chat.log_out(world.session))
    assert world.session.reading is None
    world.talk()
    world.settle()
    assert world.session.missed is None
    run(world.chat.log_in(world.session, ADA))
    assert "lobby" not in (world.session.missed or {})


def test_a_new_account_has_read_what_its_guest_has_heard(world):
    """And follows from then on."""
    guest = enter(world.chat, "carl", "lobby", door="line")
    guest.replays = True
    world.talk()
    name = prepare_nick("carl")
    world.chat.bus.publish(intents.Register(guest.user.id, "C", name), guest.id, 0)
    world.settle()
    assert guest.missed is None
    assert world.disk.rows["C", "line", "lobby"][1] is True
    assert world.disk.rows["C", "", "@"][1] is True


def test_private_messages_are_read_on_any_device(world):
    """Their position has no device."""
    world.settle()
    assert world.disk.rows["A", "", "@"][1] is True
    phone = another(world, device="phone")
    assert BOX not in (phone.missed or {})
    world.chat.disconnect(phone, "bye")
    world.quit()
    world.settle()
    assert world.disk.rows["A", "", "@"][1] is False
    phone = another(world, device="phone")
    assert phone.missed[BOX].after == world.disk.rows["A", "", "@"][0]


def test_what_could_not_be_shown_is_missed_next_time(world):
    """The store may not answer in time."""
    world.quit()
    world.settle()
    world.talk()
    world.settle()
    session = another(world)
    run(world.chat.join(session, "lobby"))
    after = session.missed.pop("lobby").after
    session.reading.give_up("lobby")
    world.talk()
    world.settle()
    world.chat.disconnect(session, "bye")
    world.settle()
    assert world.disk.rows["A", "line", "lobby"] == (after, False)


def test_a_session_that_ends_before_it_was_shown_anything_has_missed_it(world):
    """Nothing has been asked for yet."""
    world.quit()
    world.talk()
    world.settle()
    row = world.disk.rows["A", "line", "lobby"]
    session = another(world)
    run(world.chat.join(session, "lobby"))
    run(world.chat.part(session, "lobby"))
    world.chat.disconnect(session, "bye")
    world.settle()
    assert world.disk.rows["A", "line", "lobby"] == row


def test_the_last_rows_are_written_before_the_end(world):
    """Of those, too, who have not taken all yet; whoever comes again follows nothing."""
    world.talk()
    world.slow()
    world.talk()
    world.chat.stopping = True
    world.quit()
    world.chat.reads.finish()
    world.store.write()
    id_, follows = world.disk.rows["A", "line", "lobby"]
    assert not follows
    said = {one.id: one.text for one in world.disk.messages}
    assert max(text for one, text in said.items() if one <= id_) == "0"


def test_places_are_bounded(world, monkeypatch):
    """Of too many the one that was not read for longest is forgotten."""
    monkeypatch.setattr(reads, "PLACES_MOST", 3)
    for room in ("one", "two", "three", "four"):
        run(world.chat.join(world.session, room))
        world.session.missed = None
        world.settle()
        run(world.chat.part(world.session, room))
        world.settle()
    places = {place for _, device, place in world.disk.rows if device == "line"}
    assert {"three", "four"} <= places
    assert len(places) <= 4


def test_devices_are_bounded(world):
    """The store says which are too many, and they are forgotten."""
    world.store.positions_on = lambda *_: succeed(((), ("old",)))
    world.disk.rows["A", "old", "lobby"] = "1", False
    another(world, device="new")
    world.settle()
    assert ("A", "old", "lobby") not in world.disk.rows


def test_devices_that_are_in_use_are_not_too_many(world):
    """Though what is stored of them is old, as of one that says nothing of what it follows."""
    world.store.positions_on = lambda *_: succeed(((), ("line", "old")))
    world.disk.rows["A", "old", "lobby"] = "1", False
    kept = {key for key in world.disk.rows if key[1] == "line"}
    another(world, device="new")
    world.settle()
    assert kept
    assert kept <= world.disk.rows.keys()
    assert ("A", "old", "lobby") not in world.disk.rows


def test_devices_that_nobody_uses_are_forgotten_in_time(world, monkeypatch):
    """The store knows them; those in use stay."""
    monkeypatch.setattr(reads, "DEVICES_REMEMBERED", 4)
    for number in range(10):
        world.chat.disconnect(another(world, device=f"d{number}"), "bye")
        world.settle()
    devices = world.chat.reads._devices
    assert len(devices) <= 5
    assert ("A", "line") in devices


def test_what_the_other_sessions_of_a_guest_are_handed_counts_too(world):
    """When one of them logs in while the owner is not here, all of them are the owner's."""
    world.quit()
    world.settle()
    first, second = connect(world.chat), connect(world.chat)
    token = run(world.chat.enter(first, "guest"))
    world.chat.arrive(first)
    run(world.chat.resume(second, token))
    world.chat.arrive(second)
    run(world.chat.log_in(first, ADA))
    assert [one.reading.account for one in (first, second)] == ["A", "A"]
    world.settle()
    world.chat.disconnect(first, "bye")
    world.settle()
    assert world.disk.rows["A", "", BOX][1] is True
    world.chat.disconnect(second, "bye")
    world.settle()
    assert world.disk.rows["A", "", BOX][1] is False


def test_who_resumes_as_an_owner_reads_on(world):
    """A program's token attaches another session to the account's owner."""
    token = run(world.chat.log_in(world.session, ADA, resumable=True))
    again = connect(world.chat)
    run(world.chat.resume(again, token))
    world.chat.arrive(again)
    assert again.reading.account == "A"
    assert BOX not in (again.missed or {})
