from typing import Any

import pytest

from twistedchat.client.drafts import MAX_WAITING
from twistedchat.client.items import Remark, Settled


def remarks(script: Any) -> list[str]:
    return [item.text for item in script.fresh() if isinstance(item, Remark)]


def settled(script: Any) -> list[Settled]:
    return [item for item in script.fresh() if isinstance(item, Settled)]


def test_hello_introduces_the_person(make_script: Any) -> None:
    """Nick, version, program and rooms; a script says that it leaves at once."""
    script = make_script(rooms=("ops", "#dev"), grace=False, client="twistedchat 1")
    script.talk.connected()
    [hello] = script.pump()
    assert hello == {
        "type": "hello", "versions": [1], "nick": "ada", "client": "twistedchat 1",
        "rooms": ["#ops", "#dev"], "grace": False, "id": 1,
    }  # fmt: skip


def test_without_rooms_the_server_chooses(script: Any) -> None:
    """The lobby is the server's matter."""
    script.talk.connected()
    [hello] = script.pump()
    assert "rooms" not in hello
    assert "resume" not in hello


def test_a_line_is_said_in_the_current_room(script: Any) -> None:
    """And settled by its own reply only."""
    script.connect()
    script.fresh()
    script.talk.say("hi", number=7)
    [request] = script.pump()
    assert (request["type"], request["room"], request["text"]) == ("say", "#lobby", "hi")
    script.give({"type": "ok", "id": request["id"] + 100})
    assert settled(script) == []
    script.give({"type": "ok", "id": request["id"], "msgid": "1"})
    [fate] = settled(script)
    assert fate.done
    assert fate.draft.number == 7


def test_a_refused_line_comes_back_with_the_reason(script: Any) -> None:
    """The person reads what and why."""
    script.connect()
    script.fresh()
    script.talk.say("hi")
    [request] = script.pump()
    script.give({"type": "error", "id": request["id"], "code": "muted", "text": "Muted."})
    [fate] = settled(script)
    assert (fate.done, fate.reason, fate.draft.text) == (False, "Muted.", "hi")


def test_a_line_typed_without_a_connection_is_sent_later(script: Any) -> None:
    """In order, once, after the reconnection; a command is not kept."""
    script.connect()
    script.break_off()
    script.fresh()
    script.talk.say("one")
    script.talk.say("two")
    script.talk.command("/who")
    assert script.pump() == []
    [fate] = settled(script)
    assert fate.draft.text == "/who"
    requests = script.connect()
    assert [request["text"] for request in requests if request["type"] == "say"] == ["one", "two"]


def test_before_the_first_welcome_there_is_no_room_to_say_a_line_in(script: Any) -> None:
    """It is given back, not lost."""
    script.talk.say("hi")
    [fate] = settled(script)
    assert (fate.done, fate.draft.text) == (False, "hi")


def test_a_line_under_way_when_the_connection_breaks_is_looked_for(script: Any, said: Any) -> None:
    """Found among what was missed it is settled, else the person is told, and never sent twice."""
    script.connect()
    script.give(said(1, "before"))
    for text in ("heard", "found", "lost"):
        script.talk.say(text)
    script.pump()
    script.give(said(2, "heard", nick="ada"))
    script.break_off()
    assert [fate.done for fate in settled(script)] == [True]
    requests = script.connect(resumed=True)
    assert not [request for request in requests if request["type"] == "say"]
    missed = {"type": "missed", "room": "#lobby", "complete": True, "last": True}
    script.give({**missed, "events": [said(3, "found", nick="ada")]})
    fates = {fate.draft.text: fate for fate in settled(script)}
    assert fates["found"].done
    assert (fates["lost"].done, fates["lost"].doubtful) == (False, True)


def test_a_line_in_doubt_whose_room_is_gone_is_given_back(script: Any, said: Any) -> None:
    """There is no history to look in."""
    script.connect()
    script.talk.say("hi")
    script.pump()
    script.break_off()
    script.connect(rooms=[], refused=[{"room": "#lobby", "code": "banned", "text": "Banned."}])
    [fate] = settled(script)
    assert fate.doubtful


def test_a_command_under_way_when_the_connection_breaks_is_in_doubt(script: Any) -> None:
    """It is not repeated: it may have been carried out."""
    script.connect()
    script.talk.command("/me waves")
    script.pump()
    script.break_off()
    [fate] = settled(script)
    assert (fate.done, fate.doubtful) == (False, True)


def test_commands_that_waited_are_given_back_when_the_connection_breaks(script: Any) -> None:
    """Those sent are in doubt, those not sent are known not to be done."""
    script.connect(limits={"rate": 1, "burst": 1})
    script.talk.command("/me one")
    script.talk.command("/me two")
    script.pump()
    script.break_off()
    assert [(fate.draft.text, fate.doubtful) for fate in settled(script)] == [
        ("/me one", True),
        ("/me two", False),
    ]


def test_a_line_that_the_server_would_not_read_is_not_sent(script: Any) -> None:
    """Its error could not name the request."""
    script.connect(limits={"line": 100, "rate": 0})
    script.fresh()
    script.talk.say("x" * 100)
    assert script.pump() == []
    [fate] = settled(script)
    assert "longer than the server takes" in fate.reason


def test_too_many_waiting_lines_are_turned_away(script: Any) -> None:
    """The line over the bound comes back at once."""
    script.connect()
    script.break_off()
    for number in range(MAX_WAITING + 1):
        script.talk.say(f"line {number}")
    [fate] = settled(script)
    assert fate.draft.text == f"line {MAX_WAITING}"


def test_joining_a_joined_room_only_goes_there(script: Any, state: Any) -> None:
    """No request is made."""
    script.connect(rooms=[state(), state("#ops")])
    script.fresh()
    script.talk.join("OPS")
    assert script.pump() == []
    assert script.talk.rooms.current.name == "ops"
    assert remarks(script) == ["You are now talking in #ops (2 people)."]


def test_joining_makes_the_room_current_and_tells_of_it(script: Any, state: Any) -> None:
    """With members and topic from the reply; a password goes along."""
    script.connect()
    script.fresh()
    script.talk.join("#ops", "pw")
    [request] = script.pump()
    assert (request["type"], request["room"], request["password"]) == ("join", "#ops", "pw")
    room = state("#Ops", topic={"text": "ship it"})
    script.give({"type": "ok", "id": request["id"], "room": room})
    assert remarks(script) == ["You are now talking in #Ops (2 people, topic: ship it)."]
    assert script.talk.rooms.current.name == "Ops"


def test_a_room_that_looks_like_another_is_made_when_asked_again(script: Any) -> None:
    """The first refusal explains, the second request confirms."""
    script.connect()
    for confirmed in (None, True):
        script.talk.join("0ps")
        [request] = script.pump()
        assert request.get("confirm") is confirmed
        refusal = {"type": "error", "code": "looks-alike", "text": "Like #ops."}
        script.give({**refusal, "id": request["id"]})
    assert remarks(script)[-1] == "Like #ops."


def test_joining_without_a_connection_is_said(script: Any) -> None:
    """Nothing is kept: the person may want another room by then."""
    script.talk.join("ops")
    assert script.pump() == []
    assert "no connection" in remarks(script)[0]


def test_quitting_gives_the_reason(script: Any) -> None:
    """Or none."""
    script.connect()
    script.talk.quit("bye")
    script.talk.quit()
    assert [(r["type"], r.get("reason")) for r in script.pump()] == [
        ("quit", "bye"),
        ("quit", None),
    ]


def test_what_was_never_confirmed_is_accounted_for_at_the_end(script: Any) -> None:
    """Under way and waiting."""
    script.connect(limits={"rate": 1, "burst": 1})
    script.talk.say("sent")
    script.talk.say("waits")
    script.pump()
    fates = [(one.draft.text, one.doubtful) for one in script.talk.unsent()]
    assert fates == [("sent", True), ("waits", False)]


def test_changed_choices_count_at_once(script: Any, said: Any) -> None:
    """A new word to highlight is a mention in the next line."""
    from dataclasses import replace

    script.connect()
    script.talk.adapt(replace(script.talk.profile, highlight=("fire",)))
    script.give(said(1, "Fire!"))
    assert script.fresh()[-1].mention


@pytest.mark.parametrize("number", [None, "x", 3.5])
def test_a_reply_to_nothing_is_ignored(script: Any, number: object) -> None:
    """An ok without a known id changes nothing."""
    script.connect()
    script.fresh()
    script.give({"type": "ok", "id": number})
    assert script.fresh() == []
