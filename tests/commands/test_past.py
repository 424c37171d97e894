"""/history in all its variants."""

import pytest

from twistedchat.commands import past


@pytest.fixture
def spoken(ada):
    """Thirty lines, a minute apart."""
    for number in range(30):
        ada.type(f"/say {number}")
        ada.chat.clock.advance(60)
    return ada


def shown(person):
    """What was shown, as numbers."""
    messages, person.front.shown = person.front.shown, []
    return [message.text for message in messages]


@pytest.mark.parametrize(
    ("line", "first", "count"),
    [("/history", "10", 20), ("/history 5", "25", 5), ("/history 5 lobby", "25", 5),
     ("/history 10m", "20", 10), ("/history 10m #lobby", "20", 10), ("/history lobby", "10", 20),
     ("/history #lobby", "10", 20), ("/history 0", "29", 1), ("/history 99999999", "0", 30)],
)  # fmt: skip
def test_how_much(spoken, line, first, count):
    """Twenty lines, so many, or those of a time; here or in another room."""
    head, tail = spoken.type(line)
    assert head == "Earlier in #lobby:"
    lines = "1 line" if count == 1 else f"{count} lines"
    assert tail.startswith(f"End of {lines}.")
    texts = shown(spoken)
    assert (texts[0], len(texts)) == (first, count)


def test_whether_there_is_more(spoken):
    """And how to get it."""
    assert spoken.type("/history 30")[1] == "End of 30 lines."
    assert spoken.type("/history 29")[1].endswith("/history with a larger number.")


@pytest.mark.parametrize(
    ("line", "says"),
    [("/history", "Nothing was said in #lobby."),
     ("/history 2h", "Nothing was said in #lobby in the last 2 hours."),
     ("/history 5x",
      "bad-arguments: 5x is neither a number of lines nor a time such as 10m or 2h."),
     ("/history ops", "not-in-room: You are not in #ops. /join #ops first."),
     ("/history 5 ops", "not-in-room: You are not in #ops. /join #ops first.")],
)  # fmt: skip
def test_nothing_to_show(ada, line, says):
    """One line says why."""
    assert ada.type(line) == [says]


def test_no_more_than_a_number(spoken, monkeypatch):
    """Whatever was asked for."""
    monkeypatch.setattr(past, "MOST", 3)
    assert spoken.type("/history 30")[1] == "End of 3 lines."
    assert shown(spoken) == ["27", "28", "29"]
