import pytest

from twistedchat.client.completion import Names, Tab, candidates, nicks_of
from twistedchat.client.rooms import RoomView

NAMES = Names(("join", "msg", "me"), ("lobby", "ops"), ("bob", "Bea", "eve"))


@pytest.mark.parametrize(
    ("before", "start", "words"),
    [
        ("/m", 0, ("/msg ", "/me ")),
        ("/J", 0, ("/join ",)),
        ("//m", 0, ()),
        ("b", 0, ("bob: ", "Bea: ")),
        ("hi b", 3, ("bob ", "Bea ")),
        ("see #o", 4, ("#ops ",)),
        ("/join o", 6, ("#ops ",)),
        ("/msg B", 5, ("bob ", "Bea ")),
        ("", 0, ()),
        ("hi ", 3, ()),
        ("zz", 0, ()),
    ],
)
def test_what_fits_before_the_cursor(before: str, start: int, words: tuple[str, ...]) -> None:
    """Commands, nicks and rooms, each with what follows it."""
    found = candidates(before, NAMES)
    assert (found.start, found.words) == (start, words)


def test_rooms_come_first_where_a_room_is_wanted() -> None:
    """And nicks elsewhere."""
    names = Names((), ("bar",), ("bob",))
    assert candidates("/join b", names).words == ("#bar ", "bob ")
    assert candidates("/msg b", names).words == ("bob ", "#bar ")


def test_the_latest_speakers_come_first() -> None:
    """Then the silent by name; oneself not at all."""
    room = RoomView("ops", members=dict.fromkeys(("zoe", "Bea", "ada", "bob", "eve")))
    for nick in ("bob", "ada", "eve"):
        room.spoke(nick)
    assert nicks_of(room, "ada") == ("eve", "bob", "Bea", "zoe")
    assert nicks_of(None, "ada") == ()


@pytest.fixture
def tab() -> Tab:
    return Tab(lambda: NAMES)


def test_tab_goes_through_the_candidates_and_round(tab: Tab) -> None:
    """Forwards, and back again."""
    text, cursor = tab.press("b", 1)
    assert (text, cursor) == ("bob: ", 5)
    text, cursor = tab.press(text, cursor)
    assert text == "Bea: "
    text, cursor = tab.press(text, cursor)
    assert text == "bob: "
    text, cursor = tab.press(text, cursor, -1)
    assert text == "Bea: "
    assert tab.choices(text, cursor) == (("bob:", "Bea:"), 1)


def test_backwards_begins_at_the_end(tab: Tab) -> None:
    """Shift-Tab offers the last one first."""
    assert tab.press("b", 1, -1)[0] == "Bea: "


def test_what_stands_behind_the_cursor_stays(tab: Tab) -> None:
    """With one space between."""
    assert tab.press("hi b you", 4) == ("hi bob you", 7)


def test_typing_ends_the_round(tab: Tab) -> None:
    """The next press completes what is there now."""
    text, cursor = tab.press("b", 1)
    assert tab.choices(f"{text}e", cursor + 1) == ((), 0)
    assert tab.press(f"{text}e", cursor + 1)[0] == "bob: eve "


def test_nothing_to_offer_changes_nothing(tab: Tab) -> None:
    """Neither text nor choices; one candidate is no choice."""
    assert tab.press("zz", 2) == ("zz", 2)
    assert tab.press("zz", 2) == ("zz", 2)
    assert tab.choices("zz", 2) == ((), 0)
    text, cursor = tab.press("/j", 2)
    assert tab.choices(text, cursor) == ((), 0)
