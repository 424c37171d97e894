from itertools import count

import pytest

from twistedchat.client.drafts import MAX_WAITING, WINDOW, Drafts
from twistedchat.client.items import Draft


@pytest.fixture
def drafts() -> Drafts:
    numbers = count(1)
    return Drafts(lambda: next(numbers))


def draft(text: str = "x", keep: bool = True) -> Draft:
    return Draft(text, {"type": "say", "text": text}, keep=keep)


def test_nothing_leaves_before_the_server_takes_lines(drafts: Drafts) -> None:
    """Without a connection lines wait, and no clock is set."""
    drafts.add(draft())
    assert drafts.due(0.0) == []
    assert drafts.wait(0.0) is None
    assert drafts.waiting == 1


def test_lines_leave_in_order_at_the_servers_pace(drafts: Drafts) -> None:
    """A burst at once, then one every 1/rate seconds."""
    for text in "abcd":
        drafts.add(draft(text))
    drafts.opened(rate=2.0, burst=2.0, now=0.0)
    assert [request["text"] for request in drafts.due(0.0)] == ["a", "b"]
    assert drafts.wait(0.0) == pytest.approx(0.5)
    assert [request["text"] for request in drafts.due(0.5)] == ["c"]
    assert [request["text"] for request in drafts.due(1.0)] == ["d"]
    assert drafts.wait(1.0) is None


def test_only_so_many_lines_are_under_way_at_once(drafts: Drafts) -> None:
    """With no rate limit the window holds the sender."""
    for _ in range(WINDOW + 5):
        drafts.add(draft())
    drafts.opened(0.0, 1.0, 0.0)
    first = drafts.due(0.0)
    assert len(first) == WINDOW
    assert drafts.wait(0.0) is None
    drafts.answered(first[0]["id"])
    assert len(drafts.due(0.0)) == 1


def test_a_reply_settles_its_draft_once(drafts: Drafts) -> None:
    """An answered id belongs to nothing any more, and a strange one never did."""
    mine = draft()
    drafts.add(mine)
    drafts.opened(0.0, 1.0, 0.0)
    [request] = drafts.due(0.0)
    assert drafts.answered(request["id"]) is mine
    assert drafts.answered(request["id"]) is None
    assert drafts.answered("say") is None
    assert drafts.open == 0


def test_a_broken_connection_hands_out_what_was_under_way(drafts: Drafts) -> None:
    """Lines that were not sent stay, in order; nothing leaves until a new connection."""
    for text in "abc":
        drafts.add(draft(text))
    drafts.opened(1.0, 2.0, 0.0)
    drafts.due(0.0)
    assert [each.text for each in drafts.broken()] == ["a", "b"]
    assert drafts.due(100.0) == []
    assert drafts.waiting == 1


def test_what_does_not_outlive_a_connection_can_be_dropped(drafts: Drafts) -> None:
    """Commands go, lines stay, unless all are to go."""
    drafts.add(draft("line"))
    drafts.add(draft("/command", keep=False))
    assert [each.text for each in drafts.drop()] == ["/command"]
    assert [each.text for each in drafts.drop(also_kept=True)] == ["line"]
    assert drafts.waiting == 0


def test_waiting_lines_are_bounded(drafts: Drafts) -> None:
    """One more than allowed is turned away."""
    assert all(drafts.add(draft()) for _ in range(MAX_WAITING))
    assert not drafts.add(draft())
