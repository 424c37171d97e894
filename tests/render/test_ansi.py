"""Colours for terminals."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from twistedchat.render.ansi import THEMES, dim, paint_nick

NICKS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)


@settings(deadline=None)
@given(NICKS, st.sampled_from(THEMES))
def test_painting_adds_nothing_but_colour(nick: str, theme: str) -> None:
    """Without its escape sequences a painted text is the text; without a theme it has none."""
    for painted in (paint_nick(nick, theme), dim(nick, theme)):
        assert re.sub(r"^\x1b\[\d+m|\x1b\[0m$", "", painted) == nick
        assert (painted == nick) == (theme == "none")


def test_a_nick_has_one_colour() -> None:
    """The same for every reader and in whatever case; red is for warnings."""
    assert paint_nick("ada", "dark")[:5] == paint_nick("ADA", "dark")[:5]
    colours = {paint_nick(f"nick{n}", theme)[:5] for n in range(200) for theme in ("dark", "light")}
    assert len(colours) > 5
    assert not {c for c in colours if "31" in c or "91" in c}


def test_an_unknown_theme_is_none() -> None:
    """It came from a setting and breaks nothing."""
    assert paint_nick("ada", "pink") == dim("ada", "pink") == "ada"
