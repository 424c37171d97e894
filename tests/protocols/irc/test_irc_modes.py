"""Changes of modes are read as clients write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twistedchat.protocols.irc.modes import (
    MODES_PER_LINE,
    ROOM_MODES,
    USER_MODES,
    Change,
    Kind,
    chanmodes,
    letters,
    prefix,
    read_modes,
    write_modes,
)


def told(words: str) -> tuple[str, ...]:
    return write_modes(read_modes(words.split()).changes)


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("+im", "+im"),
        ("im", "+im"),
        ("+i-m+s", "+i-m+s"),
        ("+ov ada bob", "+ov ada bob"),
        ("+o-v+i ada bob", "+o-v+i ada bob"),
        ("+kW secret 30", "+kW secret 30"),
        ("-W+m", "-W+m"),
        ("-W 30", "-W"),
        ("-k", "-k"),
        ("-k secret", "-k secret"),
        ("+b *!*@k2x", "+b *!*@k2x"),
        ("+i too many", "+i"),
        ("++--+i", "+i"),
    ],
)
def test_changes_are_read_and_told_again(words: str, changes: str) -> None:
    """Parameters go to the letters that take one, in their order."""
    assert " ".join(told(words)) == changes


def test_lists_are_asked_for_without_a_parameter() -> None:
    """With either sign or none, each once."""
    for words in ("b", "+b", "-b", "bb"):
        asked = read_modes([words])
        assert [mode.letter for mode in asked.lists] == ["b"]
        assert not asked.changes
    assert [mode.letter for mode in read_modes(["+Ib"]).lists] == ["I", "b"]
    assert read_modes(["+bb", "x"]).lists == (ROOM_MODES["b"],)


def test_unknown_letters_are_told_each_once() -> None:
    """What is known beside them holds."""
    asked = read_modes(["+iQzQ"])
    assert asked.unknown == ("Q", "z")
    assert asked.changes == (Change(True, ROOM_MODES["i"]),)


def test_a_missing_parameter_is_told() -> None:
    """And takes none from another letter."""
    asked = read_modes(["+kio", "secret"])
    assert [mode.letter for mode in asked.lacking] == ["o"]
    assert [c.mode.letter for c in asked.changes] == ["k", "i"]
    assert [mode.letter for mode in read_modes(["+W"]).lacking] == ["W"]


def test_more_changes_than_announced_are_told_as_such() -> None:
    """Nothing is left out in silence."""
    count = MODES_PER_LINE + 3
    asked = read_modes(["+" + "v" * count, *(f"n{i}" for i in range(count))])
    assert len(asked.changes) == MODES_PER_LINE
    assert [change.param for change in asked.over] == ["n20", "n21", "n22"]


def test_nothing_asked_is_nothing() -> None:
    """``MODE #room`` asks for all modes; the door answers that."""
    assert read_modes([]) == read_modes(["+"])
    assert not any(read_modes([]))


@given(st.lists(st.text(max_size=12), max_size=5))
def test_any_words_are_read(words: list[str]) -> None:
    """Each letter ends in one place."""
    asked = read_modes(words)
    known = [letter for letter in (words[0] if words else "") if letter in ROOM_MODES]
    assert len(known) >= len(asked.changes) + len(asked.lists) + len(asked.lacking)
    assert not set(asked.unknown) & set(ROOM_MODES)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([*ROOM_MODES.values()])), max_size=20))
def test_changes_told_read_the_same(pairs: list[tuple[bool, object]]) -> None:
    """With parameters where they belong."""
    changes = tuple(
        Change(
            add,
            mode,
            "x" if mode.kind is not Kind.FLAG and (add or mode.letter not in "HW") else "",
        )
        for add, mode in pairs
    )
    assert read_modes(write_modes(changes)).changes == changes


def test_what_clients_are_told_of_the_letters() -> None:
    """CHANMODES, PREFIX, and 004."""
    assert chanmodes() == "Ib,k,HW,Pimnrs"
    assert prefix() == "(qov)~@+"
    assert letters(USER_MODES) == "Zior"
    assert all(letter == mode.letter for letter, mode in (ROOM_MODES | USER_MODES).items())
