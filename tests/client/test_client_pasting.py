from typing import Any

from twistedchat.client.drafts import MAX_WAITING
from twistedchat.client.pasting import Pasting


def said(script: Any) -> list[str]:
    return [request["text"] for request in script.pump() if request["type"] == "say"]


def test_a_paste_of_many_lines_is_confirmed(script: Any, teller: Any) -> None:
    """Yes says them as they are, also those with a slash; anything else says nothing."""
    script.connect(limits={"rate": 0})
    pasting = Pasting(teller, script.talk)
    pasting.offer(["one", "/two"])
    assert teller.questions[0][0] == "Say these 2 lines in #lobby? (yes/no) "
    teller.answer("")
    assert said(script) == []
    assert teller.told == ["2 lines were not sent."]
    pasting.offer(["one", "/two"])
    teller.answer("Yes")
    assert said(script) == ["one", "/two"]


def test_a_paste_that_cannot_be_sent_is_refused_at_once(script: Any, teller: Any) -> None:
    """Too many lines, or nowhere to say them."""
    pasting = Pasting(teller, script.talk)
    pasting.offer(["one", "two"])
    script.connect()
    pasting.offer(["x"] * (MAX_WAITING + 1))
    assert teller.questions == []
    assert "You are in no room" in teller.told[0]
    assert "At most 500" in teller.told[1]
