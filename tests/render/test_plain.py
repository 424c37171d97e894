"""Lines of text for people: how they look, and that nothing can be forged in them."""

from datetime import UTC, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from twistedchat.core.errors import ChatError
from twistedchat.core.events import (
    CameBack,
    Emoted,
    Event,
    Joined,
    Left,
    Notice,
    Parted,
    Recalled,
    Renamed,
    Said,
    WentAway,
    Whispered,
)
from twistedchat.core.names import prepare_nick
from twistedchat.core.text import clean
from twistedchat.render.plain import PlainLens, Style, lens_for

AT = 1_800_000_060.0
SAID = Said("1", AT, "lobby", "bob", "hi all", "b")
EMOTED = Emoted("1", AT, "lobby", "bob", "waves", "b")
WHISPERED = Whispered("1", AT, "bob", "ada", "sure", "b")


def shown(output: Any, mine: bool = False, current: bool = True, **style: Any) -> str:
    lens = lens_for(Style(**{"zone": UTC, **style}))
    return lens.for_room(current).render(output, mine).decode()


def test_the_lines_are_those_of_the_description() -> None:
    """Said, emoted, whispered, in the current room and in another."""
    assert shown(SAID) == "08:01 <bob> hi all\n"
    assert shown(SAID, current=False) == "08:01 #lobby <bob> hi all\n"
    assert shown(EMOTED) == "08:01 * bob waves\n"
    assert shown(EMOTED, current=False) == "08:01 #lobby * bob waves\n"
    assert shown(WHISPERED) == "08:01 bob -> you: sure\n"
    assert shown(WHISPERED, mine=True) == "08:01 -> ada: sure\n"
    assert shown(Joined("1", AT, "lobby", "bob")) == "*** bob joined #lobby.\n"
    assert shown(Notice("Welcome.")) == "*** Welcome.\n"


@pytest.mark.parametrize(
    ("recalled", "line"),
    [
        (Recalled(SAID), "08:01 <bob> hi all"),
        (Recalled(SAID, number=3), "3) 08:01 <bob> hi all"),
        (Recalled(SAID, number=3, dated=True), "3) 2027-01-15 08:01 #lobby <bob> hi all"),
        (Recalled(EMOTED, number=12, dated=True), "12) 2027-01-15 08:01 #lobby * bob waves"),
        (Recalled(WHISPERED, number=3, dated=True), "3) 2027-01-15 08:01 bob -> you: sure"),
        (Recalled(WHISPERED, mine=True), "08:01 -> ada: sure"),
    ],
)
def test_messages_from_the_past(recalled: Recalled, line: str) -> None:
    """Among others each says its day and place, and the number by which it was found."""
    assert shown(recalled) == shown(recalled, bell="all") == f"{line}\n"
    east = timezone(timedelta(hours=16))
    if recalled.dated:
        assert " 2027-01-16 00:01 " in shown(recalled, zone=east)
        assert " 2027-01-15 " in shown(recalled, stamps=False)
    spoken = shown(Recalled(SAID, number=3, dated=True), spoken=True)
    assert spoken == "Line 3: 2027-01-15 08:01 #lobby bob: hi all\n"


def test_times_follow_the_zone_and_can_be_left_out() -> None:
    """The minute is worked out anew when it has passed, and only then."""
    east = timezone(timedelta(hours=5, minutes=30))
    assert shown(SAID, zone=east).startswith("13:31 ")
    assert shown(SAID, stamps=False) == "<bob> hi all\n"
    lens = PlainLens(Style(zone=UTC), None)
    times = [lens.render(Said("1", AT + s, "lobby", "bob", "x"))[:5] for s in (0, 59.9, 60, 0)]
    assert times == [b"08:01", b"08:01", b"08:02", b"08:01"]


def test_colours_are_for_those_who_chose_them() -> None:
    """The nick in its colour, the time dim; plain text has no escape in it."""
    assert "\x1b" not in shown(SAID)
    painted = shown(SAID, theme="dark")
    assert painted.startswith("\x1b[2m08:01\x1b[0m <\x1b[")
    assert painted.endswith("m> hi all\n")
    assert "m\x1b" not in painted
    assert "\x1b[" in shown(WHISPERED, mine=True, theme="light")


def test_lines_end_as_the_terminal_wants_it() -> None:
    """CR LF in telnet."""
    assert shown(SAID, crlf=True).endswith(" hi all\r\n")
    assert shown(Notice("x"), crlf=True) == "*** x\r\n"


@pytest.mark.parametrize(("bell", "rings"), [("off", ""), ("mention", "w"), ("all", "sew")])
def test_the_bell(bell: str, rings: str) -> None:
    """Off, when meant, or at all messages; one's own and older ones never ring.

    Mentions in rooms are each reader's own: the lens only says what bell to add.
    """
    messages = {"s": SAID, "e": EMOTED, "w": WHISPERED}
    assert "".join(k for k, m in messages.items() if shown(m, bell=bell).endswith("\a")) == rings
    assert not any("\a" in shown(m, mine=True, bell=bell) for m in messages.values())
    assert "\a" not in shown(Notice("x"), bell=bell)
    assert lens_for(Style(bell=bell)).bell == (b"\a" if bell == "mention" else b"")


def test_quiet_leaves_out_who_comes_and_goes() -> None:
    """But not who took another name; away is told by /who and /msg only."""
    for event in (Joined("1", AT, "x", "bob"), Parted("1", AT, "x", "bob"), Left("1", AT, "bob")):
        assert shown(event, quiet=True) == ""
        assert shown(event) != ""
    assert shown(Renamed("1", AT, "bob", "rob"), quiet=True) != ""
    assert shown(WentAway("1", AT, "bob")) == shown(CameBack("1", AT, "bob")) == ""


def test_words_for_a_screen_reader() -> None:
    """No stars, arrows or brackets, and each kind of line still begins its own way."""
    said = {"spoken": True, "stamps": False}
    assert shown(SAID, **said) == "bob: hi all\n"
    assert shown(EMOTED, **said) == "Action by bob: waves\n"
    assert shown(WHISPERED, **said) == "Private from bob: sure\n"
    assert shown(WHISPERED, mine=True, **said) == "Private to ada: sure\n"
    assert shown(Notice("Welcome."), **said) == "Server: Welcome.\n"


def test_equal_styles_share_one_lens() -> None:
    """Readers are grouped by the object; the lens for the other rooms is one too."""
    lens = lens_for(Style(theme="dark"))
    assert lens is lens_for(Style(theme="dark"))
    assert lens is not lens_for(Style())
    assert lens.for_room(True) is lens
    assert lens.for_room(False) is lens.for_room(False) is not lens
    assert lens.for_room(False).for_room(False) is lens.for_room(False)
    assert (lens.echo, lens.follows) == (False, True)


def a_nick(text: str) -> str:
    try:
        return prepare_nick(text).shown
    except ChatError:
        assume(False)
        raise


def a_text(text: str) -> str:
    try:
        return clean(text)
    except ChatError:
        assume(False)
        raise


nasty = st.text(st.sampled_from("ab *#<>:-\u2028\n\r\x1b[]\a12") | st.characters(), max_size=20)

nicks = st.text("ab-[]{}|^_.()\u00e9\u65e5", max_size=8).map(
    lambda rest: f"a{rest}"
) | nasty.filter(bool)


@settings(deadline=None)
@given(nicks, nasty, st.booleans(), st.booleans(), st.booleans())
def test_no_message_can_look_like_another_kind_of_line(
    nick: str, text: str, spoken: bool, stamps: bool, current: bool
) -> None:
    """One line each, which begins as its kind does, whatever nick and text are."""
    nick, text = a_nick(nick), a_text(text)
    style = {"spoken": spoken, "stamps": stamps, "current": current}
    lines = [shown(kind("1", AT, "lobby", nick, text), **style) for kind in (Said, Emoted)]
    lines.append(shown(Whispered("1", AT, nick, "ada", text), **style))
    begins = [line.removeprefix("08:01 ").removeprefix("#lobby ") for line in lines]
    if spoken:
        marks = [f"{nick}: ", f"Action by {nick}: ", f"Private from {nick}: "]
    else:
        marks = [f"<{nick}> ", f"* {nick} ", f"{nick} -> you: "]
    for line, begin, mark in zip(lines, begins, marks, strict=True):
        assert begin.startswith(mark)
        assert line.endswith("\n")
        assert len(line.splitlines()) == 1
        assert not begin.startswith(("***", "Server:"))
        assert line.removesuffix("\n").isprintable() or not text.isprintable()


@pytest.mark.parametrize("kind", get_args(Event))
def test_every_event_is_one_line_or_none(kind: type) -> None:
    """Nothing breaks on any kind of event."""
    names = kind.__dataclass_fields__
    event = kind(**{name: AT if name in ("at", "until") else "x" for name in names})
    line = shown(event)
    assert line == "" or (line.endswith("\n") and line.count("\n") == 1)


def test_what_could_not_be_stored_says_so() -> None:
    """Whoever reads it knows that it will be gone with the server."""
    lens = lens_for(Style(stamps=False))
    said = Said("1", 0.0, "lobby", "ada", "hi", stored=False)
    emoted = Emoted("1", 0.0, "lobby", "ada", "waves", stored=False)
    assert lens.for_room(True).render(said) == b"<ada> hi [not stored]\n"
    assert lens.for_room(True).render(emoted) == b"* ada waves [not stored]\n"
