"""How one person's lines look: each of the settings, and what telnet tells."""

import pytest

from twistedchat.core.errors import BadArguments
from twistedchat.protocols.screen import Screen
from twistedchat.render.plain import Style, lens_for
from twistedchat.testing import enter, make_chat


@pytest.fixture
def screen():
    chat = make_chat()
    session = enter(chat, "ada", "lobby", lens=lens_for(Style()))
    return Screen(chat, session, Style())


@pytest.mark.parametrize(
    ("name", "value", "field", "kept"),
    [
        ("timestamps", "off", "stamps", False), ("timestamps", "ON", "stamps", True),
        ("theme", "light", "theme", "light"), ("theme", "none", "theme", "none"),
        ("bell", "all", "bell", "all"), ("bell", " off ", "bell", "off"),
        ("quiet", "on", "quiet", True), ("reader", "on", "spoken", True),
        ("zone", "server", "zone", None),
    ],
)  # fmt: skip
def test_a_setting_changes(screen, name, value, field, kept):
    """And the session sees it so from now on."""
    screen.change(name, value)
    assert getattr(screen.style, field) == kept
    assert screen._session.chosen is lens_for(screen.style)


def test_a_time_zone(screen):
    """By its name."""
    screen.change("zone", "Europe/Berlin")
    assert ("zone", "Europe/Berlin") in [(name, value) for name, value, _ in screen.settings()]


@pytest.mark.parametrize(
    ("name", "value"),
    [("timestamps", "maybe"), ("theme", "pink"), ("bell", ""), ("nonsense", "on"),
     ("zone", "Atlantis/X"), ("zone", "../../etc/passwd"), ("zone", "Europe"), ("zone", "a\0b"),
     ("zone", "x" * 5000), ("zone", "\ud800"), ("zone", "")],
)  # fmt: skip
def test_what_cannot_be(screen, name, value):
    """The answer says what can; nothing changes."""
    with pytest.raises(BadArguments, match=r"\.$") as told:
        screen.change(name, value)
    assert len(str(told.value)) < 200
    assert screen.style == Style()


def test_all_settings_are_listed(screen):
    """With their values and what is allowed."""
    listed = list(screen.settings())
    assert [name for name, *_ in listed] == [
        "timestamps", "zone", "theme", "bell", "quiet", "reader",
    ]  # fmt: skip
    assert listed[0][1:] == ("on", "on or off")
    assert listed[1][1] == "the server's"


def test_telnet_has_its_own_line_end(screen):
    """Once is enough."""
    screen.is_telnet()
    lens = screen._session.lens
    screen.is_telnet()
    assert screen.style.crlf
    assert screen._session.lens is lens


@pytest.mark.parametrize("kind", ["dumb", "UNKNOWN", "network"])
def test_plain_terminals(screen, kind):
    """Get no colours, and their screen is not cleared."""
    screen.is_terminal(kind)
    assert screen.style == Style()
    assert not screen.terminal
    screen.is_terminal("XTERM")
    assert screen.style.theme == "dark"


def test_a_known_terminal(screen):
    """Gets colours and a bell, until the person says otherwise."""
    screen.is_terminal("XTERM")
    assert (screen.terminal, screen.style.theme, screen.style.bell) == (True, "dark", "mention")
    screen.change("theme", "none")
    screen.change("bell", "off")
    screen.is_terminal("XTERM-256COLOR")
    assert (screen.style.theme, screen.style.bell) == ("none", "off")


def test_what_was_chosen_before_stays(screen):
    """A choice is a choice."""
    screen.change("theme", "light")
    screen.is_terminal("XTERM")
    assert (screen.style.theme, screen.style.bell) == ("light", "off")
