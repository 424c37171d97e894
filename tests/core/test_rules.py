"""The settings of a room: how they are written, told and compared with what is said."""

import pytest

from twistedchat.core import rules
from twistedchat.core.errors import BadArguments
from twistedchat.core.rules import OPEN, Rules, filtered_word, read, told, words_of


@pytest.mark.parametrize(
    ("setting", "value", "changed"),
    [
        ("private", "on", (("private", True),)),
        ("PRIVATE", "Off", (("private", False),)),
        ("invite_only", "on", (("invite_only", True),)),
        ("invite-only", "on", (("invite_only", True),)),
        ("moderated", "on", (("moderated", True),)),
        ("password", "sesame", (("password", "sesame"),)),
        ("password", "OFF", (("password", ""),)),
        ("slow", "30", (("slow", 30.0),)),
        ("slow", "5m", (("slow", 300.0),)),
        ("slow", "0", (("slow", 0.0),)),
        ("slow", "off", (("slow", 0.0),)),
        ("history", "500", (("keep_count", 500),)),
        ("history", "30d", (("keep_seconds", 30 * 86400),)),
        ("history", "all", (("keep_seconds", 0), ("keep_count", 0))),
        ("history", "default", (("keep_seconds", None), ("keep_count", None))),
        ("filter", "Darn  heck, darn", (("filtered", ("darn", "heck")),)),
        ("filter", "off", (("filtered", ()),)),
    ],
)
def test_what_a_setting_changes(setting, value, changed):
    """Whatever case it is written in."""
    assert read(setting, value) == (setting.casefold().replace("_", "-"), changed)


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("colour", "red", r"A room has no setting colour\. There are: private, password, invite-"),
        ("private", "yes", "private is on or off"),
        ("invite-only", "", "invite-only is on or off"),
        ("password", "two words", "one word"),
        ("password", "a\x1b[2Jbcd", "one word"),
        ("password", "abc", "4 to 128 characters"),
        ("password", "x" * 129, "4 to 128 characters"),
        ("slow", "fast", "Slow mode is off, or a time"),
        ("slow", "7h", "at most 6h"),
        ("slow", "9999999999", "at most 6h"),
        ("slow", "²", "Slow mode"),
        ("history", "0", "history is a number"),
        ("history", "9" * 10, "history is a number"),
        ("history", "long", "history is a number"),
        ("filter", "...", "which words"),
        ("filter", "x" * 51, "at most 50 characters"),
        ("filter", " ".join(f"w{n}" for n in range(101)), "at most 100 words"),
    ],
)
def test_what_a_setting_cannot_be(setting, value, says):
    """The sentence says what it can be."""
    with pytest.raises(BadArguments, match=says):
        read(setting, value)


@pytest.mark.parametrize(
    ("setting", "set_to", "words"),
    [
        ("private", {"private": True}, "on"),
        ("invite-only", {}, "off"),
        ("password", {"password": "$argon2id$hash"}, "on"),
        ("slow", {"slow": 90.0}, "1 minute 30 seconds"),
        ("slow", {}, "off"),
        ("history", {}, "as everywhere"),
        ("history", {"keep_count": 500, "keep_seconds": 86400}, "500 messages, 1 day"),
        ("history", {"keep_count": 0, "keep_seconds": 0}, "everything"),
        ("filter", {"filtered": ("darn",)}, "1 word"),
        ("filter", {"filtered": ("darn", "heck")}, "2 words"),
        ("filter", {}, "off"),
    ],
)
def test_what_everybody_is_told(setting, set_to, words):
    """Neither the hash of a password nor a filtered word."""
    assert told(setting, Rules(**set_to)) == words


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("oh DARN it", "darn"),
        ("darn!", "darn"),
        ("(darn)", "darn"),
        ("\uff44\uff41\uff52\uff4e", "darn"),
        ("da\u200brn", "darn"),
        ("da\u00adrn", "darn"),
        ("darning", None),
        ("undarn", None),
        ("da rn", None),
        ("STRASSE", None),
        ("Stra\u00dfe", None),
        ("\u0915\u093f", "\u0915\u093f"),
        ("", None),
    ],
)
def test_filtered_words(text, word):
    """Whole words in any case and width; invisible characters hide nothing."""
    assert filtered_word(Rules(filtered=("darn", "\u0915\u093f")), text) == word


def test_words_are_compared_case_folded():
    """As the filter keeps them."""
    assert words_of("Stra\u00dfe, STRASSE") == ["strasse", "strasse"]
    assert filtered_word(OPEN, "anything") is None


@pytest.mark.parametrize(
    ("one", "guarded"),
    [
        (OPEN, False),
        (Rules(private=True, password="x", invite_only=True, keep_count=1), False),
        (Rules(moderated=True), True),
        (Rules(slow=1.0), True),
        (Rules(filtered=("x",)), True),
    ],
)
def test_what_is_looked_at_for_each_message(one, guarded):
    """Only what bounds speech."""
    assert one.guarded is guarded


def test_every_setting_can_be_told():
    """And is off at first."""
    assert {told(setting, OPEN) for setting in rules.SETTINGS} == {"off", "as everywhere"}


@pytest.mark.parametrize(
    ("old", "new", "less"),
    [
        (Rules(), Rules(keep_count=5), True),
        (Rules(keep_count=5), Rules(keep_count=4), True),
        (Rules(keep_count=5), Rules(keep_count=6), False),
        (Rules(keep_count=5), Rules(keep_count=0), False),
        (Rules(keep_seconds=0), Rules(keep_seconds=60), True),
        (Rules(keep_seconds=0), Rules(), True),
        (Rules(keep_seconds=60), Rules(keep_seconds=60, private=True), False),
    ],
)
def test_what_keeps_less(old: Rules, new: Rules, less: bool) -> None:
    """A bound that is nearer, or was not there, or is not known."""
    assert new.keeps_less(old) is less
