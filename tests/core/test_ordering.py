"""Order, apply, and the sessions: also on a bus that takes its time."""

import pytest
from twisted.internet.defer import Deferred

from twistedchat.core import intents
from twistedchat.core.chat import Chat, Outcome, digest
from twistedchat.core.errors import BadLogin, ChatError, NotAllowed
from twistedchat.core.events import Left, Said
from twistedchat.testing import (
    HoldingGate,
    SharedLog,
    connect,
    enter,
    heard,
    ignore_outcome,
    make_chat,
    run,
    sink_of,
)


def slow_chat() -> tuple[Chat, SharedLog]:
    """A chat whose intents wait until the log settles them."""
    chat = make_chat()
    log = SharedLog(chat.bus)
    chat.bus = log
    return chat, log


def test_order_tells_what_became_of_an_intent() -> None:
    """Its facts, or the refusal."""
    chat = make_chat()
    ada = enter(chat, "ada", "lobby")
    outcomes: list[Outcome] = []
    chat.order(ada, intents.Say(ada.user.id, "lobby", "hi"), outcomes.append)
    chat.order(ada, intents.Say(ada.user.id, "ops", "hi"), outcomes.append)
    assert isinstance(outcomes[0][0][0], Said)
    assert isinstance(outcomes[1], ChatError)


def test_whoever_asked_for_what_failed_is_not_waited_for() -> None:
    """A fault of the program is raised, and leaves nothing behind."""
    chat, _ = slow_chat()
    ada = connect(chat)
    # No bus takes it: there is nothing like it.
    chat.bus = None
    with pytest.raises(AttributeError):
        chat.order(ada, intents.Say("ada", "lobby", "hi"), lambda _: None)
    assert chat._waiting == {}


def test_ask_waits_for_the_bus() -> None:
    """And raises what was refused there."""
    chat, log = slow_chat()
    ada = connect(chat)
    entering = Deferred.fromCoroutine(chat.enter(ada, "ada"))
    assert not entering.called
    log.settle()
    assert entering.result == "secret1"
    joining = Deferred.fromCoroutine(chat.join(ada, "lobby"))
    speaking = Deferred.fromCoroutine(chat.ask(ada, intents.Say(ada.user.id, "ops", "hi")))
    log.settle()
    assert joining.result.name.shown == "lobby"
    failures: list = []
    speaking.addErrback(failures.append)
    assert failures[0].check(ChatError)
    assert chat._waiting == {}


@pytest.mark.parametrize("resumes", [True, False])
def test_a_connection_that_ends_while_it_enters_leaves_nobody_behind(resumes: bool) -> None:
    """The nick is free again and whoever waits is told."""
    chat, log = slow_chat()
    session = connect(chat)
    if resumes:
        first = connect(chat)
        entering = Deferred.fromCoroutine(chat.enter(first, "ada"))
        log.settle()
        chat.disconnect(first, "lost", lingers=True)
        log.settle()
        coming = Deferred.fromCoroutine(chat.resume(session, entering.result))
    else:
        coming = Deferred.fromCoroutine(chat.enter(session, "ada"))
    chat.disconnect(session, "lost")
    log.settle()
    failures: list = []
    coming.addErrback(failures.append)
    assert failures[0].check(NotAllowed)
    assert not chat.state.sessions
    # Whoever was waiting to be resumed goes on waiting as long as is due.
    assert len(chat.state.users) == resumes
    chat.clock.advance(60)
    log.settle()
    assert not chat.state.users
    assert chat._waiting == {}


def test_what_was_asked_before_a_connection_ended_is_answered() -> None:
    """Nothing waits for ever."""
    chat, log = slow_chat()
    ada = connect(chat)
    entering = Deferred.fromCoroutine(chat.enter(ada, "ada"))
    log.settle()
    joining = Deferred.fromCoroutine(chat.set_away(ada, "x"))
    chat.disconnect(ada, "lost")
    log.settle()
    assert entering.called
    assert joining.called
    assert joining.result is None
    assert chat._waiting == {}


def test_intents_of_other_nodes_answer_nobody_here() -> None:
    """Even if their numbers are the same as ours."""
    chat, log = slow_chat()
    ada = connect(chat)
    entering = Deferred.fromCoroutine(chat.enter(ada, "ada"))
    ((_, _, request),) = log.waiting
    chat.apply(intents.Detach("other-1", ""), "0" * 26, 1.0, "other-1", request)
    chat.apply(intents.Announce("", "hear"), "0" * 26, 1.0)
    assert not entering.called
    log.settle()
    assert entering.called


def test_nobody_has_to_wait_for_an_outcome() -> None:
    """A bus may carry an intent of a session for which no one waits."""
    chat = make_chat()
    ada = enter(chat, "ada")
    chat.bus.publish(intents.SetAway(ada.user.id, "x"), ada.id, 0)
    assert ada.user.away == "x"


def test_a_refusal_changes_nothing_and_nobody_hears_it() -> None:
    """Only the one who asked is told."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "lobby"), enter(chat, "bob", "lobby")
    chat.clock.turn()
    sink_of(bob).take()
    with pytest.raises(ChatError):
        run(chat.ask(ada, intents.Kick("nobody", "lobby", "bob")))
    chat.clock.turn()
    assert heard(bob) == []


def test_everything_passes_the_gate() -> None:
    """Nothing is heard before it opens, replies included; then all of it, in order."""
    gate = HoldingGate()
    chat = make_chat(gate=gate)
    ada, bob = enter(chat, "ada", "lobby"), enter(chat, "bob", "lobby")
    for text in ("one", "two"):
        chat.say(ada, "lobby", text, ignore_outcome)
        chat.fanout.send(bob, b'{"type":"notice","code":"x","text":"%s"}\n' % text.encode())
        chat.clock.turn()
    assert sink_of(bob).written == []
    gate.release()
    assert [event.text for event in heard(bob)] == ["one", "one", "two", "two"]


# Coming and going


def test_sessions_have_ids_of_their_own() -> None:
    """Unique among nodes: no node's ids begin like another's."""
    chat = make_chat()
    assert connect(chat).id != connect(chat).id


def test_entering_twice_is_refused() -> None:
    """A session has one user."""
    chat = make_chat()
    ada = enter(chat, "ada")
    with pytest.raises(NotAllowed, match=r"You are ada already\. /nick takes another nick\."):
        run(chat.enter(ada, "bob"))
    assert list(chat.state.nicks) == ["ada"]


def test_tokens_are_kept_as_digests_only() -> None:
    """Whoever reads the memory of the state cannot resume."""
    chat = make_chat()
    session = connect(chat)
    token = run(chat.enter(session, "ada"))
    assert token not in chat.state.tokens
    assert digest(token) in chat.state.tokens
    assert digest("\ud800")


def test_a_resumed_session_is_in_all_rooms_of_its_user() -> None:
    """It hears them from its arrival on, and its lines go to the first."""
    chat = make_chat()
    ada = connect(chat)
    token = run(chat.enter(ada, "ada"))
    for room in ("lobby", "ops"):
        run(chat.join(ada, room))
    bob = enter(chat, "bob", "ops")
    run(chat.ignore(ada, "bob", True))
    chat.disconnect(ada, "lost", lingers=True)
    again = connect(chat)
    run(chat.resume(again, token))
    assert again.current == "lobby"
    chat.arrive(again)
    chat.say(bob, "ops", "hidden", ignore_outcome)
    run(chat.set_topic(bob, "ops", "seen"))
    chat.clock.turn()
    assert [type(event).__name__ for event in heard(again)] == ["TopicChanged"]


def test_a_user_outlives_a_broken_connection_for_the_grace_period() -> None:
    """Nobody is told until it is over."""
    chat = make_chat(resume_seconds=60)
    ada, bob = enter(chat, "ada", "lobby"), enter(chat, "bob", "lobby")
    chat.clock.turn()
    heard(bob)
    chat.disconnect(ada, "lost", lingers=True)
    chat.clock.advance(59)
    assert heard(bob) == []
    assert "ada" in chat.state.nicks
    chat.clock.advance(1)
    left, _ = heard(bob)
    assert isinstance(left, Left)
    assert left.reason == "lost"
    assert "ada" not in chat.state.nicks


@pytest.mark.parametrize("slow", [True, False])
def test_coming_back_in_time_starts_the_grace_period_anew(slow: bool) -> None:
    """The first timer does not end the second absence, on any bus."""
    chat, log = slow_chat() if slow else (make_chat(), None)

    def settle() -> None:
        if log:
            log.settle()

    ada = connect(chat)
    entering = Deferred.fromCoroutine(chat.enter(ada, "ada"))
    settle()
    chat.disconnect(ada, "lost", lingers=True)
    settle()
    chat.clock.advance(50)
    again = connect(chat)
    Deferred.fromCoroutine(chat.resume(again, entering.result))
    settle()
    chat.disconnect(again, "lost again", lingers=True)
    settle()
    chat.clock.advance(59)
    settle()
    assert "ada" in chat.state.nicks
    chat.clock.advance(1)
    settle()
    assert "ada" not in chat.state.nicks


def test_a_clock_that_goes_back_delays_no_leaving() -> None:
    """The grace period is counted, not compared with the time of day."""
    chat = make_chat(resume_seconds=60)
    ada = enter(chat, "ada")
    chat.disconnect(ada, "lost", lingers=True)
    chat.clock.set_back(7200)
    chat.clock.advance(60)
    assert not chat.state.users


@pytest.mark.parametrize(("lingers", "grace"), [(False, 60), (True, 0)])
def test_without_grace_the_user_leaves_at_once(lingers: bool, grace: int) -> None:
    """A goodbye, or a server that grants none."""
    chat = make_chat(resume_seconds=grace)
    ada = enter(chat, "ada")
    chat.disconnect(ada, "bye", lingers=lingers)
    assert not chat.state.users


def test_a_reason_of_any_length_lets_a_user_leave() -> None:
    """It is cut and cleaned: a ghost that cannot leave would be worse."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "lobby"), enter(chat, "bob", "lobby")
    chat.clock.turn()
    heard(bob)
    chat.disconnect(ada, "x\n" * 5000)
    chat.clock.turn()
    left, _ = heard(bob)
    assert "\n" not in left.reason
    assert len(left.reason) == 300


def test_disconnecting_twice_is_once() -> None:
    """A connection is closed by us and then lost."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "lobby"), enter(chat, "bob", "lobby")
    chat.clock.turn()
    heard(bob)
    for _ in range(2):
        chat.disconnect(ada, "bye")
    chat.clock.turn()
    assert [type(event) for event in heard(bob)].count(Left) == 1
    assert ada.id not in chat.sessions


def test_what_was_said_before_the_end_is_still_delivered() -> None:
    """A session that is closed hears what happened until then, and nothing later."""
    chat = make_chat()
    ada, bob = enter(chat, "ada", "lobby"), enter(chat, "bob", "lobby")
    chat.clock.turn()
    heard(bob)
    chat.say(ada, "lobby", "last", ignore_outcome)
    chat.disconnect(bob, "bye")
    chat.say(ada, "lobby", "later", ignore_outcome)
    chat.clock.turn()
    assert [event.text for event in heard(bob)] == ["last"]


def test_a_token_that_nobody_has_is_refused() -> None:
    """And the session can still enter."""
    chat = make_chat()
    session = connect(chat)
    with pytest.raises(BadLogin):
        run(chat.resume(session, "guess"))
    run(chat.enter(session, "ada"))
