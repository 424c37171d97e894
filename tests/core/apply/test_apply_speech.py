"""What may be said where people are moderated, slowed down or mind their words."""

import pytest

from twistedchat.core import intents
from twistedchat.core.apply import speech
from twistedchat.core.events import Left, Said
from twistedchat.core.rooms import SPOKE_MOST


def was_said(outcome):
    return [type(event) for event in outcome] == [Said]


def test_moderated(house, ada, bob, eve, ops):
    """Operators speak, and who was given a voice."""
    house.sets(ada, "ops", "moderated", moderated=True)
    says = house.says(bob, "ops", "hi")
    assert says == (
        "moderated: #ops is moderated: only operators and who was given a voice speak."
        " Ask one of its operators for one."
    )
    assert was_said(house.says(ada, "ops", "hi"))
    house.gives(ada, "ops", "bob", "voiced")
    house.gives(ada, "ops", "eve", "voiced")
    assert was_said(house.says(bob, "ops", "hi"))
    assert was_said(house.says(eve, "ops", "hi"))
    house.gives(ada, "ops", "eve", "none")
    assert house.wants(eve, intents.Emote, "ops", "waves").startswith("moderated: ")


def test_who_has_no_voice_sets_no_topic(house, ada, eve, ops):
    """It would be heard all the same."""
    house.sets(ada, "ops", "moderated", moderated=True)
    assert house.wants(eve, intents.SetTopic, "ops", "buy").startswith("moderated: ")
    house.sets(ada, "ops", "moderated", moderated=False)
    house.sets(ada, "ops", "filter", filtered=("buy",))
    assert house.wants(eve, intents.SetTopic, "ops", "Buy!").startswith("filtered: ")
    assert ops.topic is None
    assert isinstance(house.wants(ada, intents.SetTopic, "ops", "buy"), list)


@pytest.mark.parametrize(
    ("rules", "heard"),
    [
        ({"moderated": True}, ""),
        ({"filtered": ("stuff",)}, ""),
        ({"slow": 60.0}, "buy stuff"),
        ({}, "buy stuff"),
    ],
)
def test_reasons_are_speech(house, ada, eve, ops, rules, heard):
    """What could not be said is left out when somebody goes, from the room or for good."""
    house.sets(ada, "ops", "private", **rules)
    [event] = house.wants(eve, intents.Part, "ops", "buy stuff")
    assert event.reason == heard
    house.joins(eve, "ops")
    [event] = house.wants(ada, _detached(eve), "buy stuff")
    assert (type(event), event.reason) == (Left, heard)


def _detached(session):
    """The end of a session, for whoever asks."""
    return lambda _user, reason: intents.Detach(session.id, reason)


def test_slow_mode(house, ada, bob, eve, ops):
    """Says when; an action counts, who was refused waits no longer for it."""
    house.sets(ada, "ops", "slow", slow=10.0)
    assert was_said(house.says(eve, "ops", "one"))
    house.chat.clock.advance(3.5)
    says = house.says(eve, "ops", "two")
    assert says == (
        "slow-mode: #ops is in slow mode: wait 7 s, then say it again."
        " There is one message in 10 seconds for each."
    )
    assert house.wants(eve, intents.Emote, "ops", "two").startswith("slow-mode: ")
    assert was_said(house.says(bob, "ops", "one"))
    house.chat.clock.advance(6.5)
    assert was_said(house.says(eve, "ops", "two"))


def test_programs_are_told_how_long(house, ada, eve, ops):
    """In seconds, rounded up."""
    house.sets(ada, "ops", "slow", slow=10.0)
    house.says(eve, "ops", "one")
    with pytest.raises(speech.SlowMode) as refused:
        speech.check(ops, ops.members[eve.user.id], "two", house.chat.clock.now() + 0.5)
    assert dict(refused.value.carried) == {"wait": 10}


def test_leaving_and_coming_back_is_no_way_around(house, ada, eve, ops):
    """The room remembers, as long as that matters."""
    house.sets(ada, "ops", "slow", slow=10.0)
    house.says(eve, "ops", "one")
    house.wants(eve, intents.Part, "ops")
    house.joins(eve, "ops")
    assert house.says(eve, "ops", "two").startswith("slow-mode: ")
    house.chat.clock.advance(11)
    bob = house.comes("bob", "ops")
    house.says(bob, "ops", "hi")
    assert list(ops.spoke) == [bob.user.id]
    house.sets(ada, "ops", "slow", slow=0.0)
    assert ops.spoke == {}


def test_what_is_remembered_is_bounded(house, ada, eve, ops):
    """The first is forgotten for one more."""
    house.sets(ada, "ops", "slow", slow=10.0)
    now = house.chat.clock.now()
    ops.spoke = {str(number): now for number in range(SPOKE_MOST)}
    house.says(eve, "ops", "hi")
    assert (len(ops.spoke), "0" in ops.spoke) == (SPOKE_MOST, False)


def test_who_is_not_slowed_down(house, ada, bob, eve, ops):
    """Operators, the voiced, server operators."""
    house.sets(ada, "ops", "slow", slow=10.0)
    house.gives(ada, "ops", "bob", "voiced")
    house.elevates(eve)
    for session in (ada, bob, eve) * 2:
        assert was_said(house.says(session, "ops", "hi"))


def test_filter(house, ada, bob, ops):
    """The sentence names the word; a voice changes nothing, operators are exempt."""
    house.sets(ada, "ops", "filter", filtered=("darn",))
    house.gives(ada, "ops", "bob", "voiced")
    says = house.says(bob, "ops", "oh Darn it")
    assert says == """filtered: "darn" can't be said in #ops. Say it in other words."""
    assert len(ops.history) == 0
    assert was_said(house.says(bob, "ops", "darned"))
    assert was_said(house.says(ada, "ops", "darn"))


def test_a_filtered_word_costs_no_wait(house, ada, eve, ops):
    """Nothing was said."""
    house.sets(ada, "ops", "filter", filtered=("darn",))
    house.sets(ada, "ops", "slow", slow=10.0)
    house.says(eve, "ops", "darn")
    assert was_said(house.says(eve, "ops", "dear"))


def test_a_mute_comes_first(house, ada, eve, ops):
    """And holds in a moderated room."""
    house.sets(ada, "ops", "moderated", moderated=True)
    house.gives(ada, "ops", "eve", "voiced")
    house.wants(ada, intents.Mute, "ops", "eve")
    assert house.says(eve, "ops", "hi").startswith("muted: ")


def test_a_room_with_a_history_of_its_own_keeps_so_much(house, ada, eve, ops):
    """From the moment it is set, and with every message."""
    for number in range(5):
        house.says(eve, "ops", str(number))
        house.chat.clock.advance(10)
    house.sets(ada, "ops", "history", keep_count=3)
    assert [one.text for one in ops.history] == ["2", "3", "4"]
    house.sets(ada, "ops", "history", keep_count=0, keep_seconds=25)
    house.wants(eve, intents.Emote, "ops", "waves")
    assert [one.text for one in ops.history] == ["3", "4", "waves"]
