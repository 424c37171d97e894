"""Lines on their way in: order, rate, refusals, and the turns of others."""

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from twistedchat.protocols import intake
from twistedchat.protocols.consumer import Cost
from twistedchat.protocols.intake import LINES_PER_QUESTION, LINES_PER_TURN, Intake


class Flow:
    def __init__(self):
        self.reading = True
        self.changes = 0

    def pauseProducing(self):
        assert self.reading
        self.reading, self.changes = False, self.changes + 1

    def resumeProducing(self):
        assert not self.reading
        self.reading = True


class Consumer:
    """Carries out words: ?x is a question, !x is free, bye ends, wait takes time."""

    def __init__(self):
        self.done, self.told, self.weighed = [], [], 0
        self.waits = []

    def weigh(self, line):
        self.weighed += 1
        kinds = {"?": Cost.ASK, "!": Cost.FREE, "-": Cost.DONE}
        return (Cost.LEAVE if line == "bye" else kinds.get(line[:1], Cost.SPEAK)), line

    def carry_out(self, what):
        self.done.append(what)
        if what.startswith("wait"):
            self.waits.append(Deferred())
            return self.waits[-1]
        return None

    def behind(self, seconds):
        self.told.append(seconds)

    def refused(self, lines):
        self.told.append(lines)


class Stand:
    def __init__(self, rate=5, burst=20, hold=30):
        self.clock, self.flow, self.consumer = Clock(), Flow(), Consumer()
        self.intake = Intake(self.clock, self.flow, rate, burst, hold)
        self.intake.serve(self.consumer)

    @property
    def done(self):
        return self.consumer.done

    def feed(self, *lines):
        self.intake.feed(lines)
        self.intake.report()

    def turn(self):
        """Let others have their turns."""
        self.clock.advance(0)


def numbers(count, sign=""):
    return [f"{sign}{n}" for n in range(count)]


def test_lines_within_the_burst_pass_at_once():
    """Nothing is held."""
    stand = Stand()
    stand.feed(*numbers(20))
    assert stand.done == numbers(20)
    assert stand.flow.changes == 0


def test_over_the_rate_lines_wait_in_order():
    """The flow is held, the person told once, and all arrive."""
    stand = Stand()
    stand.feed(*numbers(25))
    assert stand.consumer.told == [1]
    assert stand.intake.holding
    stand.feed("more")
    stand.clock.pump([0.1] * 9)
    assert stand.done == numbers(24)
    stand.clock.pump([0.1] * 9)
    assert stand.done == [*numbers(25), "more"]
    assert stand.flow.reading
    assert stand.consumer.told == [1]
    assert not stand.intake.holding


def test_being_behind_again_is_told_again():
    """Once it was all done."""
    stand = Stand(rate=1, burst=1)
    stand.feed("a", "b")
    stand.clock.pump([0.5] * 4)
    stand.feed("c", "d", "e")
    assert stand.consumer.told == [1, 2]


def test_questions_have_a_bucket_of_their_own():
    """Four times as large."""
    stand = Stand()
    stand.feed(*numbers(20))
    stand.feed(*numbers(40, "?"))
    stand.feed(*numbers(40, "?"))
    stand.turn()
    assert len(stand.done) == 100
    stand.feed("?", "?", "?")
    assert stand.consumer.told == [1]
    stand.clock.advance(0.05)
    assert len(stand.done) == 101


def test_how_far_behind_counts_what_waits_in_either_bucket():
    """The longest wait is told."""
    stand = Stand(rate=1, burst=1)
    stand.feed("a", *numbers(9, "?"), "b", "c")
    stand.turn()
    assert stand.consumer.told == [2]
    stand = Stand(rate=1, burst=1)
    stand.feed("a", "b", "c", *numbers(4, "?"))
    assert stand.consumer.told == [2]


@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_what_would_wait_too_long_is_refused(pieces):
    """Told once for each read, also with tight bounds; what was taken is not refused later."""
    stand = Stand(rate=1, burst=1, hold=5)
    lines = numbers(10)
    for start in range(0, 10, -(-10 // pieces)):
        stand.intake.feed(lines[start : start + -(-10 // pieces)])
    stand.intake.report()
    assert stand.consumer.told == [5, ["6", "7", "8", "9"]] or pieces > 1
    assert stand.consumer.told[-1] == ["6", "7", "8", "9"]
    stand.clock.pump([1.01] * 10)
    assert stand.done == numbers(6)


@pytest.mark.parametrize(("rate", "hold"), [(0, 30), (5, 0), (0, 0)])
def test_no_bounds(rate, hold):
    """0 is none: nothing is refused."""
    stand = Stand(rate=rate, hold=hold)
    stand.feed(*numbers(500))
    for _ in range(1200):
        stand.clock.advance(0.1)
    assert stand.done == numbers(500)


def test_leaving_hurries_what_stands_before_it():
    """In the same read and in a later one."""
    stand = Stand()
    stand.feed(*numbers(25), "bye")
    assert stand.done == [*numbers(25), "bye"]
    stand = Stand()
    stand.feed(*numbers(25))
    stand.feed("bye")
    assert stand.done == [*numbers(25), "bye"]


def test_leaving_that_comes_to_nothing_is_no_way_around_the_rate():
    """What comes behind it waits as before, and longer."""
    stand = Stand()
    stand.feed(*numbers(40), "bye", "a", "b")
    assert stand.done[-1] == "bye"
    stand.clock.advance(1)
    assert stand.done[-1] == "bye"
    stand.clock.pump([0.2] * 30)
    assert stand.done[-2:] == ["a", "b"]


def test_free_lines_wait_behind_nothing():
    """Neither behind the rate nor behind what takes time, in whatever read they come."""
    stand = Stand()
    stand.feed(*numbers(25), "!1", "x")
    assert stand.done[-1] == "!1"
    stand.feed("!2")
    assert stand.done[-1] == "!2"
    stand = Stand()
    stand.feed("wait", "a", "!1")
    assert stand.done == ["wait", "!1"]


def test_free_lines_keep_their_place_where_nothing_waits():
    """Order is order."""
    stand = Stand(rate=0)
    stand.feed("a", "!1", "b")
    assert stand.done == ["a", "!1", "b"]


def test_a_flood_of_free_lines_is_not_read_from():
    """It would cost others their time; none is lost, and usual ones never wait."""
    stand = Stand()
    for _ in range(40):
        stand.feed("!ping")
        stand.clock.advance(0.05)
    assert (len(stand.done), stand.flow.changes) == (40, 0)
    for _ in range(3):
        before = len(stand.done)
        stand.feed(*["!ping"] * 270)
        assert not stand.flow.reading
        stand.clock.pump([0.1] * 15)
        assert not stand.flow.reading
        stand.clock.pump([0.1] * 15)
        assert stand.flow.reading
        assert len(stand.done) == before + 270


def test_what_takes_time_holds_what_is_behind_it():
    """And the flow with it."""
    stand = Stand()
    stand.feed("wait", "a")
    stand.feed("b")
    assert stand.done == ["wait"]
    assert not stand.flow.reading
    stand.consumer.waits[0].callback(None)
    assert stand.done == ["wait", "a", "b"]
    assert stand.flow.reading


def test_a_failure_holds_nothing_up():
    """The consumer has dealt with it."""
    stand = Stand()
    stand.feed("wait", "a")
    stand.consumer.waits[0].errback(ValueError())
    assert stand.done == ["wait", "a"]


def test_many_lines_leave_turns_to_others():
    """And each is weighed once: the work grows with the number of lines, no faster."""
    stand = Stand(rate=0)
    stand.feed(*numbers(2000))
    assert len(stand.done) == LINES_PER_TURN
    others = []
    stand.clock.callLater(0, lambda: others.append(len(stand.done)))
    stand.clock.advance(0)
    assert others == [2 * LINES_PER_TURN]
    assert stand.done == numbers(2000)
    assert stand.consumer.weighed == 2000


def test_the_end_carries_out_what_waits():
    """Then calls back, once."""
    stand, ended = Stand(), []
    stand.feed(*numbers(25))
    stand.intake.end(lambda: ended.append(len(stand.done)))
    assert ended == [25]
    stand.clock.advance(10)
    assert ended == [25]


def test_the_end_waits_for_what_takes_time():
    """Also for turns."""
    stand, ended = Stand(), []
    stand.feed("wait", *numbers(100))
    stand.intake.end(lambda: ended.append(len(stand.done)))
    assert ended == []
    stand.consumer.waits[0].callback(None)
    stand.clock.advance(0)
    assert ended == [101]


def test_stop_forgets_and_lets_read_on():
    """What comes then is the caller's to throw away."""
    stand = Stand()
    stand.feed(*numbers(25))
    stand.intake.stop()
    stand.intake.stop()
    stand.clock.advance(10)
    assert stand.done == numbers(20)
    assert stand.flow.reading


def test_a_consumer_may_stop_it():
    """In the middle of a turn."""
    stand = Stand()
    stand.consumer.carry_out = lambda _: stand.intake.stop()
    stand.feed("a", "b")
    assert stand.flow.reading


def test_forget_gives_back_what_waits():
    """With what each counts as."""
    stand = Stand()
    stand.feed("wait", "a", "?b")
    assert stand.intake.forget() == [(Cost.SPEAK, "a"), (Cost.ASK, "?b")]
    stand.consumer.waits[0].callback(None)
    assert stand.done == ["wait"]


def test_what_is_done_already_costs_nothing():
    """It is not carried out either."""
    stand = Stand(rate=1, burst=1)
    stand.feed("-", "a", "-", "-")
    assert stand.done == ["a"]
    assert stand.consumer.told == []


def test_many_that_are_done_already_hold_the_flow():
    """Throwing lines away is work too."""
    stand = Stand()
    stand.feed(*["-"] * 50)
    assert stand.flow.reading
    stand.feed(*["-"] * 1000)
    assert not stand.flow.reading
    stand.clock.pump([0.1] * 22)
    assert stand.flow.reading


def test_charges_hold_the_flow():
    """However many, for a moment and no longer; a flood of them costs the flooder time."""
    stand = Stand()
    stand.intake.charge(100)
    assert stand.flow.reading
    stand.intake.charge(1_000_000)
    stand.intake.charge(1_000_000)
    assert not stand.flow.reading
    stand.feed("?")
    assert stand.done == []
    stand.clock.pump([0.1] * 22)
    assert stand.done == ["?"]
    assert stand.flow.reading


@pytest.mark.parametrize(("size", "held"), [(5 * 499, 0), (20 * 500, 1), (100_000, 2)])
def test_many_bytes_count_as_more_lines(size, held):
    """What holds up those who read it costs who said it time; short lines cost nothing more."""
    stand = Stand(burst=5)
    stand.feed(*numbers(5))
    stand.intake.charge_size(size, 5)
    stand.feed("x")
    stand.clock.pump([0.2] * 2)
    assert (stand.done[-1] == "x") is not bool(held)
    stand.clock.pump([0.2] * 10)
    assert stand.done[-1] == "x"


def test_charges_without_a_rate():
    """0 is none."""
    stand = Stand(rate=0)
    stand.intake.charge(1_000)
    stand.feed("?")
    assert stand.done == ["?"]
    assert stand.flow.changes == 0


def test_fewer_questions_than_messages_are_carried_out_in_a_turn():
    """Other connections get theirs in between."""
    stand = Stand(rate=0)
    at_once = LINES_PER_TURN // LINES_PER_QUESTION
    stand.feed(*numbers(3 * at_once, "?"), "hello")
    assert len(stand.done) == at_once
    assert stand.intake.holding
    stand.turn()
    assert stand.done == [*numbers(3 * at_once, "?"), "hello"]
    assert stand.flow.reading


def test_lines_that_take_long_are_carried_out_in_several_turns():
    """One at least in each."""
    stand = Stand(rate=0)
    carry_out = stand.consumer.carry_out

    def slowly(what):
        stand.clock.rightNow += 0.1
        return carry_out(what)

    stand.consumer.carry_out = slowly
    stand.feed("a", "b", "c")
    assert stand.done == ["a"]
    stand.turn()
    assert stand.done == ["a", "b", "c"]


def test_questions_that_are_read_one_by_one_share_a_turn_too(monkeypatch):
    """As when each has a TLS record of its own."""
    stand = Stand(rate=0)
    stand.feed("?1")
    stand.feed("?2")
    stand.feed("hello")
    assert stand.done == ["?1"]
    assert stand.flow.changes == 0
    stand.turn()
    assert stand.done == ["?1", "?2", "hello"]
    stand.feed("?3")
    assert stand.done[-1] == "?3"


def test_those_who_have_nothing_waiting_cannot_spoil_it_for_each_other():
    """What they share can't be written into; also not by free ones in a row."""
    with pytest.raises(TypeError):
        intake._NONE[Cost.FREE] += 1
    stand = Stand(rate=1, burst=1)
    carry_out = stand.consumer.carry_out

    def forgetting(what):
        stand.intake.forget()
        return carry_out(what)

    stand.consumer.carry_out = forgetting
    stand.feed("a", "b", "!1", "!2")
    assert stand.done == ["a"]
    stand = Stand(rate=1, burst=1)
    stand.feed("a", "b")
    stand.consumer.carry_out = forgetting
    stand.feed("!1", "!2")
    assert intake._NONE == {}
    assert not intake._NOTHING
