from typing import Any

from twistedchat.client.replies import Replies


def test_a_reply_finds_who_waits_once() -> None:
    """By its number; a number that is none, or nobody's, finds nobody."""
    replies, heard = Replies(), list[Any]()
    request = replies.expect({"type": "x"}, heard.append)
    assert request == {"type": "x", "id": 1}
    assert replies.next_id() == 2
    reply = replies.reply_for(1)
    assert reply is not None
    reply({"type": "ok"})
    assert heard == [{"type": "ok"}]
    assert replies.reply_for(1) is None
    assert replies.reply_for("1") is None
    assert replies.part_for(1) is None


def test_parts_come_before_the_reply() -> None:
    """And no longer after it."""
    replies, heard = Replies(), list[Any]()
    number = replies.expect({}, heard.append, heard.append)["id"]
    for _ in range(2):
        part = replies.part_for(number)
        assert part is not None
        part({"part": True})
    replies.reply_for(number)
    assert replies.part_for(number) is None
    assert len(heard) == 2


def test_only_who_has_had_parts_hears_of_an_outage() -> None:
    """Nobody else has something half done."""
    replies, heard = Replies(), list[Any]()
    replies.expect({}, heard.append)
    number = replies.expect({}, heard.append, heard.append)["id"]
    replies.lost("It broke.")
    assert heard == [{"type": "error", "text": "It broke."}]
    assert replies.reply_for(number) is None
