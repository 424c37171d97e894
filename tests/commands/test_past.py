"""/history in all its variants."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from twistedchat.commands import past
from twistedchat.commands.past import Asked, understand
from twistedchat.core.errors import BadArguments
from twistedchat.core.events import Notice, Recalled
from twistedchat.core.gates import StoreGate
from twistedchat.core.names import prepare_nick
from twistedchat.testing import make_chat, run
from twistedchat.testing_store import ShelfStore

NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC).timestamp()
NO_DATE = (
    " is no date. Write since and one of 2026-11-20, 2026-11-20T18:30, 18:30, yesterday or 2h."
)
GUEST = (
    "not-allowed: Private messages are kept for accounts alone, and you are a guest. /register"
    " makes you an account."
)


@pytest.fixture
def store():
    return ShelfStore()


@pytest.fixture
def chat(store):
    """A chat that keeps what is said; memory has the last 500 lines."""
    return make_chat(store=store, gate=StoreGate(lambda call: call(), store, 1 << 20))


@pytest.fixture
def spoken(ada):
    """Thirty lines, a minute apart, from eight o'clock on."""
    for number in range(30):
        ada.type(f"/say {number}")
        ada.chat.clock.advance(60)
    return ada


def shown(person):
    """What was shown since the last time, as texts."""
    messages, person.front.shown = person.front.shown, []
    return [one.message.text for one in messages]


@pytest.mark.parametrize(
    ("line", "first", "count"),
    [("/history", "10", 20), ("/history 5", "25", 5), ("/history 5 lobby", "25", 5),
     ("/history 10m", "20", 10), ("/history 10m #lobby", "20", 10), ("/history lobby", "10", 20),
     ("/history #lobby", "10", 20), ("/history 0", "29", 1), ("/history 99999999", "0", 30),
     ("/history since 08:20", "20", 10), ("/history since 2027-01-15 08:25 lobby", "25", 5),
     ("/history since 2027-01-15T08:25:00Z", "25", 5), ("/history since today", "0", 30),
     ("/history since 5m #lobby", "25", 5), ("/history since today 8:29", "29", 1)],
)  # fmt: skip
def test_how_much(spoken, line, first, count):
    """Twenty lines, so many, those of a time, or from a time on; here or in another room."""
    head, tail = spoken.type(line)
    assert head == "Earlier in #lobby:"
    lines = "1 line" if count == 1 else f"{count} lines"
    assert tail.startswith(f"End of {lines}.")
    texts = shown(spoken)
    assert (texts[0], len(texts)) == (first, count)


def test_whether_there_is_more(spoken, monkeypatch):
    """And how to get it."""
    assert spoken.type("/history 30")[1] == "End of 30 lines."
    assert spoken.type("/history 29")[1] == "End of 29 lines. /history older goes back further."
    assert spoken.type("/history since 08:00")[1] == "End of 30 lines."
    monkeypatch.setattr(past, "MOST", 3)
    tail = "End of 3 lines. /history older goes back further."
    assert spoken.type("/history 30")[1] == spoken.type("/history 10m")[1] == tail
    assert shown(spoken)[-3:] == ["27", "28", "29"]


def test_going_back_and_forth(spoken):
    """Nothing is skipped, nothing comes twice, whatever is said or pruned meanwhile."""
    spoken.type("/history 5")
    spoken.type("/say 30")
    assert spoken.type("/history older 10")[0] == "Older in #lobby:"
    assert shown(spoken) == [str(number) for number in (*range(25, 30), *range(15, 25))]
    spoken.type("/history newer 5")
    spoken.type("/history newer 500")
    assert shown(spoken) == [str(number) for number in range(25, 31)]
    assert spoken.type("/history newer") == ["Nothing newer was said in #lobby."]
    spoken.type("/history since 08:03")
    shown(spoken)
    assert spoken.type("/history older") == ["Older in #lobby:", "End of 3 lines."]
    assert shown(spoken) == ["0", "1", "2"]
    assert spoken.type("/history older") == ["Nothing older is kept in #lobby."]


def test_a_long_time_is_paged(spoken, monkeypatch):
    """From its beginning on."""
    monkeypatch.setattr(past, "MOST", 20)
    assert spoken.type("/history since 08:05")[1] == "End of 20 lines. /history newer goes on."
    assert spoken.type("/history newer")[1] == "End of 5 lines."
    assert shown(spoken) == [str(number) for number in range(5, 30)]


@pytest.mark.parametrize("how", ["older", "newer"])
def test_there_is_nothing_to_go_on_from(ada, bob, how):
    """Before anything was shown, or where one may read no longer."""
    said = ada.type(f"/history {how}")
    assert said[0].startswith("bad-arguments: Nothing was shown yet from which to go on. Write")
    ada.type("/say hi")
    bob.type("/history")
    bob.type("/part")
    assert bob.type(f"/history {how}") == said


@pytest.mark.parametrize(
    ("line", "says"),
    [("/history", "Nothing was said in #lobby."),
     ("/history 2h", "Nothing was said in #lobby in the last 2 hours."),
     ("/history since today", "Nothing was said in #lobby since 2027-01-15 00:00."),
     ("/history 5x",
      "bad-arguments: 5x is neither a number of lines nor a time such as 10m or 2h."),
     ("/history older x",
      "bad-arguments: x is neither a number of lines nor a time such as 10m or 2h."),
     ("/history since", f"bad-arguments: A date is missing{NO_DATE.removeprefix(' is no date')}"),
     ("/history since soon", f"bad-arguments: soon{NO_DATE}"),
     ("/history 5 lobby ops", f"bad-arguments: {past.USAGE}"),
     ("/history older 5 lobby", f"bad-arguments: {past.USAGE}"),
     ("/history ops", "not-in-room: You are not in #ops. /join #ops first."),
     ("/history #since", "not-in-room: You are not in #since. /join #since first."),
     ("/history 5 ops", "not-in-room: You are not in #ops. /join #ops first."),
     ("/history @bob", GUEST)],
)  # fmt: skip
def test_nothing_to_show(ada, line, says):
    """One line says why."""
    assert ada.type(line) == [says]


def test_dates_are_meant_where_the_person_is(spoken):
    """And so are those that are shown."""
    spoken.front.zone = timezone(timedelta(hours=9))
    spoken.type("/history since 17:25")
    assert shown(spoken) == ["25", "26", "27", "28", "29"]
    assert spoken.type("/history since 2027-01-15 17:40") == [
        "Nothing was said in #lobby since 2027-01-15 17:40."
    ]


def test_days(spoken):
    """Each is named where it begins; today need not be, unless something older was said."""
    spoken.chat.clock.advance(3 * 86400)
    spoken.type("/say 30")
    spoken.front.lines.clear()
    spoken.type("/history 2")
    *_, days = [spoken.front.lines]
    assert [one.text if isinstance(one, Notice) else one.message.text for one in days] == [
        "Earlier in #lobby:", "Friday, 15 January 2027:", "29", "Monday, 18 January 2027:", "30",
        "End of 2 lines. /history older goes back further.",
    ]  # fmt: skip
    assert len(spoken.type("/history 1")) == 2


def test_what_is_not_kept_is_said(ada, store):
    """Who looks back further than there is anything is told."""
    ada.type("/say hi")
    room = ada.chat.state.rooms["lobby"]
    ada.chat.clock.advance(10)
    room.begun = room.history.latest
    ada.type("/say ho")
    room.history.trim(1, float("-inf"))
    assert ada.type("/history since 2020-01-01")[0] == (
        "Earlier in #lobby, of which not all is kept since then:"
    )


def test_private_messages(chat, ada, bob, arrive):
    """Their two ends read them, each as they were meant; nobody else does."""
    eve = arrive("eve", "lobby")
    for person, account in ((ada, "A"), (bob, "B"), (eve, "E")):
        chat.state.set_account(person.session.user, account)
        chat.state.owned.give(prepare_nick(person.session.user.nick), account)
    ada.type("/msg bob psst")
    bob.type("/msg ada what?")
    chat.clock.turn()
    assert ada.type("/history @bob") == ["Earlier in @bob:", "End of 2 lines."]
    recalled = [(one.message.text, one.mine) for one in ada.front.shown]
    assert recalled == [("psst", True), ("what?", False)]
    bob.type("/history 1 @ADA")
    assert [(one.message.text, one.mine) for one in bob.front.shown] == [("what?", True)]
    bob.type("/history older")
    assert [one.message.text for one in bob.front.shown] == ["what?", "psst"]
    assert eve.type("/history @bob") == ["Nothing was said in @bob."]
    run(chat.rename(bob.session, "robert"))
    assert ada.type("/history @bob")[0] == "Earlier in @bob:"


@given(st.text(max_size=30), st.sampled_from(["", "since ", "older ", "5 ", "2h "]))
@example("9" * 5000, "")
@example("\u0665", "")
def test_whatever_is_typed_is_understood_or_refused(text, before):
    """In one clear line; and a page has its bound."""
    asked, sentence = Asked("last", 1), "."
    try:
        asked = understand(before + text, NOW, UTC)
    except BadArguments as error:
        sentence = str(error)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 250
    assert 1 <= asked.count <= past.MOST
    assert " " not in asked.place
    assert asked.place in text + before


def test_a_message_is_by_whom(chat, ada, bob):
    """Also what was said before its owner came back under the same account."""
    chat.state.set_account(ada.session.user, "A")
    ada.type("/say hi")
    message = next(iter(chat.state.rooms["lobby"].history))
    assert past.is_by(ada.session.user, message)
    assert not past.is_by(bob.session.user, message)
    chat.state.set_account(ada.session.user, "")
    chat.state.set_account(bob.session.user, "A")
    assert past.is_by(bob.session.user, message)
    assert isinstance(Recalled(message).user, str)
