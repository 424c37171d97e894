"""Modes mean what our rooms have, and their rules are told as modes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.core.roles import Role
from twistedchat.core.rules import OPEN, SETTINGS, Rules, read, told
from twistedchat.protocols.irc.acts import (
    Act,
    Ban,
    Give,
    Mute,
    Op,
    Set,
    act_of,
    change_told,
    changes_of,
    letters_of,
    role_words,
    sigils_of,
)
from twistedchat.protocols.irc.modes import ROOM_MODES, Change, Kind, read_modes, write_modes


def acts(words: str) -> list[Act | None]:
    return [act_of(change) for change in read_modes(words.split()).changes]


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("+o ada", Op("ada", True)),
        ("-o ada", Op("ada", False)),
        ("+v ada", Give("ada", "voiced")),
        ("-v ada", Give("ada", "none")),
        ("+q ada", Give("ada", "owner")),
        ("-q ada", Give("ada", "none")),
        ("+I ada!*@*", Give("ada", "member")),
        ("-I ada", Give("ada", "none")),
        ("+b *!*@k2x", Ban("*!*@k2x", True)),
        ("-b bob", Ban("bob", False)),
        ("+b m:bob!*@*", Mute("bob", True)),
        ("-b M:bob", Mute("bob", False)),
        ("+k secret", Set("password", "secret")),
        ("-k", Set("password", "off")),
        ("+i", Set("invite-only", "on")),
        ("-m", Set("moderated", "off")),
        ("+s", Set("private", "on")),
        ("+W 30", Set("slow", "30")),
        ("-W", Set("slow", "off")),
        ("+H 100", Set("history", "100")),
        ("-H", Set("history", "default")),
        ("-n", None),
        ("+r", None),
        ("-P", None),
    ],
)
def test_what_a_change_asks_of_the_room(words: str, act: Act | None) -> None:
    """A verb of the core, or nothing where no mode decides."""
    assert acts(words) == [act]


@pytest.mark.parametrize("mode", ROOM_MODES.values(), ids=str)
def test_settings_and_roles_are_ones_that_rooms_have(mode: object) -> None:
    """So that no act is refused for its name."""
    for add in (True, False):
        act = act_of(Change(add, mode, "30"))
        if isinstance(act, Set):
            assert act.setting in SETTINGS
            read(act.setting, "secret" if mode.letter == "k" and add else act.value)
        elif isinstance(act, Give):
            assert act.role in (*Role, "none")
        else:
            assert mode.fixed or act is not None


rules = st.builds(
    Rules,
    private=st.booleans(),
    password=st.sampled_from(["", "$argon2id$..."]),
    invite_only=st.booleans(),
    moderated=st.booleans(),
    slow=st.sampled_from([0.0, 5.0, 90.0, 7200.0]),
    keep_seconds=st.sampled_from([None, 0, 3600, 5400]),
    keep_count=st.sampled_from([None, 0, 1, 100]),
)


@given(rules, st.booleans(), st.booleans())
def test_rules_are_told_as_modes(rules: Rules, registered: bool, permanent: bool) -> None:
    """Each that differs from a new room's; never a password or its hash."""
    changes = changes_of(rules, registered=registered, permanent=permanent)
    words = write_modes(changes)
    assert "argon" not in " ".join(words)
    found = {change.mode.means for change in changes}
    assert "members-only" in found
    assert ("registered" in found, "permanent" in found) == (registered, permanent)
    assert ("password" in found) == bool(rules.password)
    assert ("slow" in found) == (rules.slow > 0)
    assert ("private" in found, "moderated" in found) == (rules.private, rules.moderated)
    assert read_modes(words).changes == changes
    without = changes_of(rules, registered=registered, permanent=permanent, values=False)
    assert write_modes(without) == words[:1]


def test_a_new_room_has_one_mode() -> None:
    """Nobody speaks into it from outside."""
    assert write_modes(changes_of(OPEN, registered=False, permanent=False)) == ("+n",)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("private", "on", ("+s",)),
        ("private", "off", ("-s",)),
        ("password", "on", ("+k", "*")),
        ("password", "off", ("-k", "*")),
        ("slow", "30 seconds", ("+W", "30s")),
        ("slow", "1 minute 30 seconds", ("+W", "1m30s")),
        ("slow", "off", ("-W",)),
        ("history", "100 messages, 2 hours", ("+H", "100:2h")),
        ("history", "1 messages", ("+H", "1")),
        ("history", "everything", ("+H", "all")),
        ("history", "as everywhere", ("-H",)),
    ],
)
def test_a_change_is_told_as_a_mode(setting: str, value: str, words: tuple[str, ...]) -> None:
    """In the way in which it can be typed."""
    change = change_told(setting, value)
    assert change is not None
    assert write_modes([change]) == words


def test_what_no_mode_says_is_not_told_as_one() -> None:
    """Filtered words have no letter."""
    assert change_told("filter", "2 words") is None


@given(rules)
def test_every_value_that_is_told_is_one_word(rules: Rules) -> None:
    """A space would make two parameters of it."""
    for setting in SETTINGS:
        change = change_told(setting, told(setting, rules))
        if change is not None:
            assert " " not in change.param
            assert bool(change.param) == (
                change.mode.kind is Kind.KEY or (change.mode.kind is Kind.VALUE and change.add)
            )


def test_the_sign_before_a_nick() -> None:
    """The highest, or with multi-prefix all of them."""
    roles = (Role.VOICED, Role.OPERATOR)
    assert sigils_of(roles, every=False) == "@"
    assert sigils_of(roles, every=True) == "@+"
    assert sigils_of((Role.MEMBER,), every=True) == ""


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("owner", ("+qo-v", "ada", "ada", "ada")),
        ("operator", ("+o-qv", "ada", "ada", "ada")),
        ("voiced", ("+v-qo", "ada", "ada", "ada")),
        ("member", ("+I-qov", "ada", "ada", "ada", "ada")),
        ("outcast", ("-qov", "ada", "ada", "ada")),
        ("", ("-qov", "ada", "ada", "ada")),
    ],
)
def test_a_role_is_told_with_what_it_is_not(role: str, words: tuple[str, ...]) -> None:
    """So that a client is right whatever it has known."""
    assert role_words(role, "ada") == words


def test_who_comes_with_a_role_has_its_letters() -> None:
    """Owners are operators, too."""
    assert [letters_of(role) for role in ("owner", "operator", "voiced", "member", "")] == [
        "qo", "o", "v", "", "",
    ]  # fmt: skip
