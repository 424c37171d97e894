"""How far turns have come."""

from twistedchat.core.progress import Progress, Released
from twistedchat.testing import HoldingGate, connect, enter, ignore_outcome, make_chat, run


def test_a_turn_is_released_with_all_that_happened_until_it_was_closed():
    """Not with what happened since; whoever wants to know is told each time."""
    progress, told = Progress(), []
    progress.on_release = lambda: told.append(progress.released)
    progress.latest = "1"
    first = progress.close()
    progress.latest = "2"
    second = progress.close()
    progress.release(first)
    progress.release(second)
    assert told == [Released(1, "1"), Released(2, "2")]
    assert progress.turn == 3


def test_what_waits_at_the_gate_is_not_released():
    """However much has been applied."""
    gate = HoldingGate()
    chat = make_chat(gate=gate)
    ada = enter(chat, "ada", "lobby")
    chat.clock.turn()
    gate.release()
    before = chat.progress.released
    chat.say(ada, "lobby", "hi", ignore_outcome)
    chat.clock.turn()
    assert chat.progress.released == before
    assert chat.progress.latest > before.upto
    gate.release()
    assert chat.progress.released.upto == chat.progress.latest


def test_a_turn_comes_though_nobody_hears_anything():
    """So that what is noted behind it is noted."""
    chat = make_chat()
    chat.progress.wake()
    turn = chat.progress.turn
    chat.clock.turn()
    assert chat.progress.turn == turn + 1


def test_a_refusal_has_a_place_in_the_order():
    """Nothing that happens later is taken for older."""
    chat = make_chat()
    session = connect(chat)
    run(chat.enter(session, "ada"))
    before = chat.progress.latest
    assert before
    run(chat.join(session, "lobby"))
    assert chat.progress.latest > before
