"""What was taken back."""

from types import SimpleNamespace

from twistedchat.core import taken
from twistedchat.core.taken import Taken


def message(id_, account=""):
    return SimpleNamespace(id=id_, account=account)


def test_what_was_not_taken_back_passes():
    """In its order."""
    one, two, three, four = (message(id_, "A") for id_ in "1234")
    of_b, of_guest = message("5", "B"), message("6")
    known = Taken()
    assert known.rest(iter([one, of_b])) == (one, of_b)
    known.note(["2", "3"])
    assert known.rest([one, two, three, four, of_b]) == (one, four, of_b)
    known.note_account("A")
    assert known.rest([one, two, of_b, of_guest]) == (of_b, of_guest)


def test_what_is_remembered_is_bounded(monkeypatch):
    """The first is forgotten first: it has left the store long ago."""
    monkeypatch.setattr(taken, "REMEMBERED", 2)
    known = Taken()
    known.note("123")
    for account in "ABC":
        known.note_account(account)
    kept = known.rest([message("1"), message("2"), message("4", "A"), message("5", "B")])
    assert [one.id for one in kept] == ["1", "4"]
