from typing import Any

from twistedchat.client.farewell import LISTED, last_account


def test_the_first_lines_are_shown_and_the_rest_counted(script: Any) -> None:
    """So that nobody retypes what can be copied."""
    script.connect()
    script.break_off()
    for number in range(LISTED + 5):
        script.talk.say(f"line {number}\x1b")
    account = last_account(script.talk)
    assert account[0] == "Not sent: line 0"
    assert account[-1] == "... and 5 more lines."
    assert len(account) == LISTED + 1


def test_a_line_that_was_sent_may_have_been_said(script: Any) -> None:
    """It is not called unsent; one that was heard is no matter any more."""
    script.connect()
    script.talk.say("hello")
    script.talk.say("heard")
    script.pump()
    script.give(heard(script))
    assert last_account(script.talk) == ["Sent, but not confirmed: hello"]
    assert last_account(script.talk) == []


def heard(script: Any) -> Any:
    time = "2026-11-23T12:00:00.000Z"
    where = {"msgid": f"{1:026}", "time": time, "room": "#lobby", "nick": script.talk.nick}
    return {"type": "said", **where, "text": "heard"}
