"""What a session remembers of looking back."""

from twistedchat.core import recall
from twistedchat.core.recall import Recall


def test_numbers_go_on_from_page_to_page():
    """And begin anew with another search."""
    back = Recall()
    back.search("one")
    back.older = "01A"
    assert [back.number("lobby", "01A"), back.number("ops", "01B")] == [1, 2]
    assert back.found == {1: ("lobby", "01A"), 2: ("ops", "01B")}
    back.search("two")
    assert (back.text, back.older, back.found) == ("two", "", {})
    assert back.number("lobby", "01C") == 1


def test_so_many_are_remembered(monkeypatch):
    """The last ones, under their numbers."""
    monkeypatch.setattr(recall, "FOUND_KEPT", 2)
    back = Recall()
    assert [back.number("lobby", id_) for id_ in "abc"] == [1, 2, 3]
    assert back.found == {2: ("lobby", "b"), 3: ("lobby", "c")}


def test_where_one_is_in_the_past():
    """The place, and the first and last message that were shown."""
    back = Recall()
    back.shown("lobby", "01A", "01B")
    assert (back.place, back.first, back.last) == ("lobby", "01A", "01B")
